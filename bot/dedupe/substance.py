"""Reduce a text to the words that stay while it says the same (pure).

Sites write into their texts how often they were read, how long ago they were published, what the
clock says: two readings that differ in nothing else are one. What is left is compared, never shown.
"""

import datetime as dt
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from msgspec import Struct

from bot.cldr import babel_data, read_locale
from bot.data_files import read_data
from bot.text import normalise
from bot.text.phrases import HEAD, Phrases
from bot.text.terms import list_language

if TYPE_CHECKING:
    from babel import Locale

_CLOCK = re.compile(
    r"(?<![\d.,:/])\d{4}-\d\d-\d\dT\d\d:\d\d\S*"
    r"|(?:(?<![\d.,:/])(?:\d{1,2}[./-] ?\d{1,2}[./-] ?(?:\d{2,4})?|\d{4}-\d\d-\d\d),? )?"
    r"(?<![\d.,:/])[0-2]?\d(?::[0-5]\d){1,2}(?:[.,]\d+)?(?![\d:])(?:\s*(?:[ap]\.?m\b\.?|Uhr\b))?"
    r"|(?<![\d.,:/])[0-2]?\d[.h][0-5]\d(?:\s*Uhr\b|(?<=h\d\d)\b)"
    r"|\b(?:klo|kl\.?|kell|plkst\.|godz\.|ore|val\.) ?[0-2]?\d\.[0-5]\d\b",
    re.IGNORECASE,
)
"""A time of day, also with the day before it, or a moment (ISO 8601)."""
_LIKE_CLOCK = re.compile(r"\d(?:[:h][0-5]\d|T\d\d:)|\d\.[0-5]\d\s*Uhr|[.eol] ?\d+\.\d\d\b", re.I)
_COUNT = re.compile(r"^\s*[(\[]\d{1,3}[)\]]\s*|\s*[(\[]\d{1,3}[)\]]\s*$")
"""A number in brackets at either end of a line: of comments, of unread messages."""
_THOUSANDS = re.compile(r"\d{3}x?")
_TIME, _BRACKETED = "\x00", "\x01"
"""Stand for a time of day and a number in brackets until the words beside them are known."""

LANGUAGES = (
    "bg cs da de el en es et fi fr ga hr hu is it lt lv mt nl nb pl pt ro sk sl sv tr uk"
).split()
Unit = Literal["second", "minute", "hour", "day", "week", "month", "year"]
COUNTED = (1, 2, 3, 5, 8, 11, 20, 21, 22)
"""Numbers that between them have all the plural forms of these languages."""
_LENGTHS: dict[Unit, dt.timedelta] = {
    "second": dt.timedelta(seconds=1), "minute": dt.timedelta(minutes=1),
    "hour": dt.timedelta(hours=1), "day": dt.timedelta(days=1), "week": dt.timedelta(weeks=1),
    "month": dt.timedelta(days=30), "year": dt.timedelta(days=365),
}  # fmt: skip
GROUPS = 4
"""Groups of digits of the largest count: `1 234 567 890`."""
STEM = 4
"""Letters of the shortest word that is compared by its beginning, and of that."""
STAMP = 7
"""Words after "updated" within which a date and a time end."""

Words = tuple[str, ...]


class _Language(Struct, frozen=True):
    """What `data/volatile.toml` has of one language."""

    readers: tuple[str, ...]
    reading: tuple[str, ...]
    updated: tuple[str, ...]
    today: tuple[str, ...]
    ago: tuple[str, ...]
    one: tuple[str, ...]


class _Volatile(NamedTuple):
    """What is looked for, in all languages at once: feeds are not of the language they declare."""

    readers: Phrases
    reading: Phrases
    updated: Phrases
    today: Phrases
    ago: Phrases
    since: frozenset[tuple[Words, Words]]
    """What stands before and after the number of "5 minutes ago"."""
    minutes: frozenset[str]
    heads: frozenset[str]
    """How what is skipped begins (`_skipped`)."""


@lru_cache(maxsize=1)
def _volatile() -> _Volatile:
    lists = read_data("volatile", dict[str, _Language])
    languages = lists.values()
    phrases = [phrase for language in languages for phrase in language.ago]
    patterns = {pattern for phrase in phrases for pattern in _pattern(phrase, 5)}
    alone, minutes = set[str](), set[str]()
    with babel_data():
        for language in LANGUAGES:
            with read_locale(language) as locale:
                found = {*_since(locale)} if locale else set()
                minutes |= {*_minutes(locale)} if locale else set()
            patterns |= found
            ones = {normalise(one) for one in lists[list_language(language)].one} | {""}
            alone |= {
                " ".join((*before, one, *after))
                for number, before, after in found
                if number == 1
                for one in ones
            }
    readers, reading, updated, today = (
        Phrases(phrase for language in languages for phrase in getattr(language, field))
        for field in ("readers", "reading", "updated", "today")
    )
    long_ago = Phrases((*phrases, *alone))
    since = frozenset((before, after) for _, before, after in patterns)
    heads = long_ago.heads | updated.heads | today.heads
    return _Volatile(readers, reading, updated, today, long_ago, since, frozenset(minutes), heads)


def _since(locale: "Locale") -> Iterator[tuple[int, Words, Words]]:
    """Yield, for each number, what CLDR writes before and after it for "5 minutes ago"."""
    from babel.dates import format_timedelta  # late: 25 ms that `health` must not pay

    numbers = _of_each_form(locale)
    for unit, length in _LENGTHS.items():
        for width in ("long", "short"):
            for number in numbers:
                try:
                    written = format_timedelta(
                        -number * length, granularity=unit, threshold=1e9, format=width,
                        add_direction=True, locale=locale,
                    )  # fmt: skip
                except KeyError:  # CLDR has no past of this language (Maltese)
                    continue
                yield from (
                    (n, before, after)
                    for n, before, after in _pattern(written, number)
                    if len(before) + len(after) > 1  # "-5 min" says no direction
                )


def _minutes(locale: "Locale") -> Iterator[str]:
    """Yield the words of a language for minutes."""
    from babel.dates import format_timedelta

    numbers = _of_each_form(locale)
    for width in ("long", "short"):
        for number in numbers:
            minutes = number * _LENGTHS["minute"]
            written = format_timedelta(
                minutes, granularity="minute", threshold=1e9, format=width, locale=locale
            )
            yield normalise(written).split()[-1]


def _of_each_form(locale: "Locale") -> list[int]:
    """Return a number of each plural form."""
    return [*{locale.plural_form(number): number for number in reversed(COUNTED)}.values()]


def _pattern(written: str, number: int) -> Iterator[tuple[int, Words, Words]]:
    """Yield the number, and the words before and after it, if it is there."""
    before, found, after = normalise(written).partition(str(number))
    if found:
        yield number, tuple(before.split()), tuple(after.split())


@lru_cache(maxsize=300)  # of a title and a lead, at each poll that parses them
def substance(text: str) -> str:
    """Return the words of a text, folded, one space apart, without counts of readers, times of day,
    relative times, reading times, and the dates of the last update."""
    # Nearly all texts have none of these, and to search for them takes the longest.
    marked = _COUNT.sub(f" {_BRACKETED} ", text) if _may_have_count(text) else text
    marked = _CLOCK.sub(f" {_TIME} ", marked) if _LIKE_CLOCK.search(marked) else marked
    words = [
        word
        for part in re.split(f"([{_TIME}{_BRACKETED}])", marked)
        for word in ([part] if part in (_TIME, _BRACKETED) else normalise(part).split())
    ]
    volatile, kept, at = _volatile(), list[str](), 0
    while at < len(words):
        if words[at][:HEAD] in volatile.heads and (skipped := _skipped(words, at, volatile)):
            at += skipped
        elif words[at] == _TIME:
            _drop_day(kept, volatile)
            at += 1
        elif words[at] == _BRACKETED:
            _after_count(words, at + 1, kept, volatile)
            at += 1
        elif words[at][0].isdigit() and (end := _after_volatile_number(words, at, kept, volatile)):
            at = end
        else:
            kept.append(words[at])
            at += 1
    return " ".join(kept)


def _may_have_count(text: str) -> bool:
    bare = text.strip()
    return bare[:1] in ("(", "[") or bare[-1:] in (")", "]")


def stems(text: str, letters: int = STEM) -> frozenset[str]:
    """Return the beginnings of the longer words of a text, of some letters: its endings vary."""
    return frozenset(word[:letters] for word in substance(text).split() if len(word) >= STEM)


def _skipped(words: list[str], at: int, volatile: _Volatile) -> int:
    """Return how many words from an index on are a relative time or the stamp of an update."""
    if length := volatile.ago.length_at(words, at):
        return length
    if length := volatile.updated.length_at(words, at):
        stamp = _stamp_length(words[at + length : at + length + STAMP])
        return length + stamp if stamp else 0
    day = volatile.today.length_at(words, at)
    return day + 1 if day and words[at + day : at + day + 1] == [_TIME] else 0


def _stamp_length(words: list[str]) -> int:
    """Return how many words a date or a time has at the beginning of some; 0: there is none."""
    numbers = [n for n, word in enumerate(words) if word == _TIME or word.isdigit()]
    end, parts = 0, 0
    for number in numbers:
        if number - end > 1 + (not parts):  # a month between them, a weekday before
            break
        end, parts = number + 1, parts + (2 if words[number] == _TIME else 1)
    return end if parts > 1 else 0


def _drop_day(kept: list[str], volatile: _Volatile) -> None:
    """Leave out "today" and "yesterday at" before a time of day."""
    for start in range(max(len(kept) - STAMP, 0), len(kept)):
        length = volatile.today.length_at(kept, start)
        if length and len("".join(kept[start + length :])) < HEAD:
            del kept[start:]
            return


def _after_volatile_number(
    words: list[str], at: int, kept: list[str], volatile: _Volatile
) -> int | None:
    """Return the index after a number that says nothing of the text, and what belongs to it; leave
    out what was kept of it. None: the number is of the text."""
    end, last = at + 1, min(at + GROUPS, len(words))
    while end < last and _THOUSANDS.fullmatch(words[end]):
        end += 1
    if (after := _after_relative_time(words, end, kept, volatile)) is not None:
        return after
    if words[end : end + 1] and words[end] in volatile.minutes:
        around = [*kept[-3:], *words[end + 1 : end + 4]]
        if any(volatile.reading.length_at(around, n) for n in range(len(around))):
            return end + 1
    return _after_count(words, end, kept, volatile)


def _after_relative_time(
    words: list[str], end: int, kept: list[str], volatile: _Volatile
) -> int | None:
    """Return the index after a relative time whose number ends at an index."""
    for before in range(min(4, len(kept) + 1)):
        for after in range(min(5, len(words) - end + 1)):
            pattern = (tuple(kept[len(kept) - before :]), tuple(words[end : end + after]))
            if pattern in volatile.since:
                del kept[len(kept) - before :]
                return end + after
    return None


def _after_count(words: list[str], end: int, kept: list[str], volatile: _Volatile) -> int | None:
    """Return the index after a count of readers whose number ends at an index."""
    for start in (end, end + 1):
        if length := volatile.readers.length_at(words, start):
            return start + length
    for start in range(max(len(kept) - 2, 0), len(kept)):
        if volatile.readers.length_at(kept, start):
            del kept[start:]
            return end
    return None
