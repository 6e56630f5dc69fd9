"""`policy-herald export`: developments from the store, also while the bot runs."""

import argparse
import asyncio
import sys

import msgspec

from bot import app, match, render
from bot.cli import console, facets
from bot.config import Config
from bot.errors import StoreError
from bot.models import Development
from bot.pipeline.rules import RULES
from bot.store import exists, open_store


def main(arguments: argparse.Namespace, config: Config) -> int:
    """Writes to standard output, newest first."""
    found = asyncio.run(_found(arguments, config))
    match arguments.format:
        case "jsonl":
            console.lines(map(msgspec.json.encode, found))
        case "csv":
            sys.stdout.write(render.csv(found))
        case "md":
            print("\n\n".join(map(render.markdown, found)))
        case "atom":
            print(render.atom(found, app.now()))
        case "ris":
            sys.stdout.write(render.ris(found))
    return 0


async def _found(arguments: argparse.Namespace, config: Config) -> list[Development]:
    wanted = facets.filter_of(arguments)
    since = facets.day_of("--since", arguments.since)
    until = facets.day_of("--until", arguments.until)
    place = config.storage.url.place()
    if not exists(place):
        raise StoreError(f"{place}: no store yet; `policy-herald run` or `poll` makes one")
    async with open_store(place, RULES) as store:
        return await store.developments(lambda record: match.wants(wanted, record), since, until)
