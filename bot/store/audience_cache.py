"""The audience, kept in memory and up to date with the chats that are stored."""

from collections.abc import Iterable

from bot.models import Chat
from bot.ports import Audience, Rules
from bot.store.codec import decode
from bot.store.tinydb_rows import RowDB

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
        for row in db.rows("chats"):
            self._audience.put(decode(row, Chat))
        self._is_current = True

    def _read_changes(self, db: RowDB) -> None:
        last = db.rows("touched").last_id()
        if last - self._last_change > CHANGES_KEPT:
            self._read_all(db)
        elif last > self._last_change:
            self._read(db, {row["chat"] for row in db.rows("touched").after(self._last_change)})
            self._last_change = last

    def _read(self, db: RowDB, chats: Iterable[int]) -> None:
        stored = {row["id"]: decode(row, Chat) for row in db.rows("chats").among("id", chats)}
        for chat in chats:
            if chat in stored:
                self._audience.put(stored[chat])
            else:
                self._audience.remove(chat)
