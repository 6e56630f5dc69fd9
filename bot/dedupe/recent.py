"""Recorded developments among which others of the same event are looked for. Pure.

Of thousands, few are compared: those that lead to the same page, have the same title, or share so
many three-word runs as `event` asks for at least.
"""

import datetime as dt
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from itertools import chain
from typing import TypeVar

from bot.dedupe import same_event
from bot.models import Development
from bot.text import words
from bot.urls import canonical, edition

_Key = TypeVar("_Key", bound=Hashable)
_Numbers = tuple[str, ...]


class Recent:
    """Developments by what they have in common with others."""

    def __init__(self, developments: Iterable[Development] = ()) -> None:
        self._kept: dict[str, Development] = {}
        self._by: dict[Hashable, _Numbers] = {}
        self._saying: dict[int, _Numbers] = {}
        self._languages = set[str | None]()
        for development in developments:
            self.put(development)

    def put(self, development: Development) -> None:
        """One more, or another in the place of one of the same number."""
        number = str(development.id)
        self.remove(number)
        self._kept[number] = development
        self._languages.add(_language(development))
        alone = (number,)  # one tuple for all that nobody else has
        for key in (*_names(development), *_days(development, _language(development))):
            self._by[key] = (*self._by[key], number) if key in self._by else alone
        for run in same_event.runs(development):
            self._saying[run] = (*self._saying[run], number) if run in self._saying else alone

    def remove(self, number: str) -> None:
        """One less."""
        if before := self._kept.pop(number, None):
            names = {*_names(before), *_days(before, _language(before))}
            for key in names:
                _take_out(self._by, key, number)
            for run in same_event.runs(before):
                _take_out(self._saying, run, number)

    def same(self, draft: Development) -> Development | None:
        """The one that tells of the event that a draft tells of."""
        said = (self._saying.get(run, ()) for run in same_event.runs(draft))
        shared = Counter(chain.from_iterable(said))
        alike = (number for number, runs in shared.items() if runs >= same_event.FEWEST)
        return same_event.same(draft, self._in_order({*alike, *self._under(_names(draft))}))

    def resembling(self, draft: Development) -> list[Development]:
        """Those in other languages that may tell of the same event."""
        days = (
            day
            for language in self._languages - {_language(draft)}
            for day in _days(draft, language, -1, 0, 1)
        )
        return same_event.resembling(draft, self._in_order({*self._under(days)}))

    def _under(self, keys: Iterable[Hashable]) -> Iterator[str]:
        return (number for key in keys for number in self._by.get(key, ()))

    def _in_order(self, numbers: Iterable[str]) -> list[Development]:
        return [self._kept[number] for number in sorted(numbers)]


def _take_out(index: dict[_Key, _Numbers], key: _Key, number: str) -> None:
    kept = tuple(each for each in index[key] if each != number)
    if kept:
        index[key] = kept
    else:
        del index[key]


def _names(development: Development) -> Iterator[Hashable]:
    """The title, the pages, and the pages without their language."""
    yield words(same_event.native(development)[0])
    for source in development.sources:
        if url := canonical(source.url):
            yield url
        if neutral := edition(source.url):
            yield "edition", neutral


def _days(development: Development, language: str | None, *shifts: int) -> Iterator[Hashable]:
    """A country, a language and the day, and others near it."""
    if development.country and development.date:
        for shift in shifts or (0,):
            yield development.country, language, development.date + dt.timedelta(days=shift)


def _language(development: Development) -> str | None:
    return development.sources[0].language
