"""Time zones by their names, and by cities in the language of who types them."""

from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.parsing.zones import find_near_zones, find_zone
from bot.i18n import LANGUAGES

PRAGUE, VIENNA = "Europe/Prague", "Europe/Vienna"


@pytest.mark.parametrize(
    ("said", "language", "zone"),
    [("Europe/Prague", "en", PRAGUE), ("prague", "en", PRAGUE), ("europe/PRAGUE", "de", PRAGUE),
     ("utc", "en", "UTC"), ("New York", "en", "America/New_York"), (" Vienna ", "cs", VIENNA),
     ("Prag", "de", PRAGUE), ("praha", "cs", PRAGUE), ("Πράγα", "el", PRAGUE),
     ("Vídeň", "cs", VIENNA), ("Reykjavík", "is", "Atlantic/Reykjavik"),
     ("Київ", "uk", "Europe/Kyiv"), ("Prag", "en", None), ("nowhere", "en", None),
     ("../etc/passwd", "en", None), ("", "en", None)],
)  # fmt: skip
def test_a_zone_is_known_by_its_name_or_city(said: str, language: str, zone: str | None) -> None:
    assert find_zone(said, language) == zone


@pytest.mark.parametrize(
    ("said", "language", "zone"),
    [("Prag", "en", PRAGUE), ("Viena", "en", VIENNA), ("Bruselles", "en", "Europe/Brussels"),
     ("Europe/Praque", "en", PRAGUE), ("Athenn", "de", "Europe/Athens")],
)  # fmt: skip
def test_the_zone_that_is_meant_is_offered_first(said: str, language: str, zone: str) -> None:
    assert find_near_zones(said, language)[0] == zone


def test_what_is_like_no_city_has_no_offer() -> None:
    assert find_near_zones("xyzzy", "en") == []


@given(st.text(max_size=40), st.sampled_from(sorted(LANGUAGES)))
def test_whatever_is_said_only_zones_are_found(said: str, language: str) -> None:
    found = {find_zone(said, language), *find_near_zones(said, language)} - {None}
    assert found <= available_timezones()
