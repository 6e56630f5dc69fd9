"""Read the words of a passage as features of a linear model (`bot/enrich/linear_model.py`).

Words are known by their beginnings, by the ends of long ones and in pairs; those of a gloss, which
are English, by themselves and in pairs, so that languages learn from one another.
"""

import re
import zlib
from collections.abc import Iterable, Sequence
from itertools import pairwise

BEGINNINGS = (4, 5, 6)
"""Letters of a word's beginnings."""
LONG, ENDINGS = 8, (5, 7)
"""Letters of a word that is known by its end, too, and of its ends."""
PAIRED = 6
"""Letters of each of two neighbours."""
_WORD = re.compile(r"\w+")


def words_in(folded: str) -> list[str]:
    """Return the words of a folded passage; of numbers, only whether they may be years."""
    return [
        "0" * (4 if len(word) > 3 else 1) if word.isdigit() else word
        for word in _WORD.findall(folded)
    ]


def parts_of(words: Sequence[str]) -> set[str]:
    """Return the parts of words, and of pairs of them, by which they are known."""
    parts = {f"<{word}>" for word in words}
    for word in words:
        parts.update(f"<{word[:size]}" for size in BEGINNINGS if len(word) >= size)
        if len(word) >= LONG:
            parts.update(f"{word[-size:]}>" for size in ENDINGS)
    return parts.union(f"{one[:PAIRED]} {other[:PAIRED]}" for one, other in pairwise(words))


def with_pairs(words: Sequence[str]) -> set[str]:
    """Return words and the pairs of neighbours among them."""
    return {*words, *(" ".join(pair) for pair in pairwise(words))}


def hashes_of(space: str, parts: Iterable[str]) -> list[int]:
    """Return the hashes of parts; `space` keeps those of one place apart from those of another."""
    return [zlib.crc32(f"{space} {part}".encode()) for part in parts]
