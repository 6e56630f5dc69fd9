"""Write the numbers of a text in digits that it writes in words (pure)."""

import re
from collections.abc import Mapping
from functools import cached_property, lru_cache

from msgspec import Struct

from bot.data_files import read_data
from bot.text import NUMBER, numbers
from bot.text.scripts import TWO_SCRIPTS
from bot.text.terms import listed_language

LEAST = 10
"""The least number that is written in digits: "one", "two" and "six" are often no numbers."""
SMALLEST = 2
"""The least number that is read from words: "one of them" tells no number."""
MILLION = "mil", "εκατομ", "мил", "млн"
"""How the words for a million begin, in all languages of the EU."""
LIKE_CROATIAN = "hr"
TEN, DOZEN, HUNDRED, THOUSAND = 10, 12, 100, 1_000

_BETWEEN = "[ \u00a0-]"
_COUNTED = re.compile(rf"(?<!\d)({NUMBER.pattern})\s+([^\W\d_]+)")


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
        free = r"(?<!\d[ \u00a0-])(?<!\d[ \u00a0]de[ \u00a0])"  # no `50 de milioane`
        return re.compile(rf"(?<!\w)(?:(?P<percent>{percent})|{free}{number})(?!\w)")

    def value_of(self, words: re.Match[str]) -> int | None:
        """Return the value of a number in words; None where the words are no number."""
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
        return thousands + value


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


@lru_cache(maxsize=400)
def with_digits(text: str, language: str | None, least: int = LEAST) -> str:
    """Return a text with the numbers in digits that it writes in words, from the least one on."""
    numerals = _numerals_of(language)
    lower = text.replace("İ", "I").lower()  # the one letter that gets longer
    for words in reversed([*numerals.number.finditer(lower)]):
        value = numerals.value_of(words)
        if value is not None and value >= least:
            text = f"{text[: words.start()]}{value}{text[words.end() :]}"
    return text


def spelt_numbers(text: str, language: str | None) -> frozenset[str]:
    """Return the numbers that a text has in digits or spells out, whole or in part (`35 ezer`,
    `1,5 mil.`)."""
    numerals = _numerals_of(language)
    counted = set[str]()
    for match in _COUNTED.finditer(text.lower()):
        is_thousand = numerals.values.get(match[2]) == THOUSAND
        unit = THOUSAND if is_thousand else 10**6 if match[2].startswith(MILLION) else None
        if unit:
            counted |= {f"{float(number) * unit:.0f}" for number in numbers(match[1])}
    return numbers(with_digits(text, language, SMALLEST)) | counted


def _numerals_of(language: str | None) -> Numerals:
    listed = LIKE_CROATIAN if language in TWO_SCRIPTS else language
    return _load(listed_language(listed, "numerals"))


@lru_cache(maxsize=32)
def _load(code: str) -> Numerals:
    return read_data(f"numerals/{code}", Numerals)
