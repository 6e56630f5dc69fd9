"""Thematic areas, topics and type, each with the words that led to it."""

from collections.abc import Mapping
from typing import TypeVar

from msgspec import Struct

from bot.enrich.lexicon import Lexicon, Passage, Terms
from bot.models import DevelopmentType

TITLE_WEIGHT = 3
"""A word in the title counts as much as this many in the text."""
SECOND = 0.5
"""A second theme is named when it has at least this share of the first one's weight."""
RESIDUAL = "general"

Code = TypeVar("Code", bound=str)


class Labels(Struct, frozen=True):
    """Codes, the most certain first, and the words that led to them."""

    codes: tuple[str, ...]
    words: tuple[str, ...]


class TypeLabel(Struct, frozen=True):
    """The development type, and the words that led to it."""

    code: DevelopmentType
    words: tuple[str, ...]


class _Hit(Struct, frozen=True):
    weight: int
    words: tuple[str, ...]


def themes(title: Passage, text: Passage, terms: Lexicon, gate: list[str]) -> Labels:
    """One or two thematic areas. Without a word of any, it is a general development, and the
    words of the gate say why it is one at all."""
    hits = _hits(title, text, terms.themes)
    ranked = sorted(hits, key=lambda code: -hits[code].weight)
    if not ranked:
        return Labels((RESIDUAL,), tuple(gate))
    chosen = [code for code in ranked[:2] if hits[code].weight >= SECOND * hits[ranked[0]].weight]
    return Labels(tuple(chosen), tuple(word for code in chosen for word in hits[code].words))


def topics(title: Passage, text: Passage, terms: Lexicon) -> Labels:
    """All topics beyond the vocabulary that a text names, in its order of weight."""
    hits = _hits(title, text, terms.topics)
    ranked = sorted(hits, key=lambda code: -hits[code].weight)
    return Labels(tuple(ranked), tuple(word for code in ranked for word in hits[code].words))


def kind(title: Passage, text: Passage, terms: Lexicon) -> TypeLabel:
    """Legislative or Institutional, whichever more words speak for; else Policy."""
    hits = _hits(title, text, terms.types)
    best: DevelopmentType = max(
        hits, key=lambda code: (hits[code].weight, code == "Legislative"), default="Policy"
    )
    return TypeLabel(best, hits[best].words if best in hits else ())


def _hits(title: Passage, text: Passage, terms: Mapping[Code, Terms]) -> dict[Code, _Hit]:
    hits = {}
    for code, wanted in terms.items():
        in_title, in_text = wanted.found(title), wanted.found(text)
        if in_title or in_text:
            weight = TITLE_WEIGHT * len(in_title) + len(in_text)
            hits[code] = _Hit(weight, tuple(dict.fromkeys(in_title + in_text)))
    return hits
