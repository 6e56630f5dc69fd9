"""Feeds of what a selection finds, and of what a filter of a chat wants: Atom, JSON Feed, and the
dates ahead as a calendar."""

import datetime as dt
from collections.abc import Awaitable, Callable, Sequence

import msgspec
from aiohttp import web

from bot.i18n import Locale, locale_for
from bot.models import Development
from bot.ports.store import Store
from bot.reader_language import as_read, reader_of
from bot.render import description
from bot.render.calendar import ics
from bot.render.feed import FeedInfo, atom_feed, json_feed
from bot.search import Search
from bot.web.answers import Answer, SelectionRequest, tagged, unchanged
from bot.web.index import ArchiveIndex, SelectionResult
from bot.web.protection import Handler

NEWEST = 50
"""Records of a feed."""
MOST_DATES = 500
"""Records of a calendar."""
TOPIC = "/feed.atom"
"""The feed that a hub is told of: that of all records."""
TYPES = {
    "atom": "application/atom+xml",
    "json": "application/feed+json",
    "ics": "text/calendar",
}
"""The content type of each form."""
NAMES = {"feed.atom": "atom", "feed.json": "json", "dates.ics": "ics"}
"""The form of each file."""


async def records_of(
    index: ArchiveIndex, form: str, found: SelectionResult, today: dt.date, to: Locale
) -> list[Development]:
    """Return the records of the feed of a form of what is found."""
    if form == "ics":
        numbers = sorted(found.facets.ahead(found.bits, today), reverse=True)[:MOST_DATES]
    else:
        numbers = found.facets.newest(found.bits, 0, NEWEST)
    return await index.read(numbers, to)


def feed_file(
    form: str, info: FeedInfo, records: Sequence[Development], now: dt.datetime, to: Locale
) -> bytes:
    """Return a feed of a form: `atom`, `json` or `ics`."""
    if form == "atom":
        return atom_feed(info, records, to).encode()
    if form == "json":
        return json_feed(info, records, to)
    return ics(records, now.date(), now, to)


class Feeds:
    """The feeds of the archive, and those of filters."""

    def __init__(
        self,
        store: Store,
        index: ArchiveIndex,
        clock: Callable[[], dt.datetime],
        base_url: str,
        hub: str,
    ) -> None:
        """`hub`: the WebSub hub that is told of changes of the feed of all records."""
        self._store, self._index, self._clock, self._base_url = store, index, clock, base_url
        self._hub = hub

    @property
    def answers(self) -> dict[str, Answer]:
        """Return what answers the address of each form of a selection."""
        return {f"/{name}": self._of_selection(form) for name, form in NAMES.items()}

    @property
    def handlers(self) -> dict[str, Handler]:
        """Return what answers the secret addresses of filters."""
        return {"/f/{token}.{form}": self._of_filter}

    def _of_selection(self, form: str) -> Callable[[SelectionRequest], Awaitable[web.Response]]:
        async def answer(asked: SelectionRequest) -> web.Response:
            found, to = asked.found, asked.to
            records = await records_of(self._index, form, found, asked.today, to)
            page = f"{self._base_url}/{found.selection.query()}"
            chosen = found.selection.described(to)
            return self._answer(asked.request, form, records, to, chosen=chosen, page=page)

        return answer

    async def _of_filter(self, request: web.Request) -> web.Response:
        """Answer a secret address, for nobody else to keep or list."""
        response = await self._as_chat_reads(request)
        response.headers["Cache-Control"] = "private, no-cache"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    async def _as_chat_reads(self, request: web.Request) -> web.Response:
        """Return the feed of a filter in the language of its chat. It says of the chat only what
        the filter wants."""
        form = request.match_info["form"]
        known = await self._store.feed(request.match_info["token"]) if form in TYPES else None
        if known is None:
            return web.Response(status=404, text="There is no such feed, or no longer.\n")
        chat, filter_ = known
        to, last = locale_for(chat.language), await self._store.last_archive_change()
        wanted = msgspec.json.encode(filter_, order="deterministic")  # sets have no order
        if answer := unchanged(request, last, self._clock().date(), wanted, chat.texts, to.code):
            return answer
        most = MOST_DATES if form == "ics" else NEWEST
        found, _ = await self._store.search(Search(filter=filter_), 0, most)
        waiting = {review.development for review in await self._store.reviews()}
        records = [as_read(each, reader_of(chat)) for each in found if each.id not in waiting]
        chosen = filter_.name or description(filter_, to)
        return self._answer(request, form, records, to, chosen=chosen, page=self._base_url)

    def _answer(
        self,
        request: web.Request,
        form: str,
        records: Sequence[Development],
        to: Locale,
        *,
        chosen: str,
        page: str,
    ) -> web.Response:
        title = to.gettext("Developments in migration and asylum policy")
        info = FeedInfo(
            title=f"{title}: {chosen}" if chosen else title,
            url=f"{self._base_url}{request.path_qs}",
            page=page,
            base_url=self._base_url,
            hub=self._hub if request.path_qs == TOPIC else "",
        )
        body = feed_file(form, info, records, self._clock(), to)
        response = web.Response(body=body, content_type=TYPES[form], charset="utf-8")
        response.enable_compression()
        return tagged(request, response)
