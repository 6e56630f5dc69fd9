"""Find the language of a text, and by word lists (`data/lexicon`, `data/terms`) its labels and key
terms.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple, TypeVar

import msgspec
from msgspec import Struct

from bot.data_files import languages_of, read_data
from bot.models import DevelopmentType
from bot.terms import FoldedText, TermMatcher, list_language, listed_language, names_in

Code = TypeVar("Code", bound=str)


class Lexicon(Struct, frozen=True, forbid_unknown_fields=True):
    """The terms of one language."""

    gate: TermMatcher = TermMatcher()
    """Words that make an item relevant."""
    names: TermMatcher = TermMatcher()
    """Names of authorities, which say nothing of a theme: a Ministry of Asylum also reports other
    news."""
    other: TermMatcher = TermMatcher()
    """Words in another sense: the migration of birds, or of data."""
    themes: dict[str, TermMatcher] = {}
    weak: dict[str, TermMatcher] = {}
    """Words that count for a theme only where no other theme is named."""
    topics: dict[str, TermMatcher] = {}
    types: dict[DevelopmentType, TermMatcher] = {}


def load_lexicon(language: str | None) -> Lexicon:
    """Return the lexicon of a language; the English one where there is none."""
    # Releases in many languages carry the international words.
    return _load(listed_language(language, "lexicon"))


@lru_cache(maxsize=32)
def _load(code: str) -> Lexicon:
    return read_data(f"lexicon/{code}", Lexicon, _decode_terms)


def _decode_terms(_: type, terms: object) -> TermMatcher:
    return TermMatcher(msgspec.convert(terms, tuple[str, ...]))


LETTERS_NEEDED = 20
"""Letters below which detection is no better than chance."""
LONGEST = 2000
"""Bytes of a text that the classifier reads."""
MISDETECTED = {"af": "nl", "ca": "es", "co": "it", "fy": "nl", "gd": "ga", "gl": "es", "lb": "de",
               "mk": "bg"}  # fmt: skip
"""Languages without a lexicon, by which short titles of a related language are misdetected."""


def detect_language(text: str) -> str | None:
    """Detect the language of a text (ISO 639-1); None where the text is too short, or its language
    has no lexicon."""
    if sum(letter.isalpha() for letter in text[: LETTERS_NEEDED * 4]) < LETTERS_NEEDED:
        return None
    code = _classifier()(text)
    code = MISDETECTED.get(code) or list_language(code)
    return code if code in languages_of("lexicon") else None


@lru_cache(maxsize=1)
def _classifier() -> Callable[[str], str]:
    # Why CLD3: docs/decisions/0017
    import gcld3  # type: ignore[import-untyped]  # late: few texts declare no language

    identifier = gcld3.NNetLanguageIdentifier(min_num_bytes=0, max_num_bytes=LONGEST)
    return lambda text: str(identifier.FindLanguage(text=text).language)


# ------------------------------------------------------------------ labels

TITLE_WEIGHT = 3.0
"""The weight of a word in the title; a word in the text weighs 1."""
WEAK = 0.35
"""The weight of a word of the `weak` lists."""
# Two synonyms are not two reasons for a theme.
FURTHER = 0.5
"""The share of its weight that a theme's second word counts."""
# The subject of a text comes first.
EARLY = 0.4
"""The extra weight of the first word of a text, falling to 0 at its end."""
SECOND = 0.5
"""The least weight of a second theme, as a share of the first one's."""
RESIDUAL = "general"


class Labels(NamedTuple):
    """Codes, the most certain first, and the words that led to them."""

    codes: tuple[str, ...]
    words: tuple[str, ...]


class _Hit(NamedTuple):
    weight: float
    words: tuple[str, ...]


def find_themes(title: FoldedText, text: FoldedText, terms: Lexicon, gate: list[str]) -> Labels:
    """Return one or two thematic areas; without a word of any, the general one."""
    none = TermMatcher()
    named = (terms.names.blank_out(title), terms.names.blank_out(text))
    hits = {
        code: hit
        for code in {**terms.themes, **terms.weak}
        if (hit := _weigh(*named, terms.themes.get(code, none), terms.weak.get(code, none))).weight
    }
    ranked = sorted(hits, key=lambda code: -hits[code].weight)
    if not ranked:
        return Labels((RESIDUAL,), tuple(gate))
    chosen = [code for code in ranked[:2] if hits[code].weight >= SECOND * hits[ranked[0]].weight]
    return Labels(tuple(chosen), tuple(word for code in chosen for word in hits[code].words))


def _weigh(title: FoldedText, text: FoldedText, strong: TermMatcher, weak: TermMatcher) -> _Hit:
    """Return the weight of a theme, and its words, the heaviest first."""
    weights = list[tuple[float, str]]()
    for passage, times in ((title, TITLE_WEIGHT), (text, 1.0)):
        named = strong.find_positions(passage)
        # A weak word within a strong one says nothing more.
        further = [
            (word, at)
            for word, at in weak.find_positions(passage)
            if not any(start <= at < start + len(name) for name, start in named)
        ]
        for share, words in ((1.0, named), (WEAK, further)):
            for word, at in words:
                early = 1 + EARLY * (1 - at / len(passage.text))
                weights.append((times * share * early, word))
    weights.sort(reverse=True)
    total = sum(weight * (FURTHER if index else 1.0) for index, (weight, _) in enumerate(weights))
    return _Hit(total, tuple(dict.fromkeys(word for _, word in weights)))


def find_topics(title: FoldedText, text: FoldedText, terms: Lexicon) -> Labels:
    """Return all topics that a text names, the heaviest first."""
    hits = _hits(title, text, terms.topics)
    ranked = sorted(hits, key=lambda code: -hits[code].weight)
    return Labels(tuple(ranked), tuple(word for code in ranked for word in hits[code].words))


def find_type(
    title: FoldedText, text: FoldedText, terms: Lexicon
) -> tuple[DevelopmentType, tuple[str, ...]]:
    """Return Legislative or Institutional, whichever has more words, and these; else Policy."""
    hits = _hits(title, text, terms.types)
    if not hits:
        return "Policy", ()
    best = max(hits, key=lambda code: (hits[code].weight, code == "Legislative"))
    return best, hits[best].words


def _hits(
    title: FoldedText, text: FoldedText, terms: Mapping[Code, TermMatcher]
) -> dict[Code, _Hit]:
    hits = {}
    for code, matcher in terms.items():
        in_title, in_text = matcher.find_words(title), matcher.find_words(text)
        if in_title or in_text:
            weight = TITLE_WEIGHT * len(in_title) + len(in_text)
            hits[code] = _Hit(weight, tuple(dict.fromkeys(in_title + in_text)))
    return hits


KEY_TERMS_LIMIT = 8


def find_key_terms(title: str, text: str, language: str | None) -> tuple[str, ...]:
    """Return English terms for words of a title and its text; none for English, nor for a language
    without a list."""
    matchers = _key_terms_of(list_language(language))
    terms = [term for passage in (title, text) for term in names_in(FoldedText(passage), matchers)]
    return tuple(dict.fromkeys(terms))[:KEY_TERMS_LIMIT]


@lru_cache(maxsize=32)
def _key_terms_of(language: str) -> dict[str, TermMatcher]:
    if language not in languages_of("terms"):
        return {}
    lists = read_data(f"terms/{language}", dict[str, tuple[str, ...]])
    return {english: TermMatcher(forms) for english, forms in lists.items()}
