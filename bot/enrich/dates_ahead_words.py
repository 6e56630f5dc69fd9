"""Words that say what a date to come is of, by language (`data/dates_ahead`)."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from msgspec import Struct

from bot.data_files import read_data
from bot.dates.ahead import DayAhead
from bot.dates.calendar import calendar_words
from bot.enrich.event_words import KindPatterns, Word, bare
from bot.text import fold
from bot.text.spans import Taken
from bot.text.terms import any_of, listed_language

Bound = Literal["from", "until", "by"] | None
"""What stands beside a date: something begins, ends, or is to be done at the latest."""

BESIDE = 60
"""Characters before or after a date in which these words stand."""
VOID, VOID_WITHIN = 8, 160
"""Words, and characters, before a date in which one says that it no longer holds."""
STEM = 4
"""Letters of a weekday that its forms have in common."""
LONGEST_PERIOD = 4
"""Words between `within` and the unit: `within a further thirty calendar days`."""


class AheadWords(Struct, frozen=True, forbid_unknown_fields=True):
    """The lists of one language, of terms as `bot.text.terms` has them."""

    kinds: dict[str, tuple[str, ...]]
    """Of each kind; `holds`: is valid, of which the bound says whether it begins or ends then;
    `duty`: must, of which a bound says by when; `other`: of events that are no deadline, to which
    dates to come belong as well."""
    begins: tuple[str, ...] = ()
    """Before a date on which something begins: from, as of."""
    begins_after: tuple[str, ...] = ()
    until: tuple[str, ...] = ()
    until_after: tuple[str, ...] = ()
    until_endings: tuple[str, ...] = ()
    """Endings of a month's name that say the same."""
    by: tuple[str, ...] = ()
    """Before a date by which something must be done: no later than."""
    by_after: tuple[str, ...] = ()
    by_endings: tuple[str, ...] = ()
    between: tuple[str, ...] = ()
    """Between these and the date: noon, midnight."""
    void: tuple[str, ...] = ()
    """Before a date that no longer holds: originally, instead of, was to."""
    off: tuple[str, ...] = ()
    """In a sentence on a hearing that will not be held on its day: cancelled, adjourned."""
    ahead: tuple[str, ...] = ()
    """Verbs of what is to come, before a month without a year: will."""
    next: tuple[str, ...] = ()
    """Right before or after a month or a weekday: next, coming."""
    past: tuple[str, ...] = ()
    """Of what has happened: a date without a year is not to come then."""
    within: tuple[str, ...] = ()
    """Before a period: within."""
    within_after: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    """Of periods: days, weeks, months."""


class AheadPatterns:
    """The lists of one language, compiled; all texts that they are asked about are folded."""

    def __init__(self, words: AheadWords, weekdays: tuple[str, ...]) -> None:
        # Weekdays have endings that no list has: `do piątku, 10 kwietnia`.
        days = any_of(f"{day.rstrip('*')[:STEM]}*" for day in weekdays)
        gap = rf"(?:\W+(?:{any_of(words.between)}|{days}|\w{{1,2}}|\d[\d.:]*)(?!\w))*\W*\Z"
        self._before: dict[Bound, re.Pattern[str]] = {
            "by": re.compile(rf"(?<!\w){any_of(words.by)}{gap}"),
            "until": re.compile(rf"(?<!\w){any_of(words.until)}{gap}"),
            "from": re.compile(rf"(?<!\w){any_of(words.begins)}{gap}"),
        }
        skip = r"\W{0,2}(?:(?:\d{4}|d|g|r|m)\b\.?\W{0,2})?"
        self._after: dict[Bound, re.Pattern[str]] = {
            "from": re.compile(rf"{skip}{any_of(bare(words.begins_after))}(?!\w)"),
            "until": re.compile(rf"{skip}{any_of(bare(words.until_after))}(?!\w)"),
            "by": re.compile(rf"{skip}{any_of(bare(words.by_after))}(?!\w)"),
        }
        self._inside: dict[Bound, re.Pattern[str]] = {
            "until": re.compile(rf"[^\W\d]{{3}}{any_of(words.until_endings)}(?!\w)"),
            "by": re.compile(rf"[^\W\d]{{3}}{any_of(words.by_endings)}(?!\w)"),
        }
        self._void, self._past, self._off = (
            re.compile(rf"(?<!\w){any_of(terms)}(?!\w)")
            for terms in (words.void, words.past, words.off)
        )
        self._ahead = re.compile(rf"(?<!\w){any_of(words.ahead)}(?!\w)")
        self._next = re.compile(rf"(?<!\w){any_of(words.next)}\W+\Z")
        self._next_after = re.compile(rf"\W{{1,2}}{any_of(words.next)}(?!\w)")
        few = rf"(?:\W+\w+){{1,{LONGEST_PERIOD}}}?\W+"
        unit = rf"{any_of(words.units)}(?!\w)"
        self._period = re.compile(
            rf"(?<!\w)(?:{any_of(words.within)}{few}{unit}"
            rf"|(?:\d+(?:\W+\w+)?|[^\W\d]+)\W+{unit}\W+{any_of(words.within_after)}(?!\w))"
        )
        self._kinds = KindPatterns(words.kinds)

    def find(self, text: str) -> list[Word]:
        """Return the words of each kind; of overlapping ones, the longest, which may be of two
        kinds."""
        taken, kept, parts = Taken(), list[Word](), set[tuple[int, int]]()
        for word in sorted(self._kinds.find(text), key=lambda each: each.start - each.end):
            part = (word.start, word.end)
            if part in parts or taken.take(*part):
                parts.add(part)
                kept.append(word)
        return kept

    def bound(self, text: str, day: DayAhead) -> Bound:
        """Return what begins, ends or is due on a date by the words beside it."""
        before = text[max(day.start - BESIDE, 0) : day.start]
        after = text[day.end :][:BESIDE]
        ends = [
            (match.start(), bound)
            for bound, pattern in self._before.items()
            if (match := pattern.search(before))
        ]
        if ends:  # `no later than by`: the longest of them
            return min(ends)[1]
        for bound, pattern in self._inside.items():
            if pattern.search(text[day.start : day.end]):
                return bound
        return next((bound for bound, each in self._after.items() if each.match(after)), None)

    def is_void(self, text: str, day: DayAhead) -> bool:
        """Return whether the words before a date in its clause say that it no longer holds."""
        before = text[max(day.start - VOID_WITHIN, 0) : day.start]
        clause = re.split(r"[,;:]\s", before)[-1]
        return self._void.search(" ".join(clause.split()[-VOID:])) is not None

    def looks_ahead(self, text: str, day: DayAhead) -> bool:
        """Return whether the words beside a weekday, or before a month in its clause, say that the
        next one is meant."""
        before = text[max(day.start - BESIDE, 0) : day.start]
        if self._next.search(before) or self._next_after.match(text, day.end):
            return True
        if self.bound(text, day) in ("until", "by"):
            return True
        clause = re.split(r"[,;:]\s", before)[-1]
        return day.precision == "month" and self._ahead.search(clause) is not None

    def is_past(self, text: str) -> bool:
        """Return whether a sentence tells of what has happened."""
        return self._past.search(text) is not None

    def is_off(self, text: str) -> bool:
        """Return whether a sentence tells that a hearing will not be held on its day."""
        return self._off.search(text) is not None

    def has_period(self, text: str) -> bool:
        """Return whether a sentence names a period."""
        return self._period.search(text) is not None

    def periods(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where the periods of a sentence stand."""
        for match in self._period.finditer(text):
            yield match.span()


def ahead_patterns(language: str | None) -> AheadPatterns:
    """Return the patterns of a language; the English ones where there are none."""
    return _load(listed_language(language, "dates_ahead"))


@lru_cache(maxsize=40)
def _load(code: str) -> AheadPatterns:
    weekdays = fold("|".join(calendar_words(code).weekdays)).split("|")
    return AheadPatterns(read_data(f"dates_ahead/{code}", AheadWords), tuple(weekdays))
