"""Read what CLDR says of a language, and keep no more of it in memory than is taken out."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel import Locale


@contextmanager
def read_locale(language: str) -> Iterator["Locale | None"]:
    """Read the locale of a language (BCP 47) for as long as the context lasts; None: CLDR does not
    know it.

    Babel keeps all that it has read, 0.9 MB a language: of one that nobody else has read, it is
    made to forget it.
    """
    from babel import Locale, UnknownLocaleError, localedata  # late: 25 ms `health` must not pay

    kept = localedata._cache  # noqa: SLF001 - it has no other way to forget
    before = {*kept}
    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        yield None
        return
    try:
        yield locale
    finally:
        for name in {*kept} - before:
            kept.pop(name, None)
