import datetime as dt
import email.utils

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from bot import dates
from bot.dates import calendar, mentions

TODAY = dt.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("raw", "language", "day"),
    [
        ("Thu, 16 Jan 2025 00:00:00 +0100", None, "2025-01-16"),
        ("Thu, 16 Jan 2025 23:59:00 -0500", None, "2025-01-16"),
        ("Thu, 16 Jan 2025 14:05 CET", None, "2025-01-16"),
        ("16 Jan 25 10:00:00 GMT", None, "2025-01-16"),
        ("Thu Jan 16 14:05:00 2025", None, "2025-01-16"),
        ("2025-01-16T00:00:00+01:00", None, "2025-01-16"),
        ("2025-01-16T10:00:00.123Z", None, "2025-01-16"),
        ("20250116T101112Z", None, "2025-01-16"),
        ("2016/6/29", None, "2016-06-29"),
        ("16.01.2025", "cs", "2025-01-16"),
        ("16. 1. 2025 12:30", "cs", "2025-01-16"),
        ("24-09-2026 12:00", "nl", "2026-09-24"),
        ("16.01.2025r.", "pl", "2025-01-16"),
        ("16 I 2025", "pl", "2025-01-16"),
        ("16.I.2025 r.", "pl", "2025-01-16"),
        ("1η Ιανουαρίου 2025", "el", "2025-01-01"),
        ("2025. gada 16. janvārī", "lv", "2025-01-16"),
        ("16. jaanuaril 2025", "et", "2025-01-16"),
        ("16. januarja 2025", "sl", "2025-01-16"),
        ("16 de Eanáir 2025", "ga", "2025-01-16"),
        ("2026. 09. 24.", "hu", "2026-09-24"),
        ("16. ledna 2025", "cs", "2025-01-16"),
        ("16. Jänner 2025", "de", "2025-01-16"),
        ("16. Feber 2025", "de", "2025-02-16"),
        ("1º de fevereiro de 2025", "pt", "2025-02-01"),
        ("1.º de fevereiro de 2025", "pt", "2025-02-01"),
        ("1º febbraio 2025", "it", "2025-02-01"),
        ("16th of January 2025", "en", "2025-01-16"),
        ("16 / 01 / 2025", None, "2025-01-16"),
        ("1 Октомври 2026", "bg", "2026-10-01"),
        ("Πεμ, 16 Ιαν 2025 10:00:00 +0200", "el", "2025-01-16"),
        ("16 de enero de 2025", "es", "2025-01-16"),
        ("1er février 2025", "fr", "2025-02-01"),
        ("16 stycznia 2025", "pl", "2025-01-16"),
        ("16. Januar 2025", "de", "2025-01-16"),
        ("2025. január 16., csütörtök", "hu", "2025-01-16"),
        ("2025 m. sausio 16 d.", "lt", "2025-01-16"),
        ("2025. gada 16. janvāris", "lv", "2025-01-16"),
        ("16 ta’ Jannar 2025", "mt", "2025-01-16"),
        ("16 Eanáir 2025", "ga", "2025-01-16"),
        ("16 janvier 2025", None, "2025-01-16"),
        ("Thursday, 16-Jan-25 10:00:00 GMT", None, "2025-01-16"),
        ("Jan 16, 2025 2:05 PM", "en", "2025-01-16"),
        ("1/16/2025", "en", "2025-01-16"),
    ],
)
def test_the_local_calendar_day_is_read(raw: str, language: str | None, day: str) -> None:
    found = dates.parse_date(raw, language, TODAY)
    assert found is not None
    assert dates.written_day(found).isoformat() == day


@pytest.mark.parametrize(
    "raw",
    ["", None, "tomorrow", "0", "Thu, 01 Jan 1970 00:00:00 GMT", "2099-01-01", "32.13.2025", "12"],
)
def test_what_is_no_date_stays_unknown(raw: str | None) -> None:
    assert dates.parse_date(raw, None, TODAY) is None


def test_the_offset_is_kept() -> None:
    found = dates.parse_date("Thu, 16 Jan 2025 14:05:00 +0100", None, TODAY)
    assert isinstance(found, dt.datetime)
    assert found.utcoffset() == dt.timedelta(hours=1)


@given(st.dates(min_value=dt.date(1990, 1, 1), max_value=TODAY))
def test_every_iso_day_is_itself(day: dt.date) -> None:
    assert dates.parse_date(day.isoformat(), None, TODAY) == day


@given(
    st.dates(min_value=dt.date(1990, 1, 1), max_value=TODAY),
    st.sampled_from(calendar.LANGUAGES),
    st.sampled_from(["full", "long", "medium"]),
)
def test_every_day_is_read_in_every_language_as_cldr_writes_it(
    day: dt.date, language: str, form: str
) -> None:
    written = format_date(day, form, locale=language.replace("-", "_"))  # type: ignore[arg-type]
    assert dates.parse_date(written, language, TODAY) == day
    assert dates.parse_date(written, None, TODAY) in (day, None)


@given(
    st.datetimes(min_value=dt.datetime(1990, 1, 1), max_value=dt.datetime(2026, 11, 20)),
    st.integers(-12 * 60, 14 * 60),
    st.booleans(),
)
def test_the_local_day_is_kept_whatever_the_offset(
    moment: dt.datetime, minutes: int, is_rfc822: bool
) -> None:
    local = moment.replace(microsecond=0, tzinfo=dt.timezone(dt.timedelta(minutes=minutes)))
    written = email.utils.format_datetime(local) if is_rfc822 else local.isoformat()
    assert dates.parse_date(written, "cs", TODAY) == local


@pytest.mark.parametrize(
    ("raw", "form", "day"),
    [
        ("05/10/2026", "%m/%d/%Y", dt.date(2026, 5, 10)),
        ("10.05.26", "%d.%m.%y", dt.date(2026, 5, 10)),
        ("2026-05-10", "%d.%m.%y", None),
        ("01/01/1970", "%d/%m/%Y", None),
    ],
)
def test_a_form_that_is_given_is_kept_to(raw: str, form: str, day: dt.date | None) -> None:
    assert dates.parse_date(raw, "en", TODAY, form) == day


@given(st.text(max_size=60), st.sampled_from(["cs", "de", "el", "bg", "xx", None]))
def test_no_text_breaks_the_reader(raw: str, language: str | None) -> None:
    dates.parse_date(raw, language, TODAY)


def test_the_hour_is_that_of_the_half_of_the_day() -> None:
    for raw, hour in (("Jan 16, 2025 2:05 PM", 14), ("16/01/2025 12:05 a.m.", 0)):
        found = dates.parse_date(raw, "en", TODAY)
        assert isinstance(found, dt.datetime)
        assert found.hour == hour


def test_a_month_that_means_two_in_two_languages_is_none_without_one() -> None:
    assert dates.parse_date("16. listopadu 2025", "cs", TODAY) == dt.date(2025, 11, 16)
    assert dates.parse_date("16. listopada 2025", "hr", TODAY) == dt.date(2025, 10, 16)
    assert dates.parse_date("16. listopada 2025", None, TODAY) is None


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("16–17 January 2025", "en"),
        ("from 16 to 18 January 2025", "en"),
        ("January 16-17, 2025", "en"),
        ("16.–17. ledna 2025", "cs"),
        ("16. až 18. ledna 2025", "cs"),
        ("vom 16. bis 17. Januar 2025", "de"),
        ("les 16 et 17 janvier 2025", "fr"),
        ("16 y 17 de enero de 2025", "es"),
        ("16 și 17 ianuarie 2025", "ro"),
        ("16 και 17 Ιανουαρίου 2025", "el"),
    ],
)
def test_a_range_takes_its_first_day(said: str, language: str) -> None:
    (found,) = mentions.find_dates(f"Jednání {said} v Praze", language)
    assert (found.day, found.month, found.year) == (16, 1, 2025)
    assert found.words in said


def test_days_named_by_month_are_found_with_their_words() -> None:
    found = list(mentions.find_dates("V Praze se 16. ledna sešli; dne 3. února 2025 znovu.", "cs"))
    assert [(m.day, m.month, m.year, m.words) for m in found] == [
        (16, 1, None, "16. ledna"),
        (3, 2, 2025, "3. února 2025"),
    ]
