"""Write the archive as files, for any web server: its pages without forms, its records and
feeds."""

import datetime as dt
from collections.abc import AsyncIterator, Mapping
from importlib import resources

from bot.i18n import Locale
from bot.models.sources import Source
from bot.ports.store import Store
from bot.render.feed import FeedInfo
from bot.render.page import linked_data, page
from bot.web.coverage import columns, coverage_rows
from bot.web.facets import Choice
from bot.web.feeds import NAMES, feed_file, records_of
from bot.web.index import ArchiveIndex, SelectionResult, found_in
from bot.web.links import FILED, FileLinks, folder_of, page_file
from bot.web.listing import list_records
from bot.web.map import draw_map
from bot.web.selection import Selection

READ_TOGETHER = 200
"""Records that are read at a time."""


class Site:
    """The archive in a language, as files."""

    def __init__(
        self,
        store: Store,
        sources: Mapping[str, Source],
        now: dt.datetime,
        to: Locale,
        base_url: str = "",
    ) -> None:
        """`sources`: by their ids; `base_url`: where the files will lie, which feeds must say."""
        self._store, self._sources, self._now, self._to = store, sources, now, to
        self._base_url, self._index = base_url.rstrip("/"), ArchiveIndex(store)

    async def files(self) -> AsyncIterator[tuple[str, bytes]]:
        """Yield the name and the content of each file. Which records there are is decided once, so
        that all files agree while the bot goes on."""
        facets, _ = await self._index.current()
        yield "style.css", resources.files("bot").joinpath("data/web/style.css").read_bytes()
        everything = found_in(facets, Selection())
        drawn = draw_map(everything, self._now.date(), self._to)
        yield self._page("map", "map", found=drawn)
        states, off = await self._store.states(), await self._store.switched_off()
        rows = coverage_rows([*self._sources.values()], states, off, self._now, self._to)
        yield self._page("coverage", "coverage", rows=rows, columns=columns(self._to))
        counts = facets.counts(Choice())
        labels = [label for facet in FILED for label in counts[facet]]
        for chosen in (frozenset[str](), *(frozenset({label}) for label in labels)):
            async for file in self._listing(found_in(facets, Selection(labels=chosen))):
                yield file
        async for file in self._records(everything):
            yield file

    async def _listing(self, found: SelectionResult) -> AsyncIterator[tuple[str, bytes]]:
        """Yield the pages of what is found, and its feeds."""
        today, to = self._now.date(), self._to
        folder, number, last = folder_of(found.selection), 1, 1
        while number <= last:
            one = SelectionResult(
                found.selection.on_page(number), found.facets, found.choice, found.bits
            )
            listing = await list_records(self._index, one, self._sources, today, to)
            yield self._page(f"{folder}{number if number > 1 else ''}", "archive", found=listing)
            number, last = number + 1, listing.pages
        for name, form in NAMES.items():
            records = await records_of(self._index, form, found, today, to)
            yield (
                f"{folder}{name}",
                feed_file(form, self._info(found, name), records, self._now, to),
            )

    async def _records(self, everything: SelectionResult) -> AsyncIterator[tuple[str, bytes]]:
        for first in range(0, everything.bits.bit_count(), READ_TOGETHER):
            numbers = everything.facets.newest(everything.bits, first, READ_TOGETHER)
            for record in await self._index.read(numbers, self._to):
                name = f"d/{record.id}"
                url = f"{self._base_url}/{name}" if self._base_url else ""
                data = linked_data(record, url)
                readings = await self._store.readings(str(record.id))
                yield self._page(
                    name, "record", record=record, readings=readings, url=url, linked_data=data
                )

    def _page(self, name: str, template: str, **values: object) -> tuple[str, bytes]:
        file = page_file(name)
        links = FileLinks(file.count("/"))
        return file, page(template, self._to, links=links, here=name, **values).encode()

    def _info(self, found: SelectionResult, name: str) -> FeedInfo:
        title = self._to.gettext("Developments in migration and asylum policy")
        if chosen := found.selection.described(self._to):
            title += f": {chosen}"
        if not self._base_url:
            return FeedInfo(title=title, url="urn:policy-herald:developments")
        folder = folder_of(found.selection)
        return FeedInfo(
            title=title,
            url=f"{self._base_url}/{folder}{name}",
            page=f"{self._base_url}/{folder}",
            base_url=self._base_url,
        )
