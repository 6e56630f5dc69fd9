"""What months, weekdays and near days are called: CLDR's names, and `data/calendar.toml`."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from msgspec import Struct

from bot.cldr import babel_data, read_locale
from bot.data_files import read_data
from bot.text import fold
from bot.text.terms import list_language

LANGUAGES = (
    "en en-GB bg cs da de de-AT el es et fi fr ga hr hu it lt lv mt nl no pl pt ro sk sl sv is"
    " uk ru tr"
).split()
"""Languages of the EU, of its neighbours in EUAA's records, and Ukrainian, Russian, Turkish."""
ANY = "any"
"""Stands for an unknown language."""


class CalendarWords(Struct, frozen=True, forbid_unknown_fields=True):
    """The words of one language that CLDR lacks; the file says what each stands for."""

    months: tuple[str, ...] = ()
    in_month: tuple[str, ...] = ()
    month_endings: str = ""
    quarter: str = ""
    quarters: tuple[str, ...] = ()
    end: str = ""
    end_after: str = ""
    of_period: str = ""
    period_ends: tuple[str, ...] = ()
    years: tuple[str, ...] = ()
    weekdays: tuple[str, ...] = ()
    days_ago: tuple[str, ...] = ()
    last: str = ""
    on: str = ""


def calendar_words(language: str | None) -> CalendarWords:
    """Return the words of a language; none for an unknown one."""
    return _all_words().get(list_language(language or ANY), CalendarWords())


@lru_cache(maxsize=1)
def _all_words() -> dict[str, CalendarWords]:
    return read_data("calendar", dict[str, CalendarWords])


@lru_cache(maxsize=40)
def month_numbers(language: str) -> dict[str, int]:
    """Return the months (1 to 12) by their folded names, in a language and in English; for `ANY`,
    those that mean one month in all languages of the EU."""
    if language == ANY:
        return _unanimous()
    with babel_data():
        names = {**_cldr("en").months, **_cldr("en-GB").months, **_cldr(language).months}
        if language == "de":
            names |= _cldr("de-AT").months
    for number, forms in enumerate(calendar_words(language).months, 1):
        names |= dict.fromkeys(filter(None, fold(forms).split("|")), number)
    return names


@lru_cache(maxsize=40)
def full_months(language: str) -> frozenset[str]:
    """Return the names of months in full, folded: the short ones are words as well (`się`)."""
    words = calendar_words(language)
    listed = (name for forms in (*words.months, *words.in_month) for name in forms.split("|"))
    return _cldr(language).full_months.union(map(fold, listed))


def has_capital_months(language: str) -> bool:
    """Return whether a language writes months with a capital: in small letters, `march` is another
    word."""
    return _cldr(language).has_capital_months


def has_capital_weekdays(language: str) -> bool:
    """Return whether a language writes weekdays with a capital: in small letters `τρίτη` is the
    third, `pazar` a market."""
    return _cldr(language).has_capital_weekdays


def _unanimous() -> dict[str, int]:
    """Return the month names that no two languages use for different months (`listopad` is such a
    one)."""
    meant: dict[str, set[int]] = {}
    with babel_data():
        for language in LANGUAGES:
            for name, number in _cldr(language).months.items():
                meant.setdefault(name, set()).add(number)
    return {name: numbers.pop() for name, numbers in meant.items() if len(numbers) == 1}


class _Cldr(NamedTuple):
    """What CLDR knows of a language; its names are folded."""

    months: dict[str, int]
    full_months: frozenset[str]
    has_capital_months: bool
    has_capital_weekdays: bool


@lru_cache(maxsize=80)
def _cldr(language: str) -> _Cldr:
    with read_locale(language) as locale:
        if locale is None:
            return _Cldr({}, frozenset(), has_capital_months=False, has_capital_weekdays=False)
        contexts = [locale.months[each] for each in ("stand-alone", "format")]
        march, monday = locale.months["format"]["wide"][3], locale.days["format"]["wide"][0]
        return _Cldr(
            _numbers(contexts),
            frozenset(fold(name) for widths in contexts for name in widths["wide"].values()),
            has_capital_months=march[0].isupper(),
            has_capital_weekdays=monday[0].isupper(),
        )


def _numbers(contexts: Iterable[Mapping[str, Mapping[int, str]]]) -> dict[str, int]:
    """Return the months by their short and long names; a figure is none."""
    names: dict[str, int] = {}
    for widths in contexts:
        for number, name in (*widths["abbreviated"].items(), *widths["wide"].items()):
            folded = fold(name).rstrip(".")
            if len(folded) > 2 and not folded[0].isdigit():
                names[folded] = number
    return names
