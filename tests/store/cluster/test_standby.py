"""A standby that is promoted: what is lost, what is told again, and when the bot goes on."""

import asyncio
import contextlib
from collections.abc import Iterable

import pytest

from bot import deliver
from bot.errors import StoreError
from bot.models.chats import Chat, Filter
from bot.models.deliveries import Delivery, Sent
from bot.ports.store import Store
from tests.fakes import postgres_server
from tests.samples import NOW, commit, delivery, development
from tests.store.cluster.test_claims import member

CHATS = range(1, 10)


async def enqueue(store: Store) -> None:
    for chat in CHATS:
        await store.change_chat(chat, lambda known: Chat(id=known.id, filters=(Filter(id=1),)))
    await store.commit(
        commit(("a",), development()),
        lambda made, *_: [delivery(development=str(made.id), chat=chat) for chat in CHATS],
    )


async def send(store: Store, claimed: Iterable[Delivery]) -> None:
    for row in claimed:
        sending = deliver.mark_in_flight(row)
        await store.start_delivery(sending)
        await store.save_delivery(deliver.apply_outcome(sending, Sent(1), NOW))


async def send_when_back(store: Store) -> set[int]:
    """Send, as soon as this process can write where the standby was, all that is pending there;
    return its chats."""
    chats = set[int]()
    async with asyncio.timeout(30):
        while True:  # what was claimed before is free when that lease has ended
            await asyncio.sleep(0.05)
            with contextlib.suppress(StoreError):
                claimed = await store.claim_deliveries(NOW, 99)
                await send(store, claimed)
                chats |= {row.chat for row in claimed}
                if chats and not (await store.tally()).pending:
                    return chats


@pytest.mark.parametrize("is_synchronous", [False, True])
async def test_a_promoted_standby_loses_nothing_and_tells_again_what_it_had_not_heard(
    is_synchronous: bool,
) -> None:
    with postgres_server.replicated() as servers:
        async with member(servers.dsn) as store:
            await enqueue(store)
            claimed = await store.claim_deliveries(NOW, 99)
            await send(store, claimed[:3])
            if is_synchronous:
                await asyncio.to_thread(servers.synchronize)
            else:
                await asyncio.to_thread(servers.cut_off)
            await send(store, claimed[3:6])
            await asyncio.to_thread(servers.fail_over)
            heard = claimed[:6] if is_synchronous else claimed[:3]
            assert await send_when_back(store) == set(CHATS) - {row.chat for row in heard}
            assert (await store.tally()).sent == len(CHATS)
