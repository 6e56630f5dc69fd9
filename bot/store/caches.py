"""Keep in memory what commits look up, as it is stored: the audience and recent developments."""

import datetime as dt
import logging
from collections.abc import Iterable, Iterator

import msgspec
from tinydb import where
from tinydb.table import Document

from bot.models import Development
from bot.models.chats import Chat
from bot.ports.rules import Audience, EventIndex, Rules
from bot.store.tinydb_rows import RowDB, decode

log = logging.getLogger(__name__)

CHANGES_KEPT = 10_000
"""Changes of chats that are remembered for other processes; who missed more reads all chats."""


class AudienceCache:
    """The index of all chats by what they follow.

    It is read and changed within transactions that are alone among the writers, so that it does
    not change while a commit uses it. Where several processes share the store, each notes the
    chats that it changes, and reads those that others have changed before it uses the index.
    """

    def __init__(self, rules: Rules) -> None:
        self._audience = rules.new_audience()
        self._is_current = False
        self._last_change = 0

    def current(self, db: RowDB) -> Audience:
        """Return the index as of this transaction; it is always the same object."""
        if not self._is_current:
            self._read_all(db)
        elif db.engine.is_shared:
            self._read_changes(db)
        return self._audience

    def changed(self, db: RowDB, *chats: int) -> None:
        """Take in chats that this transaction has changed."""
        if db.engine.is_shared:
            last = db.rows("touched").insert_multiple({"chat": chat} for chat in chats)[-1]
            if last % CHANGES_KEPT < len(chats):
                db.rows("touched").remove_up_to(last - CHANGES_KEPT)
        if self._is_current:
            self._read(db, chats)

    def invalidate(self) -> None:
        """Read all chats again: a transaction that changed some was taken back."""
        self._is_current = False

    def _read_all(self, db: RowDB) -> None:
        self._last_change = db.rows("touched").last_id() if db.engine.is_shared else 0
        self._audience.clear()
        for chat in readable_chats(db.rows("chats")):
            self._audience.put(chat)
        self._is_current = True

    def _read_changes(self, db: RowDB) -> None:
        last = db.rows("touched").last_id()
        if last - self._last_change > CHANGES_KEPT:
            self._read_all(db)
        elif last > self._last_change:
            self._read(db, {row["chat"] for row in db.rows("touched").after(self._last_change)})
            self._last_change = last

    def _read(self, db: RowDB, chats: Iterable[int]) -> None:
        stored = {chat.id: chat for chat in readable_chats(db.rows("chats").among("id", chats))}
        for chat in chats:
            if chat in stored:
                self._audience.put(stored[chat])
            else:
                self._audience.remove(chat)


def readable_chats(rows: Iterable[Document]) -> Iterator[Chat]:
    """Yield the chats of rows; one that cannot be read must not hold up the others."""
    for row in rows:
        try:
            yield decode(row, Chat)
        except msgspec.ValidationError as error:
            log.error(
                "chat %s cannot be read, and hears nothing until its row is mended: %s",
                row.get("id"),
                error,
            )


SPARE = dt.timedelta(days=30)
"""By how much more than is asked for the index may reach back."""
SHRINK_AFTER = 500
"""Commits in a row that ask for less, after which the index is made anew."""
REVISIONS = "rewritten"
"""The counter of revised developments, by which other processes notice them."""


class RecentDevelopments:
    """The index of recent developments, as of the transaction that uses it (alone among the
    writers)."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._index: EventIndex = rules.new_event_index(())
        self._since: dt.date | None = None
        self._asked_less = 0
        self._last = self._revisions = 0

    def since(self, day: dt.date, db: RowDB) -> EventIndex:
        """Return the index of those listed under a day or later, and perhaps some earlier ones."""
        if db.engine.is_shared:
            self._read_changes(db)
        asks_less = self._since is not None and day - self._since > SPARE
        self._asked_less = self._asked_less + 1 if asks_less else 0
        if self._since is None or day < self._since or self._asked_less > SHRINK_AFTER:
            self._index = self._rules.new_event_index(_listed_since(day, db))
            self._since, self._asked_less = day, 0
        return self._index

    def added(self, development: Development, row: int) -> None:
        """Take in a development that was added as a row of this number."""
        self._index.put(development)
        self._last = max(self._last, row)

    def changed(self, development: Development, db: RowDB) -> None:
        """Take in a development that was revised."""
        if self._since and listed_day(development) >= self._since:
            self._index.put(development)
        if db.engine.is_shared:
            self._revisions = _revisions(db) + 1
            counter = {"name": REVISIONS, "last": self._revisions}
            db.rows("counters").upsert(counter, where("name") == REVISIONS)

    def removed(self, db: RowDB) -> None:
        """Read all anew, here and in other processes: a development was removed."""
        self.invalidate()
        if db.engine.is_shared:
            counter = {"name": REVISIONS, "last": _revisions(db) + 1}
            db.rows("counters").upsert(counter, where("name") == REVISIONS)

    def invalidate(self) -> None:
        """Read all anew: a transaction that changed some was taken back."""
        self._since = None

    def _read_changes(self, db: RowDB) -> None:
        """Take in what other processes have added; all anew where they have revised any."""
        if (revisions := _revisions(db)) != self._revisions:
            self._since, self._revisions = None, revisions
        for row in db.rows("developments").after(self._last) if self._since else ():
            self.added(decode(row, Development), row.doc_id)
        self._last = db.rows("developments").last_id()


def listed_day(development: Development) -> dt.date:
    """Return the day that a development is listed and numbered under."""
    if development.recorded is None:
        raise ValueError("a development to be stored says when it was recorded")
    return development.date or development.recorded.date()


def _listed_since(day: dt.date, db: RowDB) -> Iterator[Development]:
    for row in db.rows("developments").newest("day"):
        if row["day"] < str(day):
            return
        yield decode(row, Development)


def _revisions(db: RowDB) -> int:
    counter = db.rows("counters").get(where("name") == REVISIONS)
    return int(counter["last"]) if counter else 0
