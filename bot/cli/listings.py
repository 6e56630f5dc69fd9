"""`policy-herald deliveries`, `sources` and `corrections`: what the store holds, as tables."""

import argparse
import asyncio

import msgspec

from bot import app, taxonomy
from bot.cli import console, filter_options
from bot.config import Config
from bot.errors import ConfigError
from bot.models import Correction
from bot.models.deliveries import Delivery, Tally
from bot.models.sources import SourceState
from bot.monitoring import source_health
from bot.pipeline.rules import RULES
from bot.store import exists, open_store


def deliveries(arguments: argparse.Namespace, config: Config) -> int:
    """Print the figures and the newest deliveries of a state; with --repeat, send one of them
    again. Raises ConfigError and StoreError."""
    url = config.storage.url.address()
    if not exists(url):
        print("There are no deliveries yet.")
        return 0
    tally, rows, repeated = asyncio.run(_deliveries(url, arguments))
    if arguments.repeat is not None:
        if repeated is None:
            expected = "the number of a delivery that is uncertain or failed"
            raise ConfigError("--repeat", str(arguments.repeat), expected)
        print(f"{repeated.development} is sent again, by the running service or the next.")
        return 0
    print(
        f"{tally.sent} sent, {tally.pending + tally.sending} pending, "
        f"{tally.uncertain} uncertain, {tally.failed} failed."
    )
    table = console.table("", "number", "state", "kind", "development", "since", "tries", "reason")
    for row in rows:
        since = row.settled or row.created
        console.row(
            table, row.id, row.state, row.kind, row.development,
            f"{since:%d.%m.%Y %H:%M} UTC", row.attempts, row.reason or "",
        )  # fmt: skip
    console.console().print(table)
    return 0


async def _deliveries(
    url: str, arguments: argparse.Namespace
) -> tuple[Tally, list[Delivery], Delivery | None]:
    async with open_store(url, RULES) as store:
        repeated = None
        if arguments.repeat is not None:
            repeated = await store.repeat_delivery(arguments.repeat, app.now())
        rows = await store.deliveries(arguments.state, arguments.limit)
        return await store.tally(), rows, repeated


def corrections(arguments: argparse.Namespace, config: Config) -> int:
    """Print each correction of labels as a line of JSON. Raises StoreError."""
    url = config.storage.url.address()
    if exists(url):
        console.lines(map(msgspec.json.encode, asyncio.run(_corrections(url))))
    return 0


async def _corrections(url: str) -> list[Correction]:
    async with open_store(url, RULES) as store:
        return await store.corrections()


def sources(arguments: argparse.Namespace, config: Config) -> int:
    """Print a table of the sources and their health."""
    wanted = filter_options.country_of(arguments.country) if arguments.country else None
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
    url = config.storage.url.address()
    if not exists(url):
        return {}
    async with open_store(url, RULES) as store:
        return await store.states()


def _next(state: SourceState | None) -> str:
    if state and state.stopped:
        return "never"
    return f"{state.due:%d.%m.%Y %H:%M} UTC" if state and state.due else "when the bot runs"
