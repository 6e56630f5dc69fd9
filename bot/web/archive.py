"""The archive on the web: its pages, each answered from the index of facets and the store."""

import asyncio
import datetime as dt
import hashlib
import re
from collections.abc import Awaitable, Callable, Iterable
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode

import msgspec
from aiohttp import web

from bot import __version__
from bot.config.schema import WebConfig
from bot.errors import QueryError
from bot.i18n import LANGUAGES, Locale, base_language, locale_for
from bot.models.sources import Source
from bot.ports.store import Store
from bot.reader_language import Reader, as_read
from bot.render.page import linked_data, page
from bot.web.facets import Choice, FacetIndex
from bot.web.listing import PER_PAGE, Listing, facet_lists, periods
from bot.web.map import Map, draw_map
from bot.web.protection import ClientLimit, protected
from bot.web.selection import Selection, read_selection

READ_TOGETHER = 500
"""Developments that are read at a time when the index is made: the store is free between."""
_ID = re.compile(r"[A-Z]{2}-\d{4}-\d{4,9}")


class ArchiveIndex:
    """The index of facets, kept up to date with the store by the changes that it notes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._facets: FacetIndex | None = None
        self._last = 0
        self._lock = asyncio.Lock()

    async def current(self) -> tuple[FacetIndex, int]:
        """Return the index as the store is now, and the number of the last change."""
        last = await self._store.last_archive_change()
        async with self._lock:
            if self._facets is None:
                self._facets, self._last = await self._read_all(), last
            elif last > self._last:
                changes = await self._store.archive_changes(self._last)
                if changes is None:
                    self._facets, self._last = await self._read_all(), last
                else:
                    for number in changes.removed:
                        self._facets.remove(number)
                    for entry in changes.entries:
                        self._facets.put(entry)
                    self._last = changes.last
            return self._facets, self._last

    async def _read_all(self) -> FacetIndex:
        entries, after = await self._store.archive_entries(0, READ_TOGETHER)
        while after is not None:
            more, after = await self._store.archive_entries(after, READ_TOGETHER)
            entries += more
        return await asyncio.to_thread(FacetIndex, entries)


class Archive:
    """The pages."""

    def __init__(
        self,
        store: Store,
        sources: Iterable[Source],
        clock: Callable[[], dt.datetime],
        config: WebConfig,
    ) -> None:
        self._store, self._clock, self._index = store, clock, ArchiveIndex(store)
        self._sources = {source.id: source for source in sources}
        self._is_listed = config.search_engines
        self._base_url = (config.public_url or f"http://{config.listen}").rstrip("/")
        """Under which others reach the archive."""

    @property
    def routes(self) -> list[web.RouteDef]:
        """Return the route of each page."""
        handlers = {
            "/": self._list,
            "/d/{id}": self._record,
            "/map": self._map,
            "/style.css": _style,
            "/robots.txt": self._robots,
        }
        limit = ClientLimit()
        return [
            web.get(path, protected(handler, limit, is_listed=self._is_listed))
            for path, handler in handlers.items()
        ]

    async def _list(self, request: web.Request) -> web.Response:
        return await self._answer_selection(request, "archive", self.find)

    async def _map(self, request: web.Request) -> web.Response:
        async def draw(*asked: Any) -> Map:
            return draw_map(*asked)

        return await self._answer_selection(request, "map", draw)

    async def _answer_selection(
        self,
        request: web.Request,
        template: str,
        find: Callable[[FacetIndex, Selection, dt.date, Locale], Awaitable[object]],
    ) -> web.Response:
        to = _language(request)
        try:
            selection = read_selection(request.query.items())
        except QueryError as error:
            return self._problem(request, to, 400, str(error))
        facets, last = await self._index.current()
        today = self._clock().date()
        if unchanged := _unchanged(request, last, today, to.code):
            return unchanged
        found = await find(facets, selection, today, to)
        return self._answer(request, template, to, found=found)

    async def find(
        self, facets: FacetIndex, selection: Selection, today: dt.date, to: Locale
    ) -> Listing:
        """Return the page of the archive that a selection asks for."""
        words = selection.words
        choice = Choice(
            labels=selection.labels,
            since=selection.since,
            until=selection.until,
            numbers=await self._store.find_numbers(words) if words else None,
        )
        found = facets.choose(choice)
        numbers = facets.newest(found, (selection.page - 1) * PER_PAGE, PER_PAGE)
        return Listing(
            selection=selection,
            found=found.bit_count(),
            records=[as_read(each, _reader(to)) for each in await self._store.archived(numbers)],
            facets=facet_lists(selection, facets.counts(choice), self._sources, to),
            periods=periods(selection, today, to),
        )

    async def _record(self, request: web.Request) -> web.Response:
        to, id_ = _language(request), request.match_info["id"]
        record = await self._store.development(id_) if _ID.fullmatch(id_) else None
        if record is None or await self._store.is_waiting(id_):
            return self._problem(request, to, 404)
        if unchanged := _unchanged(request, msgspec.json.encode(record), to.code):
            return unchanged
        url = f"{self._base_url}/d/{record.id}"
        shown = as_read(record, _reader(to))
        return self._answer(
            request, "record", to, record=shown, url=url, linked_data=linked_data(shown, url)
        )

    async def _robots(self, request: web.Request) -> web.Response:
        rule = "Allow: /" if self._is_listed else "Disallow: /"
        return web.Response(text=f"User-agent: *\n{rule}\n")

    def _problem(
        self, request: web.Request, to: Locale, status: int, problem: str = ""
    ) -> web.Response:
        return self._answer(request, "problem", to, status=status, problem=problem)

    def _answer(
        self, request: web.Request, template: str, to: Locale, status: int = 200, **values: object
    ) -> web.Response:
        others = [(name, value) for name, value in request.query.items() if name != "lang"]
        text = page(
            template,
            to,
            lang=to.code if "lang" in request.query else "",
            languages=[locale_for(code) for code in LANGUAGES],
            fields_of=lambda code: urlencode([*others, ("lang", code)]),
            here=request.path,
            **values,
        )
        response = web.Response(text=text, content_type="text/html", status=status)
        response.headers["Vary"] = "Accept-Language"
        response.headers["Cache-Control"] = "no-cache"  # it is asked each time whether it is new
        response.headers["Content-Language"] = to.code
        if etag := request.get(_ETAG):
            response.etag = etag
        response.enable_compression()
        return response


_ETAG = web.RequestKey("etag", str)
"""Where the entity tag of an answer is kept until it is made."""


async def _style(request: web.Request) -> web.Response:
    style = files("bot").joinpath("templates/web/style.css").read_bytes()
    if unchanged := _unchanged(request, style):
        return unchanged
    response = web.Response(body=style, content_type="text/css", charset="utf-8")
    response.etag = request[_ETAG]
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def _unchanged(request: web.Request, *parts: object) -> web.Response | None:
    """Return the answer 304, where a client has what is made of some parts; else keep the entity
    tag of these for the answer."""
    told = repr((__version__, request.path_qs, parts)).encode()
    tag = hashlib.sha256(told).hexdigest()[:20]
    request[_ETAG] = tag
    known = request.if_none_match or ()
    if not any(each.value in (tag, "*") for each in known):
        return None
    response = web.Response(status=304)
    response.etag = tag
    return response


def _language(request: web.Request) -> Locale:
    """Return the language that a request asks for, else the first that its browser names and the
    archive speaks."""
    accepted = request.headers.get("Accept-Language", "").split(",")
    codes = (base_language(each.partition(";")[0].strip()) for each in accepted)
    chosen = request.query.get("lang") or next((each for each in codes if each in LANGUAGES), None)
    return locale_for(chosen)


def _reader(to: Locale) -> Reader:
    return Reader(language=to.code, texts=to.code)
