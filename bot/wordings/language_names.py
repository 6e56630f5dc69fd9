"""Find the languages of the bot by their names, in all languages that are understood."""

from collections.abc import Iterator
from functools import lru_cache

from bot.cldr import read_locale
from bot.data_files import read_data
from bot.i18n import LANGUAGES
from bot.text import normalise
from bot.wordings.index import languages


def find_language(text: str) -> str | None:
    """Return the code of a language of the bot by its code, its name (`german`, `němčina`), or how
    one says to speak it (`německy`); None: it is none of them."""
    return _names().get(normalise(text))


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    names = {code: code for code in LANGUAGES}
    for name, code in _pairs():
        names.setdefault(normalise(name), code)
    return names


def _pairs() -> Iterator[tuple[str, str]]:
    for language in languages():
        with read_locale(language) as locale:
            called = locale.languages if locale else {}
            yield from ((called[code], code) for code in LANGUAGES if code in called)
    for code, names in read_data("language_names", dict[str, tuple[str, ...]]).items():
        if code in LANGUAGES:
            yield from ((name, code) for name in names)
