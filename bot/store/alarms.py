"""What the admins have been alarmed of. Each method is part of a transaction of the store's."""

from collections.abc import Mapping

from tinydb import where

from bot.store.tinydb_rows import RowDB


class Alarms:
    """The alarms that are on, and the notices that say so."""

    def __init__(self, db: RowDB) -> None:
        self._on, self._notices = db.rows("alarms"), db.rows("notices")

    def settle(self, wrong: Mapping[str, str]) -> list[str]:
        """Turns on an alarm for each thing that is wrong, and off for each that is not any more;
        what the admins are to hear of it. One that is on is told once."""
        on = {row["name"]: row["text"] for row in self._on}
        raised = {name: text for name, text in wrong.items() if name not in on}
        over = {name: text for name, text in on.items() if name not in wrong}
        for name in over:
            self._on.remove(where("name") == name)
        self._on.insert_multiple({"name": name, "text": text} for name, text in raised.items())
        told = [*raised.values(), *(f"Over: {text}" for text in over.values())]
        self._notices.insert_multiple({"text": text} for text in told)
        return told
