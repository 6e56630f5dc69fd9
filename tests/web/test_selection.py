"""What an address of the archive asks for."""

import contextlib
import datetime as dt
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import QueryError
from bot.web.selection import LONGEST, Selection, read_selection

days = st.dates(dt.date(2000, 1, 1), dt.date(2030, 1, 1))
selections = st.builds(
    Selection,
    labels=st.frozensets(
        st.sampled_from(("country:CZ", "country:DE", "theme:return", "type:Policy", "source:cz-mv"))
    ),
    text=st.sampled_from(("", "lety charter", '"dobrovolný návrat" Albánie', "a&b=c#d")),
    page=st.integers(1, 9),
    since=st.none() | days.filter(lambda day: day.year < 2015),
    until=st.none() | days.filter(lambda day: day.year >= 2015),
)


@given(selections)
def test_an_address_is_read_as_it_is_written(selection: Selection) -> None:
    assert read_selection(parse_qsl(selection.query().lstrip("?"))) == selection


@given(st.lists(st.tuples(st.sampled_from(("country", "q", "page", "since", "x")), st.text())))
def test_any_address_is_read_or_told_what_is_wrong(parameters: list[tuple[str, str]]) -> None:
    with contextlib.suppress(QueryError):
        assert read_selection(read_selection(parameters).fields()) == read_selection(parameters)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("country", "Czechia"),
        ("theme", "retrun"),
        ("type", "policy"),
        ("source", "../etc"),
        ("source_type", "tribunal"),
        ("since", "last week"),
        ("page", "0"),
        ("page", "٣"),
        ("page", "100001"),
        ("page", "000000001" + "9" * 5_000),
        ("since", "0001-01-01"),
        ("until", "9999-12-31"),
        ("q", "x" * (LONGEST + 1)),
    ],
)
def test_a_wrong_parameter_is_named(name: str, value: str) -> None:
    with pytest.raises(QueryError, match=f"^{name}: found "):
        read_selection([(name, value)])


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(QueryError, match="a day from 2026-02-01 on"):
        read_selection([("since", "2026-02-01"), ("until", "2026-01-01")])


def test_words_and_phrases() -> None:
    assert Selection(text='lety "dobrovolný návrat"').words == ["lety", '"dobrovolný návrat"']
