"""Write the numbers of a text in digits that it writes in words (pure)."""

import re
from collections.abc import Mapping
from functools import cached_property, lru_cache

from msgspec import Struct

from bot.data_files import read_data
from bot.dedupe.scripts import TWO_SCRIPTS
from bot.terms import listed_language

LEAST = 10
"""The least number that is written in digits: "one", "two" and "six" are often no numbers."""
LIKE_CROATIAN = "hr"
TEN, DOZEN, HUNDRED, THOUSAND = 10, 12, 100, 1_000

_BETWEEN = "[ \u00a0-]"


class Numerals(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """The words for numbers of a language."""

    numerals: dict[str, tuple[str, ...]]
    """The words that numbers consist of, by their value: units, tens, hundreds, thousands."""
    joints: tuple[str, ...] = ()
    """What joins them within a word: fünf-und-zwanzig."""
    ands: tuple[str, ...] = ()
    """The words between them: thirty and one."""
    teens: tuple[str, ...] = ()
    """What adds ten to the unit before it: kolme-toista."""
    endings: tuple[str, ...] = ()
    """The endings of cases that a number may have."""
    percent: tuple[str, ...] = ()
    """Words for per cent that hold a numeral."""

    @cached_property
    def values(self) -> Mapping[str, int]:
        """The value of each word."""
        return {word: int(value) for value, words in self.numerals.items() for word in words}

    @cached_property
    def part(self) -> re.Pattern[str]:
        """The pattern of a word that numbers consist of."""
        return re.compile(_any_of((*self.values, *self.teens)))

    @cached_property
    def number(self) -> re.Pattern[str]:
        """The pattern of a number in words, or of a word for per cent."""
        part, joint = self.part.pattern, _any_of(self.joints)
        word = rf"{part}(?:{joint}?{part})*(?:{_any_of(self.endings)})?(?!\w)"
        between = rf"{_BETWEEN}(?:{_any_of(self.ands)}{_BETWEEN})?"
        number = rf"{word}(?:{between}{word})*"
        percent = _any_of(self.percent)
        return re.compile(rf"(?<!\w)(?:(?P<percent>{percent})|(?<!\d[ \u00a0]){number})(?!\w)")

    def in_digits(self, words: re.Match[str]) -> str | None:
        """Return a number in words, in digits; None where it is too small or no number."""
        if words["percent"]:
            return None
        value, thousands, end = 0, 0, 0
        for each in self.part.finditer(written := words[0]):
            part, is_joined = self.values.get(each[0]), bool(written[end : each.start()].strip())
            if part is None:  # kolme-toista
                following = value + TEN
            elif (after := _added(value, part, is_joined=is_joined)) is not None:
                following = after
            else:
                return None
            is_thousand = part is not None and part >= THOUSAND
            thousands += following if is_thousand else 0
            value, end = 0 if is_thousand else following, each.end()
        total = thousands + value
        return str(total) if total >= LEAST else None


def _added(value: int, part: int, *, is_joined: bool) -> int | None:
    """Return the number that a part makes of those before it; None where it makes none."""
    if value == 1 and not is_joined:  # une soixantaine
        return part
    if part >= HUNDRED:
        return max(value, 1) * part if value < part else None
    unit = value % TEN
    if part in (TEN, DOZEN) and unit > 1:  # kaksi-kymmentä, two dozen
        return value + unit * (part - 1)
    is_free = value % TEN ** len(str(part)) == 0
    is_before_tens = unit == value % HUNDRED and part % TEN == 0 and is_joined
    is_above_sixty = value % HUNDRED in (60, 80) and TEN <= part < 2 * TEN  # soixante-dix
    return value + part if is_free or is_before_tens or is_above_sixty else None


def _any_of(words: tuple[str, ...]) -> str:
    """Return a pattern of words, the longest first; of none, one that never matches."""
    longest_first = sorted(words, key=len, reverse=True)
    return f"(?:{'|'.join(map(re.escape, longest_first)) or '(?!)'})"


@lru_cache(maxsize=2000)
def with_digits(text: str, language: str | None) -> str:
    """Return a text with the numbers from ten on in digits that it writes in words."""
    listed = LIKE_CROATIAN if language in TWO_SCRIPTS else language
    numerals = _load(listed_language(listed, "numerals"))
    lower = text.replace("İ", "I").lower()  # the one letter that gets longer
    for words in reversed([*numerals.number.finditer(lower)]):
        if digits := numerals.in_digits(words):
            text = f"{text[: words.start()]}{digits}{text[words.end() :]}"
    return text


@lru_cache(maxsize=32)
def _load(code: str) -> Numerals:
    return read_data(f"numerals/{code}", Numerals)
