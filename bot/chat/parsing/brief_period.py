"""Find the period of a brief: from one day to another, `week`, a month, a quarter (pure)."""

import datetime as dt
import itertools
import re
from collections.abc import Iterator
from typing import NamedTuple

from bot.chat.parsing.keywords import find_length, is_passed
from bot.chat.parsing.moments import LONGEST_TEXT, Period, find_month, find_period
from bot.dates.mentions import find_dates, find_figures
from bot.i18n import base_language

LENGTH_WORDS = 2
"""Words of the longest length of time: `2 weeks`."""
_DAY = dt.timedelta(days=1)
_FIGURES = re.compile(r"(?<![\d.])(\d{1,2})\s?[./]\s?(\d{1,2})(?:\s?[./]\s?(\d{4})|\.|(?![\d/]))")
"""A day and a month, in figures, without a year too; of `1/11-30/11` two."""
_QUARTER = re.compile(r"\bq([1-4])\b(?:\s*/?\s*(20\d\d))?", re.IGNORECASE)
_DASH = re.compile(r"\s*(?:[-–—−]|\.{2,3}|…)\s*")
_BESIDE = " .,;–—-"


class _Date(NamedTuple):
    """A date as it is written, with its place in the text."""

    start: int
    end: int
    day: int
    month: int
    year: int | None
    last: int | None = None

    def of_year(self, year: int, day: int | None = None) -> dt.date | None:
        try:
            return dt.date(self.year or year, self.month, day or self.day)
        except ValueError:
            return None


def find_brief_period(
    text: str, today: dt.date, language: str | None = None
) -> tuple[Period | None, str]:
    """Return the period that some words of a text name, and what is left of it. Where they leave
    out the year, it is the one that has begun last; a length of time (`week`) ends today."""
    if len(text.split()) > LONGEST_TEXT:
        return None, text
    for find in (_between_days, _quarter, find_period, _length, _bare_month):
        period, rest = find(text, today, language)
        if period:
            return period, _trimmed(rest)
    return None, text


def _trimmed(rest: str) -> str:
    """Return what is left without prepositions at its ends, which belonged to the period."""
    words = rest.split()
    for end in (0, -1):
        while words and is_passed(words[end]) and not words[end].isupper():  # `AT` is a code
            words.pop(end)
    return " ".join(words)


def _between_days(text: str, today: dt.date, language: str | None) -> tuple[Period | None, str]:
    dates = sorted(_dates(text, language))
    for date in dates:
        if date.last and (period := _period(date, date, today)):
            return period, _without(text, date.start, date.end)
    for first, last in itertools.pairwise(dates):
        gap = text[first.end : last.start]
        is_joined = _DASH.fullmatch(gap) or (len(gap.split()) <= 1 and "," not in gap)
        if is_joined and (period := _period(first, last, today)):
            return period, _without(text, first.start, last.end)
    return None, text


def _dates(text: str, language: str | None) -> Iterator[_Date]:
    taken = [False] * len(text)
    written = (*find_figures(text), *find_dates(text, base_language(language) or None))
    for each in sorted(written, key=lambda each: -len(each.words)):
        end = each.at + len(each.words)
        if not any(taken[each.at : end]):
            taken[each.at : end] = [True] * (end - each.at)
            yield _Date(each.at, end, each.day, each.month, each.year, each.last)
    for match in _FIGURES.finditer(text):
        if not any(taken[match.start() : match.end()]):
            year = int(match[3]) if match[3] else None
            yield _Date(match.start(), match.end(), int(match[1]), int(match[2]), year)


def _period(first: _Date, last: _Date, today: dt.date) -> Period | None:
    """Return the days from one date to another, in the last year in which they have begun."""
    for year in (today.year, today.year - 1):
        until = last.of_year(year, last.last)
        since = first.of_year(until.year) if until else None
        if since and until and since > until and first.year is None:  # over the turn of a year
            since = first.of_year(until.year - 1)
        if since and until and since <= until and (since <= today or last.year):
            return Period(since, until)
    return None


def _quarter(text: str, today: dt.date, language: str | None) -> tuple[Period | None, str]:
    match = _QUARTER.search(text)
    if match is None:
        return None, text
    month = 3 * int(match[1]) - 2
    year = int(match[2]) if match[2] else today.year - (month > today.month)
    after = dt.date(year + (month == 10), (month + 2) % 12 + 1, 1)
    return Period(dt.date(year, month, 1), after - _DAY), _without(text, *match.span())


def _length(text: str, today: dt.date, language: str | None) -> tuple[Period | None, str]:
    words = text.split()
    for length in range(LENGTH_WORDS, 0, -1):
        for start in range(len(words) - length + 1):
            phrase = " ".join(words[start : start + length]).strip(_BESIDE)
            is_named = not (phrase.isdecimal() or is_passed(phrase.rpartition(" ")[2]))
            if is_named and (long := find_length(phrase, language)):
                rest = " ".join((*words[:start], *words[start + length :]))
                return Period(today - max(long, _DAY) + _DAY, today), rest.strip(_BESIDE)
    return None, text


def _bare_month(text: str, today: dt.date, language: str | None) -> tuple[Period | None, str]:
    words = text.split()
    for place, word in enumerate(words):
        if period := find_month(word.strip(_BESIDE), today, language):
            return period, " ".join((*words[:place], *words[place + 1 :])).strip(_BESIDE)
    return None, text


def _without(text: str, start: int, end: int) -> str:
    """Return a text without a part, and without the prepositions before it."""
    before = _trimmed(text[:start])
    return f"{before} {text[end:].strip(_BESIDE)}".strip(_BESIDE)
