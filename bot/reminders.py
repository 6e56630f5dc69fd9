"""Rules of reminders of dates ahead (pure): who is reminded of what, and when."""

import datetime as dt
from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

from bot import match
from bot.models import DateAhead, Development
from bot.models.chats import Chat
from bot.models.deliveries import Delivery
from bot.search import HasWord

WEEK, EVE = 7, 1
"""Days before a date at which chats are reminded of it."""
LATE = {WEEK: 2, EVE: 1}
"""Days that a reminder may be late, as after an outage."""
FROM = 8
"""The hour of a chat's local day from which it is reminded."""
_STEPS = 10
"""Above any number of days by which a reminder precedes its date: a delivery's revision is the
ordinal of the date times this, and these days, so that a date has a revision for each reminder."""


def due_days(now: dt.datetime) -> frozenset[dt.date]:
    """Return the days of which some chat, wherever it is, may be reminded now."""
    today = now.date()
    return frozenset(today + dt.timedelta(days=days) for days in range(-1, WEEK + 2))


def deliveries(
    development: Development, chats: Iterable[Chat], now: dt.datetime, has_word: HasWord
) -> Iterator[Delivery]:
    """Yield the reminders of a development that chats are to be sent now; those that they were
    sent have the same revisions."""
    for chat in chats:
        local = now.astimezone(ZoneInfo(chat.timezone))
        if chat.suspended or local.hour < FROM:
            continue
        revisions = {*_revisions(development, local.date())}
        if revisions and (filters := _reminded(chat, development, has_word)):
            for revision in sorted(revisions):
                yield Delivery(
                    development=str(development.id),
                    chat=chat.id,
                    kind="reminder",
                    revision=revision,
                    filters=filters,
                    due=now,
                    created=now,
                )


def _revisions(development: Development, today: dt.date) -> Iterator[int]:
    recorded = development.recorded
    for date in development.ahead:
        if date.day is None or recorded is None:
            continue
        for before in (WEEK, EVE) if date.precision == "day" else (WEEK,):
            left = (date.day - today).days
            # What was recorded after that time has told of the date itself.
            is_known = recorded.date() <= date.day - dt.timedelta(days=before)
            if is_known and before - LATE[before] <= left <= before:
                yield date.day.toordinal() * _STEPS + before


def _reminded(chat: Chat, development: Development, has_word: HasWord) -> tuple[int, ...]:
    """Return the ids of the filters of a chat that want a development and remind of it."""
    reminding = {filter_.id for filter_ in chat.filters if filter_.reminds}
    return tuple(each for each in match.matching(chat, development, has_word) if each in reminding)


def dates_of(reminder: Delivery, development: Development, today: dt.date) -> list[DateAhead]:
    """Return the dates of which a reminder is to tell; none where they have moved or are over."""
    day = day_of(reminder)
    return [date for date in development.ahead if date.day == day and day >= today]


def day_of(reminder: Delivery) -> dt.date:
    """Return the day of which a reminder tells."""
    return dt.date.fromordinal(reminder.revision // _STEPS)
