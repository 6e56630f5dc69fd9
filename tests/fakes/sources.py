"""Ministries for tests: a web server on 127.0.0.1 that publishes news, and the feeds to publish."""

import asyncio
import datetime as dt
import email.utils
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Self
from xml.sax.saxutils import escape, quoteattr

from aiohttp import web
from aiohttp.test_utils import TestServer


@dataclass(frozen=True)
class Entry:
    """One piece of news. A date that is a string is published as it stands."""

    title: str
    link: str | None = None
    guid: str | None = None
    date: dt.datetime | str | None = None
    text: str = ""


class Request(NamedTuple):
    """What was asked: the method, and headers that do not mind their case."""

    method: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class _Page:
    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    hangs: bool = False


class FakeSources:
    """`async with FakeSources() as sources:`, then `publish` at a path and read from its `url`.

    What is not published is not found.
    """

    def __init__(self) -> None:
        self._pages: dict[str, _Page] = {}
        self._requests: dict[str, list[Request]] = defaultdict(list)
        self._closing = asyncio.Event()
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._handle)
        self._server = TestServer(application)

    async def __aenter__(self) -> Self:
        await self._server.start_server(shutdown_timeout=0.05)
        return self

    async def __aexit__(self, *error: object) -> None:
        self._closing.set()
        await self._server.close()

    def url(self, path: str) -> str:
        """The address of a path, which begins with a slash."""
        return f"http://127.0.0.1:{self._server.port}{path}"

    def publish(
        self,
        path: str,
        body: bytes | str,
        content_type: str = "application/rss+xml",
        *,
        etag: str | None = "auto",
        last_modified: str | None = None,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Serves a document at a path from now on; its ETag, unless given, is made of the body."""
        raw = body.encode() if isinstance(body, str) else body
        if etag == "auto":
            etag = f'"{hashlib.sha256(raw).hexdigest()[:16]}"'
        fields = {"Content-Type": content_type, "ETag": etag, "Last-Modified": last_modified}
        given = {name: value for name, value in fields.items() if value}
        self._pages[path] = _Page(raw, status, {**given, **(headers or {})})

    def fails(self, path: str, status: int = 500) -> None:
        """Answers with an error."""
        self._pages[path] = _Page(status=status)

    def hangs(self, path: str) -> None:
        """Does not answer."""
        self._pages[path] = _Page(hangs=True)

    def redirects(self, path: str, to: str, status: int = 301) -> None:
        """Sends readers to another address."""
        self._pages[path] = _Page(status=status, headers={"Location": to})

    def requests(self, path: str) -> list[Request]:
        """Who has asked for a path, the first one first."""
        return list(self._requests[path])

    async def _handle(self, request: web.Request) -> web.Response:
        self._requests[request.path_qs].append(Request(request.method, request.headers))
        page = self._pages.get(request.path_qs, _Page(status=404))
        if page.hangs:
            await self._closing.wait()
        if page.status == 200 and _is_unchanged(request.headers, page.headers):
            return web.Response(status=304, headers=page.headers)
        return web.Response(body=page.body, status=page.status, headers=page.headers)


def _is_unchanged(asked: Mapping[str, str], page: Mapping[str, str]) -> bool:
    """Whether the reader has it already (RFC 9110, section 13.2.2: the ETag goes first)."""
    if "If-None-Match" in asked:
        return asked["If-None-Match"] == page.get("ETag")
    return "Last-Modified" in page and asked.get("If-Modified-Since") == page["Last-Modified"]


def rss(entries: Iterable[Entry], language: str = "cs", title: str = "Ministry of News") -> str:
    """An RSS 2.0 document."""
    head = _tag("title", title) + _tag("language", language)
    items = "".join(f"<item>{_rss_item(entry)}</item>" for entry in entries)
    return f'{_XML}<rss version="2.0"><channel>{head}{items}</channel></rss>'


def atom(entries: Iterable[Entry], language: str = "cs", title: str = "Ministry of News") -> str:
    """An Atom document (RFC 4287)."""
    items = "".join(f"<entry>{_atom_entry(entry)}</entry>" for entry in entries)
    opening = f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(language)}>'
    return f"{_XML}{opening}{_tag('title', title)}{items}</feed>"


_XML = '<?xml version="1.0" encoding="utf-8"?>'


def _rss_item(entry: Entry) -> str:
    date = entry.date
    told = email.utils.format_datetime(date) if isinstance(date, dt.datetime) else date
    tags = {"link": entry.link, "guid": entry.guid, "pubDate": told, "description": entry.text}
    return _tag("title", entry.title) + "".join(_tag(name, text) for name, text in tags.items())


def _atom_entry(entry: Entry) -> str:
    date = entry.date
    told = date.isoformat() if isinstance(date, dt.datetime) else date
    link = f"<link href={quoteattr(entry.link)}/>" if entry.link else ""
    tags = {"id": entry.guid, "updated": told, "summary": entry.text}
    return (
        _tag("title", entry.title) + link + "".join(_tag(name, text) for name, text in tags.items())
    )


def _tag(name: str, text: str | None) -> str:
    return f"<{name}>{escape(text)}</{name}>" if text else ""
