"""Parse dates as ministries write them. What cannot be parsed is None: unknown stays unknown.

A source's day is its own local day: `Thu, 16 Jan 2025 00:00 +0100` is the 16th, although
that moment is still the 15th in UTC. So the offset is kept and nothing is converted; what is
given in UTC gets its local day from the country of the source (`zones.local_day`).
"""

import datetime as dt
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from bot.text import fold

EARLIEST = 1990
AHEAD = dt.timedelta(days=31)
"""How far after `today` a date may be: later ones are of announced events."""

LANGUAGES = (
    "en en-GB bg cs da de de-AT el es et fi fr ga hr hu it lt lv mt nl no pl pt ro sk sl sv is uk"
).split()
"""Languages of the EU, of its neighbours in EUAA's records, and Ukrainian."""
ANY = "any"
"""Stands for an unknown language."""

LONGEST = 200
"""Characters of a date string that are read."""

_AUSTRIAN = {"feber": 2}
"""Month names missing from CLDR's de-AT."""

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
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})(?:[-/]|\. ?)(\d{1,2})(?:[-/]|\. ?)(\d{1,2})(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2}) ?([-./]) ?(\d{1,2}) ?\2 ?(\d{4}|\d\d)(?!\d)")
# The second day of a range (`16.-17. ledna`, `from 16 to 17 January`): the first one counts.
_TO_DAY = (
    r"(?:(?: ?- ?| (?:a|al|and|au|az|bis|do|e|et|en|i|iki|ja|la|lidz|og|och|si|t/m|til|till|to"
    r"|tot|und|y|εως|και|до|и|і) )\d{1,2}(?!\d)\.?)?"
)
_COMPACT = re.compile(r"^(\d{4})(\d\d)(\d\d)(?=t|$)")


class DateMatch(NamedTuple):
    """A date in a text, with its words and their index."""

    day: int
    month: int
    year: int | None
    words: str
    at: int


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
    if match := _COMPACT.search(folded) or _YEAR_FIRST.search(folded):
        year, month, day = (int(part) for part in match.groups())
    elif match := _DAY_FIRST.search(folded):
        day, month, year = int(match[1]), int(match[3]), _full_year(match[4])
        if match[2] == "/" and 12 < month < 32:
            day, month = month, day
    else:
        return None
    date = _date(year, month, day)
    return (date, folded[match.end() :]) if date else None


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


def _full_year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def find_dates(text: str, language: str | None) -> Iterator[DateMatch]:
    """Find the dates that tidy text writes with the name of a month (`16. ledna`, `January 16`,
    `16 janvier 2025`, `2025. január 16.`); those with the day before the month first.

    Month names are CLDR's, of the language given and of English; for `ANY`, those that mean one
    month in all languages of the EU.
    """
    patterns, months = _month_patterns((language or ANY).split("-")[0].lower())
    folded = fold(text)
    for pattern in patterns:
        for match in pattern.finditer(folded):
            year = _full_year(match["year"]) if match["year"] else None
            words = text[match.start() : match.end()]
            yield DateMatch(int(match["day"]), months[match["month"]], year, words, match.start())


@lru_cache(maxsize=40)
def _month_patterns(language: str) -> tuple[tuple[re.Pattern[str], ...], dict[str, int]]:
    months = {**_month_names("en"), **_month_names("en-GB"), **_month_names(language)}
    if language == "de":
        months |= _month_names("de-AT") | _AUSTRIAN
    if language == ANY:
        months = _unanimous()
    names = "|".join(re.escape(name) for name in sorted(months, key=len, reverse=True))
    day_first = (
        r"(?<![\d.:/])(?P<day>\d{1,2})(?:\.?(?:[oa]\b|[ºª°])|\.|er|st|nd|rd|th)?"
        rf"{_TO_DAY}[ -]?(?:de |di |of |ta' )?"
        rf"(?P<month>{names})\b\.?"
        r"(?:,?[ -](?:de |del |do )?(?P<year>(?:20|19)\d\d\b|\d\d(?= \d\d:)))?"
    )
    month_first = (
        rf"\b(?P<month>{names})\.? (?P<day>\d{{1,2}})(?![\d:])(?:\.|st|nd|rd|th)?{_TO_DAY}"
        r"(?:,? (?P<year>(?:20|19)\d\d)\b)?"
    )
    # Hungarian `2025. május 16.`, Lithuanian `2025 m. sausio 16 d.`, Latvian `2025. gada 16. maijs`
    year_first = (
        rf"(?<!\d)(?P<year>(?:20|19)\d\d)(?:\.| m\.) (?P<month>{names})\.? (?P<day>\d{{1,2}})(?!\d)"
    )
    year_day_first = (
        r"(?<!\d)(?P<year>(?:20|19)\d\d)\. gada (?P<day>\d{1,2})\. "
        rf"(?P<month>{names})\b"
    )
    patterns = (day_first, month_first, year_first, year_day_first)
    return tuple(map(re.compile, patterns)), months


def _unanimous() -> dict[str, int]:
    """Return the month names that no two languages use for different months (`listopad` is such a
    one)."""
    meant: dict[str, set[int]] = {}
    for language in LANGUAGES:
        for name, number in _month_names(language).items():
            meant.setdefault(name, set()).add(number)
    return {name: numbers.pop() for name, numbers in meant.items() if len(numbers) == 1}


@lru_cache(maxsize=80)
def _month_names(language: str) -> dict[str, int]:
    from babel import Locale, UnknownLocaleError  # late: 25 ms that `health` must not pay

    try:
        months = Locale.parse(language, sep="-").months
    except (UnknownLocaleError, ValueError):
        return {}
    names: dict[str, int] = {}
    for context in ("stand-alone", "format"):
        for width in ("abbreviated", "wide"):
            for number, name in months[context][width].items():
                folded = fold(name).rstrip(".")
                if len(folded) > 2 and not folded[0].isdigit():
                    names[folded] = number
    return names


DATE_WINDOW = dt.timedelta(days=14)
"""How long before its publication an event may be dated: releases report the last days."""
DATE_LEAD = 800
"""Characters of text that are searched for a date: later ones belong to the background."""


def stated_date(
    title: str, text: str, language: str | None, published: dt.date
) -> tuple[dt.date, str] | None:
    """Return the last date that title and lead state, within the window before publication, and the
    words that state it; None where none is stated."""
    stated = [
        (date, mention.words.strip())
        for passage in (title, text[:DATE_LEAD])
        for mention in find_dates(passage, language)
        if (date := _before(published, mention)) and published - DATE_WINDOW <= date <= published
    ]
    return max(stated, key=lambda pair: pair[0], default=None)


def _before(published: dt.date, mention: DateMatch) -> dt.date | None:
    """Return a mention as a date; without a year, the last such day up to the publication."""
    date = _date(mention.year or published.year, mention.month, mention.day)
    if date and not mention.year and date > published:
        return _date(published.year - 1, mention.month, mention.day)
    return date
