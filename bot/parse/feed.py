"""Feeds -> Document: RSS, Atom and RDF through feedparser, and JSON Feed (jsonfeed.org)."""

import datetime as dt
import io
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urljoin

from msgspec.structs import replace

from bot.errors import ParseError
from bot.models.sources import Document, Hub, Item, UpdateHints
from bot.parse import decode, new_items
from bot.parse.item import (
    ITEM_LIMIT,
    ParseContext,
    RawItem,
    absolute_url,
    empty_item_problems,
    language_tag,
    make_item,
)

_SKIP_HOURS = re.compile(rb"<skipHours>(.{0,2000}?)</skipHours>", re.DOTALL)
_HOUR = re.compile(rb"<hour>\s*(\d{1,2})\s*</hour>")
_HOURS = {"hourly": 1, "daily": 24, "weekly": 168, "monthly": 720, "yearly": 8760}


def parse_feed(context: ParseContext, text: str, known: bytes = b"") -> Document:
    """Return the items of a feed whose marks are not `known`. Raises ParseError."""
    cut = new_items.cut_items(text, known)
    if not cut.items:
        return _run_feedparser(context, cut.body)
    marks, new = cut.marks, cut.new
    try:
        document = _run_feedparser(context, cut.only(new[:ITEM_LIMIT]), new)
    except ParseError:
        raise
    except Exception:  # noqa: BLE001 - of one of the items
        document = _one_by_one(context, cut, new[:ITEM_LIMIT])
        marks = b""  # an item that breaks feedparser was not parsed: the next poll tries it again
    return replace(document, total=len(cut.items), pieces=marks)


def _one_by_one(context: ParseContext, cut: new_items.CutFeed, indexes: Sequence[int]) -> Document:
    """Parse item by item, and leave out the one on which feedparser breaks."""
    documents, problems = [], []
    for index in indexes:
        try:
            documents.append(_run_feedparser(context, cut.only([index]), [index]))
        except Exception as error:  # noqa: BLE001 - the supervisor of one item
            problems.append(f"item {index + 1} breaks the reader ({type(error).__name__})")
    return replace(
        documents[0] if documents else Document(items=()),
        items=tuple(item for document in documents for item in document.items),
        problems=(*problems, *(each for document in documents for each in document.problems)),
    )


def _run_feedparser(
    context: ParseContext, body: bytes, indexes: Sequence[int] | None = None
) -> Document:
    """Run feedparser; `indexes` are those of the items in the whole document."""
    import feedparser  # type: ignore[import-untyped] # late: for the workers, as lxml is

    feedparser.api.PREFERRED_XML_PARSERS = []  # expat: another is looked for with each feed
    parsed = feedparser.parse(
        io.BytesIO(body),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,  # all markup is taken out below
        resolve_relative_uris=False,
    )
    feed, entries = parsed.feed, parsed.entries[:ITEM_LIMIT]
    if indexes is None and not entries and not parsed.get("version"):
        raise ParseError(decode.describe_content(body.decode("utf-8", "replace")))
    language = language_tag(context.language or feed.get("language"))
    base = absolute_url(context.url, feed.get("link")) or context.url
    items = [_item(replace(context, url=base, language=language), entry) for entry in entries]
    problems = empty_item_problems(items, indexes)
    if parsed.get("bozo") and not any(items):
        problems.append(f"not well-formed: {parsed.get('bozo_exception')}")
    count = len(parsed.entries) if indexes is None else len(indexes)
    if count > ITEM_LIMIT:
        problems.append(f"{count} items at once: only the first {ITEM_LIMIT} are read")
    return Document(
        items=tuple(item for item in items if item),
        total=len(entries),
        problems=tuple(problems),
        rhythm=_update_hints(feed, body),
        hub=_hub(feed.get("links", ()), context.url),
        title=feed.get("title"),
        language=language,
    )


def _item(context: ParseContext, entry: Any) -> Item | None:
    language = context.source.language or language_tag(entry.get("language")) or context.language
    context = replace(context, language=language)
    bodies = [entry.get("summary"), *(content.get("value") for content in entry.get("content", ()))]
    raw_dates = [entry[name] for name in ("published", "created", "updated") if name in entry]
    raw = RawItem(
        title=str(entry.get("title") or ""),
        link=entry.get("link"),
        guid=str(entry.get("id") or ""),
        bodies=[str(body) for body in bodies if body],
        published=next(filter(None, (context.date(str(each)) for each in raw_dates)), None),
    )
    return make_item(context, raw)


def _update_hints(feed: Any, body: bytes) -> UpdateHints:
    """Return how often a feed asks to be polled."""
    every = None
    minutes, times = (_number(feed.get(name)) for name in ("ttl", "sy_updatefrequency"))
    if minutes is not None:
        every = dt.timedelta(minutes=minutes)
    elif hours := _HOURS.get(str(feed.get("sy_updateperiod"))):
        every = dt.timedelta(hours=hours) / (times or 1)
    skipped = _SKIP_HOURS.search(body, 0, decode.HEAD)  # of which feedparser keeps only the last
    skip_hours = {int(hour) % 24 for hour in _HOUR.findall(skipped[1])} if skipped else set()
    return UpdateHints(every=every, skip_hours=tuple(sorted(skip_hours)))


def _number(text: Any) -> int | None:
    return int(text) if re.fullmatch(r"\d{1,6}", str(text), re.ASCII) else None


def _hub(links: Sequence[Any], url: str) -> Hub | None:
    """Return the WebSub hub that the links of a feed from a URL name, with the URL under which it
    knows the feed: its own, where none is given."""
    urls: dict[str, str] = {}
    for link in links:
        for relation in link.get("rel", "").lower().split():
            urls.setdefault(relation, link.get("href", ""))
    hub, topic = urls.get("hub"), urls.get("self") or url
    try:
        return Hub(url=urljoin(url, hub), topic=urljoin(url, topic)) if hub else None
    except ValueError:  # no address
        return None


def parse_json_feed(context: ParseContext, text: str) -> Document:
    """Return the items of a JSON Feed 1.0 or 1.1. Raises ParseError when the JSON is none."""
    feed = decode.load_json(text)
    if not _is_json_feed(feed):
        raise ParseError(decode.describe_content(text))
    language = context.language or decode.json_text(feed, "language") or None
    context = replace(context, language=language)
    items = [_json_item(context, entry) for entry in feed["items"][:ITEM_LIMIT]]
    return Document(
        items=tuple(item for item in items if item),
        total=len(items),
        problems=tuple(empty_item_problems(items)),
        title=decode.json_text(feed, "title") or None,
        language=language,
        hub=_json_hub(feed, context.url),
    )


def _is_json_feed(feed: Any) -> bool:
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        return False
    return "jsonfeed.org" in str(feed.get("version")) or any(
        isinstance(entry, dict) and ("id" in entry or "url" in entry)
        for entry in feed["items"][:ITEM_LIMIT]
    )


def _json_hub(feed: dict[str, Any], url: str) -> Hub | None:
    hubs = feed.get("hubs")
    links = [
        {"rel": "hub", "href": decode.json_text(entry, "url")}
        for entry in (hubs if isinstance(hubs, list) else ())
        if decode.json_text(entry, "type").lower() == "websub"
    ]
    return _hub([*links, {"rel": "self", "href": decode.json_text(feed, "feed_url")}], url)


def _json_item(context: ParseContext, entry: Any) -> Item | None:
    def text(name: str) -> str:
        return decode.json_text(entry, name)

    language = context.source.language or text("language") or context.language
    context = replace(context, language=language)
    raw = RawItem(
        title=text("title"),
        link=text("url") or text("external_url"),
        guid=text("id"),
        bodies=[text(name) for name in ("summary", "content_html", "content_text")],
        published=context.date(text("date_published")) or context.date(text("date_modified")),
    )
    return make_item(context, raw)
