"""Developments by country and week, drawn."""

import datetime as dt
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot import taxonomy
from bot.i18n import LANGUAGES, locale_for
from bot.models import Development
from bot.render import chart
from tests.samples import development

TODAY = dt.date(2025, 1, 16)
MADE = st.builds(
    lambda country, back: development(country=country, date=TODAY - dt.timedelta(days=back)),
    st.sampled_from(["CZ", "DE", "FR", None, *(f"A{letter}" for letter in "BCDEFGHIJKLMNOP")]),
    st.integers(0, 100),
)


def test_each_week_counts_what_it_brought_the_busiest_country_first() -> None:
    made = [
        development(country="CZ", date=TODAY),
        development(country="DE", date=TODAY - dt.timedelta(weeks=1)),
        development(country="DE", date=dt.date(2025, 1, 13)),
        development(country="DE", date=TODAY - dt.timedelta(weeks=20)),
    ]
    mondays, rows = chart.table(made, TODAY)
    assert mondays[-1] == dt.date(2025, 1, 13)
    assert rows == [("DE", [0, 0, 0, 0, 0, 0, 1, 1]), ("CZ", [0, 0, 0, 0, 0, 0, 0, 1])]


@given(st.lists(MADE, max_size=60))
def test_nothing_of_the_weeks_is_left_out(made: list[Development]) -> None:
    mondays, rows = chart.table(made, TODAY)
    within = [one for one in made if one.date and one.date >= mondays[0]]
    assert sum(sum(counts) for _, counts in rows) == len(within)
    assert len(rows) <= chart.COUNTRIES + 1


def test_a_picture_fits_a_phone_and_telegram() -> None:
    for countries in ("B", "BCDEFGHIJKLMNOP"):
        made = [development(country=f"A{letter}", date=TODAY) for letter in countries]
        drawn = chart.png(made, TODAY)
        assert drawn is not None
        with Image.open(io.BytesIO(drawn)) as image:
            width, height = image.size
        assert width <= 1280
        assert width + height <= 10_000
        assert max(width, height) / min(width, height) < 20
    assert chart.png([], TODAY) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_font_has_every_letter_of_what_is_written(language: str) -> None:
    to = locale_for(language)
    names = [chart.name(code, to) for code in (*taxonomy.countries(), None, chart.OTHERS)]
    days = [to.day(dt.date(2025, month, 3)) for month in range(1, 13)]
    title = to.gettext(chart.TITLE)
    font, missing = chart._font(30), bytes(chart._font(30).getmask("\uffff"))
    for letter in set("".join([title, *names, *days, to.short_day(TODAY), "–·"])):
        assert letter.isspace() or bytes(font.getmask(letter)) != missing, letter


def test_the_picture_differs_by_language_and_says_of_which_time_it_is() -> None:
    made = [development(country="DE", date=TODAY)]
    assert chart.png(made, TODAY) == chart.png(made, TODAY)
    assert chart.png(made, TODAY) != chart.png(made, TODAY, locale_for("uk"))
    before = [development(country="DE", date=TODAY - dt.timedelta(weeks=1))]
    assert chart.png(made, TODAY) != chart.png(before, TODAY - dt.timedelta(weeks=1))
