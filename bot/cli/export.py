"""`policy-herald export`: developments from the store, also while the bot runs."""

import argparse
import codecs
import sys

from bot import app, match, render
from bot.cli import filter_options
from bot.config import Config
from bot.errors import StoreError
from bot.pipeline.rules import RULES
from bot.store import exists, open_store


async def export(arguments: argparse.Namespace, config: Config) -> int:
    """Write to standard output, newest first."""
    wanted = filter_options.filter_of(arguments)
    since = filter_options.day_of("--since", arguments.since)
    until = filter_options.day_of("--until", arguments.until)
    url = config.storage.url.address()
    if not exists(url):
        raise StoreError(f"{url}: no store yet; `policy-herald run` or `poll` makes one")
    async with open_store(url, RULES) as store:
        developments = await store.developments(
            lambda record: match.wants(wanted, record), since, until
        )
    file = render.FORMATS[arguments.format](developments, app.now())
    sys.stdout.buffer.write(file.removeprefix(codecs.BOM_UTF8))  # which is for spreadsheets
    return 0
