"""Languages, as translation engines call them."""

from collections.abc import Collection
from functools import lru_cache

from msgspec import Struct

from bot.data_files import read_data
from bot.i18n import base_language


class EngineLanguages(Struct, frozen=True):
    """`data/engine_languages.toml`."""

    variants: dict[str, tuple[str, ...]]
    translated: dict[str, frozenset[str]]


@lru_cache(maxsize=1)
def engine_languages() -> EngineLanguages:
    """Return the languages of the engines whose languages are known beforehand."""
    return read_data("engine_languages", EngineLanguages)


def called_among(languages: Collection[str], language: str | None) -> str | None:
    """Return the name by which an engine knows a language (BCP 47), of those that it has; None
    where it lacks the language."""
    code = base_language(language)
    names = (language, code, *engine_languages().variants.get(code, ()))
    return next((name for name in names if name in languages), None)
