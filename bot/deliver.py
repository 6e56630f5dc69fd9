"""Rules of delivery (pure): when a chat is sent to, when to try again.

A time of day is in minutes on the clocks of an IANA time zone. One that a change to summer time
skips comes an hour later; one that comes twice counts once.
"""

import datetime as dt
from typing import TypeVar
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from bot.match import listens
from bot.models.chats import Chat
from bot.models.deliveries import (
    Delivery,
    DeliveryState,
    Moved,
    Outcome,
    Refused,
    RetryLater,
    Sent,
    Unknown,
    Unwanted,
)
from bot.models.pace import Pace

DAY = dt.timedelta(days=1)
FIRST_WAIT = dt.timedelta(seconds=2)
LONGEST_WAIT = dt.timedelta(minutes=15)

_ALWAYS = dt.datetime.min.replace(tzinfo=dt.UTC)
Wait = TypeVar("Wait", float, dt.timedelta)


def sendable_since(chat: Chat, now: dt.datetime) -> dt.datetime | None:
    """Return since when a chat may be sent to; None: it is paused, suspended or has quiet hours."""
    if not listens(chat, now) or quiet_until(chat, now):
        return None
    return max(chat.paused_until or _ALWAYS, quiet_ended(chat, now) or _ALWAYS)


def quiet_until(chat: Chat, now: dt.datetime) -> dt.datetime | None:
    """Return when the quiet hours of a chat end, in UTC; None: it has none now."""
    if chat.quiet is None:
        return None
    begins, ends = chat.quiet
    local = now.astimezone(ZoneInfo(chat.timezone))
    minute = local.hour * 60 + local.minute
    is_over_night = begins > ends
    if not (minute >= begins or minute < ends if is_over_night else begins <= minute < ends):
        return None
    end = _at(local.date(), ends, chat.timezone)
    return end if end > now else _at(local.date() + DAY, ends, chat.timezone)


def quiet_ended(chat: Chat, now: dt.datetime) -> dt.datetime | None:
    """Return when the last quiet hours of a chat ended, in UTC; None: it has none, or has them
    now."""
    if chat.quiet is None or quiet_until(chat, now):
        return None
    today = now.astimezone(ZoneInfo(chat.timezone)).date()
    end = _at(today, chat.quiet[1], chat.timezone)
    return end if end <= now else _at(today - DAY, chat.quiet[1], chat.timezone)


def next_digest(pace: Pace, zone: str, after: dt.datetime) -> dt.datetime:
    """Return the next time, in UTC, at which a digest of a pace is due."""
    day = after.astimezone(ZoneInfo(zone)).date()
    while True:
        due = _at(day, pace.minute, zone)
        if due > after and (pace.kind == "daily" or day.weekday() == pace.weekday):
            return due
        day += DAY


def _at(day: dt.date, minute: int, zone: str) -> dt.datetime:
    local = dt.datetime.combine(day, dt.time(minute // 60, minute % 60), ZoneInfo(zone))
    return local.astimezone(dt.UTC)


def backoff(failures: int, first: Wait, longest: Wait) -> Wait:
    """Return the wait after a number of failures in a row: `first` after one, twice as long after
    each further one, at most `longest`."""
    doublings: int = 2 ** min(failures - 1, 16)  # beyond this a timedelta would overflow
    return min(first * doublings, longest)


def mark_in_flight(delivery: Delivery) -> Delivery:
    """Return a delivery as it is on the wire: a crash from here on leaves it uncertain."""
    return replace(delivery, state="sending", attempts=delivery.attempts + 1)


def apply_outcome(delivery: Delivery, outcome: Outcome, now: dt.datetime) -> Delivery:
    """Return a delivery as it is after an attempt to send it."""
    # Sends are not idempotent: what may have arrived (`Unknown`) is never sent again by itself.
    wait = backoff(delivery.attempts, FIRST_WAIT, LONGEST_WAIT)
    match outcome:
        case Sent(message_id):
            return replace(delivery, state="sent", settled=now, message_id=message_id, reason=None)
        case RetryLater(reason, seconds):
            wait = wait if seconds is None else dt.timedelta(seconds=seconds)
            return replace(delivery, state="pending", due=now + wait, reason=reason)
        case Moved():
            return replace(delivery, state="pending", due=now)  # the store gives it the new id
        case Unknown(reason) if delivery.is_repeatable:
            return replace(delivery, state="pending", due=now + wait, reason=reason)
        case Unwanted(reason):
            state: DeliveryState = "withdrawn"
        case Unknown(reason):
            state = "uncertain"
        case Refused(reason, gone=gone):
            state = "suspended" if gone else "failed"
    return replace(delivery, state=state, settled=now, reason=reason)
