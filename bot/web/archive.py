"""Answer with the pages of the archive: records, one record, the map."""

import datetime as dt
import re
from collections.abc import Callable, Sequence

import msgspec
from aiohttp import web

from bot.config.schema import WebConfig
from bot.models.sources import Source
from bot.ports.store import Store
from bot.render.page import linked_data
from bot.web.answers import (
    SelectionRequest,
    answer_page,
    answer_problem,
    for_selection,
    language_of,
    unchanged,
)
from bot.web.coverage import columns, coverage_rows
from bot.web.feeds import Feeds
from bot.web.index import ArchiveIndex, in_words_of
from bot.web.listing import list_records
from bot.web.map import draw_map
from bot.web.protection import Handler

_ID = re.compile(r"[A-Z]{2}-\d{4}-\d{4,9}")


class Archive:
    """The pages, and the feeds of what they find."""

    def __init__(
        self,
        store: Store,
        sources: Sequence[Source],
        clock: Callable[[], dt.datetime],
        config: WebConfig,
    ) -> None:
        """`sources`: as they are followed at each moment."""
        self._store, self._clock, self._index = store, clock, ArchiveIndex(store)
        self._sources = sources
        self._is_listed = config.search_engines
        self._base_url = config.archive_url()
        self._feeds = Feeds(store, self._index, clock, self._base_url, config.hub)

    @property
    def handlers(self) -> dict[str, Handler]:
        """Return what answers each page and feed, by its path."""
        of_selections = {"/": self._list, "/map": self._map, **self._feeds.answers}
        handlers: dict[str, Handler] = {
            "/d/{id}": self._record,
            "/coverage": self._coverage,
            "/robots.txt": self._robots,
            **self._feeds.handlers,
        }
        for path, answer in of_selections.items():
            handlers[path] = for_selection(self._index, self._clock, answer)
        return handlers

    async def _list(self, asked: SelectionRequest) -> web.Response:
        sources = {source.id: source for source in self._sources}
        listing = await list_records(self._index, asked.found, sources, asked.today, asked.to)
        return answer_page(asked.request, "archive", asked.to, found=listing)

    async def _map(self, asked: SelectionRequest) -> web.Response:
        drawn = draw_map(asked.found, asked.today, asked.to)
        return answer_page(asked.request, "map", asked.to, found=drawn)

    async def _record(self, request: web.Request) -> web.Response:
        to, id_ = language_of(request), request.match_info["id"]
        record = await self._store.development(id_) if _ID.fullmatch(id_) else None
        if record is None or await self._store.is_waiting(id_):
            return answer_problem(request, to, 404)
        readings = await self._store.readings(id_)
        if answer := unchanged(request, msgspec.json.encode((record, readings)), to.code):
            return answer
        url = f"{self._base_url}/d/{record.id}"
        shown = in_words_of(to, record)
        data = linked_data(shown, url)
        return answer_page(
            request, "record", to, record=shown, readings=readings, url=url, linked_data=data
        )

    async def _coverage(self, request: web.Request) -> web.Response:
        states, off = await self._store.states(), await self._store.switched_off()
        to = language_of(request)
        rows = coverage_rows([*self._sources], states, off, self._clock(), to)
        return answer_page(request, "coverage", to, rows=rows, columns=columns(to))

    async def _robots(self, request: web.Request) -> web.Response:
        rule = "Allow: /" if self._is_listed else "Disallow: /"
        return web.Response(text=f"User-agent: *\n{rule}\n")
