"""`policy-herald deliveries`, `sources` and `corrections`: what the store holds, as tables."""

import argparse
from contextlib import AbstractAsyncContextManager

import msgspec

from bot import app, taxonomy
from bot.cli import console, filter_options
from bot.config import Config
from bot.errors import ConfigError
from bot.models.sources import SourceState
from bot.monitoring import source_health
from bot.pipeline.rules import RULES
from bot.ports import Store
from bot.store import exists, open_store


def _open(config: Config) -> AbstractAsyncContextManager[Store]:
    """Open the store, or an empty one where there is none yet, which reading must not make."""
    url = config.storage.url.address()
    return open_store(url if exists(url) else ":memory:", RULES)


async def deliveries(arguments: argparse.Namespace, config: Config) -> int:
    """Print the figures and the newest deliveries of a state; with --repeat, send one of them
    again. Raises ConfigError and StoreError."""
    if not exists(config.storage.url.address()):
        print("There are no deliveries yet.")
        return 0
    async with _open(config) as store:
        if arguments.repeat is not None:
            return await _repeat(store, arguments.repeat)
        tally = await store.tally()
        rows = await store.deliveries(arguments.state, arguments.limit)
    print(
        f"{tally.sent} sent, {tally.pending + tally.sending} pending, "
        f"{tally.uncertain} uncertain, {tally.failed} failed."
    )
    console.print_table(
        "",
        ("number", "state", "kind", "development", "since", "tries", "reason"),
        (
            (
                row.id, row.state, row.kind, row.development,
                f"{row.settled or row.created:%d.%m.%Y %H:%M} UTC", row.attempts, row.reason or "",
            )
            for row in rows
        ),
    )  # fmt: skip
    return 0


async def _repeat(store: Store, number: int) -> int:
    repeated = await store.repeat_delivery(number, app.now())
    if repeated is None:
        expected = "the number of a delivery that is uncertain or failed"
        raise ConfigError("--repeat", str(number), expected)
    print(f"{repeated.development} is sent again, by the running service or the next.")
    return 0


async def corrections(arguments: argparse.Namespace, config: Config) -> int:
    """Print each correction of labels as a line of JSON. Raises StoreError."""
    async with _open(config) as store:
        console.lines(map(msgspec.json.encode, await store.corrections()))
    return 0


async def sources(arguments: argparse.Namespace, config: Config) -> int:
    """Print a table of the sources and their health."""
    wanted = filter_options.country_of(arguments.country) if arguments.country else None
    async with _open(config) as store:
        states = await store.states()
    console.print_table(
        "Sources",
        ("id", "country", "publisher", "health", "robots.txt", "next poll"),
        (
            (
                source.id,
                taxonomy.label("country", source.country) if source.country else "any",
                source.publisher,
                source_health.health(state := states.get(source.id), app.now()),
                source_health.robots(state),
                _next(state),
            )
            for source in config.all_sources()
            if wanted in (None, source.country)
        ),
    )
    return 0


def _next(state: SourceState | None) -> str:
    if state and state.stopped:
        return "never"
    return f"{state.due:%d.%m.%Y %H:%M} UTC" if state and state.due else "when the bot runs"
