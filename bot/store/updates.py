"""What people have sent, by Telegram's number, so that each is answered once, whichever process it
reaches how often. Each method is part of a transaction of the store's."""

from tinydb import where

from bot.ports import UpdateClaim
from bot.store.tinydb_rows import RowDB

KEPT = 1000
"""Updates that are remembered: Telegram brings one again within minutes, not after so many."""


class Updates:
    """Those that were taken, by whom, and which of them are done."""

    def __init__(self, db: RowDB) -> None:
        self._engine, self._rows = db.engine, db.rows("updates")

    def take(self, update: int) -> UpdateClaim:
        """Whether an update is this process's to answer."""
        before = self._rows.get(where("update") == update)
        if before is None:
            row = self._rows.insert({"update": update, "holder": self._engine.me(), "done": False})
            self._rows.remove_up_to(row - KEPT)
            return "ours"
        if before["done"]:
            return "done"
        if before["holder"] in self._engine.living():
            return "elsewhere"
        self._rows.update({"holder": self._engine.me()}, doc_ids=[before.doc_id])
        return "ours"

    def finish(self, update: int) -> None:
        """It was answered."""
        self._rows.update({"done": True}, where("update") == update)

    def forget(self) -> None:
        """Another bot has other numbers."""
        self._rows.truncate()
