"""Parse dates as ministries write them. What cannot be parsed is None: unknown stays unknown.

A source's day is its own local day: `Thu, 16 Jan 2025 00:00 +0100` is the 16th, although
that moment is still the 15th in UTC. So the offset is kept and nothing is converted; what is
given in UTC gets its local day from the country of the source (`zones.local_day`).
"""

import datetime as dt
import re

from bot.dates.calendar import ANY
from bot.dates.mentions import find_dates, find_figures
from bot.text import fold

EARLIEST = 1990
AHEAD = dt.timedelta(days=31)
"""How far after `today` a date may be: later ones are of announced events."""

LONGEST = 200
"""Characters of a date string that are read."""

# RFC 822 section 5.1, and the names European sources write in their place.
_ZONES = {
    **dict.fromkeys(("z", "ut", "utc", "gmt", "wet"), 0),
    **dict.fromkeys(("cet", "west", "bst", "mez"), 60),
    **dict.fromkeys(("cest", "eet", "mesz"), 120),
    **dict.fromkeys(("eest", "msk"), 180),
    **dict.fromkeys(("edt", "ast"), -240),
    **dict.fromkeys(("est", "cdt"), -300),
    **dict.fromkeys(("cst", "mdt"), -360),
    **dict.fromkeys(("pst",), -480),
}

_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d+)?)?"
    r"\s*(?P<zone>[+-]\d\d:?\d\d|[a-z]{1,4})?"
)
_AFTERNOON = re.compile(r"\s*(?P<half>[ap])\.?\s?m\b")
_COMPACT = re.compile(r"^(\d{4})(\d\d)(\d\d)(?=t|$)")


def now() -> dt.datetime:
    """Return the current time: the clock that is handed to whatever needs one."""
    return dt.datetime.now(dt.UTC)


def parse_date(
    raw: str | None, language: str | None, today: dt.date, form: str | None = None
) -> dt.date | None:
    """Parse a date string; return None where it is no date, before 1990, or over a month after
    `today`.

    Returns a datetime where the string gives an offset. `form` is its format for
    `datetime.strptime`, where it would be misread. In figures the day comes first, as in Europe,
    unless only the other way is a date.
    """
    folded = fold((raw or "")[:LONGEST]).strip()
    if form:
        return _formed(folded, form, today)
    date_and_rest = _numeric(folded) or _named(folded, language) or _named(folded, ANY)
    if date_and_rest is None:
        return None
    day, rest = date_and_rest
    return _with_clock(day, rest) if _is_plausible(day, today) else None


def _formed(folded: str, form: str, today: dt.date) -> dt.date | None:
    try:
        moment = dt.datetime.strptime(folded, form)  # noqa: DTZ007 - where it was published
    except ValueError:
        return None
    return moment.date() if _is_plausible(moment.date(), today) else None


def _is_plausible(day: dt.date, today: dt.date) -> bool:
    return dt.date(EARLIEST, 1, 1) <= day <= today + AHEAD


def written_day(moment: dt.date) -> dt.date:
    """Return the calendar day of a date or datetime as its source writes it."""
    return moment.date() if isinstance(moment, dt.datetime) else moment


def _numeric(folded: str) -> tuple[dt.date, str] | None:
    if match := _COMPACT.search(folded):
        date = _date(*(int(part) for part in match.groups()))
        return (date, folded[match.end() :]) if date else None
    for found in find_figures(folded):
        if found.year and (date := _date(found.year, found.month, found.day)):
            return date, folded[found.at + len(found.words) :]
    return None


def _named(folded: str, language: str | None) -> tuple[dt.date, str] | None:
    for mention in find_dates(folded, language):
        rest = folded[mention.at + len(mention.words) :]
        year = mention.year or _trailing_year(rest)
        if year and (date := _date(year, mention.month, mention.day)):
            return date, rest
    return None


def _trailing_year(rest: str) -> int | None:
    """Return the year of C's asctime, which follows the time of day."""
    match = re.search(r"\b(20\d\d|19\d\d)\b", rest)
    return int(match[1]) if match else None


def _with_clock(day: dt.date, rest: str) -> dt.date:
    clock = _CLOCK.search(rest)
    if clock is None or int(clock["hour"]) > 23 or int(clock["minute"]) > 59:
        return day
    hour, second = int(clock["hour"]), min(int(clock["second"] or 0), 59)
    if half := _AFTERNOON.match(rest, clock.start("zone") if clock["zone"] else clock.end()):
        hour = hour % 12 + (12 if half["half"] == "p" else 0)
    time = dt.time(hour, int(clock["minute"]), second, tzinfo=_zone(clock["zone"]))
    return dt.datetime.combine(day, time)


def _zone(name: str | None) -> dt.timezone | None:
    if not name:
        return None
    if name[0] in "+-":
        digits = name[1:].replace(":", "")
        minutes = int(digits[:2]) * 60 + int(digits[2:])
        offset = minutes if name[0] == "+" else -minutes
        return dt.timezone(dt.timedelta(minutes=offset)) if minutes < 24 * 60 else None
    known = _ZONES.get(name)
    return None if known is None else dt.timezone(dt.timedelta(minutes=known))


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
