"""`policy-herald poll`: one poll of what is due, and a table of what happened."""

import argparse
import asyncio

from bot import app
from bot.cli import console
from bot.cli.polls import poll_each
from bot.config import Config
from bot.models import Report
from bot.store import open_store


def main(arguments: argparse.Namespace, config: Config) -> int:
    """Polls; 1 when a source failed."""
    reports = asyncio.run(_poll(config, everything=arguments.all))
    _print(reports)
    return int(any(report.result == "failed" for report in reports))


async def _poll(config: Config, *, everything: bool) -> list[Report]:
    store = await open_store(str(config.storage.url.path()))
    try:
        states = await store.states()
        now = app.now()
        due = [
            source
            for source in config.all_sources()
            if everything
            or (state := states.get(source.id)) is None
            or state.due is None
            or state.due <= now
        ]
        async with app.desk(config, store) as desk:
            with console.progress(console.console(), "polling", len(due)) as done:
                return await poll_each(desk, due, config.polling.concurrency, done)
    finally:
        await store.close()


def _print(reports: list[Report]) -> None:
    if not reports:
        console.console().print("No source is due; --all polls them all the same.")
        return
    table = console.table(
        "Polls", "source", "result", "items", "new", "developments", "queued", "s"
    )
    for report in reports:
        result = (
            f"{report.result}: {'; '.join(report.problems)}" if report.problems else report.result
        )
        console.row(
            table,
            report.source,
            result,
            report.items,
            report.new,
            report.developments,
            report.deliveries,
            f"{report.seconds:.2f}",
        )
    console.console().print(table)
