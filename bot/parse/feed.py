"""RSS, Atom and RDF -> Document, through feedparser."""

import datetime as dt
import io
import re
from typing import Any

from msgspec.structs import replace

from bot import dates
from bot.errors import ParseError
from bot.models.sources import Document, Item, Source, UpdateHints
from bot.parse import decode, new_items
from bot.parse.item import (
    ITEM_LIMIT,
    RawItem,
    absolute_url,
    empty_item_problems,
    language_tag,
    make_item,
)

_FIRST_ITEM = re.compile(r"<(?:\w+:)?(?:item|entry)[\s>]")
_TTL = re.compile(r"<ttl>\s*(\d{1,6})\s*</ttl>")
_PERIOD = re.compile(r"<(?:\w+:)?updatePeriod>\s*(hourly|daily|weekly|monthly|yearly)\s*<")
_FREQUENCY = re.compile(r"<(?:\w+:)?updateFrequency>\s*(\d{1,4})\s*<")
_SKIP_HOURS = re.compile(r"<skipHours>(.{0,2000}?)</skipHours>", re.DOTALL)
_HOUR = re.compile(r"<hour>\s*(\d{1,2})\s*</hour>")
_HOURS = {"hourly": 1, "daily": 24, "weekly": 168, "monthly": 720, "yearly": 8760}


def parse_feed(source: Source, text: str, url: str, today: dt.date, known: bytes = b"") -> Document:
    """Return the items of a feed whose marks are not `known`. Raises ParseError when it is no
    feed."""
    cut = new_items.cut_items(text, known)
    if cut is None:
        text = new_items.repair_xml(text)
        cut = new_items.cut_items(text, known)
    if cut is None:
        return _run_feedparser(source, text.encode("utf-8", "replace"), url, today)
    marks, new = cut.marks, cut.new
    if not new:
        hints = _update_hints(text)
        return Document(items=(), total=len(cut.items), pieces=marks, rhythm=hints)
    try:
        document = _run_feedparser(source, cut.only(new[:ITEM_LIMIT]), url, today, new)
    except ParseError:
        raise
    except Exception:  # noqa: BLE001 - of one of the items
        document = _one_by_one(source, cut, new[:ITEM_LIMIT], url, today)
        marks = b""  # an item that breaks feedparser was not parsed: the next poll tries it again
    problems = (*document.problems, *_limit_problems(len(new)))
    return replace(document, total=len(cut.items), pieces=marks, problems=problems)


def _one_by_one(
    source: Source, cut: new_items.CutFeed, indexes: list[int], url: str, today: dt.date
) -> Document:
    """Parse item by item a feed on which feedparser breaks, and leave out the one that breaks
    it."""
    documents, problems = [], []
    for index in indexes:
        try:
            documents.append(_run_feedparser(source, cut.only([index]), url, today, [index]))
        except Exception as error:  # noqa: BLE001 - the supervisor of one item
            problems.append(f"item {index + 1} breaks the reader ({type(error).__name__})")
    return Document(
        items=tuple(item for document in documents for item in document.items),
        problems=(*problems, *(said for document in documents for said in document.problems)),
        title=documents[0].title if documents else None,
        language=documents[0].language if documents else None,
    )


def _limit_problems(items: int) -> list[str]:
    more = f"{items} items at once: only the first {ITEM_LIMIT} are read"
    return [more] if items > ITEM_LIMIT else []


def _run_feedparser(
    source: Source, body: bytes, url: str, today: dt.date, indexes_in_feed: list[int] | None = None
) -> Document:
    """Run feedparser; `numbers` are the indexes of the items in the whole document."""
    import feedparser  # type: ignore[import-untyped] # late: for the workers, as lxml is

    feedparser.api.PREFERRED_XML_PARSERS = []  # expat: another is looked for with each feed
    parsed = feedparser.parse(
        io.BytesIO(body),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,  # all markup is taken out below
        resolve_relative_uris=False,
    )
    text = body.decode("utf-8", "replace")
    entries = parsed.entries[:ITEM_LIMIT]
    if not entries and not parsed.get("version"):
        raise ParseError(decode.describe_content(text))
    base = absolute_url(url, parsed.feed.get("link")) or url
    language = source.language or parsed.feed.get("language")
    entries_as_items = [_item(source, entry, base, language, today) for entry in entries]
    problems = empty_item_problems(entries_as_items, indexes_in_feed)
    items = tuple(item for item in entries_as_items if item)
    if parsed.get("bozo") and not items:
        problems.append(f"not well-formed: {parsed.get('bozo_exception')}")
    return Document(
        items=items,
        total=len(entries),
        problems=(*problems, *_limit_problems(len(parsed.entries))),
        rhythm=_update_hints(text),
        title=parsed.feed.get("title"),
        language=language_tag(language),
    )


def _item(
    source: Source, entry: Any, base: str, language: str | None, today: dt.date
) -> Item | None:
    item_language = source.language or language_tag(entry.get("language")) or language_tag(language)
    contents = [content.get("value") for content in entry.get("content", ())]
    raw = RawItem(
        title=str(entry.get("title") or ""),
        link=entry.get("link"),
        guid=str(entry.get("id") or ""),
        bodies=[str(body) for body in (entry.get("summary"), *contents) if body],
        published=_published(entry, item_language, today),
        language=item_language,
    )
    return make_item(source, raw, base)


def _published(entry: Any, language: str | None, today: dt.date) -> dt.date | None:
    for name in ("published", "created", "updated"):
        if name in entry and (document_head := dates.parse_date(str(entry[name]), language, today)):
            return document_head
    return None


def _update_hints(text: str) -> UpdateHints:
    """Return how often a feed asks to be polled, by what stands before its first item."""
    first = _FIRST_ITEM.search(text)
    head = text[: min(first.start() if first else len(text), 20_000)]
    every = None
    if ttl := _TTL.search(head):
        every = dt.timedelta(minutes=int(ttl[1]))
    elif period := _PERIOD.search(head):
        times = _FREQUENCY.search(head)
        every = dt.timedelta(hours=_HOURS[period[1]]) / max(int(times[1]) if times else 1, 1)
    skipped = _SKIP_HOURS.search(head)
    hours = {int(hour) % 24 for hour in _HOUR.findall(skipped[1])} if skipped else set()
    return UpdateHints(every=every, skip_hours=tuple(sorted(hours)))
