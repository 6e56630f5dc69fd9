"""`policy-herald poll`: one poll of what is due, and a table of what happened."""

import argparse
import asyncio
import functools

from bot import app, pipeline, render
from bot.cli import console
from bot.cli.concurrent import for_each
from bot.config import Config
from bot.models import Report, SourceState
from bot.pipeline.rules import RULES
from bot.store import open_store


def main(arguments: argparse.Namespace, config: Config) -> int:
    """Polls; 1 when a source failed."""
    reports = asyncio.run(_poll(config, everything=arguments.all))
    _print(reports)
    return int(any(report.result == "failed" for report in reports))


async def _poll(config: Config, *, everything: bool) -> list[Report]:
    async with (
        open_store(config.storage.url.place(), RULES) as store,
        app.open_poll_context(config, store) as context,
    ):
        states = await store.states()
        due = [
            source
            for source in config.all_sources()
            if everything or _is_due(states.get(source.id))
        ]
        poll = functools.partial(pipeline.poll, context)
        return await for_each(due, poll, doing="polling")


def _is_due(state: SourceState | None) -> bool:
    if state is None or state.due is None:
        return True
    return state.due <= app.now() and not state.stopped


def _print(reports: list[Report]) -> None:
    if not reports:
        console.console().print("No source is due; --all polls them all the same.")
        return
    table = console.table(
        "Polls", "source", "result", "items", "new", "developments", "queued", "s"
    )
    for report in reports:
        console.row(
            table,
            report.source,
            ": ".join(
                [
                    report.result,
                    *filter(
                        None,
                        ["; ".join([*report.problems, *map(render.notice_line, report.notices)])],
                    ),
                ]
            ),
            report.items,
            report.new,
            report.developments,
            report.deliveries,
            f"{report.seconds:.2f}",
        )
    console.console().print(table)
