"""Make the message of a delivery when it is sent, of what is stored then."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from bot import catch_up, match, reminders, render
from bot.i18n import locale_for
from bot.match import any_wants
from bot.models import Development, Join
from bot.models.chats import Chat, Filter
from bot.models.deliveries import Delivery, Destination, Digest, Message, Refused, Unwanted
from bot.ports.messenger import Transport
from bot.ports.store import Store
from bot.reader_language import as_read, reader_of
from bot.render import chart


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


async def content_of(
    store: Store,
    transport: Transport,
    delivery: Delivery,
    chat: Chat,
    admins: Collection[int],
    now: datetime,
) -> Content:
    """Return the message of a delivery as it is now to be sent, or why there is none."""
    locale = locale_for(chat.language)
    if delivery.digest:
        return await _digest(store, transport, delivery.digest, chat)
    if delivery.text:
        (message,) = render.reply("announcement", locale, text=delivery.text)
        return Post(Destination(chat.id), message)
    if delivery.kind == "offer":
        return await _offer(store, chat, delivery.created)
    if delivery.kind == "reminder":
        return await _reminder(store, transport, delivery, chat, now)
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
    reply_to = reply_to or await _first_of_matter(store, chat, development)
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


async def _reminder(
    store: Store, transport: Transport, delivery: Delivery, chat: Chat, now: datetime
) -> Content:
    """Return the reminder of dates ahead, as they are known now."""
    development = await store.development(delivery.development)
    today = now.astimezone(ZoneInfo(chat.timezone)).date()
    dates = reminders.dates_of(delivery, development, today) if development else []
    matched = [one for one in chat.filters if one.id in delivery.filters and one.reminds]
    if development is None or not dates or not matched:
        return Unwanted("its date has moved or is over, or no filter reminds of it any more")
    news = await store.news_delivery(delivery.development, chat.id)
    silent = chat.silent or _is_silent(chat, matched)
    destination = Destination(chat.id, matched[0].thread, news.message_id if news else None, silent)
    left = (reminders.day_of(delivery) - today).days
    read = as_read(development, reader_of(chat))
    message = render.reminder(read, dates, left, matched, locale_for(chat.language), transport.link)
    return Post(destination, message)


def _is_silent(chat: Chat, matched: Sequence[Filter]) -> bool:
    """Return whether filters want what comes at once to come without a sound."""
    kinds = {match.pace_of(filter_, chat).kind for filter_ in matched}
    return "silent" in kinds and "at_once" not in kinds


async def _first_of_matter(store: Store, chat: Chat, development: Development) -> int | None:
    """Return the message that first told a chat of the matter; none where it has several topics,
    since a message answers none of another topic."""
    has_topics = len({one.thread for one in chat.filters}) > 1
    if development.matter is None or has_topics:
        return None
    return await store.first_message(development.matter, chat.id)


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
    today = digest.until.astimezone(ZoneInfo(chat.timezone)).date()
    recent = await store.developments(
        any_wants(one for one in wanting if not one.paused),
        since=chart.first_day(today),
    )
    picture = await asyncio.to_thread(chart.png, recent, today, locale)
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
