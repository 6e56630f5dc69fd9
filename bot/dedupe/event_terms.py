"""Read the word lists by which reports of different events differ (`data/events`)."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from itertools import chain

import msgspec
from msgspec import Struct

from bot.terms import FoldedText, TermMatcher, list_language, names_in
from bot.text import fold

Terms = tuple[str, ...]
Facets = tuple[tuple[str, ...], ...]
"""What is named of each facet: the stages, the bodies, each pair of opposites."""
CACHED = 10_000
"""Words of a language whose codes are kept."""


class _Lists(Struct, frozen=True, forbid_unknown_fields=True):
    """The word lists of a language, as they are written."""

    places: Terms
    negations: Terms
    stages: dict[str, Terms]
    bodies: dict[str, Terms]
    opposites: dict[str, tuple[Terms, Terms]]


class EventTerms:
    """The words of one language for what tells events apart."""

    def __init__(self, lists: _Lists) -> None:
        self.place_prepositions = frozenset(map(fold, lists.places))
        """Words before a place; none in a language whose places have endings instead."""
        self._negations = TermMatcher(lists.negations)
        self._codes_of_words = dict[str, Facets]()
        self._facets = (
            _matchers({**lists.stages, "rules": _ruling(lists)}),
            _matchers(lists.bodies),
            *(
                _matchers({f"{name} yes": yes, f"{name} no": no})
                for name, (yes, no) in _with_adoption(lists).items()
            ),
        )

    def codes(self, passage: FoldedText) -> Facets:
        """Return what a passage names, in its order: the stages of a procedure, the bodies, and
        for each pair of opposites its sides."""
        return tuple(tuple(names_in(passage, matchers)) for matchers in self._facets)

    def codes_of_word(self, word: str) -> Facets:
        """Return what a single folded word names."""
        if word not in self._codes_of_words:
            if len(self._codes_of_words) > CACHED:
                self._codes_of_words.clear()
            self._codes_of_words[word] = self.codes(FoldedText(word, word))
        return self._codes_of_words[word]

    def is_negation(self, word: str) -> bool:
        """Return whether a folded word is a negation."""
        return bool(self._negations.find_words(FoldedText(word, word)))


def _ruling(lists: _Lists) -> Terms:
    """Return the words for a ruling: what annuls or upholds is one."""
    return (*lists.stages["rules"], *chain.from_iterable(lists.opposites["annul"]))


def _with_adoption(lists: _Lists) -> dict[str, tuple[Terms, Terms]]:
    """Return the opposites; who adopts a bill agrees to it."""
    yes, no = lists.opposites["agree"]
    return {**lists.opposites, "agree": ((*yes, *lists.stages["adopts"]), no)}


def _matchers(lists: Mapping[str, Terms]) -> dict[str, TermMatcher]:
    return {code: TermMatcher(terms) for code, terms in lists.items()}


def event_terms(language: str | None) -> EventTerms:
    """Return the words of a language; the English ones where it has no list."""
    code = list_language(language)
    return _load(code if code in _languages() else "en")


@lru_cache(maxsize=1)
def _languages() -> frozenset[str]:
    folder = files("bot").joinpath("data/events")
    return frozenset(entry.name.removesuffix(".toml") for entry in folder.iterdir())


@lru_cache(maxsize=32)
def _load(code: str) -> EventTerms:
    text = files("bot").joinpath(f"data/events/{code}.toml").read_text(encoding="utf-8")
    return EventTerms(msgspec.convert(tomllib.loads(text), _Lists))
