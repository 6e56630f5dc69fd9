"""The outbox: sends the deliveries that are due, each chat's in order, in a task of its own.

A chat that has to wait delays no other; while the messenger cannot be reached, all stay pending.
"""

import asyncio
import contextlib
import itertools
import logging
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

from msgspec.structs import replace

from bot import catch_up, deliver, digests, match, render
from bot.errors import StoreError, SupersededError, TokenRejectedError
from bot.i18n import locale_for
from bot.match import any_wants
from bot.models import Chat, Development, Filter, Join, Notice
from bot.models.deliveries import (
    Delivery,
    Destination,
    Digest,
    Message,
    Moved,
    Outcome,
    Refused,
    Sent,
    Unwanted,
)
from bot.pipeline import Clock
from bot.ports.messenger import Transport
from bot.ports.store import Store
from bot.reader import as_read, reader_of
from bot.render import chart

log = logging.getLogger(__name__)

TICK = 1.0
"""Seconds between queries for deliveries that are due; new ones wake the outbox at once."""
LONGEST_OUTAGE_WAIT = 30.0
"""Seconds between attempts while Telegram or the store does not answer."""
BATCH = 100
"""Chats that are sent to at a time."""
# More than the rate limiter's 30 slots: a chat that waits for its own limit leaves none unused.
FIRST_SAVE_WAIT = 1.0
LONGEST_SAVE_WAIT = 30.0
"""Seconds between attempts to write to a store that fails."""


class Outbox:
    """Sends the deliveries that are due, until `stop`."""

    def __init__(
        self,
        store: Store,
        transport: Transport,
        clock: Clock,
        on_attempt: Callable[[Outcome], None] = lambda outcome: None,
        admins: Collection[int] = (),
    ) -> None:
        """`on_attempt` is called with the outcome of each attempt; `admins` may part what was
        joined."""
        self._store, self._transport, self._clock = store, transport, clock
        self._on_attempt, self._admins = on_attempt, admins
        self._wake = asyncio.Event()
        self._stopped = asyncio.Event()
        self._rejected = False
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._in_flight: set[int] = set()
        self._failures = 0
        self._is_store_failing = False

    def wake(self) -> None:
        """Query now for deliveries that are due."""
        self._wake.set()

    async def run(self) -> None:
        """Send until `stop`, then wait for what is in flight. Raises TokenRejectedError."""
        while not self._stopped.is_set():
            self._wake.clear()
            if self._failures:  # which new deliveries do not cut short
                await _wait(
                    self._stopped, deliver.backoff(self._failures, TICK, LONGEST_OUTAGE_WAIT)
                )
            try:
                await self._send_due()
            except StoreError as error:
                self._note_store_error(error)
            if self._rejected:
                raise TokenRejectedError
            if not self._failures:
                await _wait(self._wake, TICK)
        await asyncio.gather(*self._busy.values(), return_exceptions=True)

    def stop(self) -> None:
        """Start nothing more; what only waits for the rate limiter stays pending."""
        self._stopped.set()
        self._wake.set()
        for chat, task in self._busy.items():
            if chat not in self._in_flight:
                task.cancel()

    async def drain(self) -> None:
        """Send until nothing is due or in flight."""
        while self._busy or await self._store.claim_deliveries(self._clock(), 1):
            await self._send_due()
            if self._busy:
                await asyncio.wait(self._busy.values(), return_when=asyncio.FIRST_COMPLETED)

    async def _send_due(self) -> None:
        free = max(BATCH - len(self._busy), 0)
        due = await self._store.claim_deliveries(self._clock(), free, set(self._busy))
        if not due:
            self._failures = 0  # the store answers again; the messenger is asked with the next
            return
        if not await self._is_reachable():
            return
        due.sort(key=attrgetter("chat"))  # stable: oldest first within a chat
        for chat, deliveries in itertools.groupby(due, key=attrgetter("chat")):
            self._busy[chat] = asyncio.create_task(self._send_to_chat(chat, list(deliveries)))

    async def _is_reachable(self) -> bool:
        if await self._transport.reachable():
            self._failures = 0
            return True
        self._failures += 1
        return False

    def _note_store_error(self, error: StoreError) -> None:
        if not self._is_store_failing:
            log.error("the store cannot be used, deliveries wait: %s", error)
        self._is_store_failing = True
        self._failures += 1

    async def _send_to_chat(self, chat: int, deliveries: list[Delivery]) -> None:
        try:
            for delivery in deliveries:
                if self._stopped.is_set() or not isinstance(await self._send(delivery), Sent):
                    return  # the chat's further deliveries stay behind this one
        except StoreError as error:
            self._note_store_error(error)
        except TokenRejectedError:
            self._rejected = True
        finally:
            self._in_flight.discard(chat)
            del self._busy[chat]
            self._wake.set()

    async def _send(self, delivery: Delivery) -> Outcome | None:
        """Send one delivery and save what came of it; None: its chat does not listen now, or it is
        not this process's to send any more."""
        chat = await self._store.chat(delivery.chat)
        if not match.listens(chat, self._clock()):
            return None
        on_the_wire = deliver.mark_in_flight(delivery)
        try:
            outcome = await self._attempt(on_the_wire, chat)
        except SupersededError:
            return None
        except (StoreError, TokenRejectedError):
            raise
        except Exception as error:  # one message that cannot be made must not stop the others
            log.exception("%s could not be sent", delivery.development)
            outcome = Refused(f"its message could not be made: {type(error).__name__}")
        now = self._clock()
        await self._save(chat, deliver.apply_outcome(on_the_wire, outcome, now), outcome, now)
        self._in_flight.discard(chat.id)
        self._is_store_failing = False
        self._on_attempt(outcome)
        return outcome

    async def _attempt(self, on_the_wire: Delivery, chat: Chat) -> Outcome:
        async def starting() -> None:
            self._in_flight.add(chat.id)  # from here on a task cut short leaves it uncertain
            await self._store.start_delivery(on_the_wire)

        content = await _content(self._store, self._transport, on_the_wire, chat, self._admins)
        match content:
            case Edit(number, message):
                return await self._transport.edit(chat.id, number, message, starting)
            case Post(destination, message):
                return await self._transport.send(destination, message, starting)
        return content

    async def _save(self, chat: Chat, settled: Delivery, outcome: Outcome, now: datetime) -> None:
        # Telegram cannot be asked again what came of it: so it is kept until the store takes it.
        for failures in itertools.count(1):
            try:
                await self._store.save_delivery(settled)
                await _handle_outcome(self._store, chat, outcome, now)
                return
            except StoreError as error:
                what = f"{settled.development} is {settled.state}"
                log.error("%s, which waits to be written: %s", what, error)
            await asyncio.sleep(deliver.backoff(failures, FIRST_SAVE_WAIT, LONGEST_SAVE_WAIT))


class Post(NamedTuple):
    """A message to be sent."""

    destination: Destination
    message: Message


class Edit(NamedTuple):
    """What replaces a message that was sent."""

    number: int
    message: Message


Content = Post | Edit | Refused | Unwanted
"""The message of a delivery, or the outcome in its place."""


async def _content(
    store: Store, transport: Transport, delivery: Delivery, chat: Chat, admins: Collection[int]
) -> Content:
    locale = locale_for(chat.language)
    if delivery.digest:
        return await _digest(store, transport, delivery.digest, chat)
    if delivery.text:
        (message,) = render.reply("announcement", locale, text=delivery.text)
        return Post(Destination(chat.id), message)
    if delivery.kind == "offer":
        return await _offer(store, chat, delivery.created)
    return await _of_development(store, delivery, chat, admins)


async def _of_development(
    store: Store, delivery: Delivery, chat: Chat, admins: Collection[int]
) -> Content:
    development = await store.development(delivery.development)
    if development is None:
        return Refused("it is not in the store any more")
    development = as_read(development, reader_of(chat))
    if delivery.kind != "news":
        return await _follow_up(store, delivery, chat, development, admins)
    matched = [filter_ for filter_ in chat.filters if filter_.id in delivery.filters]
    if not matched:
        return Unwanted("no filter of the chat wants it any more")
    reply_to = await _followed(store, chat, matched)
    joins = await _joins(store, chat, admins, development)
    silent = chat.silent or _is_silent(chat, matched)
    destination = Destination(chat.id, matched[0].thread, reply_to, silent)
    message = render.development(
        development, locale_for(chat.language), matched, joins, is_short=chat.short
    )
    return Post(destination, message)


async def _offer(store: Store, chat: Chat, now: datetime) -> Content:
    """Return the question what is wanted of the developments that came during a pause."""
    missed = await catch_up.missed(store, chat, now)
    if not missed:
        return Unwanted("nothing came meanwhile")
    message = catch_up.offer(len(missed), locale_for(chat.language))
    return Post(Destination(chat.id, silent=chat.silent), message)


def _is_silent(chat: Chat, matched: Sequence[Filter]) -> bool:
    """Return whether filters want what comes at once to come without a sound."""
    kinds = {match.pace_of(filter_, chat).kind for filter_ in matched}
    return "silent" in kinds and "at_once" not in kinds


async def _followed(store: Store, chat: Chat, matched: Sequence[Filter]) -> int | None:
    """Return the message under which a later stage of what is followed comes."""
    for wanting in matched:
        if wanting.follows and (news := await store.news_delivery(wanting.follows, chat.id)):
            return news.message_id
    return None


async def _digest(store: Store, transport: Transport, digest: Digest, chat: Chat) -> Content:
    """Return a part of a digest, as it was put together."""
    wanting = [one for one in chat.filters if not digest.filters or one.id in digest.filters]
    if not wanting:
        return Unwanted("no filter of the chat wants it any more")
    destination = Destination(chat.id, wanting[0].thread, silent=chat.silent)
    locale = locale_for(chat.language)
    if not digest.is_picture:
        read = [await store.development(number) for number in digest.items]
        developments = [as_read(each, reader_of(chat)) for each in read if each]
        return Post(
            destination, render.digest(digest, developments, locale, transport.link, chat.timezone)
        )
    today = digest.until.date()
    recent = await store.developments(
        any_wants(one for one in wanting if not one.paused),
        since=chart.first_day(today),
    )
    picture = chart.png(recent, today, locale)
    if picture is None:
        return Unwanted("there is nothing to show")
    (caption,) = render.reply("chart_caption", locale, weeks=chart.WEEKS)
    return Post(destination, replace(caption, picture=picture))


async def _joins(
    store: Store, chat: Chat, admins: Collection[int], development: Development
) -> list[Join]:
    """Return what an admin may part from a development; nothing for anybody else."""
    is_joined = chat.id in admins and len(development.sources) > 1
    return await store.joins(str(development.id)) if is_joined else []


async def _follow_up(
    store: Store,
    delivery: Delivery,
    chat: Chat,
    development: Development,
    admins: Collection[int],
) -> Content:
    """Return what is done to, or said under, a message that was sent."""
    locale = locale_for(chat.language)
    news = await store.news_delivery(delivery.development, chat.id)
    if news is None or news.message_id is None:
        return Refused("its message is not known")
    if delivery.change is None or delivery.kind == "edit":
        joins = await _joins(store, chat, admins, development)
        message = render.development(development, locale, joins=joins, is_short=chat.short)
        return Edit(news.message_id, message)
    if not chat.filters:
        return Unwanted("the chat has no filter any more")
    matched = [filter_ for filter_ in chat.filters if filter_.id in delivery.filters]
    silent = chat.silent or _is_silent(chat, matched)
    destination = Destination(chat.id, reply_to=news.message_id, silent=silent)
    return Post(destination, render.correction(development, delivery.change, locale))


async def _handle_outcome(store: Store, chat: Chat, outcome: Outcome, now: datetime) -> None:
    """Save what an outcome says of the chat itself."""
    match outcome:
        case Moved(new):
            await store.move_chat(chat.id, new)
        case Sent(topic_missing=True):
            await store.change_chat(
                chat.id,
                lambda before: digests.reschedule(before, _without_topics(before), now),
            )
            await store.add_notice(Notice(kind="topic_missing", chat=chat.keeper))
        case Refused(reason, gone=True, lacks_rights=lacks_rights):
            await store.suspend_chat(chat.id, reason, now)
            if lacks_rights:
                await store.add_notice(Notice(kind="no_rights", chat=chat.keeper))


def _without_topics(chat: Chat) -> Chat:
    return replace(chat, filters=tuple(replace(one, thread=None) for one in chat.filters))


async def _wait(event: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
