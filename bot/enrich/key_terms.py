"""English key terms for what a text in another language is about (`data/terms/<language>.toml`)."""

import tomllib
from functools import lru_cache
from importlib.resources import files

from bot.enrich.lexicon import LIKE, FoldedText, TermMatcher

MOST = 8
"""Terms of one text."""


def key_terms(title: str, text: str, language: str | None) -> tuple[str, ...]:
    """Return English terms for words of a title and its text; none for English, nor for a language
    without a list."""
    known = _terms((language or "en").split("-")[0].lower())
    found = [term for said in (title, text) for term in _found(FoldedText(said), known)]
    return tuple(dict.fromkeys(found))[:MOST]


def _found(passage: FoldedText, known: dict[str, TermMatcher]) -> list[str]:
    """Return the terms of a passage in their order; of two at one place, the longer."""
    places = sorted(
        (start, -len(word), english)
        for english, terms in known.items()
        for word, start in terms.find_positions(passage)
    )
    kept, end = list[str](), 0
    for start, length, english in places:
        if start >= end:
            kept.append(english)
            end = start - length
    return kept


@lru_cache(maxsize=32)
def _terms(language: str) -> dict[str, TermMatcher]:
    file = files("bot").joinpath(f"data/terms/{LIKE.get(language, language)}.toml")
    if not language.isalpha() or not file.is_file():
        return {}
    said: dict[str, list[str]] = tomllib.loads(file.read_text(encoding="utf-8"))
    return {english: TermMatcher(tuple(words)) for english, words in said.items()}
