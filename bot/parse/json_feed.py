"""JSON Feed 1.0 and 1.1 (jsonfeed.org) -> Document."""

import datetime as dt
from typing import Any

from bot import dates
from bot.errors import ParseError
from bot.models.sources import Document, Hub, Item, Source
from bot.parse import decode, discovery
from bot.parse.item import ITEM_LIMIT, RawItem, empty_item_problems, make_item


def parse_json_feed(source: Source, text: str, url: str, today: dt.date) -> Document:
    """Return the items of a JSON Feed. Raises ParseError when the JSON is none."""
    feed = decode.load_json(text)
    if not _is_feed(feed):
        raise ParseError(decode.describe_content(text))
    language = source.language or _text(feed, "language")
    entries_as_items = [
        _item(source, entry, url, language, today) for entry in feed["items"][:ITEM_LIMIT]
    ]
    return Document(
        items=tuple(item for item in entries_as_items if item),
        total=len(entries_as_items),
        problems=tuple(empty_item_problems(entries_as_items)),
        title=_text(feed, "title"),
        language=language,
        hub=_hub(feed, url),
    )


def _hub(feed: dict[str, Any], url: str) -> Hub | None:
    hubs = feed.get("hubs")
    for entry in hubs if isinstance(hubs, list) else ():
        if isinstance(entry, dict) and str(entry.get("type")).lower() == "websub":
            return discovery.hub_from_links(_text(entry, "url"), _text(feed, "feed_url"), url)
    return None


def _is_feed(feed: Any) -> bool:
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        return False
    return "jsonfeed.org" in str(feed.get("version")) or any(
        isinstance(entry, dict) and ("id" in entry or "url" in entry)
        for entry in feed["items"][:ITEM_LIMIT]
    )


def _item(
    source: Source, entry: Any, base: str, language: str | None, today: dt.date
) -> Item | None:
    if not isinstance(entry, dict):
        return None
    item_language = source.language or _text(entry, "language") or language
    published = None
    for name in ("date_published", "date_modified"):
        published = published or dates.parse_date(_text(entry, name), item_language, today)
    raw = RawItem(
        title=_text(entry, "title") or "",
        link=_text(entry, "url") or _text(entry, "external_url"),
        guid=_text(entry, "id"),
        bodies=[_text(entry, name) or "" for name in ("summary", "content_html", "content_text")],
        published=published,
        language=item_language,
    )
    return make_item(source, raw, base)


def _text(table: dict[str, Any], key: str) -> str | None:
    """Return a value as text; version 1.0 allowed numbers as ids."""
    value = table.get(key)
    return str(value) if isinstance(value, str | int | float) and value != "" else None
