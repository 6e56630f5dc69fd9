"""A chat with which a job breaks holds up no other, and is tried again after a while."""

import datetime as dt
import logging
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from msgspec.structs import replace

from bot.errors import StoreError
from bot.jobs.chat_retries import FIRST_WAIT, LONGEST_WAIT, ChatRetries
from bot.jobs.pauses import MANY, EndOfPauses, QuietHours
from bot.jobs.periodic import DigestJob
from bot.models.chats import Chat, Filter
from bot.models.pace import AT_ONCE, WEEKLY, ScheduledDigest
from bot.pipeline.rules import RULES
from bot.ports.store import Store
from bot.store import open_store
from tests.samples import NOW, delivery

BROKEN, FINE = -100765, -100432
HOUR, SECOND = dt.timedelta(hours=1), dt.timedelta(seconds=1)
NOWHERE = "Nowhere/Nothing"
"""A time zone that the machine does not know, so that no digest can be planned."""


class World:
    """Two chats with a weekly digest, the first of which is broken, and a clock that is set."""

    def __init__(self, store: Store) -> None:
        self.store, self.now = store, NOW
        self.digests = DigestJob(store, [], lambda: self.now, lambda: None)
        self.pauses = EndOfPauses(store, lambda: self.now, lambda: None)

    async def owe_digests(self) -> None:
        for chat, due, zone in ((BROKEN, NOW - HOUR, NOWHERE), (FINE, NOW, "UTC")):
            weekly = ScheduledDigest(pace=WEEKLY, since=due, due=due)
            await self.put(chat, timezone=zone, digests=(weekly,), digest_due=due)

    async def pause(self) -> None:
        for chat, until, zone in ((BROKEN, NOW - HOUR, NOWHERE), (FINE, NOW, "UTC")):
            await self.put(chat, timezone=zone, paused=True, paused_until=until)

    async def put(self, chat: int, **settings: object) -> None:
        filters = (Filter(id=1, countries=frozenset({"CZ"})),)
        made = Chat(**{"id": chat, "filters": filters, "pace": WEEKLY, **settings})  # type: ignore[arg-type]
        await self.store.change_chat(chat, lambda _: made)

    async def repair(self) -> None:
        await self.store.change_chat(BROKEN, lambda chat: replace(chat, timezone="UTC"))

    async def digests_of(self, chat: int) -> int:
        return sum(each.kind == "digest" for each in await self.store.deliveries_of(chat))


@pytest_asyncio.fixture
async def world() -> AsyncIterator[World]:
    async with open_store(":memory:", RULES) as store:
        yield World(store)


async def test_a_digest_that_breaks_holds_up_no_other_and_comes_later(world: World) -> None:
    await world.owe_digests()
    await world.digests.run()
    assert [await world.digests_of(chat) for chat in (BROKEN, FINE)] == [0, 1]
    await world.repair()
    await world.digests.run()
    assert await world.digests_of(BROKEN) == 0
    world.now += FIRST_WAIT
    await world.digests.run()
    await world.digests.run()
    assert [await world.digests_of(chat) for chat in (BROKEN, FINE)] == [1, 1]


async def test_a_pause_that_cannot_end_holds_up_no_other_and_ends_later(world: World) -> None:
    await world.pause()
    await world.pauses.run()
    assert [(await world.store.chat(chat)).paused for chat in (BROKEN, FINE)] == [True, False]
    await world.repair()
    world.now += FIRST_WAIT
    await world.pauses.run()
    assert not (await world.store.chat(BROKEN)).paused


async def test_quiet_hours_that_break_let_those_of_others_end_with_a_digest(world: World) -> None:
    for chat, zone in ((BROKEN, NOWHERE), (FINE, "UTC")):
        await world.put(chat, timezone=zone, quiet=(0, 1439), pace=AT_ONCE)
    many = [
        delivery(development=str(number), chat=chat, filters=(1,))
        for chat in (BROKEN, FINE)
        for number in range(MANY + 1)
    ]
    await world.store.enqueue(many)
    await QuietHours(world.store, lambda: world.now).run()
    assert await world.store.chats_awaiting(0) == {BROKEN: MANY + 1}


async def test_what_stays_broken_is_tried_ever_more_seldom_and_told_without_its_chat(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await world.owe_digests()
    with caplog.at_level(logging.ERROR):
        while world.now < NOW + 4 * HOUR:
            await world.digests.run()
            world.now += world.digests.interval * SECOND
    said = [record.getMessage() for record in caplog.records]
    assert 4 <= len(said) <= 12
    assert not any(str(abs(BROKEN)) in line for line in said)


async def test_a_store_that_fails_ends_the_round_and_the_next_begins_with_another() -> None:
    seen = list[int]()

    async def see_to(chat: Chat) -> None:
        seen.append(chat.id)
        if chat.id == BROKEN:
            raise StoreError("a row cannot be read")

    retries, chats = ChatRetries("digests"), [Chat(id=BROKEN), Chat(id=FINE)]
    with pytest.raises(StoreError):
        await retries.run_for_each(chats, NOW, see_to)
    await retries.run_for_each(chats, NOW, see_to)
    assert seen == [BROKEN, FINE]
    with pytest.raises(StoreError):
        await retries.run_for_each(chats, NOW + LONGEST_WAIT, see_to)
