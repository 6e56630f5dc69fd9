"""The store -> a chat: one delivery."""

import logging
from collections.abc import Awaitable, Callable

from msgspec.structs import replace

from bot import deliver, match, render
from bot.errors import StoreError, TokenRejectedError
from bot.models import Chat, Delivery, Moved, Outcome, Refused
from bot.pipeline.desk import Clock
from bot.ports import Store, Transport

log = logging.getLogger(__name__)


async def send(
    store: Store,
    transport: Transport,
    clock: Clock,
    delivery: Delivery,
    begun: Callable[[], None] = lambda: None,
) -> Outcome | None:
    """Sends one delivery and writes down what came of it; None: its chat does not listen now.

    Calls `begun` when it can no longer be cut short without leaving it uncertain. Raises
    StoreError and TokenRejectedError; a delivery whose message cannot be made is refused.
    """
    chat = await store.chat(delivery.chat)
    if not match.listens(chat, clock()):
        return None
    on_the_wire = deliver.starting(delivery)

    async def starting() -> None:
        begun()
        await store.save_delivery(on_the_wire)

    try:
        outcome = await _attempt(store, transport, delivery, chat, starting)
    except (StoreError, TokenRejectedError):
        raise
    except Exception as error:  # the supervisor of one delivery
        log.exception("%s could not be sent", delivery.development)
        outcome = Refused(f"its message could not be made: {type(error).__name__}")
    await store.save_delivery(deliver.settled(on_the_wire, outcome, clock()))
    await _tell_chat(store, delivery.chat, outcome)
    return outcome


async def _attempt(
    store: Store,
    transport: Transport,
    delivery: Delivery,
    chat: Chat,
    starting: Callable[[], Awaitable[None]],
) -> Outcome:
    development = await store.development(delivery.development)
    if development is None or not match.matching(chat, development):
        return Refused("no filter of the chat wants it any more")
    return await transport.send(chat.id, render.development(development), starting)


async def _tell_chat(store: Store, chat: int, outcome: Outcome) -> None:
    """What an outcome says of the chat itself."""
    match outcome:
        case Moved(new):
            await store.move_chat(chat, new)
        case Refused(reason, gone=True):
            await store.change_chat(chat, lambda known: replace(known, suspended=reason))
