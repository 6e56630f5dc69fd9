"""The numbers of acts, bills and cases are read back as messages show them."""

import datetime as dt
import string
import tomllib
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from bot.data_files import languages_of, read_text
from bot.enrich.reference_forms import read_numbers


class Shown(NamedTuple):
    name: str
    country: str | None
    """Of the texts that alone name it so."""


VALUES = {
    "number": st.integers(1, 99999).map(str),
    "application": st.integers(1000, 99999).map(str),
    "year": st.integers(1950, 2049).map(str),
    "yy": st.integers(0, 99).map("{:02}".format),
    "roman": st.sampled_from(["I", "IV", "IX", "XVII", "XXVIII"]),
    "letter": st.sampled_from("AELSΑ"),
    "letters": st.text(string.ascii_uppercase, min_size=1, max_size=4),
    "session": st.integers(1990, 2047).map(lambda year: f"{year}/{(year + 1) % 100:02}"),
    "date": st.dates(dt.date(1950, 1, 1), dt.date(2049, 12, 31)).map(str),
    "dotted": st.sampled_from(["142.20", "0.142.392"]),
    "two": st.integers(10, 99).map(str),
    "four": st.integers(100, 9999).map(str),
    "six": st.integers(100000, 999999).map(str),
    "thousands": st.integers(100, 1899).map(str),
    "code": st.integers(1, 99999).map("51-554-01-{}".format),
}
"""What the placeholders of a name stand for."""
FORMS = [
    (form, country)
    for country in sorted(languages_of("references"))
    for form in tomllib.loads(read_text(f"references/{country}.toml"))["forms"]
]


@st.composite
def shown(draw: st.DrawFn) -> Shown:
    form, country = draw(st.sampled_from(FORMS))
    keys = [key for _, key, _, _ in string.Formatter().parse(form["name"]) if key]
    values = {key: draw(VALUES[key.rstrip(string.digits)]) for key in keys}
    return Shown(form["name"].format_map(values), None if "anywhere" in form else country)


@given(shown())
def test_every_number_is_read_back_as_it_is_shown(one: Shown) -> None:
    assert [each.name for each in read_numbers(one.name, one.country)] == [one.name]
    assert [each.name for each in read_numbers(f" {one.name.lower()} ", one.country)] == [one.name]


@given(st.lists(shown().filter(lambda one: one.country is None), min_size=2, max_size=3))
def test_several_are_read_back_as_a_time_line_shows_them(several: list[Shown]) -> None:
    heading = " · ".join(["Czechia", *(one.name for one in several)])
    assert [each.name for each in read_numbers(heading)] == [one.name for one in several]


def test_what_only_resembles_one_is_no_number() -> None:
    assert read_numbers("The EU 2024/1348") == ()
    assert read_numbers("in 2024 was 12") == ()
