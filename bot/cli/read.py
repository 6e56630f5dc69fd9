"""`policy-herald read`: what the bot reads from feeds and pages, for adding a source and debugging
one."""

import argparse
import asyncio
import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bot import app, dedupe, parse, pipeline
from bot.cli import console, find
from bot.config import Config
from bot.config.schema import PageConfig
from bot.errors import ConfigError, FetchError, HeraldError
from bot.fetch import Fetcher
from bot.models import Document, Fetched, Page, Source
from bot.workers import Workers

WEB = ("http://", "https://")


class Entry(Struct, frozen=True):
    """An item as `read` prints it."""

    source: str
    key: str
    url: str | None
    title: str
    text: str
    published: dt.date | None
    language: str | None


class Reader(Struct, frozen=True):
    """What reading works with, and what the options say of sources that are not configured."""

    fetcher: Fetcher
    workers: Workers
    described: Source


def main(arguments: argparse.Namespace, config: Config) -> int:
    """Prints a JSON entry a line; 1 when a source could not be read."""
    return int(asyncio.run(_read_all(arguments.sources, _described(arguments, config), config)))


def _described(arguments: argparse.Namespace, config: Config) -> Source:
    """The source that the options describe, without its address."""
    configured = {source.id: source for source in config.all_sources()}
    if arguments.like and arguments.like not in configured:
        raise ConfigError("--like", f'"{arguments.like}"', "the id of a source")
    like = configured.get(arguments.like) or Source(id="", url="", publisher="")
    given = {name: getattr(arguments, name) for name in PageConfig.__struct_fields__}
    page = msgspec.to_builtins(like.page) | {k: v for k, v in given.items() if v is not None}
    return replace(
        like,
        kind=arguments.kind or like.kind,
        page=msgspec.convert(page, Page),
        language=arguments.language or like.language,
        encoding=arguments.encoding or like.encoding,
        url=arguments.base or like.url,
    )


async def _read_all(said: Sequence[str], described: Source, config: Config) -> bool:
    """Reads and prints; whether any failed."""
    configured = {source.id: source for source in config.all_sources()}
    failed = False
    workers = Workers(processes=1)
    try:
        async with Fetcher(config.polling.private_hosts, contact=config.polling.contact) as fetcher:
            reader = Reader(fetcher, workers, described)
            for name in said:
                try:
                    await _read(reader, name, configured.get(name))
                except HeraldError as error:
                    print(f"{name}: {error}", file=sys.stderr)
                    failed = True
    finally:
        await asyncio.to_thread(workers.close)
    return failed


async def _read(reader: Reader, said: str, configured: Source | None) -> None:
    today = app.now().date()
    source = configured or replace(reader.described, id=said)
    if configured is None and not said.startswith(WEB):
        fetched = Fetched(url=source.url or said, body=_file(said))
        document = await reader.workers.run(parse.read, source, fetched, today)
        _print(source, document)
        return
    if configured is None:
        source = replace(source, url=said)
    address = pipeline.address(source, pipeline.known(source, None), app.now())
    fetched = await reader.fetcher.get(source, address)
    if configured is None and source.kind == "feed":
        source, document = await find.found(reader.fetcher, reader.workers, source, fetched, today)
    else:
        document = await reader.workers.run(parse.read, source, fetched, today)
    _print(source, document)
    if configured is None:
        print(f"\n{find.table(source, document)}", file=sys.stderr)


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
                key=named.keys[0],
                url=item.url,
                title=item.title,
                text=item.text,
                published=item.published,
                language=item.language,
            )
        )
        for item, named in zip(document.items, dedupe.names(document.items), strict=True)
    )
