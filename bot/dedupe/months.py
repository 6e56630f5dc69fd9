"""Find the months that a text names without a day, in any case and language (pure)."""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from bot.dates.calendar import ANY, month_numbers
from bot.dates.mentions import DateMatch
from bot.dedupe.word_forms import common_beginning, is_form_of_name
from bot.text import fold

STEM = 4
"""Letters that the cases of a name have in common at least."""

_WORD = re.compile(r"[^\W\d_]{4,}")
"""Names of three letters are often other words, too."""


def months_in(text: str, language: str | None, dates: Iterable[DateMatch]) -> frozenset[int]:
    """Return the months (1 to 12) that a tidy text names beside its dates."""
    for date in sorted(dates, key=lambda date: -date.at):
        text = f"{text[: date.at]} {text[date.at + len(date.words) :]}"
    code = (language or ANY).split("-")[0].lower()
    months = {_month_of(word, code) for word in _WORD.findall(fold(text))}
    return frozenset(month for month in months if month)


def _month_of(word: str, language: str) -> int | None:
    """Return the month that a folded word names in any of its cases, if any."""
    names = month_numbers(language)
    if word in names:
        return names[word]
    forms = [
        name for name in _by_stem(language).get(word[:STEM], ()) if is_form_of_name(word, name)
    ]
    alike = max(forms, key=lambda name: len(common_beginning(word, name)), default=None)
    return names[alike] if alike else None


@lru_cache(maxsize=40)
def _by_stem(language: str) -> dict[str, list[str]]:
    """Return the names of months by their first letters, which few other words have."""
    names = defaultdict[str, list[str]](list)
    for name in month_numbers(language):
        names[name[:STEM]].append(name)
    return dict(names)
