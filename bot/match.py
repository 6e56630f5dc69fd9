"""Development x chats -> who wants it, and by which filters (pure)."""

import datetime as dt
from collections.abc import Iterable

from bot.models import Chat, Development, Filter


def wants(filter_: Filter, development: Development) -> bool:
    """Any of the countries AND any of the themes or topics AND any of the types AND any of the
    countries mentioned."""
    labels = {*development.themes, *development.topics}
    return (
        (not filter_.countries or development.country in filter_.countries)
        and (not _subjects(filter_) or not labels.isdisjoint(_subjects(filter_)))
        and (not filter_.types or development.type in filter_.types)
        and (not filter_.mentions or not filter_.mentions.isdisjoint(development.mentions))
    )


def matching(chat: Chat, development: Development) -> tuple[int, ...]:
    """The ids of a chat's filters that want a development."""
    return tuple(filter_.id for filter_ in chat.filters if wants(filter_, development))


def listens(chat: Chat, now: dt.datetime) -> bool:
    """Whether a chat is to be sent anything now: neither paused nor refused by Telegram."""
    over = chat.paused_until is not None and chat.paused_until <= now
    return chat.suspended is None and (over or not chat.paused)


def recipients(
    development: Development, chats: Iterable[Chat], now: dt.datetime
) -> list[tuple[Chat, tuple[int, ...]]]:
    """The listening chats that want a development, each once, with the filters that say so."""
    return [
        (chat, filters)
        for chat in chats
        if (filters := matching(chat, development)) and listens(chat, now)
    ]


def _subjects(filter_: Filter) -> frozenset[str]:
    return filter_.themes | filter_.topics
