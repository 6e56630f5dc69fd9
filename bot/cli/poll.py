"""`policy-herald poll`, `preview` and `check`: try sources once."""

import argparse
import datetime as dt
import functools
from collections.abc import Sequence

from bot import app, match, parse, pipeline, render
from bot.cli import console
from bot.cli.console import for_each
from bot.cli.store import filter_of
from bot.config import Config
from bot.config.redaction import Redactor
from bot.config.values import secrets_of
from bot.dates.zones import local_day
from bot.errors import HeraldError, StoreError
from bot.models import Passage
from bot.models.sources import Document, Fetched, Report, Source, SourceState
from bot.pipeline import PollContext
from bot.store import examine, exists
from bot.translation import coverage, open_translator
from bot.transport.sender import username

TITLE = Passage(title="Vláda schválila nový zákon o azylu", text="", language="cs")


async def poll(arguments: argparse.Namespace, config: Config) -> int:
    """Poll the sources that are due; return 1 when one failed."""
    url = config.storage.url.address()
    async with app.open_polling(config, url, is_new=arguments.new) as context:
        states = await context.store.states()
        sources = config.all_sources()
        due = [each for each in sources if arguments.all or _is_due(states.get(each.id))]
        reports = await poll_each(context, due)
    if reports:
        print_reports("Polls", reports)
    else:
        print("No source is due; --all polls them all the same.")
    return int(any(report.result == "failed" for report in reports))


def _is_due(state: SourceState | None) -> bool:
    return state is None or state.due is None or (state.due <= app.now() and not state.stopped)


async def poll_each(
    context: PollContext, sources: Sequence[Source], doing: str = "polling"
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
    filter_ = filter_of(arguments)
    since = (app.now() - dt.timedelta(days=arguments.days)).date()
    url = config.storage.url.address()
    async with app.open_polling(config, filled_from=url if exists(url) else None) as context:
        reports = await poll_each(context, config.all_sources(), "reading")
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


Finding = tuple[str, bool, str]
"""What was tried, whether it is well, and what was seen."""


async def check(arguments: argparse.Namespace, config: Config) -> int:
    """Print a table of all that was tried; return 1 when anything failed."""
    sources = config.all_sources()
    async with app.open_polling(config) as context:
        by_source = await for_each(sources, functools.partial(_source, context), doing="trying")
        engine = await _engine(config)
    facts = [f"{len(sources)} sources"]
    if not config.polling.contact:  # it works without one, but had better be changed
        facts.append("polling.contact is empty: owners of sites cannot write to you")
    configuration = ("configuration", True, "; ".join(facts))
    findings = [configuration, _store(config), await _telegram(config), *engine, *by_source]
    redactor = Redactor(secrets_of(config))
    console.print_table(
        "Check",
        ("what", "", "finding"),
        ((what, "ok" if is_well else "FAILED", redactor(seen)) for what, is_well, seen in findings),
    )
    return int(not all(is_well for _, is_well, _ in findings))


def _store(config: Config) -> Finding:
    try:
        return "store", True, examine(config.storage.url.address())
    except StoreError as error:
        return "store", False, str(error)


async def _telegram(config: Config) -> Finding:
    if not config.telegram.token:
        return "Telegram", False, "no token: set telegram.token or HERALD_TELEGRAM_TOKEN"
    try:
        return "Telegram", True, f"@{await username(config.telegram)}"
    except HeraldError as error:
        return "Telegram", False, str(error)


async def _engine(config: Config) -> list[Finding]:
    """Say what is translated, and translate a title to try the engine."""
    findings = [("languages", True, coverage.describe(config))]
    async with open_translator(config) as translator:
        if translator is None or not translator.translates(TITLE.language):
            return findings
        try:
            translation = await translator.translate(TITLE)
        except HeraldError as error:
            return [*findings, ("translation", False, str(error))]
    seen = f"{translation.by}: “{TITLE.title}” is “{translation.title}”"
    return [*findings, ("translation", True, seen)]


async def _source(context: PollContext, source: Source) -> Finding:
    try:
        fetched = await fetch(context, source)
        document = await parse_fetched(context, source, fetched)
    except HeraldError as error:
        return source.id, False, f"{source.url}: {error}"
    # What is odd about a source that can be read.
    moved = [f"has moved to {fetched.moved}"] if fetched.moved else []
    days = [local_day(item.published, source) for item in document.items if item.published]
    newest = f"the newest is of {max(days):%d.%m.%Y}" if days else "none has a date"
    seen = [f"{document.total} items", newest, *moved, *document.problems[:3]]
    return source.id, True, "; ".join(seen)


async def fetch(context: PollContext, source: Source) -> Fetched:
    """Fetch a source as its first poll does."""
    url = pipeline.poll_url(source, pipeline.current_state(source, None), app.now())
    return await context.fetcher.get(source, url)


async def parse_fetched(context: PollContext, source: Source, fetched: Fetched) -> Document:
    """Parse what a source gave, in a worker. Raises ParseError and WorkError."""
    return await context.workers.run(parse.parse_document, source, fetched, app.now().date())
