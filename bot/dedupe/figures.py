"""Compare the numbers of two language editions, which write them in other ways (pure)."""

import datetime as dt
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple, Self

from bot.dates.mentions import find_days
from bot.dedupe.reports import Report
from bot.text import numbers

THOUSANDS = (1_000, 1_000_000, 1_000_000_000)
"""What a number may be written as a multiple of: 1.4 million is 1 402 000."""
ROUNDED = 2
"""The least number of digits of a number that another one may be rounded to."""

COARSE = 3
"""The least number of digits of a number that another one may be rounded to: 30 600 is 30 657."""
LONGEST = 8
"""Digits of the longest number that is no telephone number."""

_TIME = re.compile(r"\d{1,2}\.\d\d")
_YEAR = re.compile(r"(?:19|20)\d\d")
_CLOCK = re.compile(
    r"(?<![\d.,:])(?P<hour>[01]?\d|2[0-3])(?:[.:](?P<minute>[0-5]\d))?(?:[.:]00)? ?"
    r"(?P<half>[ap])\.?m\b\.?|(?<![\d.,:])(?P<hour24>[01]?\d|2[0-3]):(?P<minute24>[0-5]\d)(?![\d:])",
    re.IGNORECASE,
)


class Figures(NamedTuple):
    """The numbers and the days that a report names, but for those of its publication."""

    numbers: frozenset[str]
    days: frozenset[tuple[int, int]]

    def are_among(self, other: Self) -> bool:
        """Return whether another report has all of them."""
        return self.days <= other.days and all(
            any(_are_one(number, each) for each in other.numbers) for number in self.numbers
        )

    def shared(self, other: Self) -> int:
        """Return how many of them another report has."""
        found = sum(
            any(_are_one(number, each) for each in other.numbers) for number in self.numbers
        )
        return found + len(self.days & other.days)

    def shared_digits(self, other: Self) -> int:
        """Return how many digits those have that another report has, too."""
        return sum(digits(each) for each in self.numbers if is_one_of(each, other.numbers))


@lru_cache(maxsize=200)  # the releases of a site and day are compared in pairs
def figures_of(report: Report, published: dt.date | None) -> Figures:
    """Return the numbers and the days of a report of some day."""
    text = _CLOCK.sub(_hours, f"{report.title}. {report.text}")
    found = find_days(text, report.language, published) if published else []
    dated = [each for each in found if each.has_date]
    for each in reversed(dated):
        text = f"{text[: each.start]} {text[each.end :]}"
    days = {(each.day.day, each.day.month) for each in dated}
    own = {str(published.day), str(published.year)} if published else set[str]()
    if published:
        days.discard((published.day, published.month))
    written = (number.removesuffix(".00") for number in numbers(text))
    return Figures(frozenset(written) - own, frozenset(days))


@lru_cache(maxsize=1000)
def digits(number: str) -> int:
    """Return the significant digits of a number: the more it has, the fewer reports have it by
    chance. Years, times of day and telephone numbers have none."""
    if len(number) == 1 or _TIME.fullmatch(number) or _YEAR.fullmatch(number):
        return 0
    significant = len(number.replace(".", "").strip("0"))
    return significant if significant <= LONGEST else 0


def is_one_of(number: str, others: Iterable[str], coarse: int = COARSE) -> bool:
    """Return whether a number is one of others, which may be written in another way, or rounded to
    some number of digits at least."""
    return any(_are_one(number, each) or _is_rounded(number, each, coarse) for each in others)


def _is_rounded(number: str, other: str, coarse: int) -> bool:
    """Return whether of two whole numbers one is the other one, rounded up or down."""
    if len(number) != len(other) or "." in number + other:
        return False
    precise = min(map(digits, (number, other)))
    unit = 10 ** (len(number) - precise)
    return precise >= coarse and abs(int(number) - int(other)) < unit


def _hours(clock: re.Match[str]) -> str:
    """Return a time of day as it is written with 24 hours and a point."""
    if clock["hour24"]:
        return f"{int(clock['hour24'])}.{clock['minute24']}"
    hour = int(clock["hour"]) % 12 + 12 * (clock["half"] in "pP")
    return f"{hour}.{clock['minute'] or '00'}"


def _are_one(number: str, other: str) -> bool:
    """Return whether two numbers are equal, or one is the other one in thousands or millions."""
    return number == other or _is_multiple(number, other) or _is_multiple(other, number)


def _is_multiple(short: str, whole: str) -> bool:
    if "." in whole or len(whole) <= len(THOUSANDS):
        return False
    decimals = len(short.partition(".")[2])
    is_round = len(short.replace(".", "")) >= ROUNDED
    return any(
        float(short) == (round(int(whole) / unit, decimals) if is_round else int(whole) / unit)
        for unit in THOUSANDS
    )
