"""`policy-herald sources`: the sources with their health."""

import argparse
import asyncio

from bot import app, render, taxonomy
from bot.cli import console, facets
from bot.config import Config
from bot.models import SourceState
from bot.store import open_store


def main(arguments: argparse.Namespace, config: Config) -> int:
    """Prints a table."""
    wanted = facets.filter_of([arguments.country] if arguments.country else [], [], [])
    states = asyncio.run(_states(config))
    table = console.table("Sources", "id", "country", "publisher", "health", "next poll")
    for source in config.all_sources():
        if wanted.countries and source.country not in wanted.countries:
            continue
        country = taxonomy.label("country", source.country) if source.country else "any"
        state = states.get(source.id)
        console.row(table, source.id, country, source.publisher, _health(state), _next(state))
    console.console().print(table)
    return 0


async def _states(config: Config) -> dict[str, SourceState]:
    path = config.storage.url.path()
    if not path.exists():
        return {}
    async with open_store(str(path)) as store:
        return await store.states()


def _health(state: SourceState | None) -> str:
    if state is None or state.polled is None:
        return "not read yet"
    polled = render.ago(app.now() - state.polled)
    if state.error:
        return f"failing ({state.failures} in a row, last {polled} ago): {state.error}"
    return f"answered {polled} ago"


def _next(state: SourceState | None) -> str:
    return f"{state.due:%d.%m.%Y %H:%M} UTC" if state and state.due else "when the bot runs"
