"""Check what a model says of a text against the text: its numbers, dates and names (pure).

What is asked is whether a fact stands anywhere in the text, in whatever form: not whether the
sentence tells it rightly, for which its quotation is kept (`quotations`).
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from bot.dates.calendar import calendar_words, month_numbers
from bot.dates.mentions import DateMatch, find_dates, find_days, find_figures
from bot.models.translations import Passage
from bot.text import fold, numbers
from bot.text.numerals import SMALLEST, spelt_numbers, with_digits
from bot.text.terms import FoldedText, TermMatcher
from bot.translation.names import Names

TARGET = "en"
"""The language of what is said."""
_DIGITS = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]+")
_TOKEN = re.compile(r"\d+|[^\W\d_]+")
_DAY = re.compile(r"\d{1,2}")
_SCALE = {"million": 10**6, "billion": 10**9}
_SCALED = re.compile(rf"(\d+(?:[.,]\d+)?)\s+({'|'.join(_SCALE)})\b")
FAR, JOINING = 4, 3
"""Words and numbers before a month among which its days stand, and letters of a word between them:
`16. a 17. ledna`."""
LEAST_MONTH = 4
"""Letters from which the beginning of a word is the name of a month in another case."""


class Facts:
    """The numbers, dates and names of a passage."""

    def __init__(self, passage: Passage) -> None:
        text = FoldedText(source_text(passage))
        self._numbers = {
            *numbers(text.text),
            # Digits alone too: the day of "16.1." becomes "16 January".
            *_DIGITS.findall(text.text),
            *spelt_numbers(text.text, passage.language),
        }
        self._months, self._days = _months_in(text, passage.language)
        self._days |= {(match.day, match.month) for match in find_figures(text.text)}
        self._weekdays = _weekdays_in(text, passage.language)
        if passage.published:
            self._numbers.add(str(passage.published.year))
            found = find_days(text.text, passage.language, passage.published)
            for day in (passage.published, *(each.day for each in found)):
                self._days.add((day.day, day.month))
                self._weekdays.add(day.weekday())
        self._months |= {month for _, month in self._days}
        self._names = Names(passage, text, TARGET)

    def unfounded(self, said: str) -> list[str]:
        """Return the dates, numbers and names of a sentence that do not stand in the passage."""
        dates, rest = [*find_dates(said, TARGET)], said
        for match in dates:
            rest = rest.replace(match.words, " " * len(match.words))
        return [
            *(match.words.strip() for match in dates if not self._has_date(match)),
            *self._wrong_days(rest),
            *self._wrong_numbers(rest),
            *self._names.unknown_in(said),
        ]

    def _has_date(self, match: DateMatch) -> bool:
        has_year = match.year is None or str(match.year) in self._numbers
        return has_year and (match.day, match.month) in self._days

    def _wrong_days(self, said: str) -> Iterator[str]:
        """Yield the months and weekdays that the passage does not have."""
        for match in _WORD.finditer(said):
            word, is_name = fold(match[0]), match[0][0].isupper() and match.start() > 0
            month, weekday = _month_names().get(word), _weekday_names().get(word)
            if is_name and month and month not in self._months:
                yield match[0]
            if weekday is not None and self._weekdays and weekday not in self._weekdays:
                yield match[0]

    def _wrong_numbers(self, said: str) -> Iterator[str]:
        scaled = {match[1].replace(",", "."): _in_full(match) for match in _SCALED.finditer(said)}
        for number in sorted(numbers(with_digits(said, TARGET, SMALLEST))):
            if self._numbers.isdisjoint((number, scaled.get(number, number))):
                yield number


def source_text(passage: Passage) -> str:
    """Return all that an engine is told of what a passage says."""
    return f"{passage.title}\n{passage.article or passage.text}"


def _in_full(match: re.Match[str]) -> str:
    return f"{float(match[1].replace(',', '.')) * _SCALE[match[2]]:.0f}"


@lru_cache(maxsize=1)
def _month_names() -> dict[str, int]:
    """Return the months by their names in the language of what is said, without the short forms,
    which are names of people too (`Jan`)."""
    longest = dict[int, str]()
    for name, month in month_numbers(TARGET).items():
        longest[month] = max(name, longest.get(month, ""), key=len)
    return {name: month for month, name in longest.items()}


@lru_cache(maxsize=1)
def _weekday_names() -> dict[str, int]:
    return {day: number for number, day in enumerate(calendar_words(TARGET).weekdays)}


def _months_in(text: FoldedText, language: str | None) -> tuple[set[int], set[tuple[int, int]]]:
    """Return the months that a text names, and the days that it gives with them."""
    # In any case that the names have: only what may be a day there is asked for.
    known = month_numbers((language or TARGET).split("-")[0])
    names = [(name, month) for name, month in known.items() if len(name) >= LEAST_MONTH]
    beginnings = {name[: max(len(name) - 2, LEAST_MONTH)]: month for name, month in names}
    tokens, months, days = [*_TOKEN.finditer(text.folded)], set[int](), set[tuple[int, int]]()
    for index, match in enumerate(tokens):
        named = {month for name, month in beginnings.items() if match[0].startswith(name)}
        named |= {known[match[0]]} if match[0] in known else set()
        months |= named
        days |= {(day, month) for month in named for day in _days_beside(text, tokens, index)}
    return months, days


def _days_beside(text: FoldedText, tokens: Sequence[re.Match[str]], index: int) -> Iterator[int]:
    """Yield the numbers beside the name of a month that may be days of it."""
    month = tokens[index]
    for before in reversed(tokens[max(index - FAR, 0) : index]):
        if _DAY.fullmatch(before[0]):
            yield int(before[0])
        elif len(before[0]) > JOINING:
            break
    for after in tokens[index + 1 : index + 2]:
        if _DAY.fullmatch(after[0]) and not text.folded[month.end() : after.start()].strip(" ."):
            yield int(after[0])


def _weekdays_in(text: FoldedText, language: str | None) -> set[int]:
    weekdays = calendar_words(language).weekdays
    return {
        number
        for number, forms in enumerate(weekdays)
        if TermMatcher(tuple(forms.split("|"))).find_positions(text)
    }
