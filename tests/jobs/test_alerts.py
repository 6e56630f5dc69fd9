"""What has been wrong for long is told once, and once more when it is over."""

import datetime as dt
from collections.abc import AsyncIterator

import pytest_asyncio
from msgspec.structs import replace

from bot import render
from bot.jobs.admin_notices import FAILING, STUCK, Alerts
from bot.models import Notice
from bot.models.chats import Chat, Filter
from bot.models.pace import DAILY, ScheduledDigest
from bot.models.sources import PollCommit, SourceState
from bot.pipeline.rules import RULES
from bot.ports.store import Store
from bot.store import open_store
from tests.samples import NOW, commit, delivery, development

FINE = SourceState(id="cz", url="http://mv.example/rss", baseline=True)
BROKEN = replace(FINE, failing=NOW, failures=3, error="HTTP 503")
MINUTE = dt.timedelta(minutes=1)


class World:
    """The alerts, their store, and a clock that is set by hand."""

    def __init__(self, store: Store) -> None:
        self.store, self.now, self.wakes = store, NOW, 0
        self.other: Notice | None = None
        self.alerts = Alerts(store, lambda: self.now, self.wake, rival=self.rival)

    async def rival(self) -> Notice | None:
        return self.other

    def wake(self) -> None:
        self.wakes += 1

    async def save(self, state: SourceState) -> None:
        await self.store.commit(PollCommit(state=state, at=self.now), lambda *_: ())

    async def new_notices(self) -> list[str]:
        """Update the alerts, and return the notices that this made."""
        await self.alerts.run()
        notices = await self.store.notices()
        for notice in notices:
            await self.store.dismiss_notices(notice.id)
        return [render.notice_line(notice) for notice in notices]


@pytest_asyncio.fixture
async def world() -> AsyncIterator[World]:
    async with open_store(":memory:", RULES) as store:
        yield World(store)


async def test_a_source_that_fails_for_a_day_is_told_once_and_when_it_is_well(world: World) -> None:
    await world.save(BROKEN)
    world.now += FAILING - MINUTE
    assert await world.new_notices() == []
    world.now += MINUTE
    assert await world.new_notices() == ["cz has failed for 24 h: HTTP 503"]
    assert world.wakes == 1
    world.now += FAILING
    assert await world.new_notices() == []
    await world.save(FINE)
    assert await world.new_notices() == ["Over: cz has failed for 24 h: HTTP 503"]
    assert await world.new_notices() == []


async def test_alarms_outlive_a_restart(world: World) -> None:
    await world.save(BROKEN)
    world.now += FAILING
    assert len(await world.new_notices()) == 1
    again = World(world.store)
    again.now = world.now
    assert await again.new_notices() == []


async def test_an_outbox_that_is_stuck_is_told(world: World) -> None:
    await world.store.change_chat(1, lambda chat: Chat(id=1, filters=(Filter(id=1),)))
    await world.store.commit(commit(("k",), development()), lambda *_: [delivery()])
    world.now += STUCK
    assert await world.new_notices() == []
    world.now += MINUTE
    assert (
        await world.alerts.outbox_problem()
        == "The outbox is stuck: the oldest of 1 pending waits for 1 h"
    )
    assert await world.new_notices() == [
        "The outbox is stuck: the oldest of 1 pending waits for 1 h"
    ]
    (row,) = await world.store.claim_deliveries(world.now, 9)
    await world.store.save_delivery(replace(row, state="sent", settled=world.now))
    assert await world.new_notices() == [
        "Over: The outbox is stuck: the oldest of 1 pending waits for 1 h"
    ]


async def test_what_a_paused_chat_is_owed_is_not_stuck(world: World) -> None:
    await world.store.change_chat(1, lambda chat: Chat(id=1, filters=(Filter(id=1),), paused=True))
    await world.store.commit(commit(("k",), development()), lambda *_: [delivery()])
    world.now += 2 * STUCK
    assert await world.new_notices() == []


async def test_what_else_is_wrong_is_told_too(world: World) -> None:
    world.other = Notice(kind="rival")
    assert await world.new_notices() == [
        "another process polls with this bot's token; stop one of the two"
    ]
    world.other = None
    assert await world.new_notices() == [
        "Over: another process polls with this bot's token; stop one of the two"
    ]


async def test_digests_that_did_not_come_are_told_unless_they_are_just_caught_up(
    world: World,
) -> None:
    daily = ScheduledDigest(pace=DAILY, since=world.now, due=world.now)
    chat = Chat(id=1, filters=(Filter(id=1),), pace=DAILY, digests=(daily,), digest_due=world.now)
    await world.store.change_chat(1, lambda _: chat)
    world.now += STUCK - MINUTE
    assert [await world.new_notices(), await world.new_notices()] == [[], []]
    world.now += 2 * MINUTE
    assert await world.new_notices() == []
    told = "Digests were due more than 1 h ago and are not put together: 1"
    assert await world.new_notices() == [told]
    await world.store.compose_digests(1, world.now, ())
    assert await world.new_notices() == [f"Over: {told}"]
