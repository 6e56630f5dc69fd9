"""`policy-herald poll` and `preview`: poll the sources once, into the store or a temporary copy."""

import argparse
import datetime as dt
import functools

from bot import app, match, pipeline, render
from bot.cli import console, filter_options
from bot.cli.console import for_each
from bot.config import Config
from bot.models.sources import Report, Source, SourceState
from bot.pipeline import PollContext
from bot.store import exists


async def poll(arguments: argparse.Namespace, config: Config) -> int:
    """Poll the sources that are due; return 1 when one failed."""
    async with app.open_polling(config, config.storage.url.address()) as context:
        states = await context.store.states()
        due = [
            source
            for source in config.all_sources()
            if arguments.all or _is_due(states.get(source.id))
        ]
        reports = await poll_each(context, due)
    if reports:
        print_reports("Polls", reports)
    else:
        print("No source is due; --all polls them all the same.")
    return int(any(report.result == "failed" for report in reports))


def _is_due(state: SourceState | None) -> bool:
    if state is None or state.due is None:
        return True
    return state.due <= app.now() and not state.stopped


async def poll_each(
    context: PollContext, sources: list[Source], doing: str = "polling"
) -> list[Report]:
    """Poll sources once."""
    return await for_each(sources, functools.partial(pipeline.poll, context), doing=doing)


def print_reports(title: str, reports: list[Report]) -> None:
    """Print what polls did."""
    columns = ("source", "result", "items", "new", "developments", "queued", "s")
    console.print_table(title, columns, map(_row, reports))


def _row(report: Report) -> list[object]:
    remarks = "; ".join([*report.problems, *map(render.notice_line, report.notices)])
    result = f"{report.result}: {remarks}" if remarks else report.result
    counts = report.items, report.new, report.developments, report.deliveries
    return [report.source, result, *counts, f"{report.seconds:.2f}"]


async def preview(arguments: argparse.Namespace, config: Config) -> int:
    """Print the messages that a filter would bring, oldest first; return 1 when a source failed."""
    wanted = filter_options.filter_of(arguments)
    since = (app.now() - dt.timedelta(days=arguments.days)).date()
    url = config.storage.url.address()
    async with app.open_polling(config, filled_from=url if exists(url) else None) as context:
        reports = await poll_each(context, config.all_sources(), "reading")
        developments = await context.store.developments(
            lambda record: match.wants(wanted, record), since
        )
    for number, development in enumerate(reversed(developments), 1):
        heading = f"message {number} of {len(developments)}"
        console.show(render.development(development), heading)
    failed = [report for report in reports if report.result == "failed"]
    console.say(
        f"{len(developments)} developments since {since:%d.%m.%Y} "
        f"for {render.description(wanted)}; "
        f"{len(reports) - len(failed)} of {len(reports)} sources answered."
    )
    for report in failed:
        console.say(f"{report.source}: {'; '.join(report.problems)}")
    return int(bool(failed))
