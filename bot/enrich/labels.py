"""Thematic areas, topics and type, each with the words that led to it."""

from collections.abc import Iterator, Mapping
from typing import TypeVar

from msgspec import Struct

from bot.enrich.lexicon import FoldedText, Lexicon, Terms
from bot.models import DevelopmentType

TITLE_WEIGHT = 3.0
"""A word in the title counts as much as this many in the text."""
WEAK = 0.35
"""What a word counts that speaks for a theme only where no other one is named."""
FURTHER = 0.5
"""What a theme's second word counts of what it would alone: two synonyms are no two reasons."""
EARLY = 0.4
"""What the first word of a text counts more than the last: the subject stands first."""
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
    weight: float
    words: tuple[str, ...]


def find_themes(title: FoldedText, text: FoldedText, terms: Lexicon, gate: list[str]) -> Labels:
    """One or two thematic areas. Without a word of any, it is a general development, and the
    words of the gate say why it is one at all."""
    named = (terms.without_names(title), terms.without_names(text))
    hits = {
        code: hit
        for code in {**terms.themes, **terms.weak}
        if (hit := _weighed(*named, terms.themes.get(code), terms.weak.get(code))).weight
    }
    ranked = sorted(hits, key=lambda code: -hits[code].weight)
    if not ranked:
        return Labels((RESIDUAL,), tuple(gate))
    chosen = [code for code in ranked[:2] if hits[code].weight >= SECOND * hits[ranked[0]].weight]
    return Labels(tuple(chosen), tuple(word for code in chosen for word in hits[code].words))


def _weighed(title: FoldedText, text: FoldedText, strong: Terms | None, weak: Terms | None) -> _Hit:
    """How much the words of one theme weigh together, the heaviest first."""
    found = sorted(
        (times * share * (1 + EARLY * (1 - at / len(passage.text))), word)
        for passage, times in ((title, TITLE_WEIGHT), (text, 1.0))
        for share, word, at in _words(passage, strong, weak)
    )[::-1]
    total = sum(
        weight * (1.0 if place == 0 else FURTHER) for place, (weight, _) in enumerate(found)
    )
    return _Hit(total, tuple(dict.fromkeys(word for _, word in found)))


def _words(
    passage: FoldedText, strong: Terms | None, weak: Terms | None
) -> Iterator[tuple[float, str, int]]:
    """The words of one theme, what each counts, and where it stands; a weak word within a strong
    one says nothing more."""
    named = strong.places(passage) if strong else []
    yield from ((1.0, word, at) for word, at in named)
    for word, at in weak.places(passage) if weak else []:
        if not any(start <= at < start + len(name) for name, start in named):
            yield WEAK, word, at


def find_topics(title: FoldedText, text: FoldedText, terms: Lexicon) -> Labels:
    """All topics beyond the vocabulary that a text names, in its order of weight."""
    hits = _hits(title, text, terms.topics)
    ranked = sorted(hits, key=lambda code: -hits[code].weight)
    return Labels(tuple(ranked), tuple(word for code in ranked for word in hits[code].words))


def find_type(title: FoldedText, text: FoldedText, terms: Lexicon) -> TypeLabel:
    """Legislative or Institutional, whichever more words speak for; else Policy."""
    hits = _hits(title, text, terms.types)
    best: DevelopmentType = max(
        hits, key=lambda code: (hits[code].weight, code == "Legislative"), default="Policy"
    )
    return TypeLabel(best, hits[best].words if best in hits else ())


def _hits(title: FoldedText, text: FoldedText, terms: Mapping[Code, Terms]) -> dict[Code, _Hit]:
    hits = {}
    for code, wanted in terms.items():
        in_title, in_text = wanted.found(title), wanted.found(text)
        if in_title or in_text:
            weight = TITLE_WEIGHT * len(in_title) + len(in_text)
            hits[code] = _Hit(weight, tuple(dict.fromkeys(in_title + in_text)))
    return hits
