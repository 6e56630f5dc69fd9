"""Detect the language of a text that declares none, with CLD3 (docs/decisions/0017)."""

from collections.abc import Callable
from functools import lru_cache

from bot.enrich.lexicon import LIKE, languages

ENOUGH = 20
"""Letters below which a guess is no better than chance."""

LONGEST = 2000
"""Bytes of a text that are looked at."""

TAKEN_FOR = {
    "af": "nl",
    "ca": "es",
    "co": "it",
    "fy": "nl",
    "gd": "ga",
    "gl": "es",
    "lb": "de",
    "mk": "bg",
}
"""Languages without a lexicon, and the neighbour whose short titles are taken for theirs."""


def detect_language(text: str) -> str | None:
    """Return the language of a text (ISO 639-1), among those that have a lexicon; None where it is
    too short, or another."""
    if sum(letter.isalpha() for letter in text[: ENOUGH * 4]) < ENOUGH:
        return None
    code = _classifier()(text)
    code = TAKEN_FOR.get(code) or LIKE.get(code, code)
    return code if code in languages() else None


@lru_cache(maxsize=1)
def _classifier() -> Callable[[str], str]:
    import gcld3  # type: ignore[import-untyped]  # late: few texts declare no language

    identifier = gcld3.NNetLanguageIdentifier(min_num_bytes=0, max_num_bytes=LONGEST)
    return lambda text: str(identifier.FindLanguage(text=text).language)
