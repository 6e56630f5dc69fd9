"""`policy-herald read`: print what the bot reads of a feed, a page or a PDF, to add or debug it."""

import argparse
import sys
from pathlib import Path

import msgspec
from msgspec.structs import replace

from bot import parse, pipeline, polling, source_edits
from bot.cli import console
from bot.cli.store import open_existing
from bot.cli.toml_table import toml_table
from bot.config import Config
from bot.config.schema import PageConfig
from bot.dates.zones import local_time
from bot.dedupe.keys import item_identities
from bot.errors import ConfigError, FetchError, HeraldError, StoreError
from bot.models.sources import Document, Fetched, PageSelectors, Source
from bot.parse import pdf
from bot.pipeline import PollContext
from bot.pipeline.diagnosis import fetch, parse_fetched
from bot.pipeline.find_source import described, find_source
from bot.text import pair_surrogates

WEB = ("http://", "https://")


async def read(arguments: argparse.Namespace, config: Config) -> int:
    """Print each item as a line of JSON; return 1 when a source could not be read."""
    configured = await _known_sources(config)
    described = _described(arguments, configured)
    has_failed = False
    async with polling.open_polling(config) as context:
        for name in arguments.sources:
            source = configured.get(name)
            try:
                if source or name.startswith(WEB):
                    await _read_web(context, name, source, described)
                else:
                    await _read_file(context, name, described)
            except HeraldError as error:
                print(f"{name}: {error}", file=sys.stderr)
                has_failed = True
    return int(has_failed)


async def _known_sources(config: Config) -> dict[str, Source]:
    """Return the sources by their ids, as admins have changed them where the store can be read."""
    known = config.known_sources()
    try:
        async with open_existing(config) as store:
            changed = source_edits.edited(known.values(), await store.source_edits())
    except StoreError:
        return known
    return {source.id: source for source in changed}


def _described(arguments: argparse.Namespace, configured: dict[str, Source]) -> Source:
    """Return the source that the options describe, without its URL."""
    if arguments.like and arguments.like not in configured:
        raise ConfigError("--like", f'"{arguments.like}"', "the id of a source")
    like = configured.get(arguments.like) or Source(id="", url="", publisher="")
    options = {name: getattr(arguments, name) for name in PageConfig.__struct_fields__}
    page = msgspec.to_builtins(like.page) | {k: v for k, v in options.items() if v is not None}
    return replace(
        like,
        kind=arguments.kind or like.kind,
        page=msgspec.convert(page, PageSelectors),
        language=arguments.language or like.language,
        encoding=arguments.encoding or like.encoding,
        url=arguments.base or like.url,
    )


async def _read_file(context: PollContext, path: str, described: Source) -> None:
    name = pair_surrogates(path)  # as it can be printed
    source = replace(described, id=name)
    fetched = Fetched(url=source.url or name, body=_bytes(path))
    await _print(context, source, await _parse(context, source, fetched))


async def _parse(context: PollContext, source: Source, fetched: Fetched) -> Document:
    """Parse a feed, a list or a PDF. A source is never a PDF, but what it leads to may be one."""
    if pdf.is_pdf(fetched.body or b""):
        return await context.workers.run(parse.parse_pdf, source, fetched)
    return await parse_fetched(context, source, fetched)


def _bytes(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        reason = f"neither an address, nor a source's id, nor a file ({error.strerror})"
        raise FetchError(path, reason) from None


async def _read_web(
    context: PollContext, url: str, configured: Source | None, described: Source
) -> None:
    source = configured or replace(described, id=url, url=url)
    fetched = await fetch(context, source)
    is_known = configured is not None or pdf.is_pdf(fetched.body or b"")
    if source.kind == "page" or is_known:
        document = await _parse(context, source, fetched)
    else:
        found = await find_source(context, source, fetched)
        source, document = found.source, found.document
        if found.remark:
            print(f"{source.id}: {found.remark}", file=sys.stderr)
    await _print(context, source, document)
    if not is_known:
        print(f"\n{source_table(source, document)}", file=sys.stderr)


async def _print(context: PollContext, source: Source, document: Document) -> None:
    """Print the items, with the dates of their own pages where they stand there."""
    items = list(document.items)
    if source.page.date_in == "article":
        completed, _ = await pipeline.complete_items(context, source, items[::-1])
        items = completed[::-1]
    for problem in document.problems:
        print(f"{source.id}: {problem}", file=sys.stderr)
    for item, identity in zip(items, item_identities(document.items), strict=True):
        facts = {
            "source": source.id,
            "key": identity.keys[0],
            "url": item.url,
            "title": item.title,
            "text": item.text,
            "published": item.published and local_time(item.published, source),
            "language": item.language,
        }
        console.print_json(facts)


def source_table(source: Source, document: Document) -> str:
    """Return a source as a [[sources]] table, as far as it can be seen."""
    return toml_table(described(source, document))
