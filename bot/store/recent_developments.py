"""What was recorded of late, kept in memory and as the store is, so that each commit finds at once
what tells of the same event. Each method is part of a transaction of the store's that is alone
among the writers."""

import datetime as dt
from collections.abc import Iterator

from tinydb import where

from bot.dedupe.same_event import Recent
from bot.models import Development
from bot.store.codec import read
from bot.store.tinydb_rows import RowDB

SPAN = dt.timedelta(days=30)
"""By how much more than is asked for it may reach back."""
UNASKED = 500
"""Commits in a row that ask for less, after which less is kept."""
REWRITTEN = "rewritten"
"""The counter of what was written anew, by which other processes notice."""


class RecentDevelopments:
    """The developments among which those of the same event are looked for."""

    def __init__(self) -> None:
        self._recent = Recent()
        self._since: dt.date | None = None
        self._unasked = 0
        self._last = self._rewritten = 0

    def since(self, day: dt.date, db: RowDB) -> Recent:
        """Those that are listed under a day or a later one, and perhaps some of before."""
        if db.engine.is_shared:
            self._hear(db)
        is_much = self._since is not None and day - self._since > SPAN
        self._unasked = self._unasked + 1 if is_much else 0
        if self._since is None or day < self._since or self._unasked > UNASKED:
            self._recent = Recent(_listed_since(day, db))
            self._since, self._unasked = day, 0
        return self._recent

    def recorded(self, development: Development, row: int) -> None:
        """One was recorded, as a row of this number."""
        self._recent.put(development)
        self._last = max(self._last, row)

    def rewritten(self, development: Development, db: RowDB) -> None:
        """One reads otherwise now."""
        if self._since and listed(development) >= self._since:
            self._recent.put(development)
        if db.engine.is_shared:
            self._rewritten = _rewritten(db) + 1
            counter = {"name": REWRITTEN, "last": self._rewritten}
            db.rows("counters").upsert(counter, where("name") == REWRITTEN)

    def doubt(self) -> None:
        """What was heard of may not have been written."""
        self._since = None

    def _hear(self, db: RowDB) -> None:
        """Reads what other processes have recorded; all anew where they have rewritten any."""
        if (known := _rewritten(db)) != self._rewritten:
            self._since, self._rewritten = None, known
        for doc in db.rows("developments").after(self._last) if self._since else ():
            self.recorded(read(doc, Development), doc.doc_id)
        self._last = db.rows("developments").last_id()


def listed(development: Development) -> dt.date:
    """The day that a development is listed and numbered under."""
    if development.recorded is None:
        raise ValueError("a development to be stored says when it was recorded")
    return development.date or development.recorded.date()


def _listed_since(day: dt.date, db: RowDB) -> Iterator[Development]:
    for doc in db.rows("developments").newest("day"):
        if doc["day"] < str(day):
            return
        yield read(doc, Development)


def _rewritten(db: RowDB) -> int:
    counter = db.rows("counters").get(where("name") == REWRITTEN)
    return int(counter["last"]) if counter else 0
