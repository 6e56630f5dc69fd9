"""Parse when things come: `daily 08:00`, `weekly fri 9.15`, `at once`, `silent` (pure)."""

import re
from typing import Any

from bot.chat.parsing.keywords import WEEKDAYS, find_keyword, find_weekday, is_passed
from bot.models.pace import AT_ONCE, Pace

KINDS = ("at_once", "silent", "daily", "weekly")
"""The keywords of paces go by the same names."""
LONGEST = 4
"""Words of one keyword, or of the name of one day."""

_TIME = re.compile(r"([01]?\d|2[0-3])[:.h]?([0-5]\d)?\s?(am|pm)?")


def parse_minute(text: str) -> int | None:
    """Parse a time of day (`8:00`, `8.30`, `8h`, `20`, `8 pm`) as a minute of the day; None for
    anything else."""
    match = _TIME.fullmatch(text.strip().lower())
    if match is None or (match[3] and not 1 <= int(match[1]) <= 12):
        return None
    hour = int(match[1]) % 12 + 12 * (match[3] == "pm") if match[3] else int(match[1])
    return hour * 60 + int(match[2] or 0)


def parse_pace(text: str, language: str | None = None) -> Pace | None:
    """Parse when things come; None: the words say something else. `language`: the reader's, which
    decides where a word is one thing in one language and another in the next."""
    said: dict[str, Any] = {}
    words = text.replace(",", " ").split()
    while words:
        for length in range(min(len(words), LONGEST), 0, -1):
            part = _part(" ".join(words[:length]), language)
            if part is not None:
                break
        else:
            return None
        if not said.keys().isdisjoint(part):
            return None  # two hours, or two days
        said |= part
        words = words[length:]
    return _pace(**said)


def write_pace(pace: Pace) -> str:
    """Return the words that `parse_pace` makes a pace of, in any language."""
    time = f"{pace.minute // 60:02}:{pace.minute % 60:02}"
    match pace.kind:
        case "daily":
            return f"daily {time}"
        case "weekly":
            return f"weekly {WEEKDAYS[pace.weekday]} {time}"
        case "at_once":
            return "at once"
    return pace.kind


def _pace(kind: Any = None, **when: int) -> Pace | None:
    """Return a pace, unless its kind lacks, or comes at no such time."""
    can_have = {"daily": {"minute"}, "weekly": {"minute", "weekday"}}.get(kind, set())
    return Pace(kind=kind, **when) if kind and when.keys() <= can_have else None


def _part(words: str, language: str | None) -> dict[str, Any] | None:
    """Return what words say of a pace, which may be nothing (`at`); None: they are unknown."""
    if kind := find_keyword(words, KINDS, language):
        return {"kind": kind}
    if (weekday := find_weekday(words, language)) is not None:
        return {"weekday": weekday}
    if (minute := parse_minute(words)) is not None:
        return {"minute": minute}
    return {} if is_passed(words) or find_keyword(words, ("hours",), language) else None


def parse_said(text: str, language: str | None = None) -> Pace | None:
    """Parse what is said after /digest (pure); None: it is unclear. An hour alone is one of every
    day, a weekday one of every week."""
    if find_keyword(text, ("off",), language):
        return AT_ONCE
    if all(map(is_passed, text.split())):
        return None
    texts = (text, *(f"{kind} {text}" for kind in ("daily", "weekly")))
    return next(filter(None, (parse_pace(each, language) for each in texts)), None)
