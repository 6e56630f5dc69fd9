"""Find the words of commands that name no label: `without`, `daily`, weekdays, lengths of time.

They are understood in every language of `data/keywords.toml`.
"""

import datetime as dt
import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

from bot.data_files import languages_of, read_data
from bot.i18n import LANGUAGES, base_language
from bot.text import normalise
from bot.text.numerals import Numerals
from bot.text.terms import TermIndex, list_language

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
UNITS = {
    "minutes": dt.timedelta(minutes=1),
    "hours": dt.timedelta(hours=1),
    "days": dt.timedelta(days=1),
    "weeks": dt.timedelta(weeks=1),
    "months": dt.timedelta(days=30),
}
LONGEST = dt.timedelta(days=366)
LONG_WORD = 6
"""Letters of a word that is one of another language's by no accident."""
POSTPOSED = ("hu", "tr")
"""Languages that set such words behind others: `visszatérés nélkül`."""
CERTAIN = 3
"""Letters of a keyword that is understood from whoever has set another language."""
_LENGTH = re.compile(r"([0-9]{1,5})?\s*(.*)", re.DOTALL)


class Keyword(NamedTuple):
    """A word that is understood: its key in the data, or a weekday; and its language."""

    name: str
    language: str


def find_keyword(phrase: str, names: Collection[str], language: str | None = None) -> str | None:
    """Return which of several keywords a whole phrase is. Where it is one thing in one language and
    another in the next, the reader's language decides, then English; None: neither does."""
    return unanimous(
        [each for each in _index().find(normalise(phrase)) if each.name in names], language
    )


def unanimous(found: Collection[Keyword], language: str | None) -> str | None:
    """Return the one name of keywords that a phrase was found as, by the rules of
    `find_keyword`."""
    for preferred in (_base(language), "en"):
        if own := {each.name for each in found if each.language == preferred}:
            return own.pop() if len(own) == 1 else None
    others = {each.name for each in found}
    return others.pop() if len(others) == 1 else None


class Split(NamedTuple):
    """A keyword at the beginning or end of some words, and where the others stand."""

    name: str
    rest: slice


def split_keyword(
    words: Sequence[str], names: Collection[str], language: str | None = None
) -> Iterator[Split]:
    """Yield the ways in which words are one of several keywords and something else (`bez návratu`,
    `visszatérés nélkül`), the longest keyword first. Short ones of another language than the
    reader's are passed over: `nu metal`."""
    for length in range(min(_index().longest, len(words) - 1), 0, -1):
        at_start, at_end = slice(length, None), slice(None, -length)
        for keyword, rest in ((words[:length], at_start), (words[-length:], at_end)):
            if not all(keyword):
                continue  # what is no word is part of no keyword
            written = " ".join(keyword)
            name = find_keyword(written, names, language)
            if name is None or (rest is at_end and not _is_in(written, name, POSTPOSED)):
                continue
            if len(normalise(written)) >= CERTAIN or _is_in(written, name, ("en", _base(language))):
                yield Split(name, rest)


def _is_in(keyword: str, name: str, languages: Collection[str]) -> bool:
    """Return whether a keyword is one of some languages."""
    found = _index().find(normalise(keyword))
    return any(each.name == name and each.language in languages for each in found)


def find_weekday(phrase: str, language: str | None = None) -> int | None:
    """Return the day of the week that a phrase is: 0 is Monday."""
    named = (find_keyword(each, WEEKDAYS, language) for each in without_passed(phrase))
    return next((WEEKDAYS.index(name) for name in named if name), None)


def without_passed(phrase: str) -> Iterator[str]:
    """Yield a phrase, and what it is without the prepositions and articles at its beginning (`v
    Česku`)."""
    yield phrase
    first, _, rest = phrase.partition(" ")
    if rest and is_passed(first):
        yield from without_passed(rest)


def is_everything(phrase: str, language: str | None = None) -> bool:
    """Return whether a phrase says that everything is wanted; short words only in the languages
    that the bot speaks and in the reader's own: what they are not, would be saved as all there
    is."""
    spoken = {*LANGUAGES, _base(language)}
    words = normalise(phrase)
    return find_keyword(phrase, ("everything",), language) is not None and any(
        each.name == "everything" and (each.language in spoken or len(words) >= LONG_WORD)
        for each in _index().find(words)
    )


def is_passed(word: str) -> bool:
    """Return whether a word is a preposition, an article or a conjunction."""
    return any(each.name in ("passed", "from") for each in _index().find(normalise(word)))


def is_keyword(word: str) -> bool:
    """Return whether a word is a keyword of any language."""
    return bool(_index().find(normalise(word)))


def find_length(phrase: str, language: str | None = None) -> dt.timedelta | None:
    """Return the length of time that a phrase is: `3d`, `2 weeks`, `eine Woche`, `týden`; a year at
    most."""
    match = _LENGTH.fullmatch(phrase.strip(" ."))
    assert match is not None
    number, unit = int(match[1]) if match[1] else 1, match[2]
    if not match[1]:
        first, _, rest = unit.partition(" ")
        spelt = _number(first, language) if rest else None
        number, unit = (spelt, rest) if spelt else (1, unit)
    named = (find_keyword(each, UNITS, language) for each in without_passed(unit))
    length = next((number * UNITS[name] for name in named if name), dt.timedelta(0))
    return length if dt.timedelta(0) < length <= LONGEST else None


def _number(word: str, language: str | None) -> int | None:
    """Return the number that a word spells: `one`, `two`; None where languages disagree."""
    if find_keyword(word, ("one",), language):
        return 1
    name = find_keyword(word, _NUMBERS, language)
    return int(name) if name else None


_NUMBERS = tuple(str(number) for number in range(2, 20))
"""As keywords they go by their digits."""


def _base(language: str | None) -> str:
    return list_language(base_language(language) or None)


@lru_cache(maxsize=1)
def _index() -> TermIndex[Keyword]:
    return TermIndex(chain(_keywords(), _numbers()))


@lru_cache(maxsize=4)
def read_keywords(name: str) -> TermIndex[Keyword]:
    """Return the terms of a file of `bot/data` that has them by language and by what they mean."""
    by_language = read_data(name, dict[str, dict[str, tuple[str, ...]]])
    return TermIndex(
        (term, Keyword(meaning, language))
        for language, terms in by_language.items()
        for meaning, forms in terms.items()
        for term in forms
    )


def _keywords() -> Iterator[tuple[str, Keyword]]:
    for language, entries in read_data("keywords", dict[str, dict[str, Any]]).items():
        days = dict(zip(WEEKDAYS, entries.pop("weekdays"), strict=True))
        for name, terms in (entries | days).items():
            for term in terms:
                yield term, Keyword(name, language)


def _numbers() -> Iterator[tuple[str, Keyword]]:
    for language in languages_of("numerals"):
        for word, value in read_data(f"numerals/{language}", Numerals).values.items():
            if str(value) in _NUMBERS:
                yield word, Keyword(str(value), language)
