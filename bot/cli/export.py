"""`policy-herald export`: developments from the store, also while the bot runs."""

import argparse
import asyncio
import csv
import sys

import msgspec

from bot import app, match, render
from bot.cli import console, facets
from bot.config import Config
from bot.errors import StoreError
from bot.models import Development
from bot.store import open_store

COLUMNS = (
    "id title summary date country themes topics type publisher publisher_native published "
    "title_native title_en language url"
).split()


def main(arguments: argparse.Namespace, config: Config) -> int:
    """Writes to standard output, newest first."""
    found = asyncio.run(_found(arguments, config))
    match arguments.format:
        case "jsonl":
            console.lines(map(msgspec.json.encode, found))
        case "csv":
            _write_csv(found)
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
    path = config.storage.url.path()
    if not path.exists():
        raise StoreError(f"{path}: no store yet; `policy-herald run` or `poll` makes one")
    async with open_store(str(path)) as store:
        return await store.developments(lambda record: match.wants(wanted, record), since, until)


def _write_csv(found: list[Development]) -> None:
    writer = csv.writer(sys.stdout)
    writer.writerow(COLUMNS)
    for record in found:
        source = record.sources[0]
        writer.writerow(
            map(
                _cell,
                (
                    record.id,
                    record.title,
                    record.summary,
                    record.date,
                    record.country,
                    " ".join(record.themes),
                    " ".join(record.topics),
                    record.type,
                    source.publisher,
                    source.publisher_native,
                    source.date,
                    source.title_native,
                    source.title_en,
                    source.language,
                    source.url,
                ),
            )
        )


def _cell(value: object) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, "CSV Injection")."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
