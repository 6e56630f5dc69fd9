"""Find the types of sources by what people call them: courts, the press."""

from collections.abc import Iterator
from functools import lru_cache

from bot import taxonomy
from bot.data_files import read_data
from bot.i18n import all_locales
from bot.models import SourceType
from bot.text import normalise
from bot.text.terms import TermIndex, list_language

_Said = tuple[SourceType, str]
"""A type, and the language in which it is called so."""
ANY = ""
"""The language of codes."""


def find_source_type(phrase: str, language: str | None = None) -> SourceType | None:
    """Return the type of source that a whole phrase names, by its code, its label or another word
    of a language of the bot; where languages disagree, the reader's counts, then English."""
    found = _index().find(normalise(phrase))
    for preferred in (ANY, list_language(language), "en"):
        if own := {type_ for type_, spoken in found if spoken == preferred}:
            return own.pop() if len(own) == 1 else None
    others = {type_ for type_, _ in found}
    return others.pop() if len(others) == 1 else None


def longest_source_type() -> int:
    """Return how many words the longest name of a type has."""
    return _index().longest


@lru_cache(maxsize=1)
def _index() -> TermIndex[_Said]:
    return TermIndex(_terms())


def _terms() -> Iterator[tuple[str, _Said]]:
    for code in taxonomy.source_types():
        yield code, (code, ANY)
        yield from ((word, (code, "en")) for word in taxonomy.said_of_source_type(code))
    for to in all_locales():
        for code in taxonomy.source_types():
            yield to.gettext(taxonomy.label("source_type", code)), (code, to.code)
    words = read_data("source_type_words", dict[str, dict[SourceType, tuple[str, ...]]])
    for language, by_code in words.items():
        for type_, terms in by_code.items():
            yield from ((term, (type_, language)) for term in terms)
