"""Find the moments and periods that people write: `until Monday`, `last month`, `since September`
(pure)."""

import datetime as dt
import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.chat.parsing.keywords import (
    LONGEST,
    find_keyword,
    find_length,
    find_weekday,
    is_passed,
    read_keywords,
    split_keyword,
    unanimous,
    without_passed,
)
from bot.dates.calendar import ANY, calendar_words, month_numbers
from bot.dates.mentions import find_dates, find_figures
from bot.i18n import base_language
from bot.text import fold, normalise
from bot.text.terms import any_of

LATELY = dt.timedelta(days=14)
PERIOD_WORDS = 6
"""Words of the longest period that is looked for."""
LONGEST_TEXT = 40
"""Words of a text in which one is looked for: whoever pastes a page costs the others no time."""
_DAY = dt.timedelta(days=1)
_WRITTEN = re.compile(r"\d{4}-\d\d-\d\d\.\.(?:\d{4}-\d\d-\d\d)?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_NAMED = (
    "lately", "this_week", "last_week", "this_month", "last_month", "this_year", "last_year",
)  # fmt: skip


class Period(Struct, frozen=True):
    """The days from one to another; the last of them None: until now."""

    since: dt.date
    until: dt.date | None = None

    def written(self) -> str:
        """Return the words that `find_period` makes it of, in any language."""
        return f"{self.since}..{self.until or ''}"


# ------------------------------------------------------------------ ahead


def find_end(
    text: str, now: dt.datetime, zone: str, language: str | None = None
) -> dt.datetime | None:
    """Return the moment that words name as the end of a time that begins now: `2 days`, `until
    Monday`, `tomorrow`, `until 5 December`, by the clocks of a time zone; a year ahead at most."""
    whole = text.strip(" .!")
    for phrase in without_passed(whole):
        if length := find_length(phrase, language):
            return now + length
    today = now.astimezone(ZoneInfo(zone)).date()
    words = whole.split()
    ends = (words[split.rest] for split in split_keyword(words, ("until",), language))
    untils = (" ".join(each) for each in ends)
    for phrase in (*untils, whole):
        for named in without_passed(phrase):
            day = _day_ahead(named, today, language)
            if day and day - today <= LONGEST:
                return dt.datetime.combine(day, dt.time(), ZoneInfo(zone)).astimezone(dt.UTC)
    return None


def _day_ahead(phrase: str, today: dt.date, language: str | None) -> dt.date | None:
    """Return the next day after today that a whole phrase names."""
    if find_keyword(phrase, ("tomorrow",), language):
        return today + _DAY
    if (weekday := find_weekday(phrase, language)) is not None:
        return today + _DAY * ((weekday - today.weekday() - 1) % 7 + 1)
    match _find(phrase, ("next_week", "next_month"), language):
        case "next_week":
            return today + _DAY * (7 - today.weekday())
        case "next_month":
            return _month_after(today)
    days = (_dated(phrase, language, year) for year in (today.year, today.year + 1))
    return next((day for day in days if day and day > today), None)


# ------------------------------------------------------------------ behind


def find_period(
    text: str, today: dt.date, language: str | None = None
) -> tuple[Period | None, str]:
    """Return the period that some words of a text name, and what is left of the text."""
    words = text.split()
    longest = min(PERIOD_WORDS, len(words)) if len(words) <= LONGEST_TEXT else 0
    for length in range(longest, 0, -1):
        for start in range(len(words) - length + 1):
            phrase = " ".join(words[start : start + length]).strip(",;!?")
            phrase = phrase if phrase.endswith("..") else phrase.removesuffix(".")
            if period := _period(phrase, today, language):
                rest = (*_without_last_passed(words[:start]), *words[start + length :])
                return period, " ".join(rest).strip(" ,;")
    return None, text


def _without_last_passed(words: list[str]) -> list[str]:
    """Return words without prepositions and articles at the end, which belong to a period."""
    end = len(words)
    while end and is_passed(words[end - 1]) and not words[end - 1].isupper():  # `AT` is a code
        end -= 1
    return words[:end]


def _period(phrase: str, today: dt.date, language: str | None) -> Period | None:
    """Return the period that a whole phrase names."""
    if plain := _plain_period(phrase, today, language):
        return plain
    for name, rest in _split(phrase, ("since", "last"), language):
        length = find_length(rest, language) if name == "last" else None
        begun = _begun(rest, today, language) if name == "since" else None
        if length or begun:
            return Period(today - length if length else begun or today)
    bare, *others = without_passed(phrase)
    months = (find_month(each, today, language) for each in others)  # "may" alone may be no month
    return next(filter(None, months), None) or (
        find_month(bare, today, language) if _YEAR.search(bare) else None
    )


def _begun(phrase: str, today: dt.date, language: str | None) -> dt.date | None:
    """Return the first day of what a whole phrase names."""
    if (weekday := find_weekday(phrase, language)) is not None:
        return today - _DAY * ((today.weekday() - weekday) % 7)
    for named in without_passed(phrase):
        if found := _plain_period(named, today, language) or find_month(named, today, language):
            return found.since
    return None


def _plain_period(phrase: str, today: dt.date, language: str | None) -> Period | None:
    """Return the week, the year or the day that a phrase names, and no month by its name."""
    if name := _find(phrase, _NAMED, language):
        return _named(name, today)
    if _WRITTEN.fullmatch(phrase):
        return _parse_written(phrase)
    if _YEAR.fullmatch(phrase):
        return _in_year(int(phrase))
    for days, forms in enumerate(_days_ago(base_language(language) or "en")):
        if forms.fullmatch(fold(phrase)):
            return Period(today - days * _DAY, today - days * _DAY)
    days_named = (_dated(phrase, language, year) for year in (today.year, today.year - 1))
    day = next((day for day in days_named if day and day <= today), None)
    return Period(day, day) if day else None


def _named(name: str, today: dt.date) -> Period:
    monday, first = today - _DAY * today.weekday(), today.replace(day=1)
    return {
        "lately": Period(today - LATELY),
        "this_week": Period(monday),
        "last_week": Period(monday - 7 * _DAY, monday - _DAY),
        "this_month": Period(first),
        "last_month": Period((first - _DAY).replace(day=1), first - _DAY),
        "this_year": Period(today.replace(month=1, day=1)),
        "last_year": _in_year(today.year - 1),
    }[name]


def _parse_written(phrase: str) -> Period | None:
    """Parse what `Period.written` returns."""
    since, _, until = phrase.partition("..")
    try:
        return Period(dt.date.fromisoformat(since), dt.date.fromisoformat(until) if until else None)
    except ValueError:
        return None


def _in_year(year: int) -> Period:
    return Period(dt.date(year, 1, 1), dt.date(year, 12, 31))


def find_month(phrase: str, today: dt.date, language: str | None) -> Period | None:
    """Return the month that a phrase names, the last one where it names no year."""
    name, _, year = phrase.partition(" ")
    number = next(
        (
            months[fold(name).rstrip(".")]
            for months in (month_numbers(base_language(language) or "en"), month_numbers(ANY))
            if fold(name).rstrip(".") in months
        ),
        None,
    )
    if number is None or (year and not _YEAR.fullmatch(year)):
        return None
    first = dt.date(int(year) if year else today.year - (number > today.month), number, 1)
    return Period(first, _month_after(first) - _DAY)


def _month_after(day: dt.date) -> dt.date:
    return (day.replace(day=1) + 31 * _DAY).replace(day=1)


# ------------------------------------------------------------------ words


def _dated(phrase: str, language: str | None, year: int) -> dt.date | None:
    """Return the day that a whole phrase writes as a date: in a year, where it names none."""
    if not any(letter.isdigit() for letter in phrase):
        return None
    found = (*find_figures(phrase), *find_dates(phrase, base_language(language) or None))
    for date in found:
        if len(date.words) >= len(phrase) - 1:  # a full stop may stand behind it
            try:
                return dt.date(date.year or year, date.month, date.day)
            except ValueError:
                continue
    return None


@lru_cache(maxsize=40)
def _days_ago(language: str) -> tuple[re.Pattern[str], ...]:
    """Return what today, yesterday and the day before are called."""
    days = calendar_words(language).days_ago
    return tuple(re.compile(any_of(forms.split("|"))) for forms in days)


def _split(phrase: str, names: Collection[str], language: str | None) -> Iterator[tuple[str, str]]:
    """Yield the ways in which a phrase is one of several terms and something behind it."""
    words = phrase.split()
    for length in range(min(read_keywords("periods").longest, len(words) - 1), 0, -1):
        if name := _find(" ".join(words[:length]), names, language):
            yield name, " ".join(words[length:])


def _find(phrase: str, names: Collection[str], language: str | None) -> str | None:
    found = [
        each for each in read_keywords("periods").find(normalise(phrase)) if each.name in names
    ]
    return unanimous(found, language)
