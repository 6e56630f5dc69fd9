"""Decide what a sentence says of the number of an act, a bill or a case that it names
(`data/reference_words.toml`)."""

import datetime as dt
import re
from bisect import bisect
from functools import lru_cache

from msgspec import Struct

from bot.data_files import read_data
from bot.enrich.reference_forms import Named, find_numbers
from bot.text import fold
from bot.text.terms import any_of

BEGINNING = 30
"""Characters of a title after which the act that it names is no longer its subject."""
NEAR = 80
"""Characters between a word and the number that it says something of."""
FAR = 160
"""The same for what a court does to an act, of which it names the parts."""
BEHIND = 45
"""Characters behind a number within which a language tells that it rests on it."""
RESTS = 25
"""Characters within which it does that to a decision instead."""


class _Words(Struct, frozen=True):
    amends: tuple[str, ...]
    parts: tuple[str, ...]
    cites: tuple[str, ...]
    rests: tuple[str, ...]
    adopts: tuple[str, ...]
    affects: tuple[str, ...]
    courts: tuple[str, ...]
    rulings: tuple[str, ...]
    becomes: tuple[str, ...]
    amended: tuple[str, ...]
    decrees: tuple[str, ...]
    relatives: tuple[str, ...]


class NamedIn:
    """A number in a sentence."""

    def __init__(self, named: Named, folded: str, end: int, word: re.Match[str] | None) -> None:
        """`folded`: the sentence; `end`: where it names the next number; `word`: the last one
        before this number that says something of it."""
        self.named, self._folded, self._end = named, folded, end
        self._word = word.lastgroup if word else None
        self._distance = named.start - word.end() if word else 0

    @property
    def is_cited(self) -> bool:
        """Whether the sentence rests on it."""
        is_before = self._word == "cites" and self._distance <= NEAR
        return is_before or self._has_behind("rests", min(self._end, self.named.end + BEHIND))

    def is_own(self, *, is_title: bool) -> bool:
        """Return whether the sentence is about it."""
        if self.named.kind != "act":  # a bill amends, and a case is decided: neither is amended
            return not self.is_cited
        if self._word in ("amends", "cites") or self._has_behind("amended", self._end):
            return False
        if self._word == "adopts":
            return self._distance <= NEAR
        return self.becomes or (is_title and self.named.start <= BEGINNING)

    @property
    def becomes(self) -> bool:
        """Whether the sentence tells behind an act what has become of it."""
        is_told_of = self.named.kind == "act" and self._word not in ("amends", "cites")
        return is_told_of and self._has_behind("becomes", self.named.end + NEAR)

    def is_of_year(self, published: dt.date | None) -> bool:
        """Return whether it is an act of the year of publication on which nothing rests: what
        others amend or apply is older."""
        is_new = published is not None and self.named.year == published.year
        return is_new and self.named.kind == "act" and not self.is_cited

    @property
    def is_affected(self) -> bool:
        """Whether a court turns against it, or is asked to, and not against a decision that rests
        on it."""
        if self.named.kind in ("case", "ruling"):
            return False
        before = self._folded[max(self.named.start - FAR, 0) : self.named.start]
        against = max((each.end() for each in _words("affects").finditer(before)), default=None)
        between = before[against or 0 :]
        if _words("cites").search(between) or _words("amends").search(between):
            return False
        if against is not None:
            return not _words("rulings").search(between[:RESTS])
        return self._has_behind("affects", min(self._end, self.named.end + NEAR))

    def _has_behind(self, name: str, end: int) -> bool:
        return _words(name).search(self._folded, self.named.end, end) is not None


def numbers_in(sentence: str, country: str | None) -> list[NamedIn]:
    """Return the numbers in a sentence about a country (ISO 3166-1 alpha-2)."""
    named, folded = find_numbers(sentence, country), fold(sentence)
    words = [*_before().finditer(folded)] if named else []
    ends = [word.end() for word in words]
    following = [*(each.start for each in named[1:]), len(folded)]
    return [
        NamedIn(each, folded, end, words[at - 1] if (at := bisect(ends, each.start)) else None)
        for each, end in zip(named, following, strict=False)
    ]


def is_cited(text: str, start: int, distance: int = NEAR) -> bool:
    """Return whether a text rests on the law that it names at an index, or on what has become of
    it, and is not about it; the word for that is at most some characters before."""
    before = fold(text[:start])
    *_, last = None, *_before().finditer(before)
    return last is not None and last.lastgroup == "cites" and len(before) - last.end() <= distance


def names_court(text: str) -> bool:
    """Return whether a text names a court."""
    return _words("courts").search(fold(text)) is not None


def names_decree(text: str) -> bool:
    """Return whether a text names what an authority makes law itself."""
    return _words("decrees").search(fold(text)) is not None


def before_content(title: str) -> str:
    """Return the part of a title before it says what a law is about."""
    found = _words("relatives").search(fold(title))
    return title[: found.start()] if found else title


@lru_cache(maxsize=1)
def _before() -> re.Pattern[str]:
    lists = _lists()
    # What is adopted may be called after what it does: `pakeitimo įstatymas` is an act that amends.
    named = {"adopts": lists.adopts, "amends": lists.amends, "cites": (*lists.cites, *lists.parts)}
    groups = "|".join(f"(?P<{name}>{any_of(terms)})" for name, terms in named.items())
    return re.compile(rf"(?<!\w)(?:{groups})(?!\w)")


@lru_cache(maxsize=16)
def _words(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){any_of(getattr(_lists(), name))}(?!\w)")


@lru_cache(maxsize=1)
def _lists() -> _Words:
    return read_data("reference_words", _Words)
