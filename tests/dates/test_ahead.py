"""Days to come that a text names, published on Thursday, 12 November 2026."""

import datetime as dt

import pytest

from bot.data_files import languages_of
from bot.dates.ahead import find_days_ahead
from bot.dates.calendar import calendar_words

PUBLISHED = dt.date(2026, 11, 12)


def days(text: str, language: str) -> list[str]:
    """The days found, each with its precision if that is a month or quarter."""
    found = find_days_ahead(text, language, PUBLISHED)
    return [
        str(day.first) if day.precision == "day" else f"{day.first} {day.precision}"
        for day in found
    ]


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
        ("pt", "Primeiro de dezembro de 2026 é a data.", "2026-12-01"),
        ("uk", "Набере чинності у березні 2027 року.", "2027-03-01 month"),
        ("uk", "Оцінять у четвертому кварталі 2027 року.", "2027-10-01 quarter"),
        ("fr", "Avant la fin de l'année prochaine.", "2027-12-31"),
        ("it", "Entro la fine dell'anno prossimo.", "2027-12-31"),
        ("ro", "Până la sfârșitul anului viitor.", "2027-12-31"),
        ("ga", "Faoi dheireadh na bliana seo chugainn.", "2027-12-31"),
        ("et", "Järgmise aasta lõpus.", "2027-12-31"),
        ("lt", "Kitų metų pabaigoje.", "2027-12-31"),
        ("hu", "Jövő év végére.", "2027-12-31"),
        ("en", "By the end of the year, 5000 permits must be issued.", "2026-12-31"),
        ("en", "By the end of the year you may apply.", "2026-12-31"),
        ("en", "Apply by 15 December, next year the quota is lower.", "2026-12-15"),
        ("en", "Comments by 15 December, next year's call opens then.", "2026-12-15"),
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
        ("fr", "Depuis la fin de l'année dernière."),
        ("fi", "Viime vuoden loppuun."),
        ("et", "Eelmise aasta lõpuni."),
        ("lv", "Pagājušā gada beigām."),
        ("hu", "A tavalyi év végéig."),
        ("en", "It is in force since 1 December last year."),
        ("de", "Es gilt seit dem 1. Dezember letzten Jahres."),
        ("fr", "Elle est en vigueur depuis le 1er mars de l'année dernière."),
        ("cs", "Zákon platí od 1. března loňského roku."),
        ("hu", "A törvény tavaly március 1-jétől hatályos."),
        ("en", "At the end of the day it may be refused."),
        ("en", "Applicants who register first may apply."),
    ],
)
def test_what_is_past_or_no_end_is_not_ahead(language: str, text: str) -> None:
    assert days(text, language) == []


@pytest.mark.parametrize("language", sorted(languages_of("dates_ahead")))
def test_each_language_says_this_year_and_the_next(language: str) -> None:
    words = calendar_words(language)
    assert len(words.period_ends) == 3
    assert len(words.years) == 3
    this, following, _ = words.period_ends
    said = {this: "2026-12-31", following: "2027-12-31"}
    for wordings, day in said.items():
        for wording in wordings.split("|"):
            assert days(wording, language) == [day]
