import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

import pytest
from babel import Locale
from babel.units import format_unit

from bot import taxonomy
from bot.chat.parsing import keywords
from bot.i18n import LANGUAGES
from bot.text import fold
from bot.text.terms import list_language

WORDS = tomllib.loads(Path("bot/data/keywords.toml").read_text(encoding="utf-8"))
DIALECTS = {"gsw"}
"""Official languages that nobody writes commands in."""


def spoken() -> list[str]:
    return sorted({*LANGUAGES, *map(list_language, taxonomy.home_languages())} - DIALECTS)


def test_every_language_has_every_keyword() -> None:
    assert set(WORDS) == set(spoken())
    for language, entries in WORDS.items():
        assert set(entries) == set(WORDS["en"]), language
        assert len(entries["weekdays"]) == 7


@pytest.mark.parametrize("language", spoken())
def test_every_keyword_is_understood_in_its_language(language: str) -> None:
    entries: dict[str, Any] = dict(WORDS[language])
    for number, terms in enumerate(entries.pop("weekdays")):
        for term in terms:
            assert keywords.find_weekday(term.strip("*"), language) == number, term
    for name, terms in entries.items():
        for term in terms:
            assert keywords.find_keyword(term.strip("*"), (name,), language) == name, term


@pytest.mark.parametrize("language", spoken())
def test_days_and_lengths_are_understood_as_cldr_writes_them(language: str) -> None:
    cldr = Locale.parse("nb" if language == "no" else language)
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            names = cldr.days[context][width]
            folded = [fold(name) for name in names.values()]
            for number, name in names.items():
                if len(name) > 1 and folded.count(fold(name)) == 1:  # Slovak has st, št
                    assert keywords.find_weekday(name, language) == number, name
    for unit, length in (("hour", 1), ("day", 24), ("week", 168)):
        for number in (1, 2, 3, 5, 21):
            said = format_unit(number, f"duration-{unit}", "long", locale=cldr)
            if "duration-" not in said and language != "mt":  # CLDR has English there, or nothing
                wanted = dt.timedelta(hours=number * length)
                assert keywords.find_length(said, language) == wanted, said


@pytest.mark.parametrize(
    ("said", "language", "meant"),
    [
        ("denně", "en", "daily"),
        ("TÄGLICH", "en", "daily"),
        ("jede Woche", "cs", "weekly"),
        ("щотижня", "en", "weekly"),
        ("aus", "de", "off"),
        ("vypnout", None, "off"),
        ("Al momento, uno a uno", "es", "at_once"),
        ("po cichu", "pl", "silent"),
        ("frontex", "en", None),
        ("", "en", None),
    ],
)
def test_a_pace_is_understood_in_any_language(
    said: str, language: str | None, meant: str | None
) -> None:
    names = ("daily", "weekly", "off", "at_once", "silent")
    assert keywords.find_keyword(said, names, language) == meant


@pytest.mark.parametrize(
    ("said", "language", "day"),
    [
        ("v pondělí", "cs", 0),
        ("w środę", "pl", 2),
        ("у п'ятницю", "uk", 4),
        ("у пʼятницю", "uk", 4),
        ("freitags", "en", 4),
        ("So", "de", 6),
        ("so", "cs", 5),
        ("st", "cs", 2),
        ("dom", "it", 6),
        ("on Mondays", "en", 0),
        ("month", "en", None),
        ("3", "en", None),
    ],
)
def test_a_weekday_may_be_inflected(said: str, language: str, day: int | None) -> None:
    assert keywords.find_weekday(said, language) == day


@pytest.mark.parametrize(
    ("said", "language", "length"),
    [
        ("3d", "en", dt.timedelta(days=3)),
        ("2 weeks", "en", dt.timedelta(weeks=2)),
        ("two weeks", "en", dt.timedelta(weeks=2)),
        ("a week", "en", dt.timedelta(weeks=1)),
        ("week", "en", dt.timedelta(weeks=1)),
        ("eine Woche", "de", dt.timedelta(weeks=1)),
        ("dva týdny", "cs", dt.timedelta(weeks=2)),
        ("5 годин", "en", dt.timedelta(hours=5)),
        ("3 t", "cs", dt.timedelta(weeks=3)),
        ("3 t", "da", dt.timedelta(hours=3)),
        ("1 month", "en", dt.timedelta(days=30)),
        ("366 d", "en", dt.timedelta(days=366)),
        ("367 d", "en", None),
        ("99999 weeks", "en", None),
        ("0 days", "en", None),
        ("-1d", "en", None),
        ("3", "en", None),
        ("soon", "en", None),
        ("", "en", None),
        ("٣ days", "en", None),
    ],
)
def test_a_length_is_a_number_and_a_unit(
    said: str, language: str, length: dt.timedelta | None
) -> None:
    assert keywords.find_length(said, language) == length


@pytest.mark.parametrize(
    ("said", "language", "rest"),
    [
        ("bez návratu", "cs", "návratu"),
        ("except for return", "en", "return"),
        ("visszatérés nélkül", "hu", "visszatérés"),
    ],
)
def test_a_keyword_stands_before_or_behind_its_words(said: str, language: str, rest: str) -> None:
    words = said.split()
    first = next(keywords.split_keyword(words, ("without",), language))
    assert (first.name, " ".join(words[first.rest])) == ("without", rest)


def test_a_short_word_of_another_language_is_no_keyword() -> None:
    words = ["nu", "metal"]
    assert not [*keywords.split_keyword(words, ("no",), "en")]
    assert [*keywords.split_keyword(words, ("no",), "ro")]
