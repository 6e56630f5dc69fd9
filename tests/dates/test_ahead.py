"""Days to come that a text names, published on Thursday, 12 November 2026."""

import datetime as dt

import pytest

from bot.data_files import languages_of
from bot.dates.ahead import find_days_ahead
from bot.dates.calendar import calendar_words

PUBLISHED = dt.date(2026, 11, 12)


def days(text: str, language: str) -> list[str]:
    return [str(day.first) for day in find_days_ahead(text, language, PUBLISHED)]


@pytest.mark.parametrize(
    ("language", "text", "day"),
    [
        ("en", "Comments by the end of the month.", "2026-11-30"),
        ("en", "In place until the end of next year.", "2027-12-31"),
        ("en", "Applications until the end of May.", "2027-05-31"),
        ("de", "Die Frist läuft bis Jahresende.", "2026-12-31"),
        ("hr", "Ugovori ostaju na snazi do kraja godine.", "2026-12-31"),
        ("da", "Senest inden årets udgang.", "2026-12-31"),
        ("ga", "Iarratais faoi dheireadh mhí na Samhna.", "2026-11-30"),
        ("sv", "Redovisas senast den sista juni 2027.", "2027-06-30"),
        ("fi", "Laki on voimassa joulukuun 2026 viimeisenä päivänä.", "2026-12-31"),
        ("es", "Su validez se extiende hasta el 4 de marzo del próximo año.", "2027-03-04"),
        ("sk", "Platnosť sa predlžuje do 4. marca budúceho roka.", "2027-03-04"),
        ("sl", "Izteče se konec septembra prihodnje leto.", "2027-09-30"),
        ("cs", "Poplatek se zvýší od prvního prosince.", "2026-12-01"),
        ("uk", "Заяви приймають до першого грудня.", "2026-12-01"),
    ],
)  # fmt: skip
def test_ends_of_periods_and_years_without_figures(language: str, text: str, day: str) -> None:
    assert days(text, language) == [day]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "At the end of the month of May 2025 it closed."),
        ("lv", "Līdz 2024. gada beigām."),
        ("de", "Bis Ende des Jahres 2024 galt es."),
    ],
)
def test_ends_with_a_past_year_are_not_ahead(language: str, text: str) -> None:
    assert days(text, language) == []


@pytest.mark.parametrize("language", sorted(languages_of("dates_ahead")))
def test_each_language_says_this_year_and_the_next(language: str) -> None:
    words = calendar_words(language)
    assert len(words.period_ends) == 3
    assert len(words.years) == 2
