"""Feeds -> Document: RSS, Atom and RDF, and JSON Feed (jsonfeed.org)."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urljoin

from msgspec.structs import replace

from bot.errors import ParseError
from bot.models.sources import Document, Hub, Item, UpdateHints
from bot.parse import decode, new_items
from bot.parse.addresses import (
    Link,
    absolute_url,
    choose_address,
    find_editions,
    find_english,
    is_address,
)
from bot.parse.item import (
    ITEM_LIMIT,
    ParseContext,
    RawItem,
    empty_item_problems,
    language_tag,
    make_item,
)
from bot.parse.markup import without_cdata
from bot.text import one_line

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
    from bot.parse import entries as parser  # late: feedparser is for the workers, as lxml is

    parsed = parser.parse_entries(body)
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
    names = ("published", "created", "updated")
    dates = [context.date(without_cdata(str(entry[name]))) for name in names if name in entry]
    raw = RawItem(
        title=str(entry.get("title") or entry.get("dc_title") or ""),
        is_plain_title=entry.get("title_type") in ("text", "text/plain"),
        link=choose_address(context.url, _links(entry), language),
        guid=without_cdata(str(entry.get("id") or "")),
        author=one_line(str(entry.get("author") or "")),
        bodies=[str(body) for body in bodies if body],
        published=next(filter(None, dates), None),
        editions=find_editions(context.url, _links(entry)),
        english=find_english(context.url, _links(entry)),
    )
    return make_item(context, raw)


def _links(entry: Any) -> Iterator[Link]:
    """Yield all that can be the address of an entry, the likelier first."""
    for link in entry.get("links", ()):
        yield Link(
            href=link.get("href", ""),
            relation=link.get("rel", ""),
            media_type=link.get("type", ""),
            language=link.get("hreflang"),
            is_bare=link.get("is_bare", False),
        )
    for content in entry.get("content", ()):
        if source := content.get("src"):
            href = urljoin(content.get("base") or "", source)
            yield Link(href=href, media_type=content.get("type", ""))
    # The id of Atom is a mere name, but where there is nothing else.
    guid = str(entry.get("id") or "")
    if entry.get("permalink", not entry.get("links")) and is_address(guid):
        yield Link(href=guid)
    for media in entry.get("media_content", ()):
        medium = f"{media['medium']}/" if "medium" in media else media.get("type", "")
        yield Link(href=media.get("url", ""), relation="enclosure", media_type=medium)


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
    """Return the items of a JSON Feed 1.0 or 1.1. Raises ParseError when it is no JSON Feed."""
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


def _json_links(entry: Any) -> Iterator[Link]:
    for name in ("url", "external_url"):
        yield Link(href=decode.json_text(entry, name))
    attachments = decode.json_at(entry, "attachments")
    for attachment in attachments if isinstance(attachments, list) else ():
        yield Link(
            href=decode.json_text(attachment, "url"),
            relation="enclosure",
            media_type=decode.json_text(attachment, "mime_type").lower(),
        )


def _json_translations(entry: Any) -> Iterator[Link]:
    """Yield the pages of an entry in other languages, as extensions of JSON Feed name them: a list
    of objects, or addresses by language."""
    for name in ("translations", "_translations"):
        found = decode.json_at(entry, name)
        if isinstance(found, dict):
            found = [{"language": code, "url": address} for code, address in found.items()]
        for each in found if isinstance(found, list) else ():
            yield Link(
                href=decode.json_text(each, "url"), language=decode.json_text(each, "language")
            )


def _json_item(context: ParseContext, entry: Any) -> Item | None:
    def text(name: str) -> str:
        return decode.json_text(entry, name)

    language = context.source.language or text("language") or context.language
    context = replace(context, language=language)
    raw = RawItem(
        title=text("title"),
        link=choose_address(context.url, _json_links(entry), language),
        guid=text("id"),
        bodies=[text(name) for name in ("summary", "content_html", "content_text")],
        published=context.date(text("date_published")) or context.date(text("date_modified")),
        editions=find_editions(context.url, _json_translations(entry)),
        english=find_english(context.url, _json_translations(entry)),
    )
    return make_item(context, raw)
