"""Tell ordinary words of a language from names, and from words of other languages (pure).

The words are in `data/summary_words`, for each language that is translated into.
"""

import re
from collections.abc import Container
from functools import lru_cache

from msgspec import Struct

from bot.data_files import read_data
from bot.text import fold

ENDINGS = (
    ("'s", ""), ("ies", "y"), ("es", ""), ("s", ""), ("ied", "y"), ("ed", ""), ("ed", "e"),
    ("ing", ""), ("ing", "e"), ("ly", ""), ("er", ""), ("er", "e"),
)  # fmt: skip
"""Endings of English words, and what they stand in the place of."""
SHARE = 0.6
"""The least share of ordinary words in a sentence, names aside and one for nothing; foreign ones
have half at most."""
_WORD = re.compile(r"[^\W\d_]+")


class _Words(Struct, frozen=True):
    words: str


def is_ordinary(word: str, language: str) -> bool:
    """Return whether a word, or what it has an ending of, is a listed one."""
    return _is_listed(fold(word), _words(language))


def is_written_in(text: str, language: str) -> bool:
    """Return whether a text is in a language, as far as its words say so."""
    words = [word for word in _WORD.findall(text) if word[0].islower() and len(word) > 1]
    return sum(is_ordinary(word, language) for word in words) >= SHARE * (len(words) - 1)


def _is_listed(word: str, words: Container[str], endings: int = 2) -> bool:
    if len(word) == 1 or word in words:
        return True
    return endings > 0 and any(
        _is_listed(word.removesuffix(ending) + before, words, endings - 1)
        for ending, before in ENDINGS
        if word.endswith(ending) and len(word) - len(ending) > 2
    )


@lru_cache(maxsize=4)
def _words(language: str) -> frozenset[str]:
    return frozenset(read_data(f"summary_words/{language}", _Words).words.split())
