"""The language of a text that declares none, through py3langid (97 of 99 ministry titles)."""

from collections.abc import Callable
from functools import lru_cache

from bot.enrich.lexicon import LIKE, languages

ENOUGH = 20
"""Letters below which a guess is no better than chance."""


def detect(text: str) -> str | None:
    """The ISO 639-1 code of a text among the languages that have a lexicon; None: too short."""
    if sum(letter.isalpha() for letter in text[: ENOUGH * 4]) < ENOUGH:
        return None
    code, _ = _classifier()(text[:2000])
    return LIKE.get(code, code)


@lru_cache(maxsize=1)
def _classifier() -> Callable[[str], tuple[str, float]]:
    # late: its model and numpy take 60 MB, and few sources declare no language
    import py3langid  # type: ignore[import-untyped]

    py3langid.set_languages(sorted(languages()))
    classify: Callable[[str], tuple[str, float]] = py3langid.classify
    return classify
