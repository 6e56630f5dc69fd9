"""The pages of sent developments, which are rechecked."""

import datetime as dt
from operator import attrgetter

from msgspec.structs import replace
from tinydb import where

from bot.models import Change, Development, PollCommit, WatchedPage
from bot.store.codec import decode, encode
from bot.store.deliveries import Deliveries
from bot.store.developments import Developments
from bot.store.engine import reads, writes
from bot.store.tinydb_rows import RowDB


class WatchedPages:
    """The table of watched pages."""

    def __init__(self, db: RowDB, developments: Developments, deliveries: Deliveries) -> None:
        self._developments, self._deliveries = developments, deliveries
        self._rows = db.rows("pages")

    def watch(self, commit: PollCommit, development: Development) -> None:
        """Recheck the pages of a development from now on; from the next poll on, where they have
        just been read."""
        now, source = commit.at, commit.state.id
        for citation in development.sources:
            same = (where("url") == citation.url) & (where("development") == development.id)
            if citation.url and development.id and not self._rows.contains(same):
                text = commit.readings.get(citation.url)
                page = WatchedPage(
                    source=source,
                    development=development.id,
                    url=citation.url,
                    since=now,
                    seen=now,
                    due=(text and commit.state.due) or now,
                    reading=text,
                )
                self._rows.insert(encode(page))

    @reads
    def pages_due(self, source: str, now: dt.datetime, limit: int) -> list[WatchedPage]:
        rows = self._rows.search(where("source") == source)
        pages = [replace(decode(row, WatchedPage), id=row.doc_id) for row in rows]
        return sorted((page for page in pages if page.due <= now), key=attrgetter("due"))[:limit]

    @writes
    def record_recheck(
        self, page: WatchedPage, development: Development, change: Change | None
    ) -> None:
        self._rows.update(encode(page), doc_ids=[page.id])
        if change:
            self._developments.save(development)
            self._deliveries.enqueue_edits(development, change, page.seen)

    @writes
    def stop_watching(self, page: WatchedPage) -> None:
        self._rows.remove(doc_ids=[page.id])
