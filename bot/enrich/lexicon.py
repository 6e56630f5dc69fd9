"""Find the labels of a text by word lists (`data/lexicon`), and its key terms (`data/terms`)."""

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple, TypeVar

from msgspec import Struct

from bot.data_files import languages_of, read_data
from bot.enrich.classifier import Hit
from bot.enrich.own_words import OwnWords, WordLists, own_words
from bot.models import DevelopmentType
from bot.terms import FoldedText, TermMatcher, list_language, listed_language, names_in

Code = TypeVar("Code", bound=str)


class Lexicon(Struct, frozen=True):
    """The word lists of one language (`WordLists`), compiled."""

    own: TermMatcher
    """Of an operator: one word makes an item relevant, whatever the model says."""
    removed: TermMatcher
    """What an operator has removed from the lists."""
    gate: TermMatcher
    ambiguous: TermMatcher
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
    change = own_words(own).get(code, OwnWords())
    lists = change.applied_to(lists)
    return Lexicon(
        own=TermMatcher((*change.gate, *change.names)),
        removed=TermMatcher(tuple(term for _, term in change.remove.flat())),
        gate=TermMatcher(lists.gate),
        ambiguous=TermMatcher(lists.ambiguous),
        names=TermMatcher(lists.names),
        other=TermMatcher(lists.other),
        themes=_compiled(lists.themes),
        weak=_compiled(lists.weak),
        topics=_compiled(lists.topics),
        types=_compiled(lists.types),
    )


def _compiled(lists: Mapping[Code, tuple[str, ...]]) -> dict[Code, TermMatcher]:
    return {code: TermMatcher(terms) for code, terms in lists.items()}


FURTHER = 0.5
"""What a second word of a list adds to its value, and a third."""


def find_hits(title: FoldedText, text: FoldedText, lexicon: Lexicon, language: str) -> list[Hit]:
    """Return what each list has in a text, by the name of the list and where its words stand."""
    places = {"title": title, "text": text}
    hits = _hits_of({"other": lexicon.other}, places)
    places = {place: lexicon.other.blank_out(passage) for place, passage in places.items()}
    hits += _hits_of({"own": lexicon.own}, places)
    signs = {"gate": lexicon.gate, "ambiguous": lexicon.ambiguous, "names": lexicon.names}
    hits += _hits_of(signs, places)
    hits += _hits_of({f"term {term}": m for term, m in _key_terms_of(language).items()}, places)
    # A Ministry of Asylum also reports other news.
    places = {place: lexicon.names.blank_out(passage) for place, passage in places.items()}
    labels = {
        f"{kind} {code}": terms
        for kind in ("themes", "weak", "topics")
        for code, terms in getattr(lexicon, kind).items()
    }
    hits += _hits_of(labels, places)
    return hits + _hits_of(
        {f"types {code}": terms for code, terms in lexicon.types.items()}, places
    )


class _Found(NamedTuple):
    """A word of a list, where it stands."""

    list: str
    word: str
    start: int

    def is_within(self, other: "_Found") -> bool:
        """Return whether it is a part of a longer word or phrase of another list."""
        end, end_of_other = self.start + len(self.word), other.start + len(other.word)
        is_inside = other.start <= self.start and end <= end_of_other
        return is_inside and len(self.word) < len(other.word) and self.list != other.list


def _hits_of(lists: Mapping[str, TermMatcher], places: Mapping[str, FoldedText]) -> list[Hit]:
    """Return what each list has; of overlapping words of several, the longest alone counts: a `safe
    third country` is no country of origin."""
    hits = []
    for place, passage in places.items():
        found = [
            _Found(name, *position)
            for name, terms in lists.items()
            for position in terms.find_positions(passage)
        ]
        words = defaultdict[str, list[str]](list)
        for each in found:
            if not any(each.is_within(other) for other in found):
                words[each.list].append(each.word)
        hits += [
            Hit(f"{name} {place}", 1 + FURTHER * min(len(of_list) - 1, 2), tuple(of_list))
            for name, of_list in words.items()
        ]
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
