"""The languages the bot speaks: texts from gettext catalogues, names and dates from CLDR.

A catalogue is `locale/<language>/LC_MESSAGES/bot.po`, read as it is; what it lacks is English.
"""

import datetime as dt
import gettext
import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.cldr import load_locale
from bot.po_file import read_po
from bot.text import fold

if TYPE_CHECKING:
    from babel import Locale as CldrLocale

LANGUAGES = ("en", "cs", "de", "el", "es", "fr", "it", "pl", "ro", "uk")


def N_(text: str) -> str:  # noqa: N802 - the name that extractors of gettext know
    """Mark a text for the catalogues where it is only named, and translated later."""
    return text


class Locale:
    """A language: the texts of its catalogue, names and dates from CLDR."""

    def __init__(self, code: str) -> None:
        self.code = code

    @cached_property
    def catalogue(self) -> gettext.NullTranslations:
        """Return the texts of the language."""
        return _catalogue(self.code)

    @cached_property
    def cldr(self) -> "CldrLocale":
        """Return CLDR's data of the language."""
        return load_locale("en-GB" if self.code == "en" else self.code)

    def gettext(self, text: str, /, **values: object) -> str:
        """Translate a text, and fill in its values."""
        return self.gettext_raw(text).format(**values)

    def gettext_raw(self, text: str) -> str:
        """Return a text in this language with its `{placeholders}` left in."""
        return self.catalogue.gettext(text)

    def ngettext_raw(self, one: str, many: str, n: int) -> str:
        """Return the plural form for a number with its `{placeholders}` left in."""
        return self.catalogue.ngettext(one, many, n)

    def ngettext(self, one: str, many: str, n: int, /, **values: object) -> str:
        """Translate a text about a number in the plural form of the language, and fill in its
        values."""
        return self.ngettext_raw(one, many, n).format(n=n, **values)

    def country(self, code: str) -> str:
        """Return the name of a country; a code that CLDR does not know stands for itself."""
        return str(self.cldr.territories.get(code, code))

    def language(self, code: str) -> str:
        """Return the name of a language; a code that CLDR does not know stands for itself."""
        return str(self.cldr.languages.get(code, code))

    def day(self, day: dt.date) -> str:
        """Return a day as people write it: `12 Nov 2026`."""
        from babel.dates import format_date

        return _without_year_sign(format_date(day, "medium", self.cldr))

    def short_day(self, day: dt.date) -> str:
        """Return a day without its year, in figures: `12/11`."""
        from babel.dates import format_skeleton

        return str(format_skeleton("Md", day, locale=self.cldr))

    def long_day(self, day: dt.date) -> str:
        """Return a day with its month in full: `12 November 2026`."""
        from babel.dates import format_date

        return _without_year_sign(format_date(day, "long", self.cldr))

    def month(self, day: dt.date) -> str:
        """Return the month of a day, with its year: `November 2026`."""
        from babel.dates import format_skeleton

        return _without_year_sign(format_skeleton("yMMMM", day, locale=self.cldr))

    def quarter(self, day: dt.date) -> str:
        """Return the quarter of a day, with its year: `4th quarter 2026`."""
        from babel.dates import format_skeleton

        return _without_year_sign(format_skeleton("yQQQQ", day, locale=self.cldr))

    def sort_key(self, text: str) -> tuple[str, ...]:
        """Return by what names are sorted as the language sorts them, accents aside."""
        # CLDR's collations need ICU; of our languages, these letters alone are not in the order of
        # their code points.
        parts = _LETTERS[self.code].findall(text.lower()) if self.code in _LETTERS else fold(text)
        return tuple(_PLACES.get(part, fold(part)) for part in parts)

    def period(self, first: dt.date, last: dt.date) -> str:
        """Return the days from one to another as people write them: `10–17 Jan 2025`."""
        from babel.dates import format_interval

        return str(format_interval(first, last, "yMMMd", locale=self.cldr))

    def weekday(self, number: int) -> str:
        """Return the name of a day of the week: 0 is Monday."""
        return str(self.cldr.days["stand-alone"]["wide"][number])

    def moment(self, moment: dt.datetime, zone: str) -> str:
        """Return a time on the clocks of a time zone."""
        local = moment.astimezone(ZoneInfo(zone))
        return f"{self.day(local.date())}, {local:%H:%M}"

    def duration(self, length: dt.timedelta) -> str:
        """Return a length of time in the largest unit that fits: `3 min`, `5 h`, `2 days`."""
        minutes = int(length.total_seconds() // 60)
        if minutes < 60:
            return self.gettext("{n} min", n=max(minutes, 1))
        if minutes < 48 * 60:
            return self.gettext("{n} h", n=minutes // 60)
        return self.ngettext("{n} day", "{n} days", minutes // (24 * 60))

    @property
    def name(self) -> str:
        """Return the name of the language in the language itself."""
        return str(self.cldr.languages[self.code]).capitalize()


def _without_year_sign(day: str) -> str:
    """Return a day without “р.” (year), which Ukrainian may leave out, and which would bring a
    second full stop to the end of a sentence."""
    return day.removesuffix("\u202fр.")


def locale_for(language: str | None) -> Locale:
    """Return the locale of a language tag (`de-AT`); English where the bot does not speak it."""
    code = base_language(language)
    return _locale(code if code in LANGUAGES else "en")


def all_locales() -> Iterator[Locale]:
    """Yield the locale of each language. Unlike `locale_for`, this keeps none of them: most texts
    of a language are for those who read it."""
    return map(Locale, LANGUAGES)


def base_language(language: str | None) -> str:
    """Return the language of a tag without its script and region; empty where there is none."""
    return (language or "").replace("_", "-").split("-")[0].lower()


_locale = lru_cache(Locale)  # each catalogue that somebody reads is read once


def _catalogue(code: str) -> gettext.NullTranslations:
    if code == "en":
        return gettext.NullTranslations()
    catalogue = files("bot") / f"locale/{code}/LC_MESSAGES/bot.po"
    return read_po(catalogue.read_text(encoding="utf-8"))


_LETTERS = {"cs": re.compile("ch|.", re.DOTALL), "uk": re.compile(".", re.DOTALL)}
_PLACES = {"ch": "hž", "ґ": "гя", "є": "ея", "і": "ия", "ї": "ияя", "й": "ияяя"}
"""Letters of a language, and what they come after: ch after h, є after е."""
ENGLISH = locale_for("en")
