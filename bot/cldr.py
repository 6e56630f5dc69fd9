"""Read CLDR's data of a language, and keep in memory only what is taken out.

Babel would keep all that it has read: 0.9 MB a language, and 2.4 MB of what all languages share.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel import Locale

_LOCK = threading.RLock()
"""Held while Babel's cache is used: it is emptied for all threads at once."""


@contextmanager
def babel_data() -> Iterator[None]:
    """Let Babel keep what it reads for as long as the outermost such context lasts."""
    from babel import core, localedata  # late: 25 ms `health` must not pay

    with _LOCK:
        # Babel offers no other way to empty its cache.
        kept, shared = {*localedata._cache}, core._global_data  # noqa: SLF001
        core.get_global("cldr")
        try:
            yield
        finally:
            # What is in it refers to it: without `clear` it would stay until cycles are looked for.
            for name in {*localedata._cache} - kept:  # noqa: SLF001
                localedata._cache.pop(name).clear()  # noqa: SLF001
            core._global_data = shared  # noqa: SLF001


@contextmanager
def read_locale(language: str) -> Iterator["Locale | None"]:
    """Read the locale of a language (BCP 47) for as long as the context lasts; None: CLDR does not
    know it."""
    from babel import Locale, UnknownLocaleError

    with babel_data():
        try:
            locale = Locale.parse(language, sep="-")
        except (UnknownLocaleError, ValueError):
            locale = None
        yield locale


def load_locale(language: str) -> "Locale":
    """Return the locale of a language of the bot, which keeps what it is made of."""
    from babel import localedata

    with read_locale(language) as locale:
        assert locale
        len(locale.languages)  # it reads its data when first asked
        del localedata._cache[str(locale)]  # noqa: SLF001 - which else is cleared
        return locale


@lru_cache(maxsize=1)
def territory_zones() -> Mapping[str, Sequence[str]]:
    """Return the time zones of each country, by its code."""
    from babel.core import get_global

    with babel_data():
        return dict(get_global("territory_zones"))
