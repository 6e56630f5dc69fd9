"""What a process on a server's database has claimed, by its lease: others keep off it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

from bot import deliver
from bot.jobs.outbox import Outbox
from bot.models.chats import Chat, Filter
from bot.models.deliveries import Delivery, Sent
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
    def deliveries_for(made: object, *_: object) -> list[Delivery]:
        return [delivery(development=str(made.id), chat=chat, filters=(1,))]  # type: ignore[attr-defined]

    await store.change_chat(chat, lambda _: Chat(id=chat, filters=(Filter(id=1),)))
    for title in titles:
        await store.commit(commit((title,), development(title=title)), deliveries_for)


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
            (second,) = await claimed(one, {1})
            assert newest.id > second.id


async def test_a_chat_whose_claimant_has_left_is_free_again(postgres: str) -> None:
    with postgres_server.database(postgres) as place:
        async with member(place) as other:
            async with member(place) as one:
                await enqueue(one, 1, "a", "b", "c")
                assert await one.claim_deliveries(NOW, 9, each=1, newest_first={1})
                assert await other.claim_deliveries(NOW, 9) == []
            assert len(await other.claim_deliveries(NOW, 9)) == 3


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
            with contextlib.suppress(asyncio.CancelledError):
                await sending
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
