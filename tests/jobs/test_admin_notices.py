from collections.abc import AsyncIterator, Awaitable, Callable

import pytest_asyncio
from msgspec.structs import replace

from bot.jobs.admin_notices import AdminNotices
from bot.models import (
    Destination,
    Message,
    Moved,
    Notice,
    Outcome,
    PollCommit,
    Refused,
    RetryLater,
    Sent,
    SourceState,
    Unknown,
)
from bot.pipeline.rules import RULES
from bot.ports import Store
from bot.store import open_store
from tests.samples import NOW

STATE = SourceState(id="cz", url="http://mv.example/rss")


class Messenger:
    """A Transport that answers what it is told to."""

    def __init__(self) -> None:
        self.answers: list[Outcome] = []
        self.heard: list[tuple[int, str]] = []

    async def reachable(self) -> bool:
        return True

    async def send(
        self,
        place: Destination,
        message: Message,
        starting: Callable[[], Awaitable[None]],
    ) -> Outcome:
        outcome = self.answers.pop(0) if self.answers else Sent(1)
        if isinstance(outcome, Sent):
            self.heard.append((place.chat, message.html))
        return outcome

    async def edit(
        self,
        chat: int,
        message_id: int,
        message: Message,
        starting: Callable[[], Awaitable[None]],
    ) -> Outcome:
        raise NotImplementedError


def noted(text: str) -> Notice:
    return Notice(values={"text": text})


@pytest_asyncio.fixture
async def store() -> AsyncIterator[Store]:
    async with open_store(":memory:", RULES) as opened:
        await opened.commit(
            PollCommit(state=STATE, at=NOW, notices=(noted("a < b"), noted("c"))), lambda *_: ()
        )
        yield opened


async def test_every_admin_hears_every_notice_once(store: Store) -> None:
    messenger = Messenger()
    notices = AdminNotices(store, messenger, [1, 2])
    await notices.run()
    await notices.run()
    assert messenger.heard == [(1, "a &lt; b\n\nc"), (2, "a &lt; b\n\nc")]


async def test_what_could_not_be_told_is_kept(store: Store) -> None:
    messenger = Messenger()
    messenger.answers = [RetryLater("no network")]
    notices = AdminNotices(store, messenger, [1])
    await notices.run()
    assert len(await store.notices()) == 2
    await notices.run()
    assert [text for _, text in messenger.heard] == ["a &lt; b\n\nc"]


async def test_a_notice_that_may_not_have_arrived_is_told_again(store: Store) -> None:
    messenger = Messenger()
    messenger.answers = [Unknown("the connection broke")]
    notices = AdminNotices(store, messenger, [1])
    await notices.run()
    await notices.run()
    assert [text for _, text in messenger.heard] == ["a &lt; b\n\nc"]


async def test_an_admin_s_group_that_has_moved_is_followed(store: Store) -> None:
    messenger = Messenger()
    messenger.answers = [Moved(5)]
    await AdminNotices(store, messenger, [1]).run()
    assert messenger.heard == [(5, "a &lt; b\n\nc")]


async def test_an_admin_who_blocked_the_bot_keeps_no_other_waiting(store: Store) -> None:
    messenger = Messenger()
    messenger.answers = [Refused("blocked", gone=True)]
    await AdminNotices(store, messenger, [1, 2]).run()
    assert (2, "a &lt; b\n\nc") in messenger.heard
    assert await store.notices() == []


async def test_without_admins_nothing_piles_up(store: Store) -> None:
    await AdminNotices(store, Messenger(), []).run()
    assert await store.notices() == []


async def test_what_concerns_one_chat_is_told_there_or_to_the_admins(store: Store) -> None:
    await store.dismiss_notices(*(notice.id for notice in await store.notices()))
    messenger = Messenger()
    for _ in range(3):
        await store.add_notice(replace(noted("I may not write there."), chat=7))
    await AdminNotices(store, messenger, [1]).run()
    assert messenger.heard == [(7, "I may not write there. (3 times)")]
    await store.add_notice(replace(noted("I may not write there."), chat=7))
    messenger.answers = [Refused("bot can't initiate conversation with a user", gone=True)]
    await AdminNotices(store, messenger, [1]).run()
    assert messenger.heard[1:] == [(1, "I may not write there.")]
    assert await store.notices() == []
