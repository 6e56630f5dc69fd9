"""Locales are read, and not kept."""

import gc
from concurrent.futures import ThreadPoolExecutor

import pytest
from babel import Locale, core, localedata

from bot.cldr import load_locale, read_locale, territory_zones
from bot.dates import calendar
from bot.dedupe.substance import _volatile, substance


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """What Babel keeps of the locales that it has read: nothing yet."""
    cache: dict[str, object] = {}
    monkeypatch.setattr(localedata, "_cache", cache)
    monkeypatch.setattr(core, "_global_data", None)
    return cache


def test_a_locale_is_forgotten_when_it_has_been_read(kept: dict[str, object]) -> None:
    with read_locale("de-AT") as locale:
        assert locale
        assert locale.months["format"]["wide"][1] == "Jänner"
        assert kept
    assert not kept


def test_it_is_freed_before_anybody_looks_for_cycles(kept: dict[str, object]) -> None:
    gc.collect()
    gc.disable()
    try:
        assert calendar._cldr.__wrapped__("de").months["januar"] == 1
        assert gc.collect() < 100  # objects; the locale has 1,300
    finally:
        gc.enable()


def test_what_all_languages_share_is_forgotten_as_well(kept: dict[str, object]) -> None:
    assert territory_zones()["CZ"] == ["Europe/Prague"]
    locale = load_locale("en-GB")
    assert core._global_data is None
    assert (locale.territories["CZ"], kept) == ("Czechia", {})


def test_what_somebody_else_has_read_stays(kept: dict[str, object]) -> None:
    Locale.parse("de").months["format"]
    with read_locale("de-AT") as austrian:
        assert austrian
        assert austrian.months["format"]["wide"][1] == "Jänner"
        assert "de_AT" in kept
    assert {*kept} == {"root", "de"}


def test_a_language_that_cldr_does_not_know_has_none() -> None:
    for unknown in ("xx", "not a language"):
        with read_locale(unknown) as locale:
            assert locale is None


def test_word_lists_of_all_languages_keep_no_locale(kept: dict[str, object]) -> None:
    calendar._cldr.cache_clear()
    _volatile.cache_clear()
    assert substance("vor 5 Minuten: Asyl") == "asyl"
    assert calendar._cldr("cs").months["unora"] == 2
    assert not kept


def test_threads_forget_nothing_that_another_reads(kept: dict[str, object]) -> None:
    def read(language: str) -> int:
        with read_locale(language) as locale:
            assert locale
            return len(locale.languages)

    with ThreadPoolExecutor(3) as threads:
        assert all(threads.map(read, ["de", "cs", "fr"] * 20))
    assert (kept, core._global_data) == ({}, None)
