"""Find the labels of a text by word lists (`data/lexicon`, and the nouns of `data/glossary`)."""

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple, TypeVar

from msgspec import Struct

from bot.data_files import read_data
from bot.enrich.classifier import Hit
from bot.enrich.glossary import has_glossary, is_acronym, read_word_lists
from bot.enrich.own_words import OwnWords, WordLists, own_words
from bot.models import DevelopmentType
from bot.text.terms import FoldedText, TermMatcher, listed_language

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


@lru_cache(maxsize=32)
def _key_terms_of(language: str) -> dict[str, TermMatcher]:
    """Return the terms of a glossary by the key term that their English words have."""
    if not has_glossary(language):
        return {}
    terms = defaultdict[str, list[str]](list)
    for english, written in read_word_lists(language).nouns():
        if key := _key_term(english):
            terms[key] += (term for term in written if not is_acronym(term))
    return {key: TermMatcher(tuple(written)) for key, written in terms.items()}


def _key_term(english: str) -> str | None:
    """Return the key term of English words, `asylum` of `asylum procedure`: that of the longest."""
    terms, words = _key_terms(), english.lower().split()
    phrases = (
        " ".join(words[start:end])
        for start in range(len(words))
        for end in range(start + 1, len(words) + 1)
    )
    return terms.get(max((each for each in phrases if each in terms), key=len, default=""))


@lru_cache(maxsize=1)
def _key_terms() -> dict[str, str]:
    """Return the key term of each word, or phrase, that has one."""
    words_of = read_data("key_terms", dict[str, tuple[str, ...]])
    return {word: term for term, words in words_of.items() for word in words}
