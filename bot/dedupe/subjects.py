"""Find what and whom a report is about, in words that all languages share."""

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache

from bot.data_files import read_data
from bot.dedupe.event_terms import LIKE_CROATIAN
from bot.text import fold
from bot.text.scripts import TWO_SCRIPTS
from bot.text.terms import FoldedText, TermMatcher, listed_language

FIRST = 3
"""Letters of words by which lists are looked up that may have them."""

_WORD = re.compile(r"\w+")

Lists = Mapping[str, tuple[str, ...]]
"""Terms, by what they name."""


def subjects_of(text: str, language: str | None) -> frozenset[str]:
    """Return the subjects that a text names (`data/subjects`)."""
    listed = LIKE_CROATIAN if language in TWO_SCRIPTS else language
    return _subjects(listed_language(listed, "subjects")).named_in(text)


def nationalities_in(text: str) -> frozenset[str]:
    """Return the countries (ISO 3166-1 alpha-2) whose people a text in any language names
    (`data/nationalities.toml`)."""
    return _nationalities().named_in(text)


class _TermLists:
    """Many lists of terms, few of which a text has words of."""

    def __init__(self, lists: Lists) -> None:
        self._matchers = {name: TermMatcher(terms) for name, terms in lists.items()}
        self._begun = defaultdict[str, set[str]](set)
        for name, terms in lists.items():
            for term in terms:
                self._begun[_beginning(term)].add(name)

    def named_in(self, text: str) -> frozenset[str]:
        """Return the names of the lists that a text has a word of."""
        passage = FoldedText(text)
        begun = {word[:FIRST] for word in _WORD.findall(passage.folded)}
        lists = set[str]().union(*(self._begun.get(each, ()) for each in ("", *begun)))
        return frozenset(each for each in lists if self._matchers[each].find_positions(passage))


def _beginning(term: str) -> str:
    """Return the first letters of all that a term matches; none where they differ."""
    first = fold(term).split()[0]
    known = _WORD.match(first)
    is_known = known and (len(known[0]) >= FIRST or known[0] == first)
    return known[0][:FIRST] if known and is_known else ""


@lru_cache(maxsize=32)
def _subjects(code: str) -> _TermLists:
    return _TermLists(read_data(f"subjects/{code}", dict[str, tuple[str, ...]]))


@lru_cache(maxsize=1)
def _nationalities() -> _TermLists:
    return _TermLists(read_data("nationalities", dict[str, tuple[str, ...]]))
