"""Parse options like `--country Czechia`, with an error that names the nearest word."""

import argparse
import datetime as dt

from bot import taxonomy
from bot.chat import query
from bot.errors import ConfigError
from bot.models import Filter


def filter_of(arguments: argparse.Namespace) -> Filter:
    """Return the filter that the options describe. Raises ConfigError."""
    subjects = [_term("--theme", said, "theme", "topic") for said in arguments.theme]
    types = [_term("--type", said, "type").code for said in arguments.type]
    return Filter(
        countries=frozenset(map(country_of, arguments.country)),
        themes=frozenset(term.code for term in subjects if term.facet == "theme"),
        topics=frozenset(term.code for term in subjects if term.facet == "topic"),
        types=frozenset(types),  # type: ignore[arg-type]
        mentions=frozenset(map(_mentioned, arguments.mentions)),
    )


def country_of(said: str) -> str:
    """Return the code of an EU+ country. Raises ConfigError."""
    return _term("--country", said, "country").code


def _mentioned(said: str) -> str:
    """Return the code of any country of the world, as `mentions` in the chat takes it."""
    code = query.parse_country(said)
    if code is None:
        raise ConfigError("--mentions", f'"{said}"', "a country")
    return code


def day_of(option: str, said: str | None) -> dt.date | None:
    """Return the day that an option names. Raises ConfigError."""
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
