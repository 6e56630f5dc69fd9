"""`policy-herald sources`: the sources with their health."""

import argparse
import asyncio

from bot import app, taxonomy
from bot.cli import console, facets
from bot.config import Config
from bot.models import SourceState
from bot.monitoring import source_health
from bot.pipeline.rules import RULES
from bot.store import exists, open_store


def main(arguments: argparse.Namespace, config: Config) -> int:
    """Prints a table."""
    wanted = facets.country_of(arguments.country) if arguments.country else None
    states = asyncio.run(_states(config))
    table = console.table(
        "Sources", "id", "country", "publisher", "health", "robots.txt", "next poll"
    )
    for source in config.all_sources():
        if wanted and source.country != wanted:
            continue
        country = taxonomy.label("country", source.country) if source.country else "any"
        state = states.get(source.id)
        console.row(
            table,
            source.id,
            country,
            source.publisher,
            source_health.health(state, app.now()),
            source_health.robots(state),
            _next(state),
        )
    console.console().print(table)
    return 0


async def _states(config: Config) -> dict[str, SourceState]:
    place = config.storage.url.place()
    if not exists(place):
        return {}
    async with open_store(place, RULES) as store:
        return await store.states()


def _next(state: SourceState | None) -> str:
    if state and state.stopped:
        return "never"
    return f"{state.due:%d.%m.%Y %H:%M} UTC" if state and state.due else "when the bot runs"
