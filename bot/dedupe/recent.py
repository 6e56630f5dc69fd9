"""Recorded developments among which others of the same event are looked for. Pure.

Of thousands, few are compared: those that lead to the same page, have the same title, or share a
three-word run; what `event` calls one event has one of these in common.
"""

import datetime as dt
from collections.abc import Hashable, Iterable, Iterator

from bot.address import canonical, edition
from bot.dedupe import event
from bot.models import Development
from bot.text import words


class Recent:
    """Developments by what they have in common with others."""

    def __init__(self, developments: Iterable[Development] = ()) -> None:
        self._kept: dict[str, Development] = {}
        self._by: dict[Hashable, tuple[str, ...]] = {}
        for development in developments:
            self.put(development)

    def put(self, development: Development) -> None:
        """One more, or another in the place of one of the same number."""
        number = str(development.id)
        self.remove(number)
        self._kept[number] = development
        alone = (number,)  # one tuple for all that nobody else has
        for key in (*_keys(development), *_days(development)):
            self._by[key] = (*self._by[key], number) if key in self._by else alone

    def remove(self, number: str) -> None:
        """One less."""
        if before := self._kept.pop(number, None):
            for key in {*_keys(before), *_days(before)}:
                self._by[key] = tuple(each for each in self._by[key] if each != number)
                if not self._by[key]:
                    del self._by[key]

    def same(self, draft: Development) -> Development | None:
        """The one that tells of the event that a draft tells of."""
        return event.same(draft, self._with(_keys(draft)))

    def resembling(self, draft: Development) -> list[Development]:
        """Those in other languages that may tell of the same event."""
        return event.resembling(draft, self._with(_days(draft, -1, 0, 1)))

    def _with(self, keys: Iterable[Hashable]) -> list[Development]:
        """Those that share a key, in order of their numbers."""
        found = {number for key in keys for number in self._by.get(key, ())}
        return [self._kept[number] for number in sorted(found)]


def _keys(development: Development) -> Iterator[Hashable]:
    """What two developments of one event have in common, one of these at least."""
    yield words(event.native(development)[0])
    yield from event.runs(development)
    for source in development.sources:
        if url := canonical(source.url):
            yield url
        if neutral := edition(source.url):
            yield "edition", neutral


def _days(development: Development, *shifts: int) -> Iterator[Hashable]:
    """A country and a day, and others near it."""
    if development.country and development.date:
        for shift in shifts or (0,):
            yield development.country, development.date + dt.timedelta(days=shift)
