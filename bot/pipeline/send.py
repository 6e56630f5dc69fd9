"""The store -> a chat: one delivery."""

import logging
from collections.abc import Awaitable, Callable

from msgspec import Struct
from msgspec.structs import replace

from bot import deliver, match, render
from bot.errors import StoreError, TokenRejectedError
from bot.models import Chat, Delivery, Development, Moved, Outcome, Refused
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
        outcome = await _attempt(_Counter(store, transport, starting), delivery, chat)
    except (StoreError, TokenRejectedError):
        raise
    except Exception as error:  # the supervisor of one delivery
        log.exception("%s could not be sent", delivery.development)
        outcome = Refused(f"its message could not be made: {type(error).__name__}")
    await store.save_delivery(deliver.settled(on_the_wire, outcome, clock()))
    await _tell_chat(store, delivery.chat, outcome)
    return outcome


class _Counter(Struct, frozen=True):
    """Where a delivery is handed over."""

    store: Store
    transport: Transport
    starting: Callable[[], Awaitable[None]]


async def _attempt(counter: _Counter, delivery: Delivery, chat: Chat) -> Outcome:
    development = await counter.store.development(delivery.development)
    if development is None:
        return Refused("it is not in the store any more")
    if delivery.kind != "news":
        return await _follow_up(counter, delivery, chat, development)
    if not {filter_.id for filter_ in chat.filters} & set(delivery.filters):
        return Refused("no filter of the chat wants it any more")
    return await counter.transport.send(chat.id, render.development(development), counter.starting)


async def _follow_up(
    counter: _Counter, delivery: Delivery, chat: Chat, development: Development
) -> Outcome:
    """What is done to, or said under, a message that was sent."""
    news = await counter.store.news(delivery.development, chat.id)
    if news is None or news.message_id is None:
        return Refused("its message is not known")
    if delivery.change is None or delivery.kind == "edit":
        message = render.development(development)
        return await counter.transport.edit(chat.id, news.message_id, message, counter.starting)
    if not chat.filters:
        return Refused("the chat has no filter any more")
    message = render.correction(development, delivery.change)
    return await counter.transport.send(chat.id, message, counter.starting, news.message_id)


async def _tell_chat(store: Store, chat: int, outcome: Outcome) -> None:
    """What an outcome says of the chat itself."""
    match outcome:
        case Moved(new):
            await store.move_chat(chat, new)
        case Refused(reason, gone=True):
            await store.change_chat(chat, lambda known: replace(known, suspended=reason))
