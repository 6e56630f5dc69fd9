"""The periods of briefs, as people write them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.parsing.brief_period import find_brief_period

TODAY = dt.date(2026, 11, 27)


@pytest.mark.parametrize(
    ("text", "language", "written", "rest"),
    [
        ("week", "en", "2026-11-21..2026-11-27", ""),
        ("2 weeks Germany", "en", "2026-11-14..2026-11-27", "Germany"),
        ("last week, Czechia", "en", "2026-11-16..2026-11-22", "Czechia"),
        ("01.11–30.11 CZ, SK return", "en", "2026-11-01..2026-11-30", "CZ, SK return"),
        ("01.11.-30.11. CZ", "cs", "2026-11-01..2026-11-30", "CZ"),
        ("1/11-30/11", "en", "2026-11-01..2026-11-30", ""),
        ("2026-11-01 2026-11-30, AT", "en", "2026-11-01..2026-11-30", "AT"),
        ("2026-11-01..2026-11-30 CZ", "en", "2026-11-01..2026-11-30", "CZ"),
        ("01.11.2025–30.01.2026", "en", "2025-11-01..2026-01-30", ""),
        ("od 1. listopadu do 30. listopadu 2026, CZ", "cs", "2026-11-01..2026-11-30", "CZ"),
        ("du 1er novembre au 30 novembre", "fr", "2026-11-01..2026-11-30", ""),
        ("vom 1. bis 15. November", "de", "2026-11-01..2026-11-15", ""),
        ("1–30 November", "en", "2026-11-01..2026-11-30", ""),
        ("20.12–10.01 CZ", "en", "2025-12-20..2026-01-10", "CZ"),
        ("November CZ", "en", "2026-11-01..2026-11-30", "CZ"),
        ("Q4 2025, return", "en", "2025-10-01..2025-12-31", "return"),
        ("of November on Czechia", "en", "2026-11-01..2026-11-30", "Czechia"),
        ("sur la semaine", "fr", "2026-11-21..2026-11-27", ""),
        ("Q1", "en", "2026-01-01..2026-03-31", ""),
        ("since September", "en", "2026-09-01..", ""),
    ],
)
def test_a_period_is_found_and_the_rest_stays(
    text: str, language: str, written: str, rest: str
) -> None:
    period, left = find_brief_period(text, TODAY, language)
    assert period is not None
    assert (period.written(), left) == (written, rest)


@pytest.mark.parametrize(
    "word",
    "week týden Woche εβδομάδα semana semaine settimana tydzień săptămână тиждень".split(),
)
def test_a_week_is_one_in_every_language(word: str) -> None:
    period, _ = find_brief_period(word, TODAY)
    assert period is not None
    assert period.since == dt.date(2026, 11, 21)


@pytest.mark.parametrize("text", ["CZ return", "40.13–50.90", "", "return, AT"])
def test_what_names_no_period_stays_as_it_is(text: str) -> None:
    assert find_brief_period(text, TODAY) == (None, text)


def test_hours_are_of_today() -> None:
    period, _ = find_brief_period("12 hours", TODAY, "en")
    assert period is not None
    assert (period.since, period.until) == (TODAY, TODAY)


@given(st.text(st.sampled_from("0123456789. -–/CZweektoQ,čí"), max_size=30))
def test_no_text_breaks_it(text: str) -> None:
    period, _ = find_brief_period(text, TODAY, "en")
    assert period is None or period.until is None or period.since <= period.until
