"""Parse the options of a filter (`--country`, `--theme`, ...) and dates."""

import argparse
import datetime as dt

from bot import taxonomy
from bot.chat import query
from bot.errors import ConfigError
from bot.models import Filter


def filter_of(arguments: argparse.Namespace) -> Filter:
    """Return the filter that the options describe. Raises ConfigError."""
    subjects = [_term("--theme", text, "theme", "topic") for text in arguments.theme]
    types = [_term("--type", text, "type").code for text in arguments.type]
    return Filter(
        countries=frozenset(map(country_of, arguments.country)),
        themes=frozenset(term.code for term in subjects if term.facet == "theme"),
        topics=frozenset(term.code for term in subjects if term.facet == "topic"),
        types=frozenset(types),  # type: ignore[arg-type]
        mentions=frozenset(map(_mentioned, arguments.mentions)),
    )


def country_of(text: str) -> str:
    """Return the code of an EU+ country. Raises ConfigError."""
    return _term("--country", text, "country").code


def _mentioned(text: str) -> str:
    """Return the code of any country of the world, as `mentions` in the chat takes it."""
    code = query.parse_country(text)
    if code is None:
        raise ConfigError("--mentions", f'"{text}"', "a country")
    return code


def day_of(option: str, text: str | None) -> dt.date | None:
    """Return the day that an option names. Raises ConfigError."""
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise ConfigError(option, f'"{text}"', "a day such as 2025-01-16") from None


def _term(option: str, text: str, *kinds: taxonomy.Facet) -> taxonomy.Term:
    term = taxonomy.find_term(text)
    if term and term.facet in kinds:
        return term
    nearest = ", ".join(taxonomy.suggest(text))
    expected = f"a {' or '.join(kinds)}{f' (nearest: {nearest})' if nearest else ''}"
    raise ConfigError(option, f'"{text}"', expected)
