"""`policy-herald check`: tries the configuration, Telegram and every source."""

import argparse
import asyncio
import functools

from bot import app, parse
from bot.cli import console
from bot.cli.together import for_each
from bot.config import Config
from bot.errors import HeraldError
from bot.models import Source
from bot.pipeline import Desk
from bot.store import open_store
from bot.transport import username

Row = tuple[str, bool, str]


def main(arguments: argparse.Namespace, config: Config) -> int:
    """Prints a table; 1 when anything failed."""
    rows = asyncio.run(_check(config))
    table = console.table("Check", "what", "", "finding")
    for what, is_well, finding in rows:
        console.row(table, what, "ok" if is_well else "FAILED", finding)
    console.console().print(table)
    return int(not all(is_well for _, is_well, _ in rows))


async def _check(config: Config) -> list[Row]:
    sources = config.all_sources()
    async with open_store(":memory:") as store, app.open_desk(config, store) as desk:
        tried = await for_each(
            sources,
            functools.partial(_source, desk),
            at_once=config.polling.concurrency,
            doing="trying",
        )
    found = ("configuration", True, f"{len(sources)} sources")
    return [found, await _telegram(config), *tried]


async def _telegram(config: Config) -> Row:
    if not config.telegram.token:
        return "Telegram", False, "no token: set telegram.token or HERALD_TELEGRAM_TOKEN"
    try:
        return "Telegram", True, f"@{await username(config.telegram)}"
    except HeraldError as error:
        return "Telegram", False, str(error)


async def _source(desk: Desk, source: Source) -> Row:
    try:
        fetched = await desk.fetcher.get(source.url)
        assert fetched is not None, "nothing was asked that 304 could answer"
        document = await desk.workers.run(parse.read, source, fetched, app.now().date())
    except HeraldError as error:
        return source.id, False, f"{source.url}: {error}"
    problems = "; ".join(document.problems[:3])
    return source.id, True, f"{len(document.items)} items{f'; {problems}' if problems else ''}"
