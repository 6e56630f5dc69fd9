"""Parse words for when things come: `daily 08:00`, `weekly fri 9.15`, `at once`, `silent` (pure).

Whatever the bot itself calls a pace or a day of the week, in any of its languages, is understood.
"""

import functools
import itertools
import re
from collections import defaultdict
from collections.abc import Iterator

from bot.i18n import LANGUAGES, locale_for
from bot.models.pace import Pace, PaceKind
from bot.text import fold

_TIME = re.compile(r"([01]?\d|2[0-3])[:.h]?([0-5]\d)?")
_KINDS: dict[PaceKind, tuple[str, tuple[str, ...]]] = {
    "at_once": ("At once", ("at once", "immediately", "instantly")),
    "silent": ("Silently", ("silent", "silently", "without sound", "without a sound", "quietly")),
    "daily": ("Daily", ("daily", "day", "every day", "each day")),
    "weekly": ("Weekly", ("weekly", "week", "every week", "each week")),
}
"""Of each pace its label, and the English words for it."""
_WIDTHS = ("short", "abbreviated", "wide")
"""Of the names of days, in CLDR."""
_FILLERS = frozenset("at on in um am à le a las ore ve v o w в о об у στις la alle il".split())
"""Words that may stand before a time or a day."""


def parse_minute(text: str) -> int | None:
    """Parse a time of day (`8:00`, `8.30`, `8h`, `20`) as a minute of the day; None for anything
    else."""
    match = _TIME.fullmatch(text.strip().lower())
    return int(match[1]) * 60 + int(match[2] or 0) if match else None


def parse_pace(text: str) -> Pace | None:
    """Parse when things come; None: the words say something else."""
    words = fold(text).replace(",", " ").split()
    for length in range(min(len(words), 3), 0, -1):
        kind = _kinds().get(" ".join(words[:length]))
        if kind in ("daily", "weekly"):
            return _digest(kind, words[length:])
        if kind:
            return Pace(kind=kind) if length == len(words) else None
    return None


def _digest(kind: PaceKind, words: list[str]) -> Pace | None:
    """Return the pace of a digest, with the day and the time that words name in any order."""
    minutes, weekdays = list[int](), list[int]()
    for word in words:
        if (minute := parse_minute(word)) is not None:
            minutes.append(minute)
        elif (weekday := _weekdays().get(word.strip("."))) is not None and kind == "weekly":
            weekdays.append(weekday)
        elif word not in _FILLERS:
            return None
    if len(minutes) > 1 or len(weekdays) > 1:
        return None
    return Pace(
        kind=kind,
        minute=minutes[0] if minutes else Pace().minute,
        weekday=weekdays[0] if weekdays else Pace().weekday,
    )


@functools.cache
def _kinds() -> dict[str, PaceKind]:
    """Return each word for a pace, folded, and what it means."""
    return {fold(word): kind for kind in _KINDS for word in _words(kind)}


def _words(kind: PaceKind) -> Iterator[str]:
    label, words = _KINDS[kind]
    yield from words
    for code in LANGUAGES:
        yield locale_for(code).gettext(label)


@functools.cache
def _weekdays() -> dict[str, int]:
    """Return the names of the days of the week in all languages, in full and short; none that means
    one day here and another there."""
    named = defaultdict[str, set[int]](set)
    for code in LANGUAGES:
        days = locale_for(code).cldr.days
        for form, width in itertools.product(("stand-alone", "format"), _WIDTHS):
            for number, name in days[form].get(width, {}).items():
                named[fold(str(name)).strip(".")].add(number)
    return {name: min(numbers) for name, numbers in named.items() if len(numbers) == 1}
