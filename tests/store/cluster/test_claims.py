"""What a process on a server's database has claimed, by its lease: others keep off it."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from random import Random
from typing import Any

import pytest

from bot import deliver
from bot.errors import SupersededError
from bot.jobs.outbox import Outbox
from bot.models.chats import Chat, Filter
from bot.models.deliveries import Delivery, Outcome, RetryLater, Sent, Unknown
from bot.pipeline.rules import RULES
from bot.ports.store import Store
from bot.store import open_leader_election, open_store
from tests.end_to_end.running_service import until
from tests.fakes import postgres_server
from tests.fakes.transport import FakeTransport
from tests.samples import NOW, commit, delivery, development


@asynccontextmanager
async def member(place: str) -> AsyncIterator[Store]:
    """The store of a process that has joined the others."""
    async with open_store(place, RULES) as store, open_leader_election(place, store, lambda: NOW):
        yield store


async def enqueue(store: Store, chat: int, *titles: str) -> None:
    def deliveries_for(made: Any, *_: object) -> list[Delivery]:
        return [delivery(development=str(made.id), chat=chat, filters=(1,))]

    await store.change_chat(chat, lambda _: Chat(id=chat, filters=(Filter(id=1),)))
    for title in titles:
        await store.commit(commit((f"{chat} {title}",), development(title=title)), deliveries_for)


async def send(store: Store, claimed: Delivery, outcome: Outcome) -> None:
    sending = deliver.mark_in_flight(claimed)
    await store.start_delivery(sending)
    await store.save_delivery(deliver.apply_outcome(sending, outcome, NOW))


async def test_a_chat_of_which_the_newest_come_first_is_of_one_process(postgres: str) -> None:
    with postgres_server.database(postgres) as place:
        async with member(place) as one, member(place) as other:
            await enqueue(one, 1, "a", "b", "c")

            async def claimed(store: Store, newest_first: Collection[int] = ()) -> list[Delivery]:
                return await store.claim_deliveries(NOW, 9, each=1, newest_first=newest_first)

            (newest,) = await claimed(one, {1})
            assert await claimed(other) == []
            sending = deliver.mark_in_flight(newest)
            await one.start_delivery(sending)
            assert await claimed(other, {1}) == []
            await one.save_delivery(deliver.apply_outcome(sending, Sent(5), NOW))
            (second,) = await claimed(other, {1})
            assert newest.id > second.id


async def test_what_is_repeated_waits_for_who_sends_to_its_chat(postgres: str) -> None:
    with postgres_server.database(postgres) as place:
        async with member(place) as one, member(place) as other:
            await enqueue(one, 1, "a", "b", "c")
            first, second, third = await one.claim_deliveries(NOW, 9)
            await send(one, first, Unknown("no answer"))
            await one.start_delivery(deliver.mark_in_flight(second))
            await other.repeat_delivery(first.id, NOW)  # it is the head again
            assert await other.claim_deliveries(NOW, 9) == []
            await one.save_delivery(deliver.apply_outcome(second, Sent(5), NOW))
            assert await other.claim_deliveries(NOW, 9) == []
            again, *rest = await one.claim_deliveries(NOW, 9)
            assert (again.id, rest) == (first.id, [third])


async def test_a_chat_that_comes_back_waits_for_who_sends_to_it(postgres: str) -> None:
    with postgres_server.database(postgres) as place:
        async with member(place) as one, member(place) as other:
            await enqueue(one, 1, "a", "b", "c")
            first, second, _ = await one.claim_deliveries(NOW, 9, newest_first={1})
            await one.start_delivery(deliver.mark_in_flight(first))
            await other.suspend_chat(1, "blocked", NOW)
            await other.unsuspend_chat(1, NOW)
            assert await other.claim_deliveries(NOW, 9) == []
            await one.save_delivery(deliver.apply_outcome(first, Sent(5), NOW))
            assert len(await other.claim_deliveries(NOW, 9)) == 2
            with pytest.raises(SupersededError):
                await one.start_delivery(deliver.mark_in_flight(second))


async def test_a_chat_whose_claimant_has_left_is_free_again(postgres: str) -> None:
    with postgres_server.database(postgres) as place:
        async with member(place) as other:
            async with member(place) as one:
                await enqueue(one, 1, "a", "b", "c")
                assert await one.claim_deliveries(NOW, 9, each=1, newest_first={1})
                assert await other.claim_deliveries(NOW, 9) == []
            assert len(await other.claim_deliveries(NOW, 9)) == 3


async def test_of_processes_that_claim_at_once_each_has_its_own_chats(postgres: str) -> None:
    with postgres_server.database(postgres) as place:
        async with AsyncExitStack() as stack:
            members = [await stack.enter_async_context(member(place)) for _ in range(3)]
            for chat in range(1, 9):
                await enqueue(members[0], chat, "a", "b")
            holders = defaultdict[int, set[int | None]](set)
            while len(holders) < 8:  # whoever is the last finds some heads locked
                for claim in await asyncio.gather(
                    *(
                        one.claim_deliveries(NOW, 4, holders, newest_first=range(5))
                        for one in members
                    )
                ):
                    for row in claim:
                        holders[row.chat].add(row.holder)
            assert all(len(each) == 1 for each in holders.values())


async def test_what_an_ended_outbox_was_sending_holds_up_none_of_the_next(postgres: str) -> None:
    with postgres_server.database(postgres) as place:
        async with member(place) as store:
            await enqueue(store, 1, "a", "b")
            cut_off = FakeTransport()
            cut_off.may_answer.clear()
            ended = Outbox(store, cut_off, lambda: NOW)
            sending = asyncio.create_task(ended.run())

            async def is_on_the_wire() -> bool:
                return (await store.tally()).sending == 1

            await until(is_on_the_wire)
            assert await store.recover_deliveries(NOW) == []  # it may still arrive
            ended.stop()
            sending.cancel()
            await asyncio.wait_for(asyncio.wait([sending]), 5)
            transport = FakeTransport()
            after = Outbox(store, transport, lambda: NOW)
            running = asyncio.create_task(after.run())
            await until(lambda: bool(transport.titles))
            after.stop()
            await running
            assert transport.titles == [(1, "b")]
            assert (await store.tally()).uncertain == 1
            (notice,) = await store.notices()
            assert notice.kind == "uncertain"


CHAT, MOVED = -1, -3
OUTCOMES: tuple[Outcome, ...] = (Sent(1), RetryLater("busy", 0), Unknown("cut"))


class TwoProcesses:
    """Two processes that claim, send and settle, and what else happens to a chat meanwhile."""

    def __init__(self, one: Store, other: Store) -> None:
        self.members = (one, other)
        self.claimed: list[list[Delivery]] = [[], []]
        self.wire: list[list[Delivery]] = [[], []]
        self.count = 0

    async def is_enqueued(self) -> None:
        self.count += 2
        await enqueue(self.members[0], CHAT, f"News {self.count}", f"More {self.count}")

    async def sends(self, who: int, newest_first: Collection[int], each: int) -> None:
        member = self.members[who]
        if not (self.claimed[who] or self.wire[who]):
            self.claimed[who] = await member.claim_deliveries(
                NOW, 9, each=each, newest_first=newest_first
            )
        if self.claimed[who] and not self.wire[who]:
            sending = deliver.mark_in_flight(self.claimed[who].pop(0))
            with contextlib.suppress(SupersededError):
                await member.start_delivery(sending)
                self.wire[who] = [sending]
        assert not all(self.wire), "two processes send to one chat"

    async def is_answered(self, who: int, outcome: Outcome) -> None:
        for row in self.wire[who]:
            await self.members[who].save_delivery(deliver.apply_outcome(row, outcome, NOW))
            if not isinstance(outcome, Sent):  # what comes after it is claimed anew
                self.claimed[who] = []
        self.wire[who] = []

    async def is_repeated(self) -> None:
        for row in (await self.members[1].deliveries("uncertain", 9))[-1:]:
            await self.members[1].repeat_delivery(row.id, NOW)

    async def comes_and_goes(self) -> None:
        await self.members[0].suspend_chat(CHAT, "blocked", NOW)
        await self.members[0].unsuspend_chat(CHAT, NOW)

    async def moves(self) -> None:
        if not any(self.wire):  # Telegram takes nothing under the number that a chat had
            await self.members[0].move_chat(CHAT, MOVED)
            await self.members[0].move_chat(MOVED, CHAT)

    async def step(self, chance: Random) -> None:
        who, newest_first = chance.randrange(2), chance.choice([(), (CHAT,)])
        what = (
            lambda: self.sends(who, newest_first, chance.randint(1, 2)),
            lambda: self.is_answered(who, chance.choice(OUTCOMES)),
            self.is_enqueued,
            self.is_repeated,
            self.comes_and_goes,
            self.moves,
        )
        (chosen,) = chance.choices(what, weights=(6, 4, 1, 1, 1, 1))
        await chosen()

    async def send_all(self) -> None:
        self.claimed = [[], []]
        for _ in range(2 * self.count):
            for who in (0, 1):
                await self.is_answered(who, Sent(1))
                await self.sends(who, (), 1)
        tally = await self.members[0].tally()
        assert (tally.pending, tally.sending) == (0, 0), "something waits for ever"


@pytest.mark.parametrize("seed", range(4, 8))
async def test_one_process_at_a_time_sends_to_a_chat_and_none_waits_for_ever(
    postgres: str, seed: int
) -> None:
    chance = Random(seed)
    with postgres_server.database(postgres) as place:
        async with member(place) as one, member(place) as other:
            processes = TwoProcesses(one, other)
            await processes.is_enqueued()
            for _ in range(25):
                await processes.step(chance)
            await processes.send_all()
