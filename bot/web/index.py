"""Keep the index of the archive up to date with the store, and find in it what is selected."""

import asyncio

from msgspec import Struct

from bot.i18n import Locale
from bot.models import Development
from bot.models.archive import ArchiveChanges
from bot.ports.store import Store
from bot.reader_language import Reader, as_read
from bot.web.facets import Choice, FacetIndex
from bot.web.selection import Selection

READ_TOGETHER = 500
"""Developments that are read at a time when the index is made: the store is free between."""

MOST_CHANGES = 1_000
"""Changes up to which each is taken in by itself, in 5 ms of an index of 100,000 developments; with
more it is faster to read all anew."""


class SelectionResult(Struct, frozen=True):
    """What a selection finds."""

    selection: Selection
    facets: FacetIndex
    choice: Choice
    bits: int
    """The positions of all that is found."""


class ArchiveIndex:
    """The index of facets, kept up to date with the store by the changes that it notes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._facets: FacetIndex | None = None
        self._last = 0
        self._lock = asyncio.Lock()

    async def current(self) -> tuple[FacetIndex, int]:
        """Return the index as the store is now, and the number of the last change."""
        last = await self._store.last_archive_change()
        async with self._lock:
            if self._facets is None:
                self._facets, self._last = await self._read_all(), last
            elif last != self._last:
                changes = await self._store.archive_changes(self._last)
                if changes is None or len(changes.entries) + len(changes.removed) > MOST_CHANGES:
                    self._facets, self._last = await self._read_all(), last
                else:
                    await take_in(self._facets, changes)
                    self._last = changes.last
            return self._facets, self._last

    async def _read_all(self) -> FacetIndex:
        entries, after = await self._store.archive_entries(0, READ_TOGETHER)
        while after is not None:
            more, after = await self._store.archive_entries(after, READ_TOGETHER)
            entries += more
        return await asyncio.to_thread(FacetIndex, entries)

    async def find(self, selection: Selection) -> SelectionResult:
        """Return what a selection finds, on all its pages."""
        words = selection.words
        numbers = await self._store.find_numbers(words) if words else None
        facets, _ = await self.current()
        return found_in(facets, selection, numbers)

    async def read(self, numbers: list[int], to: Locale) -> list[Development]:
        """Return the developments of some numbers in the words of a language."""
        return [in_words_of(to, each) for each in await self._store.archived(numbers)]


async def take_in(facets: FacetIndex, changes: ArchiveChanges) -> None:
    """Change an index as the archive has changed; the event loop has its turn after each change."""
    for number in changes.removed:
        facets.remove(number)
        await asyncio.sleep(0)
    for entry in changes.entries:
        facets.put(entry)
        await asyncio.sleep(0)


def found_in(
    facets: FacetIndex, selection: Selection, numbers: frozenset[int] | None = None
) -> SelectionResult:
    """Return what a selection finds in an index, as it is now. `numbers`: of the developments that
    have its words; None: it has none."""
    choice = Choice(
        labels=selection.labels, since=selection.since, until=selection.until, numbers=numbers
    )
    return SelectionResult(selection, facets, choice, facets.choose(choice))


def in_words_of(to: Locale, development: Development) -> Development:
    """Return a development in the words of a language, as far as it was translated into it."""
    return as_read(development, Reader(language=to.code, texts=to.code))
