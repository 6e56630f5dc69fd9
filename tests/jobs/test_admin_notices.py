from collections.abc import AsyncIterator

import pytest_asyncio
from msgspec.structs import replace

from bot.jobs.admin_notices import AdminNotices
from bot.models import (
    Moved,
    Notice,
    PollCommit,
    Refused,
    RetryLater,
    SourceState,
    Unknown,
)
from bot.pipeline.rules import RULES
from bot.ports import Store
from bot.store import open_store
from tests.fakes.transport import FakeTransport
from tests.samples import NOW

STATE = SourceState(id="cz", url="http://mv.example/rss")


def notice(text: str) -> Notice:
    return Notice(values={"text": text})


@pytest_asyncio.fixture
async def store() -> AsyncIterator[Store]:
    async with open_store(":memory:", RULES) as opened:
        await opened.commit(
            PollCommit(state=STATE, at=NOW, notices=(notice("a < b"), notice("c"))), lambda *_: ()
        )
        yield opened


async def test_every_admin_hears_every_notice_once(store: Store) -> None:
    transport = FakeTransport()
    notices = AdminNotices(store, transport, [1, 2])
    await notices.run()
    await notices.run()
    assert transport.html == [(1, "a &lt; b\n\nc"), (2, "a &lt; b\n\nc")]


async def test_what_could_not_be_told_is_kept(store: Store) -> None:
    transport = FakeTransport()
    transport.outcomes[1] = [RetryLater("no network")]
    notices = AdminNotices(store, transport, [1])
    await notices.run()
    assert len(await store.notices()) == 2
    await notices.run()
    assert [text for _, text in transport.html] == ["a &lt; b\n\nc"]


async def test_a_notice_that_may_not_have_arrived_is_told_again(store: Store) -> None:
    transport = FakeTransport()
    transport.outcomes[1] = [Unknown("the connection broke")]
    notices = AdminNotices(store, transport, [1])
    await notices.run()
    await notices.run()
    assert [text for _, text in transport.html] == ["a &lt; b\n\nc"]


async def test_an_admin_s_group_that_has_moved_is_followed(store: Store) -> None:
    transport = FakeTransport()
    transport.outcomes[1] = [Moved(5)]
    await AdminNotices(store, transport, [1]).run()
    assert transport.html == [(5, "a &lt; b\n\nc")]


async def test_an_admin_who_blocked_the_bot_keeps_no_other_waiting(store: Store) -> None:
    transport = FakeTransport()
    transport.outcomes[1] = [Refused("blocked", gone=True)]
    await AdminNotices(store, transport, [1, 2]).run()
    assert (2, "a &lt; b\n\nc") in transport.html
    assert await store.notices() == []


async def test_without_admins_nothing_piles_up(store: Store) -> None:
    await AdminNotices(store, FakeTransport(), []).run()
    assert await store.notices() == []


async def test_what_concerns_one_chat_is_told_there_or_to_the_admins(store: Store) -> None:
    await store.dismiss_notices(*(notice.id for notice in await store.notices()))
    transport = FakeTransport()
    for _ in range(3):
        await store.add_notice(replace(notice("I may not write there."), chat=7))
    await AdminNotices(store, transport, [1]).run()
    assert transport.html == [(7, "I may not write there. (3 times)")]
    await store.add_notice(replace(notice("I may not write there."), chat=7))
    transport.outcomes[7] = [Refused("bot can't initiate conversation with a user", gone=True)]
    await AdminNotices(store, transport, [1]).run()
    assert transport.html[1:] == [(1, "I may not write there.")]
    assert await store.notices() == []
