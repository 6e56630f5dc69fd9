"""Write names by their sounds, so that spellings of several languages can be compared (pure)."""

import re

from bot.text import fold

# Greek (ELOT 743), then Cyrillic (Bulgarian and Ukrainian laws of transliteration), one letter each
# where the reduction below makes no difference between them.
_GREEK_PAIRS = {"ευ": "ev", "αυ": "av", "ου": "u", "γγ": "ng"}
_GREEK_BEGINNINGS = {"μπ": "b", "ντ": "d", "γκ": "g"}
_LETTERS = str.maketrans(
    dict(
        zip(
            "αβγδεζηικλμνξοπρσςτυφχωабвгдезийіїклмнопрстуфцъьєґ",
            "avgdeziiklmnxoprsstifhoabvgdeziiiiklmnoprstufcaieg",
            strict=True,
        )
    )
    | {"θ": "t", "ψ": "ps", "ж": "z", "х": "h", "ч": "c", "ш": "s", "щ": "st", "ю": "iu", "я": "ia"}
    | {"ы": "i", "э": "e", "ѝ": "i", "ё": "e"}
)
# What one language spells so and another so, reduced to the shorter.
_SPELLINGS = (
    ("tsch", "c"), ("sch", "s"), ("sht", "st"), ("dzh", "dz"), ("tch", "c"), ("kh", "h"),
    ("zh", "z"), ("ch", "h"), ("sh", "s"), ("th", "t"), ("ph", "f"), ("gh", "g"), ("cz", "c"),
    ("sz", "s"), ("ts", "c"), ("ck", "k"), ("qu", "kv"), ("q", "k"), ("x", "ks"), ("w", "v"),
    ("ou", "u"), ("oo", "u"), ("y", "i"), ("j", "i"), ("c", "k"), ("h", "k"),
)  # fmt: skip
_REPEATED = re.compile(r"(.)\1+")
SHORT = 5
"""Letters of a name of which one may differ in an ending; of a longer one, two."""
LONG = 0.6
"""The share of a long name that two spellings begin with."""
BEGINNING = 0.8
"""The share of a long name with which a word begins that is made of it."""
ENDING = 5
"""Letters that follow the common beginning at most, in a name that is not long."""


def by_sound(name: str) -> str:
    """Return a name in few Latin letters."""
    name = fold(name)
    name = _GREEK_BEGINNINGS.get(name[:2], name[:2]) + name[2:]
    for pair, sound in _GREEK_PAIRS.items():
        name = name.replace(pair, sound)
    name = name.translate(_LETTERS)
    for spelling, sound in _SPELLINGS:
        name = name.replace(spelling, sound)
    return _REPEATED.sub(r"\1", name)


def is_same_name(one: str, other: str) -> bool:
    """Return whether a name, by its sounds, is another in another grammatical case or spelling."""
    common = _common_letters(one, other)
    if len(one) < 3 or len(other) < 3:
        return one == other
    left, right = len(one) - common, len(other) - common
    if common >= max(LONG * len(one), SHORT):
        return True
    return common >= max(3, len(one) - 2) and left <= 2 and right <= ENDING


def begins_alike(name: str, word: str) -> bool:
    """Return whether a long name, by its sounds, and a word of a language begin with most of the
    name: `Ruzyně`, `ruzyňské`."""
    return len(name) > SHORT and _common_letters(name, word) >= max(BEGINNING * len(name), SHORT)


def _common_letters(one: str, other: str) -> int:
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
