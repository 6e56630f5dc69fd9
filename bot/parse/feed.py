"""RSS, Atom and RDF -> Document, through feedparser."""

import datetime as dt
import io
import re
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser  # type: ignore[import-untyped]

from bot import dates
from bot.errors import ParseError
from bot.models import Document, Item, Source
from bot.text import first_sentence, line, plain, shorten

TITLE_LIMIT = 500
TEXT_LIMIT = 20_000

# What WordPress appends to every excerpt, and the sign of a text that was cut.
_APPENDED = re.compile(
    r"\s*(?:\[(?:…|\.\.\.)\]\s*$|(?:The post|L’article|Der Beitrag) .{1,300}\.$)"
)


def read(source: Source, text: str, url: str, today: dt.date) -> Document:
    """The items of a feed's text. Raises ParseError when it is none."""
    parsed = feedparser.parse(
        io.BytesIO(text.encode("utf-8", "replace")),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,  # all markup is taken out below
        resolve_relative_uris=False,
    )
    if not parsed.entries and not parsed.get("version"):
        raise ParseError(_instead(text))
    base = web_address(url, parsed.feed.get("link")) or url
    language = source.language or parsed.feed.get("language")
    read_items = [_item(source, entry, base, language, today) for entry in parsed.entries]
    items = tuple(item for item in read_items if item)
    problems = [
        f"item {n}: neither title nor link" for n, item in enumerate(read_items, 1) if not item
    ]
    if parsed.get("bozo") and not items:
        problems.append(f"not well-formed: {parsed.get('bozo_exception')}")
    return Document(items=items, problems=tuple(problems))


def _item(
    source: Source, entry: Any, base: str, language: str | None, today: dt.date
) -> Item | None:
    url = web_address(base, entry.get("link"))
    text = _text(entry)
    title = line(plain(str(entry.get("title") or "")[:TEXT_LIMIT])) or first_sentence(text)
    if not title and not url:
        return None
    spoken = source.language or _tag(entry.get("language")) or _tag(language)
    return Item(
        source=source.id,
        title=shorten(title or str(url), TITLE_LIMIT),
        url=url,
        guid=line(str(entry.get("id") or ""))[:1000] or None,
        text=text,
        published=_published(entry, spoken, today),
        language=spoken,
    )


def _text(entry: Any) -> str:
    """The fuller of an entry's summary and its content, as plain text."""
    bodies = [entry.get("summary"), *(content.get("value") for content in entry.get("content", ()))]
    texts = [plain(str(body)[: 4 * TEXT_LIMIT]) for body in bodies if body]
    longest = max(texts, key=len, default="")
    return _APPENDED.sub("", longest)[:TEXT_LIMIT]


def _published(entry: Any, language: str | None, today: dt.date) -> dt.date | None:
    for name in ("published", "created", "updated"):
        if name in entry and (found := dates.read(str(entry[name]), language, today)):
            return found
    return None


def _tag(language: Any) -> str | None:
    """A BCP 47 tag, as feeds write it (`ro-RO`, `EN_us`), or None."""
    match = re.fullmatch(r"\s*([A-Za-z]{2,3})(?:[-_]([A-Za-z0-9]{2,8}))*\s*", str(language or ""))
    return match[1].lower() if match else None


def web_address(base: str, link: Any) -> str | None:
    """An absolute http address, or None: `javascript:` and its like end here."""
    if not link:
        return None
    try:
        url = urljoin(base, line(str(link)).replace(" ", "%20"))
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    good = parts.scheme in ("http", "https") and parts.hostname and len(url) <= 2000
    return url if good else None


def _instead(text: str) -> str:
    """What a document is that is no feed, for a person to act on."""
    start = text.lstrip()[:500].lower()
    if not start:
        return "the answer was empty"
    if re.match(r"<!doctype html|<html|<head|<body", start):
        return "an HTML page came, not a feed"
    if start[0] in "{[":
        return "JSON came, not a feed"
    return "what came is no feed"
