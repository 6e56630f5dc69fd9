"""The index of the archive, as the store changes beside it."""

import asyncio
import datetime as dt

import pytest

from bot.models.archive import ArchiveChanges, ArchiveEntry
from bot.store import RowStore
from bot.web.facets import Choice, FacetIndex
from bot.web.index import ArchiveIndex, take_in
from tests.web.conftest import Record

DAY = dt.date(2026, 1, 1)


async def test_many_changes_leave_others_their_turn() -> None:
    entries = tuple(ArchiveEntry(number, DAY, ("type:Policy",)) for number in range(1, 11))
    facets = FacetIndex([ArchiveEntry(11, DAY, ())])
    left = list[int]()

    async def others() -> None:
        while True:
            left.append(len(facets))
            await asyncio.sleep(0)

    task = asyncio.create_task(others())
    await take_in(facets, ArchiveChanges(last=1, entries=entries, removed=(11,)))
    task.cancel()

    assert left == [*range(11)]


@pytest.mark.parametrize("most", [0, 10])
async def test_it_follows_the_store(
    store: RowStore, record: Record, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr("bot.web.index.MOST_CHANGES", most)
    index = ArchiveIndex(store)
    for number in range(1, 4):
        await record(str(number))
        facets, last = await index.current()
        assert facets.choose(Choice()).bit_count() == number
        assert last == await store.last_archive_change()
