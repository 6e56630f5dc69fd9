"""Find the developments that a chat missed while it was away, offer them, and enqueue them."""

import datetime as dt
from collections.abc import Sequence

from msgspec.structs import replace

from bot import match, render
from bot.i18n import Locale
from bot.models import Development
from bot.models.buttons import Area
from bot.models.chats import Chat, Filter
from bot.models.deliveries import Button, Buttons, Delivery, DeliveryState, Message
from bot.ports.store import Store
from bot.reader_language import reader_of
from bot.search import HasWord

LONGEST_AWAY = dt.timedelta(days=60)
LIMIT = 300
"""Developments that are caught up with at a time."""
DATED_BEFORE = dt.timedelta(days=30)
"""By how much a development may be dated before the day on which it was recorded."""


async def missed(store: Store, chat: Chat, now: dt.datetime) -> list[Development]:
    """Return what was recorded while a chat was away and would have been sent, newest first."""
    if chat.away is None or not chat.filters:
        return []
    away = max(chat.away, now - LONGEST_AWAY)
    developments = await store.developments(
        lambda development, has_word: bool(
            was_away(chat, development) and match.matching(chat, development, has_word)
        ),
        since=(away - DATED_BEFORE).date(),
    )
    sent = {each.development for each in await store.deliveries_of(chat.id) if each.kind == "news"}
    return [each for each in developments if str(each.id) not in sent][:LIMIT]


def was_away(chat: Chat, development: Development) -> bool:
    """Return whether a development was recorded while a chat was away."""
    recorded = development.recorded
    if chat.away is None or recorded is None or recorded < chat.away:
        return False
    return chat.back is None or recorded <= chat.back


def offer(count: int, to: Locale) -> Message:
    """Return the question which of the missed developments a chat wants."""
    (message,) = render.reply("missed_developments", to, missed=count)
    return replace(message, buttons=choices(count, to))


def choices(count: int, to: Locale) -> Buttons:
    """Return the buttons that choose which of the missed developments are sent; none where there
    are none."""
    if not count:
        return ()
    named = (
        (to.gettext("Nothing"), "nothing"),
        (to.gettext("Headlines"), "headlines"),
        (to.gettext("Everything"), "everything"),
    )
    return (tuple(Button(text, f"{Area.SCHEDULE}:missed:{how}") for text, how in named),)


async def deliveries(
    store: Store,
    chat: Chat,
    developments: Sequence[Development],
    now: dt.datetime,
    state: DeliveryState = "pending",
) -> list[Delivery]:
    """Return the deliveries of what a chat has missed, oldest first."""
    reader = reader_of(chat)
    return [
        Delivery(
            development=str(development.id),
            chat=chat.id,
            target=reader.target(development.sources[0].language),
            filters=match.matching(
                chat, development, await words_found(store, chat.filters, development)
            ),
            state=state,
            due=now,
            created=now,
        )
        for development in reversed(developments)
    ]


async def resume(store: Store, recipient: int, now: dt.datetime) -> Chat:
    """Make the waiting deliveries of a suspended endpoint due, enqueue those of what it has missed,
    and return the endpoint."""
    await store.unsuspend_chat(recipient, now)
    back = await store.chat(recipient)
    await store.enqueue(await deliveries(store, back, await missed(store, back, now), now))
    return await store.change_chat(recipient, lambda chat: replace(chat, away=None, back=None))


async def words_found(store: Store, filters: Sequence[Filter], development: Development) -> HasWord:
    """Return a function that tells whether a development has a word of some filters."""
    words = match.words_of(filters)
    found = await store.words_in(str(development.id), words) if words else frozenset[str]()
    return found.__contains__
