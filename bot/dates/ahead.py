"""Find the days to come that running text names: by their dates, by a month, as a weekday."""

import datetime as dt
import re
from collections.abc import Iterator
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
from bot.models import DatePrecision
from bot.text import fold
from bot.text.spans import Taken

SOON = dt.timedelta(days=183)
"""How far ahead a day or month without a year may be: a later one is rather of the past."""
LATEST = dt.timedelta(days=366 * 15)
"""How far ahead any day may be: later ones are of long plans, or misprints."""
WEEK = 7
_YEAR = r"20\d\d"


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
    """`month`: a month is named, of which this is the first day."""
    is_bare: bool = False
    """A month without its year, or a weekday: of the past as well, unless a text looks ahead."""


def find_days_ahead(text: str, language: str | None, published: dt.date) -> list[DayAhead]:
    """Return the days after the publication that a tidy text names, in its order."""
    taken, found = Taken(), list[DayAhead]()
    for date in sorted(each_date(text, language), key=lambda each: -len(each.words)):
        start, end = date.at, date.at + len(date.words.rstrip(" .,"))
        if taken.take(start, end) and (day := _dated(date, text[start:end], published)):
            found.append(day)
    code = (language or ANY).split("-")[0].lower()
    for each in (*_months(text, code, published), *_weekdays(text, code, published)):
        # What stands beside a date says nothing more, be that ahead or past.
        part, near = (each.start, each.end), taken.beside(each.start)
        if not any(is_beside(text, part, other, code) for other in near) and taken.take(*part):
            found.append(each)
    return sorted(found, key=lambda each: each.start)


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
    for match in pattern.finditer(fold(text)):
        words, name = text[match.start() : match.end()].strip(), match["month"] or match["month2"]
        digits = match["year"] or match["year2"]
        is_full = name in full_months(language)
        is_name = not has_capital_months(language) or text[match.start()].isupper()
        if digits is None and not (is_full and is_name):
            continue
        first = dt.date(int(digits or published.year), months[name], 1)
        if digits is None and first <= published:
            first = first.replace(year=first.year + 1)
        if published < first <= published + (LATEST if digits else SOON):
            start, end = match.start(), match.start() + len(words)
            yield DayAhead(
                first, first, words, start, end, digits is not None, "month", digits is None
            )


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
    return re.compile(rf"{year_first}|{month_first}"), months


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
