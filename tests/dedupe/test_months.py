"""Months that are named without a day."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dates.mentions import find_dates
from bot.dedupe.distinctions import have_other_details
from bot.dedupe.months import months_in
from bot.dedupe.reports import Report


def months(text: str, language: str | None) -> list[int]:
    return sorted(months_in(text, language, find_dates(text, language)))


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("cs", "do poloviny března a v červenci, i v červnu, ne 15. května", [3, 6, 7]),
        ("hu", "márciusban és január végéig", [1, 3]),
        ("fi", "tammikuussa, elokuun lopussa", [1, 8]),
        ("pl", "w lutym i we wrześniu", [2, 9]),
        ("mt", "F'Ġunju u fi Frar", [2, 6]),
        ("el", "στα μέσα Μαρτίου και τον Ιούλιο", [3, 7]),
        ("uk", "до середини березня, у січні", [1, 3]),
        ("es", "más de mil en marzo, dijo Martín", [3]),
        ("pt", "nove pessoas no Martim Moniz", []),
        ("en", "he may march on 3 October", [3]),
        (None, "in September", [9]),
    ],
)
def test_months_are_found_in_any_case(language: str, text: str, expected: list[int]) -> None:
    assert months(text, language) == expected


@given(st.text(), st.sampled_from(["cs", "en", "hu", None]))
def test_any_text_names_months_or_none(text: str, language: str | None) -> None:
    assert set(months(text, language)) <= set(range(1, 13))


def are_apart(one: str, other: str) -> bool:
    return have_other_details(*(Report(text, "", "en", frozenset()) for text in (one, other)))


def test_a_day_may_be_told_as_a_part_of_its_month() -> None:
    named = "Permits end on March 15, and old cards can be used no longer"
    assert not are_apart(named, "By mid-March all permits run out, cards follow on September 1")
    assert are_apart(named, "By March 31 all permits run out, cards follow on September 1")


def test_titles_of_two_periods_are_of_two_reports() -> None:
    assert are_apart("Asylum claims in October", "From January to October fewer people came")
