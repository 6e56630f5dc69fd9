"""Find the days that running text names: by month, in figures, by weekday, or as yesterday."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from bot.dates.calendar import ANY, calendar_words, has_capital_weekdays, month_numbers
from bot.text import fold
from bot.text.spans import Taken
from bot.text.terms import any_of

# The second day of a range (`16.-17. ledna`, `from 16 to 17 January`): the first one counts.
_TO_DAY = (
    r"(?P<range>(?: ?- ?| (?:a|al|and|au|az|bis|do|e|et|en|i|iki|ja|la|lidz|og|och|si|t/m|til"
    r"|till|to|tot|und|y|εωσ|και|до|и|і) )\d{1,2}(?!\d)\.?)?"
)
# Greek `1η`, `10ης`; Irish `10ú`; Maltese `10 ta'`.
_ORDINAL = r"(?:\.?(?:[oa]\b|[ºª°])|(?:ησ|ην|η|ασ|α)\b|er\b|st\b|nd\b|rd\b|th\b|u\b|\.)?"
_OF = r"(?:de |di |of |ta' |de mhi |den |d'|la de |la d'|mi na |mhi na )?"
_FIRST = {"ewwel", "primero", "primeiro", "primo"}
"""The first of a month, where languages write it as a word."""
_MAY_BE_DATED = re.compile(rf"\d|{any_of(_FIRST)}")
_YEAR = r"(?:20|19)\d\d"
_MONTH_FIRST = {"hu", "lt"}
"""Languages that write 11.10. for the tenth of November."""
_ROMAN = "i ii iii iv v vi vii viii ix x xi xii".split()


class DateMatch(NamedTuple):
    """A date in a text, with its words and their index."""

    day: int
    month: int
    year: int | None
    words: str
    at: int
    last: int | None = None
    """The last day in this month, of several of which this is the first."""

    @property
    def is_range(self) -> bool:
        """Whether it is of several days."""
        return self.last is not None


def find_dates(text: str, language: str | None) -> Iterator[DateMatch]:
    """Find the dates that tidy text writes with the name of a month (`16. ledna`, `January 16`,
    `16 janvier 2025`, `2025. január 16.`); those with the day before the month first.

    Month names are those of `calendar.month_numbers`.
    """
    patterns, months = _month_patterns((language or ANY).split("-")[0].lower())
    folded = fold(text)
    for pattern in patterns:
        for match in pattern.finditer(folded):
            yield _date_match(text, match, months[match["month"]])


def _date_match(text: str, match: re.Match[str], month: int) -> DateMatch:
    parts = match.groupdict()
    year = full_year(parts["year"]) if parts.get("year") else None
    words = text[match.start() : match.end()]
    last = re.search(r"\d+", parts.get("range") or "")
    day = 1 if parts["day"] in _FIRST else int(parts["day"])
    return DateMatch(day, month, year, words, match.start(), int(last[0]) if last else None)


def full_year(digits: str) -> int:
    """Return the year of two or four digits."""
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


@lru_cache(maxsize=40)
def _month_patterns(language: str) -> tuple[tuple[re.Pattern[str], ...], dict[str, int]]:
    months = month_numbers(language)
    names = "|".join(re.escape(name) for name in sorted(months, key=len, reverse=True))
    day_first = (
        rf"(?<![\d.:/])(?P<day>\d{{1,2}}|\b{any_of(_FIRST)}){_ORDINAL}{_TO_DAY}[ -]?{_OF}"
        rf"(?P<month>{names})\b\.?(?:,?[ -](?:de |del |do )?(?P<year>{_YEAR}\b|\d\d(?= \d\d:)))?"
    )
    month_first = (
        rf"\b(?P<month>{names})\.? (?P<day>\d{{1,2}})(?![\d:])(?:\.|st|nd|rd|th)?{_TO_DAY}"
        rf"(?:,? (?P<year>{_YEAR})\b)?"
    )
    # Hungarian `2025. május 16.`, Lithuanian `2025 m. sausio 16 d.`, Latvian `2025. gada 16. maijs`
    year_first = (
        rf"(?<!\d)(?P<year>{_YEAR})(?:\.| m\.) (?P<month>{names})\.? (?P<day>\d{{1,2}})(?!\d)"
    )
    year_day_first = rf"(?<!\d)(?P<year>{_YEAR})\. gada (?P<day>\d{{1,2}})\. (?P<month>{names})\b"
    patterns = (day_first, month_first, year_first, year_day_first)
    return tuple(map(re.compile, patterns)), months


# ------------------------------------------------------------------ days of a sentence


class Day(NamedTuple):
    """A day that a text names, with its words and where they stand."""

    day: dt.date
    words: str
    start: int
    end: int
    is_range: bool = False
    has_date: bool = True
    """Named by its date, not as a weekday or as yesterday."""


def find_days(text: str, language: str | None, published: dt.date) -> list[Day]:
    """Return the days that a tidy text names, in its order; what lacks a year, or is a weekday, is
    the last such day up to the publication."""
    dated, relative = _apart(_dated(text, language, published)), list[Day]()
    for each in _apart(_relative(text, language, published)):
        index = next(
            (
                i
                for i, date in enumerate(dated)
                if is_beside(text, (each.start, each.end), (date.start, date.end), language)
            ),
            None,
        )
        if index is None:
            relative.append(each)
        else:
            start = min(each.start, dated[index].start)
            dated[index] = dated[index]._replace(start=start)
    return sorted((*dated, *relative), key=lambda each: each.start)


def _apart(days: list[Day]) -> list[Day]:
    """Return the longest of the days whose words overlap."""
    taken = Taken()
    longest_first = sorted(days, key=lambda each: (each.start - each.end, each.start))
    return [each for each in longest_first if taken.take(each.start, each.end)]


def is_beside(
    text: str, weekday: tuple[int, int], date: tuple[int, int], language: str | None
) -> bool:
    """Return whether a weekday belongs to a date (`Tuesday, 10 November`), which says more; both as
    their first index and the one after the last."""
    first, second = sorted((weekday, date))
    on = any_of(("the", *calendar_words(language).on.split("|")))
    gap = fold(text[first[1] : second[0]])
    return re.fullmatch(rf"[\s,.(]*(?:{on}[\s.']*)?", gap) is not None


def _dated(text: str, language: str | None, published: dt.date) -> list[Day]:
    days = [(_latest(each, published), each) for each in each_date(text, language)]
    return [
        Day(day, each.words.strip(), each.at, each.at + len(each.words), each.is_range)
        for day, each in days
        if day
    ]


def each_date(text: str, language: str | None) -> list[DateMatch]:
    """Return the dates that a text writes with a month's name or in figures, with and without a
    year."""
    if not _MAY_BE_DATED.search(fold(text)):
        return []
    without_year = [*_figures(text, _figures_without_year(language or ANY))]
    if (language or "").split("-")[0] in _MONTH_FIRST:
        without_year = [
            each._replace(day=each.month, month=each.day) if each.day <= 12 else each
            for each in without_year
        ]
    return [*find_dates(text, language), *find_figures(text), *without_year]


def _latest(found: DateMatch, published: dt.date) -> dt.date | None:
    """Return a date; without a year, the last such day up to the publication."""
    for year in (found.year,) if found.year else (published.year, published.year - 1):
        try:
            day = dt.date(year, found.month, found.day)
        except ValueError:
            continue
        if found.year or day <= published:
            return day
    return None


# ------------------------------------------------------------------ dates in figures


def find_figures(text: str) -> Iterator[DateMatch]:
    """Find the dates in figures; the day comes before the month, unless only the other way is a
    date."""
    yield from _figures(text, _FIGURES)


def _figures(text: str, patterns: Iterable[re.Pattern[str]]) -> Iterator[DateMatch]:
    folded = fold(text)
    for pattern in patterns:
        for match in pattern.finditer(folded):
            day, month = int(match["day"]), match["month"]
            number = _ROMAN.index(month) + 1 if month in _ROMAN else int(month)
            found = _date_match(text, match, number)
            yield found._replace(day=number, month=day) if number > 12 >= day else found


_FIGURES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<![\w])(?<!\d[./-])(?P<year>{_YEAR})(?P<mark>\. |[-./])(?P<month>\d{{1,2}})(?P=mark)"
        r"(?P<day>\d{1,2})(?![\d/]|[.-]\d)",
        r"(?<!\w)(?<!\d[./-])(?P<day>\d{1,2}) ?(?P<mark>[-./]) ?(?P<month>\d{1,2}) ?(?P=mark) ?"
        rf"(?P<year>{_YEAR}(?!\d)|\d\d(?!\w))(?![./-]\d)",
        rf"(?<!\w)(?P<day>\d{{1,2}})[. /-] ?(?P<month>{any_of(_ROMAN)})[. /-] ?(?P<year>{_YEAR})\b",
    )
)


@lru_cache(maxsize=40)
def _figures_without_year(language: str) -> tuple[re.Pattern[str], ...]:
    """Return the patterns of a day and month with a point after each, or after a word that
    announces a day."""
    words = calendar_words(language)
    before = any_of([*words.on.split("|"), *"|".join(words.weekdays).split("|")])
    return (
        re.compile(r"(?<![\w.])(?P<day>\d{1,2})\. ?(?P<month>\d{1,2})\.(?! ?\d)"),
        re.compile(
            rf"(?<!\w){before},? ?(?P<day>\d{{1,2}}) ?[./] ?(?P<month>\d{{1,2}})(?![\w/%]|[.,]\d)"
        ),
    )


def _relative(text: str, language: str | None, published: dt.date) -> list[Day]:
    """Return the days that are named as a weekday, as today or as yesterday."""
    days = list[Day]()
    for match in relative_pattern(language or ANY).finditer(fold(text)):
        words = text[match.start() : match.end()]
        kind = match.lastgroup or ""
        number = int(kind[-1])
        if kind.startswith("ago"):
            back = number
        elif has_capital_weekdays(language or ANY) and words == words.lower():
            continue
        else:
            back = (published.weekday() - number) % 7
            if not back and is_last(text, match, language):
                back = 7
        day = published - dt.timedelta(days=back)
        days.append(Day(day, words, match.start(), match.end(), has_date=False))
    return days


@lru_cache(maxsize=40)
def relative_pattern(language: str) -> re.Pattern[str]:
    """Return the pattern of weekdays (group `weekday` and its number, 0 for Monday), and of today
    and the days before (`ago` and how many)."""
    words = calendar_words(language)
    groups = [
        f"(?P<{kind}{number}>{any_of(forms.split('|'))})"
        for kind, said in (("ago", words.days_ago), ("weekday", words.weekdays))
        for number, forms in reversed(list(enumerate(said)))
    ]
    return re.compile(rf"(?<!\w)(?:{'|'.join(groups) or '(?!)'})(?!\w)")


def is_last(text: str, weekday: re.Match[str], language: str | None) -> bool:
    """Return whether a weekday is that of the week before (`last Tuesday`, `mardi dernier`)."""
    last = any_of(calendar_words(language).last.split("|"))
    around = fold(text[max(weekday.start() - 20, 0) : weekday.end() + 20])
    return bool(re.search(rf"(?<!\w){last}\s+{re.escape(weekday[0])}|"
                          rf"{re.escape(weekday[0])}\s+{last}(?!\w)", around))  # fmt: skip
