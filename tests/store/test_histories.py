"""What is still to be recorded of first polls: kept as it was, and recorded once."""

import datetime as dt
from collections.abc import AsyncIterator

import pytest_asyncio

from bot.models.sources import PollCommit
from bot.pipeline.rules import RULES
from bot.store import RowStore, open_store
from tests.samples import NOW, commit, development, item, pending_history

CET = dt.timezone(dt.timedelta(hours=1))


@pytest_asyncio.fixture
async def any_store(place: str) -> AsyncIterator[RowStore]:
    async with open_store(place, RULES) as opened:
        yield opened


async def test_it_is_kept_as_it_was_read(any_store: RowStore) -> None:
    days = [None, dt.date(2025, 1, 16), dt.datetime(2025, 1, 16, 0, 30, tzinfo=CET)]
    pieces = [pending_history(*(item(published=day) for day in days)), pending_history(item())]
    state = commit(("k",), development()).state
    await any_store.commit(PollCommit(state=state, at=NOW, history=tuple(pieces)), None)
    one, other = await any_store.pending_history(0, 9)
    assert [one.items, other.items] == [pieces[0].items, pieces[1].items]
    assert [type(told.published) for told, _ in one.items] == [type(day) for day in days]
    assert await any_store.pending_history(one.id, 9) == [other]
    assert await any_store.pending_history(0, 1) == [one]


async def test_it_is_recorded_once(any_store: RowStore) -> None:
    state = commit(("k",), development()).state
    first = PollCommit(state=state, at=NOW, seen=(("k", "title"),), history=(pending_history(),))
    await any_store.commit(first, None)
    (pending,) = await any_store.pending_history(0, 9)
    made = commit(("k",), development(), seen=(("k", "title"),))
    made = PollCommit(state=state, at=NOW, seen=made.seen, held=made.developments)
    assert len(await any_store.record_history(pending.id, made)) == 1
    assert await any_store.record_history(pending.id, made) == []
    (recorded,) = await any_store.developments()
    items = await any_store.seen_items(["k", "title"])
    assert [each.development for each in items] == [recorded.id, recorded.id]
