"""Read the time zone that somebody means: by its IANA name, or by its city in English or in their
language (CLDR's exemplar cities)."""

import difflib
from functools import lru_cache
from zoneinfo import available_timezones

from bot.cldr import read_locale
from bot.text import fold

NEAR = 0.75
"""The least likeness of cities that are offered (`difflib.SequenceMatcher`)."""
OFFERED = 4
_RENAMED = {"Europe/Kiev": "Europe/Kyiv"}
"""The names of today, by those that CLDR keeps."""


def find_zone(said: str, language: str | None) -> str | None:
    """Return the time zone of a name or a city: `Europe/Prague`, `prague`, `Prag`."""
    return _zones(language).get(_key(said))


def find_near_zones(said: str, language: str | None) -> list[str]:
    """Return the time zones whose names somebody may have mistyped, the nearest first."""
    zones = _zones(language)
    near = difflib.get_close_matches(_key(said), zones, n=2 * OFFERED, cutoff=NEAR)
    return [*dict.fromkeys(zones[name] for name in near)][:OFFERED]


@lru_cache(maxsize=4)  # to list the zones reads a folder for a twentieth of a second
def _zones(language: str | None) -> dict[str, str]:
    """Return all time zones by what they may be called."""
    zones = {_key(zone): zone for zone in sorted(available_timezones(), reverse=True)}
    cities = {name.rpartition("/")[2]: zone for name, zone in zones.items()}
    with read_locale(language or "en") as locale:
        told = {
            _key(names["city"]): _RENAMED.get(zone, zone)
            for zone, names in (locale.time_zones if locale else {}).items()
            if "city" in names and _key(zone) in zones
        }
    return told | cities | zones


def _key(name: str) -> str:
    return fold(name.replace("\N{SOFT HYPHEN}", "")).strip().replace(" ", "_")
