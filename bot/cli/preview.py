"""`policy-herald preview`: what a subscriber with this filter would have got.

It polls the sources into a copy of the store that is thrown away.
"""

import argparse
import asyncio
import datetime as dt
import functools

from bot import app, match, pipeline, render
from bot.cli import console, facets
from bot.cli.concurrent import for_each
from bot.config import Config
from bot.models import Development, Filter, Report
from bot.pipeline.rules import RULES
from bot.store import exists, open_store


def main(arguments: argparse.Namespace, config: Config) -> int:
    """Prints the messages, oldest first; 1 when a source failed."""
    wanted = facets.filter_of(arguments)
    since = (app.now() - dt.timedelta(days=arguments.days)).date()
    found, reports = asyncio.run(_found(config, wanted, since))
    out = console.console()
    for number, development in enumerate(reversed(found), 1):
        console.show(out, render.development(development), f"message {number} of {len(found)}")
    failed = [report for report in reports if report.result == "failed"]
    out.print(
        f"{len(found)} developments since {since:%d.%m.%Y} for {render.description(wanted)}; "
        f"{len(reports) - len(failed)} of {len(reports)} sources answered.",
        markup=False,
        soft_wrap=True,
    )
    for report in failed:
        out.print(f"{report.source}: {'; '.join(report.problems)}", markup=False, soft_wrap=True)
    return int(bool(failed))


async def _found(
    config: Config, wanted: Filter, since: dt.date
) -> tuple[list[Development], list[Report]]:
    place = config.storage.url.place()
    async with (
        open_store(":memory:", RULES, filled_from=place if exists(place) else None) as store,
        app.open_poll_context(config, store) as context,
    ):
        poll = functools.partial(pipeline.poll, context)
        reports = await for_each(config.all_sources(), poll, doing="reading")
        found = await store.developments(lambda record: match.wants(wanted, record), since=since)
    return found, reports
