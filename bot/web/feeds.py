"""Feeds of what a selection finds: Atom, JSON Feed, and the dates ahead as a calendar."""

import datetime as dt
from collections.abc import Callable

from aiohttp import web

from bot.render.calendar import ics
from bot.render.feed import FeedInfo, atom_feed, json_feed
from bot.web.answers import Answer, Asked, tagged
from bot.web.index import ArchiveIndex

NEWEST = 50
"""Records of a feed."""
MOST_DATES = 500
"""Records of a calendar."""


class Feeds:
    """The feeds of the archive."""

    def __init__(
        self, index: ArchiveIndex, clock: Callable[[], dt.datetime], base_url: str
    ) -> None:
        self._index, self._clock, self._base_url = index, clock, base_url

    @property
    def answers(self) -> dict[str, Answer]:
        """Return what answers each address."""
        return {"/feed.atom": self._atom, "/feed.json": self._json, "/dates.ics": self._dates}

    async def _atom(self, asked: Asked) -> web.Response:
        records = await self._index.read(_newest(asked), asked.to)
        text = atom_feed(self._info(asked), records, asked.to)
        return _answer(asked, text.encode(), "application/atom+xml")

    async def _json(self, asked: Asked) -> web.Response:
        records = await self._index.read(_newest(asked), asked.to)
        return _answer(
            asked, json_feed(self._info(asked), records, asked.to), "application/feed+json"
        )

    async def _dates(self, asked: Asked) -> web.Response:
        numbers = sorted(asked.found.facets.ahead(asked.found.bits, asked.today), reverse=True)
        records = await self._index.read(numbers[:MOST_DATES], asked.to)
        calendar = ics(records, asked.today, self._clock(), asked.to)
        return _answer(asked, calendar, "text/calendar")

    def _info(self, asked: Asked) -> FeedInfo:
        title = asked.to.gettext("Developments in migration and asylum policy")
        if chosen := asked.found.selection.described(asked.to):
            title += f": {chosen}"
        return FeedInfo(
            title=title,
            url=f"{self._base_url}{asked.request.path_qs}",
            page=f"{self._base_url}/{asked.found.selection.query()}",
            base_url=self._base_url,
        )


def _newest(asked: Asked) -> list[int]:
    return asked.found.facets.newest(asked.found.bits, 0, NEWEST)


def _answer(asked: Asked, body: bytes, content_type: str) -> web.Response:
    response = web.Response(body=body, content_type=content_type, charset="utf-8")
    response.enable_compression()
    return tagged(asked.request, response)
