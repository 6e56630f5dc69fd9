"""Read numbers that are spelt out (`data/number_words.toml`; pure)."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from bot.data_files import read_data
from bot.terms import FoldedText, TermMatcher, list_language
from bot.text import NUMBER, numbers

VALUES = (*range(2, 20), *range(20, 100, 10), 100, 1000)
"""The numbers of each list, in its order."""
MILLION = "mil", "εκατομ", "мил", "млн"
"""How the words for a million begin, in all languages of the EU."""
_JOINT = re.compile(r"[\s-]+(?:and\s+)?")
"""What stands between the words of one number in English."""
_COUNTED = re.compile(rf"(?<!\d)({NUMBER.pattern})\s+([^\W\d_]+)")


class SpeltNumber(NamedTuple):
    """A number that a text spells out, and the numbers that its words are."""

    value: int
    parts: tuple[int, ...]


@lru_cache(maxsize=1)
def _lists() -> dict[str, str]:
    return read_data("number_words", dict[str, str])


@lru_cache(maxsize=32)
def _matchers(language: str) -> dict[int, TermMatcher]:
    forms = _lists().get(language, "").split()
    return {
        value: TermMatcher(tuple(each.replace("_", " ").split("|")))
        for value, each in zip(VALUES, forms, strict=bool(forms))
    }


def named_numbers(text: FoldedText, language: str | None) -> frozenset[int]:
    """Return the numbers of which a text has the words, those of a longer number one by one."""
    matchers = _matchers(list_language(language))
    return frozenset(value for value, words in matchers.items() if words.find_positions(text))


def counted_in_words(text: FoldedText, language: str | None) -> Iterator[str]:
    """Yield, in full, the numbers of which a text writes the thousands or millions as a word
    (`35 ezer`, `1,5 mil.`)."""
    thousand = _matchers(list_language(language)).get(1000, TermMatcher())
    for match in _COUNTED.finditer(text.folded):
        is_thousand = thousand.find_positions(FoldedText(match[2]))
        unit = 1000 if is_thousand else 1_000_000 if match[2].startswith(MILLION) else None
        if unit:
            yield from (f"{float(number) * unit:.0f}" for number in numbers(match[1]))


def spelt_numbers(text: FoldedText) -> Iterator[SpeltNumber]:
    """Yield the numbers that an English text spells out (`two hundred and fifty`)."""
    words = sorted(
        (match.start(), match.end(), value)
        for value, pattern in _english_words().items()
        for match in pattern.finditer(text.folded)
    )
    parts, end = list[int](), 0
    for start, stop, value in words:
        if parts and not _JOINT.fullmatch(text.folded, end, start):
            yield from _composed(parts)
            parts = []
        parts.append(value)
        end = stop
    yield from _composed(parts)


@lru_cache(maxsize=1)
def _english_words() -> dict[int, re.Pattern[str]]:
    words = zip(VALUES, _lists()["en"].split(), strict=True)
    return {value: re.compile(rf"\b{word}\b") for value, word in ((1, "one"), *words)}


def _composed(parts: list[int]) -> Iterator[SpeltNumber]:
    """Yield the number of some words; one alone says too little (`one of them`)."""
    whole = group = 0
    for part in parts:
        if part == 1000:
            whole, group = whole + max(group, 1) * 1000, 0
        elif part == 100:
            group = max(group, 1) * 100
        else:
            group += part
    if whole + group > 1:
        yield SpeltNumber(whole + group, tuple(part for part in parts if part > 1))
