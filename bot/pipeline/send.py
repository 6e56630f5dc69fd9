"""Send one delivery to its chat, and save what came of it."""

import asyncio
import datetime as dt
import itertools
import logging
from collections.abc import Awaitable, Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from bot import deliver, match, render
from bot.errors import StoreError, SupersededError, TokenRejectedError
from bot.i18n import locale_for
from bot.models import Chat, Development, Filter, Notice
from bot.models.deliveries import (
    Delivery,
    Destination,
    Digest,
    Moved,
    Outcome,
    Refused,
    Sent,
    Unwanted,
)
from bot.pipeline.context import Clock
from bot.ports import Store, Transport
from bot.render import chart

log = logging.getLogger(__name__)

FIRST_WAIT = 1.0
LONGEST_WAIT = 30.0
"""Seconds between attempts to write to a store that fails."""


async def send(
    store: Store,
    transport: Transport,
    clock: Clock,
    delivery: Delivery,
    begun: Callable[[], None] = lambda: None,
) -> Outcome | None:
    """Sends one delivery and writes down what came of it; None: its chat does not listen now, or
    it is not this process's to send any more.

    Calls `begun` when it can no longer be cut short without leaving it uncertain. Raises
    StoreError and TokenRejectedError; a delivery whose message cannot be made is refused.
    """
    chat = await store.chat(delivery.chat)
    if not deliver.listens(chat, clock()):
        return None
    on_the_wire = deliver.starting(delivery)

    async def starting() -> None:
        begun()
        await store.start_delivery(on_the_wire)

    try:
        outcome = await _attempt(_Counter(store, transport, starting), delivery, chat)
    except SupersededError:
        return None
    except (StoreError, TokenRejectedError):
        raise
    except Exception as error:  # the supervisor of one delivery
        log.exception("%s could not be sent", delivery.development)
        outcome = Refused(f"its message could not be made: {type(error).__name__}")
    now = clock()
    await _write_down(store, chat, deliver.settled(on_the_wire, outcome, now), outcome, now)
    return outcome


async def _write_down(
    store: Store, chat: Chat, settled: Delivery, outcome: Outcome, now: dt.datetime
) -> None:
    # Telegram cannot be asked again what came of it: so it is kept until the store takes it.
    for failures in itertools.count(1):
        try:
            await store.save_delivery(settled)
            await _handle_outcome(store, chat, outcome, now)
            return
        except StoreError as error:
            log.error(
                "%s is %s, which waits to be written: %s", settled.development, settled.state, error
            )
        await asyncio.sleep(deliver.backoff(failures, FIRST_WAIT, LONGEST_WAIT))


class _Counter(Struct, frozen=True):
    """Where a delivery is handed over."""

    store: Store
    transport: Transport
    starting: Callable[[], Awaitable[None]]


async def _attempt(counter: _Counter, delivery: Delivery, chat: Chat) -> Outcome:
    if delivery.digest:
        return await _digest(counter, delivery.digest, chat)
    if delivery.text:
        (message,) = render.reply("announcement", locale_for(chat.language), text=delivery.text)
        return await counter.transport.send(Destination(chat.id), message, counter.starting)
    development = await counter.store.development(delivery.development)
    if development is None:
        return Refused("it is not in the store any more")
    if delivery.kind != "news":
        return await _follow_up(counter, delivery, chat, development)
    matched = [filter_ for filter_ in chat.filters if filter_.id in delivery.filters]
    if not matched:
        return Unwanted("no filter of the chat wants it any more")
    place = Destination(
        chat.id, matched[0].thread, await _followed(counter.store, chat, matched), chat.silent
    )
    message = render.development(development, locale_for(chat.language), matched)
    return await counter.transport.send(place, message, counter.starting)


async def _followed(store: Store, chat: Chat, matched: Sequence[Filter]) -> int | None:
    """The message under which a later stage of what is followed comes."""
    for wanting in matched:
        if wanting.follows and (news := await store.news_delivery(wanting.follows, chat.id)):
            return news.message_id
    return None


async def _digest(counter: _Counter, digest: Digest, chat: Chat) -> Outcome:
    """A part of a digest, as it was put together."""
    if not chat.filters:
        return Unwanted("the chat has no filter any more")
    place = Destination(chat.id, chat.filters[0].thread, silent=chat.silent)
    if digest.is_picture:
        return await _picture(counter, digest, chat, place)
    found = [await counter.store.development(number) for number in digest.items]
    told = [made for made in found if made]
    message = render.digest(digest, told, locale_for(chat.language), counter.transport.link)
    return await counter.transport.send(place, message, counter.starting)


async def _picture(counter: _Counter, digest: Digest, chat: Chat, place: Destination) -> Outcome:
    """What the last weeks brought, by country."""
    today = digest.until.date()
    drawn = chart.png(await _of_weeks(counter.store, chat, today), today)
    if drawn is None:
        return Unwanted("there is nothing to show")
    (caption,) = render.reply("picture", locale_for(chat.language), weeks=chart.WEEKS)
    message = replace(caption, picture=drawn)
    return await counter.transport.send(place, message, counter.starting)


async def _of_weeks(store: Store, chat: Chat, today: dt.date) -> list[Development]:
    since = today - dt.timedelta(weeks=chart.WEEKS)
    return await store.developments(lambda made: bool(match.matching(chat, made)), since=since)


async def _follow_up(
    counter: _Counter, delivery: Delivery, chat: Chat, development: Development
) -> Outcome:
    """What is done to, or said under, a message that was sent."""
    news = await counter.store.news_delivery(delivery.development, chat.id)
    if news is None or news.message_id is None:
        return Refused("its message is not known")
    if delivery.change is None or delivery.kind == "edit":
        message = render.development(development, locale_for(chat.language))
        return await counter.transport.edit(chat.id, news.message_id, message, counter.starting)
    if not chat.filters:
        return Unwanted("the chat has no filter any more")
    message = render.correction(development, delivery.change)
    place = Destination(chat.id, reply_to=news.message_id, silent=chat.silent)
    return await counter.transport.send(place, message, counter.starting)


async def _handle_outcome(store: Store, chat: Chat, outcome: Outcome, now: dt.datetime) -> None:
    """What an outcome says of the chat itself."""
    match outcome:
        case Moved(new):
            await store.move_chat(chat.id, new)
        case Sent(topic_missing=True):
            await store.change_chat(chat.id, _without_topics)
            await store.add_notice(Notice(kind="topic_missing", chat=chat.keeper))
        case Refused(reason, gone=True, lacks_rights=lacks_rights):
            await store.suspend_chat(chat.id, reason, now)
            if lacks_rights:
                await store.add_notice(
                    Notice(kind="no_rights", values={"reason": reason}, chat=chat.keeper)
                )


def _without_topics(chat: Chat) -> Chat:
    return replace(chat, filters=tuple(replace(one, thread=None) for one in chat.filters))
