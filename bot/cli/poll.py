"""`policy-herald poll` and `preview`: poll sources once."""

import argparse
import datetime as dt
import functools
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from bot import dates, match, pipeline, polling, render
from bot.cli import console
from bot.cli.console import for_each
from bot.cli.store import filter_of
from bot.config import Config
from bot.models.sources import PollReport, Source, SourceState
from bot.pipeline import PollContext
from bot.store import exists
from bot.text import shorten

LISTED = 30
"""Polls that are listed one by one; of more, the figures are told, and what fails."""


async def poll(arguments: argparse.Namespace, config: Config) -> int:
    """Poll the sources that are due; return 1 when one failed."""
    url = config.storage.url.address()
    async with polling.open_polling(config, url, is_new=arguments.new) as context:
        states = await context.store.states()
        sources = await polling.followed_sources(config, context.store)
        due = [each for each in sources if arguments.all or _is_due(states.get(each.id))]
        _announce_first(due, states)
        reports = await poll_each(context, due)
        if len(reports) > LISTED:
            print_figures(reports)
        elif reports:
            print_reports("Polls", reports)
        else:
            print("No source is due; --all polls them all the same.")
        await record_history(context, sources)
    return int(any(report.result == "failed" for report in reports))


def _is_due(state: SourceState | None) -> bool:
    return state is None or state.due is None or (state.due <= dates.now() and not state.stopped)


def _announce_first(due: Sequence[Source], states: Mapping[str, SourceState]) -> None:
    """Say what the first poll of sources does, before it takes its minutes."""
    first = [each for each in due if not pipeline.current_state(each, states.get(each.id)).baseline]
    if first:
        console.say(
            f"The first poll of {len(first)} sources: what stands there now is recorded as their "
            "beginning. Nobody is notified of it; /latest and `policy-herald export` show it."
        )


async def record_history(context: PollContext, sources: Sequence[Source]) -> None:
    """Record what stood there when sources were first polled, and print what that was; `sources`:
    all that are followed."""
    if recorded := await pipeline.record_history(context, sources):
        console.say(f"{recorded} developments recorded of what stood there already.")


def print_figures(reports: Sequence[PollReport]) -> None:
    """Print what many polls did in figures, and what failed, by the reason."""
    results = Counter(report.result for report in reports)
    counts = ", ".join(f"{number} {result}" for result, number in results.most_common())
    console.say(f"{len(reports)} sources: {counts}.")
    items, made = (sum(getattr(each, key) for each in reports) for key in ("items", "developments"))
    queued = sum(each.deliveries for each in reports)
    console.say(f"{items} items, {made} developments, {queued} deliveries queued.")
    failed = defaultdict[str, list[str]](list)
    for report in reports:
        if report.result == "failed":
            failed["; ".join(report.problems)].append(report.source)
    for reason, names in sorted(failed.items(), key=lambda each: -len(each[1])):
        console.say(shorten(f"{len(names):4}  {reason}: {', '.join(names)}", 2 * console.WIDTH))
    if failed:
        console.say("`policy-herald check` says what cures it.")


async def poll_each(
    context: PollContext, sources: Sequence[Source], doing: str = "polling"
) -> list[PollReport]:
    """Poll sources once."""
    return await for_each(sources, functools.partial(pipeline.poll, context), doing=doing)


def print_reports(title: str, reports: list[PollReport]) -> None:
    """Print what polls did."""
    columns = ("source", "result", "items", "new", "developments", "queued", "s")
    console.print_table(title, columns, map(_row, reports))


def _row(report: PollReport) -> list[object]:
    remarks = "; ".join([*report.problems, *map(render.notice_line, report.notices)])
    result = f"{report.result}: {remarks}" if remarks else report.result
    counts = report.items, report.new, report.developments, report.deliveries
    return [report.source, result, *counts, f"{report.seconds:.2f}"]


async def preview(arguments: argparse.Namespace, config: Config) -> int:
    """Print the messages that a filter would bring, oldest first; return 1 when a source failed."""
    filter_ = filter_of(arguments)
    since = (dates.now() - dt.timedelta(days=arguments.days)).date()
    url = config.storage.url.address()
    async with polling.open_polling(config, filled_from=url if exists(url) else None) as context:
        sources = await polling.followed_sources(config, context.store)
        reports = await poll_each(context, sources, "reading")
        await pipeline.record_history(context, sources)
        developments = await context.store.developments(match.any_wants([filter_]), since)
    for number, development in enumerate(reversed(developments), 1):
        console.show(render.development(development), f"message {number} of {len(developments)}")
    failed = [report for report in reports if report.result == "failed"]
    console.say(
        f"{len(developments)} developments since {since:%d.%m.%Y} "
        f"for {render.description(filter_)}; "
        f"{len(reports) - len(failed)} of {len(reports)} sources answered."
    )
    for report in failed:
        console.say(f"{report.source}: {'; '.join(report.problems)}")
    return int(bool(failed))
