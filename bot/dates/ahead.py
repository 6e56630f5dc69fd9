"""Find the days to come that running text names: by their dates, by a quarter or a month, as the
end of a period, as a weekday."""

import calendar
import datetime as dt
import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import NamedTuple

from bot.dates.calendar import (
    ANY,
    calendar_words,
    full_months,
    has_capital_months,
    has_capital_weekdays,
    month_numbers,
)
from bot.dates.mentions import DateMatch, each_date, is_beside, is_last, relative_pattern
from bot.models import DateAhead, DatePrecision
from bot.text import fold
from bot.text.spans import Taken
from bot.text.terms import any_of

SOON = dt.timedelta(days=214)
"""How far ahead a day or month without a year may be: a later one is rather of the past. Measures
are prolonged by half a year, and told some weeks before."""
LATEST = dt.timedelta(days=366 * 15)
"""How far ahead any day may be: later ones are of long plans, or misprints."""
WEEK = 7
YEAR_FIRST = ("et", "hu", "lt", "lv")
"""Languages that put the year before its month; elsewhere what follows one is rather a word, as
`may` is."""
LONG = 4
"""Letters of the shortest name of a month that means nothing else: `may` does."""
_YEAR = r"20\d\d"
_OTHER_YEAR_BEHIND = re.compile(r"[.,]* (?:de |del |do |of |του )?\d{4}(?!\w)")
_OTHER_YEAR_BEFORE = re.compile(r"(?<!\w)\d{4}\.? (?:(?:gada|aasta|a\.|m\.) )?$")
"""A year beside a date in which there is no such date, as `December 9999` for one that never
comes."""
BESIDE = 14
"""Characters in which such a year stands before a date."""
_ANY_YEAR = re.compile(r"(?:19|20)\d\d")
YEARS = (0, 1, -1)
"""How far this year, the next and the last one are from that of the publication."""
_ROMAN = ("i", "ii", "iii", "iv")
MONTHS = 3
"""Months of a quarter."""
BESIDE_END = 40
"""Characters before a period in which its end is named."""
_LONE_YEAR = re.compile(rf"(?<![\w.,/-]){_YEAR}(?![\w/-])")


class DayAhead(NamedTuple):
    """A day after the publication that a text names, with its words and where they stand."""

    first: dt.date
    last: dt.date
    """Another than the first where the text names several days of one month."""
    words: str
    start: int
    end: int
    has_year: bool
    precision: DatePrecision = "day"
    """Of a month or a quarter that is named, this is the first day."""
    is_bare: bool = False
    """A month without its year, or a weekday: of the past as well, unless a text looks ahead."""


def find_days_ahead(text: str, language: str | None, published: dt.date) -> list[DayAhead]:
    """Return the days after the publication that a tidy text names, in its order."""
    code = (language or ANY).split("-")[0].lower()
    taken, found, folded = Taken(), list[DayAhead](), fold(text)
    for date in sorted(each_date(text, language), key=lambda each: -len(each.words)):
        start, end = date.at, date.at + len(date.words.rstrip(" .,"))
        is_known = date.year is not None or not _has_other_year(folded, start, end)
        if taken.take(start, end) and is_known:
            year = date.year or _year_beside(folded, (start, end), code, published)
            dated = date._replace(year=year)
            found += filter(None, [_dated(dated, text[start:end], published)])
    named = (_quarters, _months, _years, _unnamed, _weekdays)
    for each in (day for find in named for day in find(text, code, published)):
        # What stands beside a date says nothing more, be that ahead or past.
        part, near = (each.start, each.end), taken.beside(each.start)
        if not any(is_beside(text, part, other, code) for other in near) and taken.take(*part):
            found.append(each)
    return sorted(found, key=lambda each: each.start)


def _has_other_year(folded: str, start: int, end: int) -> bool:
    """Return whether a year that is not known stands beside a date without one."""
    before = folded[max(start - BESIDE, 0) : start]
    return bool(_OTHER_YEAR_BEHIND.match(folded, end) or _OTHER_YEAR_BEFORE.search(before))


def _year_beside(
    folded: str, span: tuple[int, int], language: str, published: dt.date
) -> int | None:
    """Return the year of a day or month, if the words beside it say that it is this one, the next
    or the last (`4 March next year`)."""
    before, behind = _year_patterns(language)
    first = max(span[0] - BESIDE_END, 0)
    match = behind.match(folded, span[1]) or before.search(folded, first, span[0])
    return published.year + YEARS[int((match.lastgroup or "")[-1])] if match else None


@lru_cache(maxsize=40)
def _year_patterns(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what finds the words for this year (`year0`), the next (`year1`) and the last one
    (`year2`) right before and right behind a day or month."""
    named = "|".join(
        rf"(?P<year{number}>{any_of(said.split('|'))})"
        for number, said in reversed([*enumerate(calendar_words(language).years)])
    )
    # What a comma parts from it is of another clause; `next year's call` is no date.
    years = rf"(?<!\w)(?:{named or '(?!)'})(?![\w'])"
    return re.compile(rf"{years}\s\Z"), re.compile(rf"\.?\s{years}")


def _dated(found: DateMatch, words: str, published: dt.date) -> DayAhead | None:
    first, last = _next(found, found.day, published), _next(found, found.last, published)
    until = SOON if found.year is None else LATEST
    if first is None or not published < (last or first) <= published + until:
        return None
    end = found.at + len(words)
    return DayAhead(first, last or first, words, found.at, end, found.year is not None)


def _next(found: DateMatch, day: int | None, published: dt.date) -> dt.date | None:
    """Return a day of the month of a date; without a year, the next such day after the
    publication."""
    for year in (found.year,) if found.year else (published.year, published.year + 1):
        try:
            date = dt.date(year, found.month, day or 0)
        except ValueError:
            continue
        if found.year or date > published:
            return date
    return None


# ------------------------------------------------------------------ months


def _months(text: str, language: str, published: dt.date) -> Iterator[DayAhead]:
    """Yield the months to come that a text names without a day (`in March 2027`); without a year,
    the next such month."""
    pattern, months = _month_pattern(language)
    folded = fold(text)
    for match in pattern.finditer(folded):
        words, said = text[match.start() : match.end()].strip(), match.groupdict()
        name, digits = said.get("month") or said["month2"], said.get("year") or said["year2"]
        span = (match.start(), match.start() + len(words))
        if name not in full_months(language) or (not digits and _has_other_year(folded, *span)):
            continue
        year = int(digits) if digits else _year_beside(folded, span, language, published)
        is_capital = not has_capital_months(language) or text[match.start()].isupper()
        is_name = len(name) >= LONG and is_capital
        for each in (year,) if year else (published.year, published.year + 1):
            told = _told(text, folded, language, span, dt.date(each, months[name], 1), 1)
            is_end = told.precision == "day" and is_capital
            if not (digits or is_name or is_end):
                break
            if published < told.first <= published + (LATEST if year else SOON):
                yield told._replace(has_year=bool(year), is_bare=not year)
                break


@lru_cache(maxsize=40)
def _month_pattern(language: str) -> tuple[re.Pattern[str], dict[str, int]]:
    known = calendar_words(language)
    months = month_numbers(language) | {
        name: number
        for number, forms in enumerate(known.in_month, 1)
        for name in fold(forms).split("|")
    }
    names = "|".join(re.escape(name) for name in sorted(months, key=len, reverse=True))
    ending = rf"(?=(?:{known.month_endings or '(?!)'})?(?!\w))"
    year_first = (
        rf"(?<![\d.])(?P<year>{_YEAR})\.? (?:(?:gada|aasta|a\.|m\.) )?"
        rf"(?P<month>{names}){ending}(?!\.? ?\d)"
    )
    # Spanish `marzo de 2027`, Greek `Μάρτιο του 2027`, Lithuanian `kovo mėn.`
    month_first = (
        rf"(?<!\w)(?P<month2>{names}){ending}(?! ?\d\d?(?!\d))"
        rf"(?:\.?,? (?:de |del |do |of |του )?(?P<year2>{_YEAR})(?!\w))?"
    )
    ways = (year_first, month_first) if language in YEAR_FIRST else (month_first,)
    return re.compile("|".join(ways)), months


# ------------------------------------------------------------------ quarters


def _quarters(text: str, language: str, published: dt.date) -> Iterator[DayAhead]:
    """Yield the quarters to come that a text names with their year (`first quarter of 2027`)."""
    folded = fold(text)
    for match in _quarter_pattern(language).finditer(folded):
        said = {name: value for name, value in match.groupdict().items() if value}
        number = next(int(name[1]) for name in said if name.startswith("q"))
        year = next(int(value) for name, value in said.items() if name.startswith("y"))
        first = dt.date(year, MONTHS * number - 2, 1)
        told = _told(text, folded, language, match.span(), first, MONTHS)
        if published < told.first <= published + LATEST:
            yield told


@lru_cache(maxsize=40)
def _quarter_pattern(language: str) -> re.Pattern[str]:
    words = calendar_words(language)
    noun = any_of(words.quarter.split("|"))
    listed = words.quarters or ("",) * len(_ROMAN)

    def numbers(before: str) -> str:
        return "|".join(
            rf"(?P<q{number}{before}>{any_of(forms.split('|'))}|{number}|{roman})"
            for number, (roman, forms) in enumerate(zip(_ROMAN, listed, strict=True), 1)
        )

    ordinal = r"\.?(?:st|nd|rd|th|er|e|eme|[ºªo°])?"
    small = r"(?:\W{1,2}[^\W\d]{1,7}\.?){0,2}\W{1,2}"
    ways = (
        rf"(?:{numbers('a')}){ordinal}\s{noun}{small}(?P<ya>{_YEAR})",
        rf"{noun}\s(?:{numbers('b')}){ordinal}{small}(?P<yb>{_YEAR})",
        rf"(?P<yc>{_YEAR}){small}(?:{numbers('c')}){ordinal}\s{noun}",
        rf"q(?:(?P<q1d>1)|(?P<q2d>2)|(?P<q3d>3)|(?P<q4d>4))[ /](?P<yd>{_YEAR})",
    )
    return re.compile(rf"(?<!\w)(?:{'|'.join(ways)})(?!\w)")


# ------------------------------------------------------------------ ends of periods


def _years(text: str, language: str, published: dt.date) -> Iterator[DayAhead]:
    """Yield the last days of the years whose end a text names (`until the end of 2027`)."""
    folded = fold(text)
    for match in _LONE_YEAR.finditer(folded):
        told = _told(text, folded, language, match.span(), dt.date(int(match[0]), 1, 1), 12)
        if told.precision == "day" and published < told.first <= published + LATEST:
            yield told


def _told(
    text: str, folded: str, language: str, span: tuple[int, int], first: dt.date, months: int
) -> DayAhead:
    """Return the period of so many months that a text names, or its last day, if the words beside
    it say that its end is meant."""
    before, after = _end_patterns(language)
    begun = before.search(folded, max(span[0] - BESIDE_END, 0), span[0])
    ended = after.match(folded, span[1])
    start, end = begun.start() if begun else span[0], ended.end() if ended else span[1]
    if begun or ended:
        month = first.month + months - 1
        last = first.replace(month=month, day=calendar.monthrange(first.year, month)[1])
        return DayAhead(last, last, text[start:end], start, end, has_year=True)
    precision: DatePrecision = "month" if months == 1 else "quarter"
    return DayAhead(first, first, text[start:end], start, end, has_year=True, precision=precision)


@lru_cache(maxsize=40)
def _end_patterns(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what finds the words for an end right before a period, and right after it."""
    words = calendar_words(language)
    small = rf"(?:[^\W\d]{{1,3}}|{any_of(words.of_period.split('|'))})"
    return (
        re.compile(rf"(?<!\w){any_of(words.end.split('|'))}\W{{1,2}}(?:{small}\W{{1,2}}){{0,3}}\Z"),
        re.compile(
            rf"\W{{1,2}}(?:{small}\W{{1,2}}){{0,2}}{any_of(words.end_after.split('|'))}(?!\w)"
        ),
    )


def _unnamed(text: str, language: str, published: dt.date) -> Iterator[DayAhead]:
    """Yield the last days of this year, the next one and this month, where a text names their end
    alone (`by the end of the month`)."""
    year, month = published.year, published.month
    ends = (
        dt.date(year, 12, 31),
        dt.date(year + 1, 12, 31),
        published.replace(day=calendar.monthrange(year, month)[1]),
    )
    folded, (pattern, numbers) = fold(text), _unnamed_pattern(language)
    for match in pattern.finditer(folded):
        day, (start, end) = ends[numbers[match[0]]], match.span()
        near = folded[max(start - BESIDE, 0) : start], folded[end : end + BESIDE]
        if published < day and not any(_names_other(each, language) for each in near):
            yield DayAhead(day, day, text[start:end], start, end, has_year=True)


def _names_other(folded: str, language: str) -> bool:
    """Return whether the words beside an end name its month or year, or say that it is past."""
    months, words = month_numbers(language), re.findall(r"\w+", folded)
    is_last = re.search(rf"(?<!\w){any_of(calendar_words(language).last.split('|'))}(?!\w)", folded)
    return bool(is_last) or any(
        (each in months and len(each) >= LONG) or _ANY_YEAR.fullmatch(each) for each in words
    )


@lru_cache(maxsize=40)
def _unnamed_pattern(language: str) -> tuple[re.Pattern[str], dict[str, int]]:
    """Return what finds an end of this year, the next one, or this month, and the number of each
    wording in this order."""
    numbers = {
        wording: number
        for number, said in enumerate(calendar_words(language).period_ends)
        for wording in fold(said).split("|")
    }
    return re.compile(rf"(?<!\w){any_of(numbers)}(?!\w)"), numbers


# ------------------------------------------------------------------ weekdays


def _weekdays(text: str, language: str, published: dt.date) -> Iterator[DayAhead]:
    """Yield the weekdays that a text names, each as the first such day after the publication."""
    for match in relative_pattern(language).finditer(fold(text)):
        kind, words = match.lastgroup or "", text[match.start() : match.end()]
        is_name = not has_capital_weekdays(language) or words[:1].isupper()
        if kind.startswith("weekday") and is_name and not is_last(text, match, language):
            ahead = (int(kind[-1]) - published.weekday() - 1) % WEEK + 1
            day = published + dt.timedelta(days=ahead)
            yield DayAhead(day, day, words, *match.span(), has_year=False, is_bare=True)


# ------------------------------------------------------------------ dates


def most_exact(dates: Collection[DateAhead]) -> tuple[DateAhead, ...]:
    """Return dates, the first one first, without the months and quarters of which a day is told
    as well."""
    days = [(each.kind, each.day) for each in dates if each.precision == "day" and each.day]
    kept = (
        each
        for each in dates
        if each.precision == "day"
        or not any(
            kind == each.kind and each.day and each.last and each.day <= day <= each.last
            for kind, day in days
        )
    )
    return tuple(sorted(kept, key=lambda each: each.order))
