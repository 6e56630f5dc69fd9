"""Steps that wait for a file together: each whole or not at all, in their order."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.errors import StoreError
from bot.models import Development
from bot.models.chats import Chat, Filter
from bot.models.deliveries import Delivery
from bot.pipeline.rules import RULES
from bot.store import RowStore, open_store
from bot.store import store as store_module
from bot.store.database import Access
from bot.store.sqlite import SqliteDatabase
from tests.release import examples
from tests.samples import NOW, audience_of, commit, delivery, development, everything


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[RowStore]:
    async with open_store(str(tmp_path / "herald.db"), RULES) as opened:
        yield opened


@contextmanager
def held(store: RowStore) -> Iterator[None]:
    """The thread is busy, so that what is asked meanwhile waits together."""
    free = threading.Event()
    store.executor.pool.submit(free.wait, 10)
    try:
        yield
    finally:
        free.set()


async def together(store: RowStore, *steps: object) -> list[object]:
    """What comes of steps that were asked for while the thread was busy."""
    with held(store):
        asked = [asyncio.ensure_future(step) for step in steps]  # type: ignore[call-overload]
        await asyncio.sleep(0)
    return await asyncio.gather(*asked, return_exceptions=True)


def broken(made: Development, *_: object) -> list[Delivery]:
    raise ZeroDivisionError


async def test_those_that_wait_share_a_transaction(
    store: RowStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "BATCHED", 10.0)
    begun: list[Access] = []
    transaction = SqliteDatabase.transaction

    def counted(engine: SqliteDatabase, access: Access) -> object:
        begun.append(access)
        return transaction(engine, access)

    monkeypatch.setattr(SqliteDatabase, "transaction", counted)
    steps = (store.change_chat(chat, lambda known: everything(id=known.id)) for chat in range(9))
    await together(store, store.chats(), *steps, store.chats())
    assert begun.count(Access.WRITES) == 1  # reads have a thread of their own, which was free
    assert len(await store.chats()) == 9


async def test_a_read_sees_what_was_written_before_it_while_another_read_runs(
    store: RowStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "BATCHED", 10.0)
    has_read, may_end = threading.Event(), threading.Event()

    def slow(tables: store_module.Transaction) -> None:
        tables.chats.chats()
        has_read.set()
        may_end.wait(10)

    running = asyncio.create_task(store.executor.run(Access.READS, slow))
    await asyncio.to_thread(has_read.wait, 10)
    await store.change_chat(1, lambda chat: everything())
    later = asyncio.create_task(store.chats())
    await asyncio.sleep(0)
    may_end.set()
    assert [chat.id for chat in await later] == [1]
    await running


async def test_a_step_that_is_said_to_read_cannot_write(store: RowStore) -> None:
    with pytest.raises(StoreError, match="readonly"):
        await store.executor.run(Access.READS, lambda tables: tables.chats.save(everything()))


async def test_a_step_that_breaks_takes_nobody_with_it(store: RowStore) -> None:
    before, wrong, after = await together(
        store,
        store.change_chat(1, lambda chat: everything()),
        store.commit(commit(("k",), development()), broken),
        store.change_chat(2, lambda chat: everything(id=2)),
    )
    assert isinstance(wrong, ZeroDivisionError)
    assert await store.chats() == [before, after]
    assert await store.developments() == []
    assert [each.chat for each in (await audience_of(store)).recipients(development(), NOW)] == [
        1,
        2,
    ]


async def test_what_a_full_disk_ends_ends_for_all_that_shared_it(store: RowStore) -> None:
    def fill(chat: Chat) -> Chat:
        return replace(chat, filters=(Filter(id=1, words=tuple("x" * 2000 for _ in range(400))),))

    pragma = "PRAGMA max_page_count = {}"
    engine = store.executor.engine
    await together(store, store.change_chat(1, lambda chat: everything()))
    store.executor.pool.submit(lambda: engine().connection.execute(pragma.format(1))).result()
    outcomes = await together(store, *(store.change_chat(chat, fill) for chat in range(2, 9)))
    assert any(isinstance(outcome, StoreError) for outcome in outcomes)
    store.executor.pool.submit(lambda: engine().connection.execute(pragma.format(2**30))).result()
    changed = {outcome.id for outcome in outcomes if isinstance(outcome, Chat)}
    assert {chat.id for chat in await store.chats()} == changed | {1}


async def test_a_step_that_nobody_waits_for_any_more_is_not_done(store: RowStore) -> None:
    with held(store):
        asked = asyncio.ensure_future(store.change_chat(1, lambda chat: everything()))
        await asyncio.sleep(0)
        asked.cancel()
        await asyncio.sleep(0)
    assert await store.chats() == []


async def test_a_file_that_cannot_be_opened_is_reported_to_each(tmp_path: Path) -> None:
    path = tmp_path / "herald.db"
    path.write_bytes(b"no database" * 100)
    with pytest.raises(StoreError, match="not a database"):
        async with open_store(str(path), RULES):
            """It is not opened."""


@settings(max_examples=examples(20))
@given(st.lists(st.tuples(st.integers(1, 3), st.booleans(), st.booleans()), max_size=12))
def test_together_is_as_one_after_the_other(steps: list[tuple[int, bool, bool]]) -> None:
    """Steps: of which chat, whether it forgets it, and whether it goes wrong."""

    async def run() -> None:
        async with open_store(":memory:", RULES) as store:
            found = await together(store, *(_step(store, *step) for step in steps))
            kept = {chat.id for chat in await store.chats()}
            audience = await audience_of(store)
            recipients = {each.chat for each in audience.recipients(development(), NOW)}
        wanted: set[int] = set()
        for (chat, is_forgotten, is_wrong), outcome in zip(steps, found, strict=True):
            assert isinstance(outcome, ZeroDivisionError) is (is_wrong and not is_forgotten)
            if is_forgotten:
                wanted.discard(chat)
            elif not is_wrong:
                wanted.add(chat)
        assert kept == recipients == wanted

    asyncio.run(run())


def _step(store: RowStore, chat: int, is_forgotten: bool, is_wrong: bool) -> object:
    def change(known: Chat) -> Chat:
        if is_wrong:
            raise ZeroDivisionError
        return everything(id=chat)

    return store.forget_chat(chat) if is_forgotten else store.change_chat(chat, change)


async def test_a_delivery_is_on_the_wire_only_when_that_is_written(store: RowStore) -> None:
    await store.enqueue([delivery()])
    (pending,) = await store.deliveries("pending", 9)
    with held(store):
        begun = asyncio.ensure_future(store.start_delivery(replace(pending, state="sending")))
        await asyncio.sleep(0.05)
        assert not begun.done()
    await begun
    assert [row.id for row in await store.deliveries("sending", 9)] == [pending.id]
