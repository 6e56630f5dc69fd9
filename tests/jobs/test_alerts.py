"""What has been wrong for long is told once, and once more when it is over."""

import datetime as dt
from collections.abc import AsyncIterator

import pytest_asyncio
from msgspec.structs import replace

from bot import render
from bot.jobs.alerts import FAILING, STUCK, Alerts
from bot.models import Chat, Filter, Notice, PollCommit, SourceState, Timetable
from bot.pipeline.rules import RULES
from bot.ports import Store
from bot.store import open_store
from tests.samples import NOW, commit, delivery, development

FINE = SourceState(id="cz", url="http://mv.example/rss", baseline=True)
BROKEN = replace(FINE, failing=NOW, failures=3, error="HTTP 503")
MINUTE = dt.timedelta(minutes=1)


class Night:
    """A watchman, his store, and a clock that is set by hand."""

    def __init__(self, store: Store) -> None:
        self.store, self.now, self.called = store, NOW, 0
        self.other: Notice | None = None
        self.watchman = Alerts(store, lambda: self.now, self.call, {"rival": self.rival})

    async def rival(self) -> Notice | None:
        return self.other

    def call(self) -> None:
        self.called += 1

    async def notes(self, state: SourceState) -> None:
        await self.store.commit(PollCommit(state=state, at=self.now), lambda *_: ())

    async def hears(self) -> list[str]:
        """What the admins hear after a look."""
        await self.watchman.run()
        told = await self.store.notices()
        for notice in told:
            await self.store.dismiss_notices(notice.id)
        return [render.notice_line(notice) for notice in told]


@pytest_asyncio.fixture
async def night() -> AsyncIterator[Night]:
    async with open_store(":memory:", RULES) as store:
        yield Night(store)


async def test_a_source_that_fails_for_a_day_is_told_once_and_when_it_is_well(night: Night) -> None:
    await night.notes(BROKEN)
    night.now += FAILING - MINUTE
    assert await night.hears() == []
    night.now += MINUTE
    assert await night.hears() == ["cz has failed for 24 h: HTTP 503"]
    assert night.called == 1
    night.now += FAILING
    assert await night.hears() == []
    await night.notes(FINE)
    assert await night.hears() == ["Over: cz has failed for 24 h: HTTP 503"]
    assert await night.hears() == []


async def test_alarms_outlive_a_restart(night: Night) -> None:
    await night.notes(BROKEN)
    night.now += FAILING
    assert len(await night.hears()) == 1
    again = Night(night.store)
    again.now = night.now
    assert await again.hears() == []


async def test_an_outbox_that_is_stuck_is_told(night: Night) -> None:
    await night.store.change_chat(1, lambda chat: Chat(id=1, filters=(Filter(id=1),)))
    await night.store.commit(commit(("k",), development()), lambda *_: [delivery()])
    night.now += STUCK
    assert await night.hears() == []
    night.now += MINUTE
    assert (
        await night.watchman.outbox_problem()
        == "The outbox is stuck: the oldest of 1 pending waits for 1 h"
    )
    assert await night.hears() == ["The outbox is stuck: the oldest of 1 pending waits for 1 h"]
    (row,) = await night.store.claim_deliveries(night.now, 9)
    await night.store.save_delivery(replace(row, state="sent", settled=night.now))
    assert await night.hears() == [
        "Over: The outbox is stuck: the oldest of 1 pending waits for 1 h"
    ]


async def test_what_a_paused_chat_is_owed_is_not_stuck(night: Night) -> None:
    await night.store.change_chat(1, lambda chat: Chat(id=1, filters=(Filter(id=1),), paused=True))
    await night.store.commit(commit(("k",), development()), lambda *_: [delivery()])
    night.now += 2 * STUCK
    assert await night.hears() == []


async def test_what_else_is_wrong_is_told_too(night: Night) -> None:
    night.other = Notice(kind="rival")
    assert await night.hears() == [
        "another process polls with this bot's token; stop one of the two"
    ]
    night.other = None
    assert await night.hears() == [
        "Over: another process polls with this bot's token; stop one of the two"
    ]


async def test_digests_that_did_not_come_are_told_unless_they_are_just_caught_up(
    night: Night,
) -> None:
    timetable = Timetable(every="day")
    chat = Chat(id=1, filters=(Filter(id=1),), timetable=timetable, digest_due=night.now)
    await night.store.change_chat(1, lambda _: chat)
    night.now += STUCK - MINUTE
    assert [await night.hears(), await night.hears()] == [[], []]
    night.now += 2 * MINUTE
    assert await night.hears() == []
    told = "Digests were due more than 1 h ago and are not put together: 1"
    assert await night.hears() == [told]
    await night.store.compose_digest(1, night.now, (), night.now + FAILING)
    assert await night.hears() == [f"Over: {told}"]
