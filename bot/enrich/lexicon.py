"""Find the labels of a text by word lists (`data/lexicon`), and its key terms (`data/terms`)."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple, TypeVar

from msgspec import Struct

from bot.data_files import languages_of, read_data
from bot.enrich.own_words import WordLists, own_words
from bot.models import DevelopmentType
from bot.terms import FoldedText, TermMatcher, list_language, listed_language, names_in

Code = TypeVar("Code", bound=str)


class Lexicon(Struct, frozen=True):
    """The word lists of one language (`WordLists`), compiled."""

    gate: TermMatcher
    names: TermMatcher
    other: TermMatcher
    themes: dict[str, TermMatcher]
    weak: dict[str, TermMatcher]
    topics: dict[str, TermMatcher]
    types: dict[DevelopmentType, TermMatcher]


def load_lexicon(language: str | None, own: str = "") -> Lexicon:
    """Return the lexicon of a language, with the changes of an operator's file (`own_words`); the
    English one where there is none."""
    # Releases in many languages carry the international words.
    return _load(listed_language(language, "lexicon"), own)


@lru_cache(maxsize=32)
def _load(code: str, own: str) -> Lexicon:
    lists = read_data(f"lexicon/{code}", WordLists)
    if change := own_words(own).get(code):
        lists = change.applied_to(lists)
    return Lexicon(
        gate=TermMatcher(lists.gate),
        names=TermMatcher(lists.names),
        other=TermMatcher(lists.other),
        themes=_compiled(lists.themes),
        weak=_compiled(lists.weak),
        topics=_compiled(lists.topics),
        types=_compiled(lists.types),
    )


def _compiled(lists: Mapping[Code, tuple[str, ...]]) -> dict[Code, TermMatcher]:
    return {code: TermMatcher(terms) for code, terms in lists.items()}


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
