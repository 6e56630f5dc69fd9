"""`policy-herald poll` and `preview`: poll the sources once, into the store or a temporary copy."""

import argparse
import asyncio
import datetime as dt
import functools

from bot import app, match, pipeline, render
from bot.cli import console, filter_options
from bot.cli.console import for_each
from bot.config import Config
from bot.models import Development, Filter
from bot.models.sources import Report, SourceState
from bot.pipeline.rules import RULES
from bot.store import exists, open_store


def poll(arguments: argparse.Namespace, config: Config) -> int:
    """Poll the sources that are due; return 1 when one failed."""
    reports = asyncio.run(_poll(config, everything=arguments.all))
    _print(reports)
    return int(any(report.result == "failed" for report in reports))


async def _poll(config: Config, *, everything: bool) -> list[Report]:
    async with (
        open_store(config.storage.url.address(), RULES) as store,
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
        remarks = [*report.problems, *map(render.notice_line, report.notices)]
        console.row(
            table,
            report.source,
            ": ".join(filter(None, [report.result, "; ".join(remarks)])),
            report.items,
            report.new,
            report.developments,
            report.deliveries,
            f"{report.seconds:.2f}",
        )
    console.console().print(table)


def preview(arguments: argparse.Namespace, config: Config) -> int:
    """Print the messages that a filter would bring, oldest first; return 1 when a source failed."""
    wanted = filter_options.filter_of(arguments)
    since = (app.now() - dt.timedelta(days=arguments.days)).date()
    developments, reports = asyncio.run(_previewed(config, wanted, since))
    out = console.console()
    for number, development in enumerate(reversed(developments), 1):
        console.show(
            out, render.development(development), f"message {number} of {len(developments)}"
        )
    failed = [report for report in reports if report.result == "failed"]
    out.print(
        f"{len(developments)} developments since {since:%d.%m.%Y} "
        f"for {render.description(wanted)}; "
        f"{len(reports) - len(failed)} of {len(reports)} sources answered.",
        markup=False,
        soft_wrap=True,
    )
    for report in failed:
        out.print(f"{report.source}: {'; '.join(report.problems)}", markup=False, soft_wrap=True)
    return int(bool(failed))


async def _previewed(
    config: Config, wanted: Filter, since: dt.date
) -> tuple[list[Development], list[Report]]:
    url = config.storage.url.address()
    async with (
        open_store(":memory:", RULES, filled_from=url if exists(url) else None) as store,
        app.open_poll_context(config, store) as context,
    ):
        poll = functools.partial(pipeline.poll, context)
        reports = await for_each(config.all_sources(), poll, doing="reading")
        developments = await store.developments(
            lambda record: match.wants(wanted, record), since=since
        )
    return developments, reports
