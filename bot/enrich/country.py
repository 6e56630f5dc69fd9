"""The country of an item whose source belongs to none: the title's, else the one named most."""

import re
from collections import Counter
from functools import lru_cache

from bot import taxonomy
from bot.text import fold


def find(title: str, text: str, language: str | None) -> str | None:
    """The EU+ country an item is about (ISO 3166-1 alpha-2); None: it names none, or several
    alike."""
    for passage in (title, text):
        named = Counter(_named(passage, (language or "en").split("-")[0]))
        ranked = named.most_common(2)
        if len(ranked) == 1 or (ranked and ranked[0][1] > ranked[1][1]):
            return ranked[0][0]
    return None


def _named(passage: str, language: str) -> list[str]:
    pattern, codes = _names(language)
    return [codes[match[1]] for match in pattern.finditer(fold(passage))]


@lru_cache(maxsize=32)
def _names(language: str) -> tuple[re.Pattern[str], dict[str, str]]:
    codes = {
        fold(name): code
        for code, names in taxonomy.country_names(language).items()
        for name in names
    }
    longest_first = sorted(codes, key=len, reverse=True)
    names = "|".join(map(re.escape, longest_first))
    return re.compile(rf"(?<!\w)({names})(?!\w)"), codes
