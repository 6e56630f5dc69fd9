"""Compute when a chat's digest is due and when its quiet hours end, on its own clocks (pure).

A time of day is in minutes on the clocks of an IANA time zone. One that a change to summer time
skips comes an hour later; one that comes twice counts once.
"""

import datetime as dt
from zoneinfo import ZoneInfo, available_timezones

from bot.models import Chat, Timetable

DAY = dt.timedelta(days=1)


def zone_of(said: str) -> str | None:
    """Return the time zone of a name or a city: `Europe/Prague`, `prague`."""
    wanted = said.strip().lower().replace(" ", "_")
    zones = sorted(available_timezones())
    whole = [zone for zone in zones if zone.lower() == wanted]
    of_city = [zone for zone in zones if zone.lower().rpartition("/")[2] == wanted]
    return next(iter((*whole, *of_city)), None)


def next_digest(timetable: Timetable, zone: str, after: dt.datetime) -> dt.datetime:
    """Return the next time, in UTC, at which a digest is due."""
    day = after.astimezone(ZoneInfo(zone)).date()
    while True:
        due = _at(day, timetable.minute, zone)
        if due > after and (timetable.every == "day" or day.weekday() == timetable.weekday):
            return due
        day += DAY


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


def _at(day: dt.date, minute: int, zone: str) -> dt.datetime:
    local = dt.datetime.combine(day, dt.time(minute // 60, minute % 60), ZoneInfo(zone))
    return local.astimezone(dt.UTC)
