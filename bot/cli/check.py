"""`policy-herald check`: try the configuration, Telegram and every source."""

import argparse
import functools

from bot import app, parse, pipeline
from bot.cli import console
from bot.cli.console import for_each
from bot.config import Config
from bot.dates import local_day
from bot.errors import HeraldError
from bot.models import Passage
from bot.models.sources import Document, Fetched, Source
from bot.pipeline import PollContext
from bot.translation import open_translator
from bot.transport.sender import username

Finding = tuple[str, bool, str]
"""What was tried, whether it is well, and what was seen."""

TITLE = Passage(title="Vláda schválila nový zákon o azylu", text="", language="cs")


async def check(arguments: argparse.Namespace, config: Config) -> int:
    """Print a table of all that was tried; return 1 when anything failed."""
    sources = config.all_sources()
    async with app.open_polling(config) as context:
        tried = await for_each(sources, functools.partial(_source, context), doing="trying")
        engine = await _engine(config, context)
    facts = [f"{len(sources)} sources"]
    if not config.polling.contact:  # it works without one, but had better be changed
        facts.append("polling.contact is empty: owners of sites cannot write to you")
    configuration = ("configuration", True, "; ".join(facts))
    findings = [configuration, await _telegram(config), *engine, *tried]
    console.print_table(
        "Check",
        ("what", "", "finding"),
        ((what, "ok" if is_well else "FAILED", seen) for what, is_well, seen in findings),
    )
    return int(not all(is_well for _, is_well, _ in findings))


async def _telegram(config: Config) -> Finding:
    if not config.telegram.token:
        return "Telegram", False, "no token: set telegram.token or HERALD_TELEGRAM_TOKEN"
    try:
        return "Telegram", True, f"@{await username(config.telegram)}"
    except HeraldError as error:
        return "Telegram", False, str(error)


async def _engine(config: Config, context: PollContext) -> list[Finding]:
    """Translate a title to try the engine."""
    async with open_translator(config.translation, context.workers) as translator:
        if translator is None:
            return []
        try:
            translation = await translator.translate(TITLE)
        except HeraldError as error:
            return [("translation", False, str(error))]
    return [("translation", True, f"{translation.by}: “{TITLE.title}” is “{translation.title}”")]


async def _source(context: PollContext, source: Source) -> Finding:
    try:
        url = pipeline.poll_url(source, pipeline.current_state(source, None), app.now())
        fetched = await context.fetcher.get(source, url)
        document = await context.workers.run(
            parse.parse_document, source, fetched, app.now().date()
        )
    except HeraldError as error:
        return source.id, False, f"{source.url}: {error}"
    return source.id, True, "; ".join([f"{document.total} items", *_remarks(fetched, document)])


def _remarks(fetched: Fetched, document: Document) -> list[str]:
    """Return what is odd about a source that can be read."""
    moved = [f"has moved to {fetched.moved}"] if fetched.moved else []
    days = [local_day(item.published) for item in document.items if item.published]
    quiet = [f"the newest is of {max(days):%d.%m.%Y}"] if days else ["none has a date"]
    return [*quiet, *moved, *document.problems[:3]]
