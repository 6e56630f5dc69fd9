"""A web address -> the feed or news list behind it, and its table for config.toml."""

import datetime as dt
import json
import sys
from urllib.parse import urlsplit

import msgspec
from msgspec.structs import replace

from bot import parse, taxonomy
from bot.errors import HeraldError, ParseError
from bot.models import Document, Fetched, Source
from bot.parse import decode, discovery, dom, find_list
from bot.pipeline import PollContext
from bot.text import html_to_text, one_line, shorten

TRIED = 12
"""Addresses of one site that are tried."""


async def found(
    context: PollContext, source: Source, fetched: Fetched, today: dt.date
) -> tuple[Source, Document]:
    """The source as it can be read: itself, a feed that its page declares or that lies where
    feeds usually do, else the news list on the page. Raises ParseError when there is none."""
    try:
        return source, await context.workers.run(parse.read, source, fetched, today)
    except ParseError as error:
        reason = error
    text = decode.text(fetched.body or b"")
    if not text.startswith("<"):
        raise reason
    for address in [*discovery.declared(text, fetched.url), *discovery.usual(fetched.url)][:TRIED]:
        feed = replace(source, url=address)
        try:
            document = await context.workers.run(
                parse.read, feed, await context.fetcher.get(feed, address), today
            )
        except HeraldError:
            continue
        print(f"{source.id}: {reason}; its feed is {address}", file=sys.stderr)
        return feed, document
    page = find_list.found(dom.tree_of(text), source.language, today)
    if page is None:
        raise ParseError(f"{reason}, and no feed or news list was found behind it")
    print(f"{source.id}: no feed was found; this is the page's news list", file=sys.stderr)
    listed = replace(source, kind="page", page=page)
    return listed, await context.workers.run(parse.read, listed, fetched, today)


def table(source: Source, document: Document) -> str:
    """A source as a [[sources]] table, as much of it as can be seen."""
    host = (urlsplit(source.url).hostname or "").removeprefix("www.")
    country = {"UK": "GB"}.get(top := host.rpartition(".")[2].upper(), top)
    facts = {
        "id": host.replace(".", "-").encode("ascii", "ignore").decode(),
        "url": source.url,
        "kind": source.kind,
        **{key: value for key, value in msgspec.to_builtins(source.page).items() if value},
        "country": country if taxonomy.is_country(country) else None,
        "language": source.language or document.language,
        "publisher": shorten(one_line(html_to_text(document.title or "")), 100) or host,
    }
    if source.kind == "feed" or facts.get("date_in") == "list":
        facts.pop("date_in", None)
    rows = [
        f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in facts.items() if value
    ]
    return "\n".join(["[[sources]]", *rows])
