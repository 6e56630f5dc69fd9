import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import taxonomy
from bot.dates.zones import _zone, local_day
from tests.samples import source


@pytest.mark.parametrize(
    ("moment", "country", "day"),
    [
        ("2026-10-05T22:00:00+00:00", "CZ", "2026-10-06"),
        ("2026-10-05T21:59:00+00:00", "CZ", "2026-10-05"),
        ("2026-01-05T22:30:00+00:00", "CZ", "2026-01-05"),
        ("2026-09-30T21:00:00+00:00", "FI", "2026-10-01"),
        ("2026-10-05T23:30:00+00:00", "PT", "2026-10-06"),
        ("2026-10-05T23:30:00+00:00", "IS", "2026-10-05"),
        ("2026-10-05T22:00:00+00:00", "CY", "2026-10-06"),
        ("2026-10-05T22:00:00+02:00", "FI", "2026-10-05"),
        ("2026-10-05T22:00:00", "CZ", "2026-10-05"),
        ("2026-10-05T00:00:00+00:00", "US", "2026-10-05"),
        ("2026-10-05T01:00:00+00:00", "US", "2026-10-04"),
        ("2026-10-05T22:00:00+00:00", None, "2026-10-05"),
        ("2026-10-05T22:00:00+00:00", "EU", "2026-10-06"),
    ],
)
def test_a_moment_in_utc_is_of_the_local_day(moment: str, country: str | None, day: str) -> None:
    found = local_day(dt.datetime.fromisoformat(moment), source(country=country))
    assert found.isoformat() == day


def test_institutions_of_the_union_keep_the_time_of_brussels() -> None:
    late = dt.datetime(2026, 10, 5, 22, tzinfo=dt.UTC)
    union = source(country=None, url="https://home-affairs.ec.europa.eu/node/2/rss_en")
    assert local_day(late, union) == dt.date(2026, 10, 6)


def test_every_country_that_is_followed_has_a_zone() -> None:
    assert [code for code in (*taxonomy.countries(), "GB", "UA", "TR") if not _zone(code)] == []


@given(st.dates(dt.date(1990, 1, 1)), st.sampled_from(taxonomy.countries()))
def test_a_day_without_a_time_stays(day: dt.date, country: str) -> None:
    midnight = dt.datetime.combine(day, dt.time(tzinfo=dt.UTC))
    assert local_day(day, source(country=country)) == day
    assert local_day(midnight, source(country=country)) == day
