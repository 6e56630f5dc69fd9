"""Count and show what a filter would have brought in the last thirty days."""

import datetime as dt
from collections.abc import Sequence

from msgspec import Struct

from bot import match
from bot.chat.context import ChatContext
from bot.models import Development
from bot.models.chats import Filter
from bot.search import HasWord

DAYS = 30
FLOOD = 50
"""Developments in that time, some twelve a week, from which on a digest is offered."""


class Preview(Struct, frozen=True):
    """How many developments a filter would have brought, and when the last was."""

    count: int
    last: dt.date | None

    @property
    def weekly(self) -> int:
        """Return how many a week that is, in whole."""
        return round(self.count * 7 / DAYS)

    @property
    def is_too_many(self) -> bool:
        """Return whether they are too many to be sent one by one."""
        return self.count >= FLOOD


async def count(context: ChatContext, wanted: Filter) -> Preview:
    """Return what a filter would have brought in the last thirty days."""
    return (await counts(context, [wanted]))[0]


async def counts(context: ChatContext, wanted: Sequence[Filter]) -> list[Preview]:
    """Return what each filter would have brought."""
    since = context.clock().date() - dt.timedelta(days=DAYS)
    matches = [list[Development]() for _ in wanted]

    def note(development: Development, has_word: HasWord) -> bool:
        for matched, one in zip(matches, wanted, strict=True):
            if match.wants(one, development, has_word):
                matched.append(development)
        return False

    await context.store.developments(note, since=since)  # one pass for all filters
    return [Preview(len(one), _day(one[0]) if one else None) for one in matches]


async def newest(context: ChatContext, wanted: Filter, limit: int) -> list[Development]:
    """Return the developments that a filter wants, as many as the limit, newest first."""
    return await context.store.developments(match.any_wants([wanted]), limit=limit)


def _day(development: Development) -> dt.date | None:
    """Return the day that a development is shown under."""
    return development.date or (development.recorded.date() if development.recorded else None)
