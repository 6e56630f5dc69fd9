"""The pages that are looked at again. Each method is part of a transaction of the store's."""

import datetime as dt
from operator import attrgetter

from msgspec.structs import replace
from tinydb import where

from bot.models import Development, PollCommit, WatchedPage
from bot.store.codec import read, written
from bot.store.tinydb_rows import RowDB


class WatchedPages:
    """Pages of developments that people were told of."""

    def __init__(self, db: RowDB) -> None:
        self._rows = db.rows("pages")

    def begin(self, commit: PollCommit, development: Development) -> None:
        """Looks at the pages of a development from now on; again with the next poll where they
        have just been read."""
        now, source = commit.at, commit.state.id
        for cited in development.sources:
            same = (where("url") == cited.url) & (where("development") == development.id)
            if cited.url and development.id and not self._rows.contains(same):
                known = commit.readings.get(cited.url)
                page = WatchedPage(
                    source=source,
                    development=development.id,
                    url=cited.url,
                    since=now,
                    seen=now,
                    due=(known and commit.state.due) or now,
                    reading=known,
                )
                self._rows.insert(written(page))

    def due(self, source: str, now: dt.datetime, limit: int) -> list[WatchedPage]:
        """A source's pages whose time has come, the longest overdue first."""
        rows = self._rows.search(where("source") == source)
        pages = [replace(read(row, WatchedPage), id=row.doc_id) for row in rows]
        return sorted((page for page in pages if page.due <= now), key=attrgetter("due"))[:limit]

    def save(self, page: WatchedPage) -> None:
        """Writes down what a look has found."""
        self._rows.update(written(page), doc_ids=[page.id])

    def end(self, page: WatchedPage) -> None:
        """Looks no more."""
        self._rows.remove(doc_ids=[page.id])
