"""The local day of a moment that its source gives in UTC, by CLDR's time zones of countries."""

import datetime as dt
from functools import lru_cache
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot.cldr import territory_zones
from bot.dates import written_day
from bot.models.sources import Source

MIDNIGHT = dt.time(tzinfo=dt.UTC)

_EU_HOST = ".europa.eu"
# The zone of the capital, or of the seat of government, where CLDR has several for a country.
_CAPITALS = {
    "AR": "America/Argentina/Buenos_Aires",
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CD": "Africa/Kinshasa",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia",
    "DE": "Europe/Berlin",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "EU": "Europe/Brussels",
    "GL": "America/Nuuk",
    "ID": "Asia/Jakarta",
    "KZ": "Asia/Almaty",
    "MN": "Asia/Ulaanbaatar",
    "MX": "America/Mexico_City",
    "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland",
    "PG": "Pacific/Port_Moresby",
    "PS": "Asia/Hebron",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
    "US": "America/New_York",
    "UZ": "Asia/Tashkent",
}


def local_time(moment: dt.date, source: Source) -> dt.date:
    """Return a datetime in UTC as the clock of its source's country shows it; any other date or
    datetime, and those of a source without a country, as they are.

    Midnight in UTC counts as a day without a time: a CMS that keeps only days writes it.
    """
    if not isinstance(moment, dt.datetime) or moment.utcoffset() != dt.timedelta(0):
        return moment
    zone = _zone(source.country or _institution(source))
    return moment if zone is None or moment.timetz() == MIDNIGHT else moment.astimezone(zone)


def local_day(moment: dt.date, source: Source) -> dt.date:
    """Return the calendar day of a date or datetime in the country of its source."""
    return written_day(local_time(moment, source))


def _institution(source: Source) -> str | None:
    """Return `EU` for an institution or agency of the Union, which has no country."""
    return "EU" if (urlsplit(source.url).hostname or "").endswith(_EU_HOST) else None


@lru_cache(maxsize=300)
def _zone(country: str | None) -> ZoneInfo | None:
    if country in _CAPITALS:
        return ZoneInfo(_CAPITALS[country])
    zones = territory_zones().get(country or "", ())
    return ZoneInfo(zones[0]) if len(zones) == 1 else None
