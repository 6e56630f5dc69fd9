"""`policy-herald read`: what the bot reads from feeds, for adding a source and debugging one."""

import argparse
import asyncio
import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from bot import app, dedupe, parse
from bot.cli import console
from bot.config import Config
from bot.errors import FetchError, HeraldError
from bot.fetch import Fetcher
from bot.models import Document, Fetched, Source
from bot.workers import Workers


class Entry(Struct, frozen=True):
    """An item as `read` prints it."""

    source: str
    key: str
    url: str | None
    title: str
    text: str
    published: dt.date | None
    language: str | None


def main(arguments: argparse.Namespace, config: Config) -> int:
    """Prints a JSON entry a line; 1 when a source could not be read."""
    configured = {source.id: source for source in config.all_sources()}
    sources = [configured.get(said) or _unknown(said) for said in arguments.sources]
    return int(asyncio.run(_read_all(config, sources)))


def _unknown(said: str) -> Source:
    return Source(id=said, url=said, publisher=said)


async def _read_all(config: Config, sources: Sequence[Source]) -> bool:
    """Reads and prints; whether any failed."""
    failed = False
    workers = Workers(processes=1)
    try:
        async with Fetcher(config.polling.private_hosts) as fetcher:
            for source in sources:
                try:
                    document = await _read(source, fetcher, workers)
                except HeraldError as error:
                    print(f"{source.id}: {error}", file=sys.stderr)
                    failed = True
                else:
                    _print(source, document)
    finally:
        await asyncio.to_thread(workers.close)
    return failed


async def _read(source: Source, fetcher: Fetcher, workers: Workers) -> Document:
    if source.url.startswith(("http://", "https://")):
        fetched = await fetcher.get(source.url)
        assert fetched is not None, "nothing was asked that 304 could answer"
    else:
        fetched = Fetched(url=source.url, body=_file(source.url))
    return await workers.run(parse.read, source, fetched, app.now().date())


def _file(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        reason = f"neither an address, nor a source's id, nor a file ({error.strerror})"
        raise FetchError(path, reason) from None


def _print(source: Source, document: Document) -> None:
    for problem in document.problems:
        print(f"{source.id}: {problem}", file=sys.stderr)
    console.lines(
        msgspec.json.encode(
            Entry(
                source=source.id,
                key=names[0],
                url=item.url,
                title=item.title,
                text=item.text,
                published=item.published,
                language=item.language,
            )
        )
        for item, names in zip(document.items, dedupe.keys(document.items), strict=True)
    )
