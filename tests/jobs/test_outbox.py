"""The outbox: order, outages, refusals, and an orderly end."""

import asyncio
import datetime as dt
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable

import pytest
import pytest_asyncio
from msgspec.structs import replace

from bot import deliver, render
from bot.config.schema import TelegramConfig
from bot.config.values import Secret, WebUrl
from bot.errors import StoreError, TokenRejectedError
from bot.jobs import delivery_loop, outbox
from bot.jobs.outbox import Outbox
from bot.models import Development
from bot.models.chats import Chat, Filter
from bot.models.deliveries import (
    Backlog,
    Delivery,
    Destination,
    Message,
    Moved,
    Outcome,
    Refused,
    RetryLater,
    Sent,
    Tally,
    Unknown,
)
from bot.models.sources import SourceState
from bot.pipeline.rules import RULES
from bot.ports.store import Store
from bot.store import open_store
from bot.transport import rate_limiter
from bot.transport.sender import TelegramTransport, make_bot
from tests.end_to_end.running_service import until
from tests.fakes import virtual_time
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.fakes.transport import FakeTransport
from tests.samples import NOW, commit, delivery, development, title_of

STATE = SourceState(id="cz", url="")
IN_TOPIC = Filter(id=1, thread=5)


class World:
    """An outbox, its transport, its store, and a clock that is set by hand."""

    def __init__(self, store: Store) -> None:
        self.store, self.transport, self.now = store, FakeTransport(), NOW
        self.outbox = Outbox(store, self.transport, lambda: self.now)

    async def enqueue(self, chats: Iterable[int], *titles: str) -> None:
        def deliveries_for(development: Development, *_: object) -> list[Delivery]:
            return [
                Delivery(
                    development=str(development.id),
                    chat=chat,
                    filters=(1,),
                    due=self.now,
                    created=self.now,
                )
                for chat in chats
            ]

        for chat in chats:
            await self.store.change_chat(chat, _follows_everything)
        for title in titles:
            await self.store.commit(commit((title,), development(title=title)), deliveries_for)


def _follows_everything(chat: Chat) -> Chat:
    return Chat(id=chat.id, filters=(Filter(id=1),))


@pytest_asyncio.fixture
async def world() -> AsyncIterator[World]:
    async with open_store(":memory:", RULES) as store:
        yield World(store)


async def test_each_chat_hears_follows_everything_once_and_in_order(world: World) -> None:
    await world.enqueue([1, 2], "a", "b", "c")
    await world.outbox.drain()
    assert [title for chat, title in world.transport.titles if chat == 1] == ["a", "b", "c"]
    assert [title for chat, title in world.transport.titles if chat == 2] == ["a", "b", "c"]
    assert await world.store.tally() == Tally(sent=6, last_sent=NOW)


async def test_nothing_is_sent_while_nobody_answers(world: World) -> None:
    await world.enqueue([1], "a")
    world.transport.is_reachable = False
    running = asyncio.create_task(world.outbox.run())
    await asyncio.sleep(0.02)
    assert await world.store.tally() == Tally(pending=1)
    world.outbox.stop()
    await running
    assert world.transport.titles == []


async def test_what_may_come_later_comes_later_and_keeps_its_order(world: World) -> None:
    await world.enqueue([1], "a", "b")
    world.transport.outcomes[1] = [RetryLater("flood", 30)]
    await world.outbox._send_due()
    await asyncio.gather(*world.outbox._busy.values())
    assert world.transport.titles == []
    world.now += dt.timedelta(seconds=30)
    await world.outbox.drain()
    assert world.transport.titles == [(1, "a"), (1, "b")]


async def test_a_chat_that_waits_keeps_no_other_waiting(world: World) -> None:
    await world.enqueue([1, 2], "a")
    world.transport.outcomes[1] = [RetryLater("flood", 600)]
    await world.outbox.drain()
    assert world.transport.titles == [(2, "a")]


async def test_a_chat_that_refuses_is_suspended_and_keeps_its_filters(world: World) -> None:
    await world.enqueue([1], "a", "b")
    world.transport.outcomes[1] = [Refused("bot was blocked by the user", gone=True)]
    await world.outbox.drain()
    chat = await world.store.chat(1)
    assert (chat.suspended, len(chat.filters)) == ("bot was blocked by the user", 1)
    assert await world.store.tally() == Tally(suspended=2)


async def test_a_chat_that_comes_back_hears_what_waited_for_it(world: World) -> None:
    await world.enqueue([1], "a", "b")
    world.transport.outcomes[1] = [Refused("bot was blocked by the user", gone=True)]
    await world.outbox.drain()
    await world.store.unsuspend_chat(1, world.now)
    await world.outbox.drain()
    assert world.transport.titles == [(1, "a"), (1, "b")]
    assert await world.store.tally() == Tally(sent=2, last_sent=NOW)


async def test_who_set_a_group_up_hears_that_the_bot_may_not_write_there(
    world: World,
) -> None:
    await world.enqueue([-1], "a")
    await world.store.change_chat(-1, lambda chat: replace(chat, keeper=7))
    world.transport.outcomes[-1] = [Refused("not enough rights", gone=True, lacks_rights=True)]
    await world.outbox.drain()
    (notice,) = await world.store.notices()
    assert notice.chat == 7
    assert "not enough rights" not in render.notice_line(notice)
    assert "I may not write in a group or channel." in render.notice_line(notice)


async def test_what_is_set_in_a_topic_goes_there_and_from_one_that_is_gone_to_the_group(
    world: World,
) -> None:
    await world.enqueue([-1], "a")
    await world.store.change_chat(-1, lambda chat: replace(chat, filters=(IN_TOPIC,), keeper=7))
    world.transport.outcomes[-1] = [Sent(1, topic_missing=True)]
    await world.outbox.drain()
    assert world.transport.destinations == [Destination(-1, 5)]
    assert (await world.store.chat(-1)).filters[0].thread is None
    assert [notice.chat for notice in await world.store.notices()] == [7]


async def test_a_later_stage_comes_as_an_answer_to_the_first(world: World) -> None:
    await world.enqueue([1], "a")
    await world.outbox.drain()
    first = Filter(id=1, follows="CZ-2025-0001")
    await world.store.change_chat(1, lambda chat: replace(chat, filters=(first,)))

    def deliveries_for(development: Development, *_: object) -> list[Delivery]:
        return [Delivery(
            development=str(development.id), chat=1, filters=(1,), due=world.now, created=world.now
        )]  # fmt: skip

    await world.store.commit(commit(("b",), development(title="b")), deliveries_for)
    await world.outbox.drain()
    assert [place.reply_to for place in world.transport.destinations] == [None, 1]


async def test_a_group_that_moved_hears_it_at_its_new_place(world: World) -> None:
    await world.enqueue([-1], "a", "b")
    world.transport.outcomes[-1] = [Moved(-1001)]
    await world.outbox.drain()
    assert world.transport.titles == [(-1001, "a"), (-1001, "b")]
    assert (await world.store.chat(-1)).filters == ()


async def test_what_may_have_arrived_is_never_sent_again(world: World) -> None:
    await world.enqueue([1], "a", "b")
    world.transport.outcomes[1] = [Unknown("timed out")]
    await world.outbox.drain()
    assert world.transport.titles == [(1, "b")]
    assert await world.store.tally() == Tally(uncertain=1, sent=1, last_sent=NOW)
    (notice,) = await world.store.notices()
    assert (
        render.notice_line(notice)
        == "CZ-2025-0001 may or may not have arrived (timed out): see /admin"
    )


async def test_a_message_that_cannot_be_made_blocks_no_other(world: World) -> None:
    await world.enqueue([1], "a", "b")
    world.transport.outcomes[1] = [ZeroDivisionError()]
    await world.outbox.drain()
    assert world.transport.titles == [(1, "b")]
    assert (await world.store.tally()).failed == 1


async def test_what_nobody_wants_any_more_is_not_sent(world: World) -> None:
    await world.enqueue([1], "a")
    await world.store.change_chat(1, lambda chat: Chat(id=1))
    await world.outbox.drain()
    assert world.transport.titles == []
    assert await world.store.tally() == Tally(withdrawn=1)


async def test_a_paused_chat_hears_it_afterwards(world: World) -> None:
    await world.enqueue([1], "a")
    until = NOW + dt.timedelta(hours=1)
    await world.store.change_chat(
        1, lambda chat: Chat(id=1, filters=chat.filters, paused=True, paused_until=until)
    )
    await world.outbox.drain()
    assert world.transport.titles == []
    world.now = until
    await world.outbox.drain()
    assert world.transport.titles == [(1, "a")]


async def test_a_pause_stops_a_batch_under_way(world: World) -> None:
    await world.enqueue([1], "a", "b", "c")
    send = world.transport.send

    async def send_and_pause(
        place: Destination, message: Message, starting: Callable[[], Awaitable[None]]
    ) -> Outcome:
        outcome = await send(place, message, starting)
        await world.store.change_chat(1, lambda chat: replace(chat, paused=True))
        return outcome

    world.transport.send = send_and_pause  # type: ignore[method-assign]
    await world.outbox.drain()
    assert world.transport.titles == [(1, "a")]
    assert await world.store.tally() == Tally(sent=1, pending=2, last_sent=NOW)


async def test_a_ledger_that_cannot_be_written_is_not_hammered(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.enqueue([1], "a")
    tries = []

    async def full(delivery: Delivery) -> None:
        tries.append(delivery)
        raise StoreError("the disk is full")

    monkeypatch.setattr(world.store, "start_delivery", full)
    running = asyncio.create_task(world.outbox.run())
    await asyncio.sleep(0.3)
    world.outbox.stop()
    await asyncio.wait_for(running, 2)
    assert 1 <= len(tries) <= 2


class NothingTorn:
    """A store in which nothing was on the wire as the process before ended."""

    async def recover_deliveries(self, *_: object, **_more: object) -> list[Delivery]:
        return []


def test_the_wait_in_an_outage_grows_up_to_half_a_minute() -> None:
    """By a clock that jumps from timer to timer: nothing here does any I/O."""
    times: list[float] = []

    class Unreachable:
        async def reachable(self) -> bool:
            times.append(asyncio.get_running_loop().time())
            return False

    class Waiting(NothingTorn):
        async def claim_deliveries(self, *_: object, **_more: object) -> list[Delivery]:
            return [delivery()]

    async def wait() -> None:
        outbox = Outbox(Waiting(), Unreachable(), lambda: NOW)  # type: ignore[arg-type]
        running = asyncio.create_task(outbox.run())
        await asyncio.sleep(200)
        outbox.stop()
        await running

    virtual_time.run(wait())
    waits = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert waits[:7] == [1, 2, 4, 8, 16, 30, 30]


def test_when_a_store_works_again_the_outbox_is_as_quick_as_before() -> None:
    times: list[float] = []

    class Recovering(NothingTorn):
        async def claim_deliveries(self, *_: object, **_more: object) -> list[Delivery]:
            times.append(asyncio.get_running_loop().time())
            if len(times) <= 8:
                raise StoreError("the disk is full")
            return []

    async def run() -> None:
        outbox = Outbox(Recovering(), FakeTransport(), lambda: NOW)  # type: ignore[arg-type]
        running = asyncio.create_task(outbox.run())
        await asyncio.sleep(200)
        outbox.stop()
        await running

    virtual_time.run(run())
    waits = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert waits[:8] == [1, 2, 4, 8, 16, 30, 30, 30]
    assert max(waits[8:]) == pytest.approx(1)


async def test_what_was_sent_while_the_ledger_cannot_be_written_is_written_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.enqueue([1], "a")
    save, tries = world.store.save_delivery, 0

    async def full_at_first(delivery: Delivery) -> None:
        nonlocal tries
        tries += delivery.state == "sent"
        if delivery.state == "sent" and tries < 3:
            raise StoreError("the disk is full")
        await save(delivery)

    monkeypatch.setattr(world.store, "save_delivery", full_at_first)
    monkeypatch.setattr(delivery_loop, "FIRST_SAVE_WAIT", 0.001)
    await world.outbox.drain()
    assert (world.transport.titles, tries) == ([(1, "a")], 3)
    assert await world.store.tally() == Tally(sent=1, last_sent=NOW)


async def test_a_rejected_token_ends_it(world: World) -> None:
    await world.enqueue([1], "a")
    world.transport.outcomes[1] = [TokenRejectedError()]
    with pytest.raises(TokenRejectedError):
        await asyncio.wait_for(world.outbox.run(), 2)


async def test_an_orderly_end_waits_for_what_is_on_the_wire(world: World) -> None:
    await world.enqueue([1], "a", "b")
    world.transport.may_answer.clear()
    running = asyncio.create_task(world.outbox.run())
    while (await world.store.tally()).sending == 0:
        await asyncio.sleep(0.005)
    world.outbox.stop()
    world.transport.may_answer.set()
    await running
    assert world.transport.titles == [(1, "a")]
    assert await world.store.tally() == Tally(sent=1, pending=1, last_sent=NOW)


async def test_what_the_outbox_before_was_sending_holds_up_nothing(world: World) -> None:
    await world.enqueue([1], "a", "b")
    (row, _) = await world.store.claim_deliveries(NOW, 9)
    await world.store.start_delivery(deliver.mark_in_flight(row))
    running = asyncio.create_task(world.outbox.run())
    await until(lambda: bool(world.transport.titles))
    world.outbox.stop()
    await running
    assert world.transport.titles == [(1, "b")]
    assert await world.store.tally() == Tally(sent=1, uncertain=1, last_sent=NOW)


async def test_an_outbox_that_is_cancelled_as_it_is_woken_ends_with_its_sends(
    world: World,
) -> None:
    await world.enqueue([1], "a")
    world.transport.may_answer.clear()
    running = asyncio.create_task(world.outbox.run())
    await until(lambda: world.transport.calls == ["send"])
    world.outbox.stop()
    running.cancel()
    await asyncio.wait([running], timeout=5)
    assert running.cancelled()
    assert world.outbox._busy == {}


async def test_what_goes_out_in_another_form_is_sent_once_and_holds_up_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limiter, "CHAT_GAP", 0)
    await world.enqueue([-7], "a", "b")
    config = TelegramConfig(token=Secret(TOKEN))
    async with FakeTelegram(TOKEN) as telegram:
        telegram.says(-7, "/start")
        refusal = {"code": 400, "description": "Bad Request: can't parse entities"}
        telegram.fail("sendMessage", "status", **refusal)
        async with make_bot(replace(config, base_url=WebUrl(telegram.base_url))) as bot:
            transport = TelegramTransport(bot)
            await Outbox(world.store, transport, lambda: NOW).drain()
        assert [title_of(heard.text) for heard in telegram.messages(-7)] == ["a", "b"]
    assert await world.store.tally() == Tally(sent=2, last_sent=NOW)


@pytest.mark.parametrize("count", [1, outbox.IN_DIGEST + 1])
async def test_a_chat_that_breaks_holds_up_no_other(world: World, count: int) -> None:
    """Its time zone is none that the machine knows, and it has quiet hours."""
    titles = [f"a{number}" for number in range(count)]
    await world.enqueue([1], *titles)
    broken = {"quiet": (0, 60), "timezone": "Nowhere/Nothing"}
    await world.store.change_chat(1, lambda chat: replace(chat, **broken))  # type: ignore[arg-type]
    await world.enqueue([2], "b")
    await world.outbox.drain()
    assert world.transport.titles == [(2, "b")]
    assert await world.store.backlog(NOW) == Backlog(pending=count)
    await world.store.change_chat(1, lambda chat: replace(chat, timezone="UTC"))
    world.now += dt.timedelta(hours=1)
    await world.outbox.drain()
    assert (await world.store.tally(1)).pending == 0


async def test_what_only_waits_for_its_turn_stays_pending_at_the_end(world: World) -> None:
    await world.enqueue([1], "a")

    async def waits(place: Destination, message: Message, starting: object) -> Outcome:
        await asyncio.sleep(3600)
        raise AssertionError

    world.transport.send = waits  # type: ignore[method-assign,assignment]
    running = asyncio.create_task(world.outbox.run())
    await asyncio.sleep(0.02)
    world.outbox.stop()
    await asyncio.wait_for(running, 1)
    assert await world.store.tally() == Tally(pending=1)
