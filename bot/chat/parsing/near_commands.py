"""Find the commands that a mistyped one may be (pure)."""

import difflib
from collections.abc import Collection

from bot.text import fold

NEAR = 0.6
"""The least likeness of commands that are offered (`difflib.SequenceMatcher`)."""
OFFERED = 2
LEAST = 4
"""Letters of a command from which on one slip leaves no doubt."""


def find_near(written: str, names: Collection[str]) -> tuple[str, ...]:
    """Return the commands that a name may be, the nearest first."""
    found = difflib.get_close_matches(fold(written), names, n=OFFERED, cutoff=NEAR)
    sure = [name for name in found if is_sure(written, name)]
    return tuple(sure if len(sure) == 1 else found)


def is_sure(written: str, name: str) -> bool:
    """Return whether a name is a command with one letter too few, too many, another one, or two
    that have changed places."""
    return len(name) >= LEAST and _is_one_slip(fold(written), name)


def _is_one_slip(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    start = next((n for n, letter in enumerate(short) if letter != long[n]), len(short))
    if len(long) == len(short) + 1:
        return short[start:] == long[start + 1 :]
    if len(long) != len(short):
        return False
    swapped = short[start + 1 : start + 2] + short[start : start + 1]
    return short[start + 1 :] == long[start + 1 :] or (
        swapped == long[start : start + 2] and short[start + 2 :] == long[start + 2 :]
    )
