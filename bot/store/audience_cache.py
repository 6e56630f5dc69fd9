"""The audience, kept in memory and as the store is. Each method is part of a transaction of the
store's that is alone among the writers: so nothing changes while the audience is asked."""

from collections.abc import Iterable

from bot.match.audience import AudienceIndex
from bot.models import Chat
from bot.store.codec import read
from bot.store.tinydb_rows import RowDB

KEPT = 10_000
"""Changes of chats that are remembered: who has missed more reads all chats anew."""


class AudienceCache:
    """Every chat by what it follows. Where other processes change chats too, they leave word of
    which, and this one catches up before it answers."""

    def __init__(self) -> None:
        self._audience = AudienceIndex()
        self._is_current = False
        self._heard = 0

    def now(self, db: RowDB) -> AudienceIndex:
        """The audience as of this transaction: always the same one."""
        if not self._is_current:
            self._read_all(db)
        elif db.engine.is_shared:
            self._catch_up(db)
        return self._audience

    def changed(self, db: RowDB, *chats: int) -> None:
        """These chats are not what they were."""
        if db.engine.is_shared:
            last = db.rows("touched").insert_multiple({"chat": chat} for chat in chats)[-1]
            if last % KEPT < len(chats):
                db.rows("touched").remove_up_to(last - KEPT)
        if self._is_current:
            self._read(db, chats)

    def doubt(self) -> None:
        """What was heard of may not have been written."""
        self._is_current = False

    def _read_all(self, db: RowDB) -> None:
        self._heard = db.rows("touched").last_id() if db.engine.is_shared else 0
        self._audience.clear()
        for doc in db.rows("chats"):
            self._audience.put(read(doc, Chat))
        self._is_current = True

    def _catch_up(self, db: RowDB) -> None:
        last = db.rows("touched").last_id()
        if last - self._heard > KEPT:
            self._read_all(db)
        elif last > self._heard:
            self._read(db, {doc["chat"] for doc in db.rows("touched").after(self._heard)})
            self._heard = last

    def _read(self, db: RowDB, chats: Iterable[int]) -> None:
        kept = {doc["id"]: read(doc, Chat) for doc in db.rows("chats").among("id", chats)}
        for chat in chats:
            if chat in kept:
                self._audience.put(kept[chat])
            else:
                self._audience.remove(chat)
