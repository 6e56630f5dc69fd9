"""Detect the language of a text that declares none."""

from collections.abc import Callable
from functools import lru_cache

from bot.data_files import languages_of
from bot.text.terms import list_language

LETTERS_NEEDED = 20
"""Letters below which detection is no better than chance."""
LONGEST = 2000
"""Bytes of a text that the classifier reads."""
MISDETECTED = {"af": "nl", "ca": "es", "co": "it", "fy": "nl", "gd": "ga", "gl": "es", "lb": "de",
               "mk": "bg"}  # fmt: skip
"""Languages without a lexicon, by which short titles of a related language are misdetected."""


def detect_language(text: str) -> str | None:
    """Detect the language of a text (ISO 639-1); None where the text is too short, its language has
    no lexicon, or nothing is installed that detects it."""
    if sum(letter.isalpha() for letter in text[: LETTERS_NEEDED * 4]) < LETTERS_NEEDED:
        return None
    code = closest_language(text)
    return code if code in languages_of("lexicon") else None


def closest_language(text: str) -> str | None:
    """Return the language (ISO 639-1) that a text is most likely in, however short it is; None:
    the extra `detect` is not installed."""
    classifier = _classifier()
    if classifier is None:
        return None
    code = classifier(text)
    return MISDETECTED.get(code) or list_language(code)


@lru_cache(maxsize=1)
def _classifier() -> Callable[[str], str] | None:
    # Why CLD3, and why it may be left out: docs/decisions/0017
    try:
        import gcld3  # type: ignore[import-untyped]  # late: few texts declare no language
    except ImportError:
        return None

    identifier = gcld3.NNetLanguageIdentifier(min_num_bytes=0, max_num_bytes=LONGEST)
    return lambda text: str(identifier.FindLanguage(text=text).language)
