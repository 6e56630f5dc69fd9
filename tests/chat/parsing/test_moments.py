"""Moments and periods as people write them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.parsing.moments import Period, find_end, find_period
from bot.i18n import LANGUAGES
from tests.samples import NOW

TODAY = NOW.date()
"""Thursday, 16 January 2025."""
YEAR = dt.timedelta(days=366)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "language", "end"),
    [
        ("2 days", "en", "2025-01-18T12:00"),
        ("for a week", "en", "2025-01-23T12:00"),
        ("until thursday", "en", "2025-01-23T00:00"),
        ("tomorrow", "en", "2025-01-17T00:00"),
        ("until next month", "en", "2025-02-01T00:00"),
        ("until 5 December", "en", "2025-12-05T00:00"),
        ("until 10 January", "en", "2026-01-10T00:00"),
        ("do pondělí", "cs", "2025-01-20T00:00"),
        ("do 5. prosince", "cs", "2025-12-05T00:00"),
        ("bis nächste Woche", "de", "2025-01-20T00:00"),
        ("bis zum 5.2.2025", "de", "2025-02-05T00:00"),
        ("jusqu'au 3 février", "fr", "2025-02-03T00:00"),
        ("hasta mañana", "es", "2025-01-17T00:00"),
        ("fino a lunedì", "it", "2025-01-20T00:00"),
        ("do poniedziałku", "pl", "2025-01-20T00:00"),
        ("până luni", "ro", "2025-01-20T00:00"),
        ("до понеділка", "uk", "2025-01-20T00:00"),
        ("μέχρι τη Δευτέρα", "el", "2025-01-20T00:00"),
    ],
)
def test_the_end_of_a_time_is_found(text: str, language: str, end: str) -> None:
    found = find_end(text, NOW, "UTC", language)
    assert found == dt.datetime.fromisoformat(end).replace(tzinfo=dt.UTC)


def test_a_day_begins_on_the_clocks_of_the_chat() -> None:
    assert find_end("until Monday", NOW, "Europe/Kyiv") == dt.datetime(
        2025, 1, 19, 22, tzinfo=dt.UTC
    )


@pytest.mark.parametrize(
    ("text", "language", "since", "until", "rest"),
    [
        ("returns in Greece last month", "en", "2024-12-01", "2024-12-31", "returns in Greece"),
        ("Italy this week", "en", "2025-01-13", None, "Italy"),
        ("laws in Hungary since September", "en", "2024-09-01", None, "laws in Hungary"),
        ("Poland in May", "en", "2024-05-01", "2024-05-31", "Poland"),
        ("detention, May 2024, Malta", "en", "2024-05-01", "2024-05-31", "detention, Malta"),
        ("Malta 2024", "en", "2024-01-01", "2024-12-31", "Malta"),
        ("Malta since Monday", "en", "2025-01-13", None, "Malta"),
        ("Malta since last week", "en", "2025-01-06", None, "Malta"),
        ("in the last 3 weeks: Malta", "en", "2024-12-26", None, "Malta"),
        ("Malta lately", "en", "2025-01-02", None, "Malta"),
        ("co bylo včera v Praze", "cs", "2025-01-15", "2025-01-15", "co bylo v Praze"),
        ("Polsko za poslední měsíc", "cs", "2024-12-01", "2024-12-31", "Polsko"),
        ("Польща цього тижня", "uk", "2025-01-13", None, "Польща"),
        ("Malta, 2024-12-01..2024-12-31", "el", "2024-12-01", "2024-12-31", "Malta"),
        ("Malta, 2024-12-01..", "uk", "2024-12-01", None, "Malta"),
        ("AT, 2024-12-01..", "de", "2024-12-01", None, "AT"),
        ("Malta last month.", "en", "2024-12-01", "2024-12-31", "Malta"),
        ("Dänemark seit Oktober", "de", "2024-10-01", None, "Dänemark"),
    ],
)
def test_a_period_is_found_and_taken_out(
    text: str, language: str, since: str, until: str | None, rest: str
) -> None:
    period = Period(day(since), day(until) if until else None)
    assert find_period(text, TODAY, language) == (period, rest)


@pytest.mark.parametrize(
    "text", ["may Poland", "from Germany", "Czechia, return", "", "march", "in Malta"]
)
def test_what_names_no_period_stays_as_it_is(text: str) -> None:
    assert find_period(text, TODAY, "en") == (None, text)


def test_a_page_that_is_pasted_is_not_searched_for_periods() -> None:
    page = "detention last month in Malta " * 100
    assert find_period(page, TODAY, "en") == (None, page)


@given(st.text(max_size=80), st.sampled_from(LANGUAGES), st.dates(day("2000-01-01")))
def test_no_text_breaks_it_and_what_is_found_is_behind(
    text: str, language: str, today: dt.date
) -> None:
    period, rest = find_period(text, today, language)
    assert len(rest) <= len(text)
    assert period is None or period.until is None or period.since <= period.until


@given(st.dates(), st.dates() | st.none())
def test_a_period_that_is_written_is_read_again(since: dt.date, until: dt.date | None) -> None:
    period = Period(since, until)
    assert find_period(f"Malta, {period.written()}", TODAY, "cs") == (period, "Malta")


@given(st.text(max_size=40), st.sampled_from(LANGUAGES))
def test_an_end_is_ahead_and_within_a_year(text: str, language: str) -> None:
    end = find_end(text, NOW, "Europe/Prague", language)
    assert end is None or NOW < end <= NOW + YEAR
