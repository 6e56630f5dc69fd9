"""Tell forms of one word from two words, in any language with endings (pure)."""

import itertools

STEM = 0.6
"""The least share of the shorter word that two forms of one word begin with."""
ENDINGS = (3, 6)
"""Letters of the shorter and of the longer ending of two forms of one word."""
NAME_ENDINGS = (2, 3)
"""The same for names: Austria is not Australia."""
LONGER_STEM = 7
"""Letters of a stem after which the shorter ending is longer, too: Oravaisten, Oravaisissa."""
LONG_STEM = 4
"""Letters of a stem after which longer endings follow, as in Finnish."""
VOWELS = frozenset("aeiouyαειουωηаеиоуяюіь")


def is_form_of(word: str, other: str) -> bool:
    """Return whether two folded words look like forms of one word: a common stem, short endings."""
    if word == other:
        return True
    stem, short, long = _parts(word, other)
    return stem >= max(3, STEM * (stem + short)) and short <= ENDINGS[0] and long <= ENDINGS[1]


def is_form_of_name(name: str, other: str) -> bool:
    """Return whether two folded words look like forms of one name: Kyjov is not Kyjev."""
    if name == other:
        return True
    stem, short, long = _parts(name, other)
    if stem < max(3, STEM * (stem + short)) or short > NAME_ENDINGS[0] + (stem >= LONGER_STEM):
        return False
    alike = common_beginning(name[: stem - 1 : -1], other[: stem - 1 : -1])
    if len(alike) > 1 or not VOWELS.issuperset(alike):
        return False  # they go on alike after the letters that differ
    return long <= NAME_ENDINGS[1] + (stem > LONG_STEM) * 2


def _parts(word: str, other: str) -> tuple[int, int, int]:
    """Return the letters of the common stem, and of the shorter and the longer ending."""
    stem = 0 if word[:1].isdigit() else len(common_beginning(word, other))
    short, long = sorted((len(word) - stem, len(other) - stem))
    return stem, short, long


def common_beginning(word: str, other: str) -> str:
    """Return the letters that two words begin with."""
    pairs = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(word, other, strict=False))
    return "".join(letter for letter, _ in pairs)
