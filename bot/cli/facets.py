"""What options like `--country Czechia` mean, with an error that names the nearest word."""

import datetime as dt

from bot import taxonomy
from bot.errors import ConfigError
from bot.models import Filter


def filter_of(countries: list[str], themes: list[str], types: list[str]) -> Filter:
    """The filter that options describe. Raises ConfigError."""
    subjects = [_term("--theme", said, "theme", "topic") for said in themes]
    return Filter(
        countries=frozenset(_term("--country", said, "country").code for said in countries),
        themes=frozenset(term.code for term in subjects if term.facet == "theme"),
        topics=frozenset(term.code for term in subjects if term.facet == "topic"),
        types=frozenset(_term("--type", said, "type").code for said in types),  # type: ignore[misc]
    )


def day_of(option: str, said: str | None) -> dt.date | None:
    """The day that an option names. Raises ConfigError."""
    try:
        return dt.date.fromisoformat(said) if said else None
    except ValueError:
        raise ConfigError(option, f'"{said}"', "a day such as 2025-01-16") from None


def _term(option: str, said: str, *facets: taxonomy.Facet) -> taxonomy.Term:
    term = taxonomy.understand(said)
    if term and term.facet in facets:
        return term
    nearest = ", ".join(taxonomy.suggest(said))
    expected = f"a {' or '.join(facets)}{f' (nearest: {nearest})' if nearest else ''}"
    raise ConfigError(option, f'"{said}"', expected)
