"""What hubs were asked to push, and what they have. Each method is part of a transaction of the
store's."""

from collections.abc import Callable

from tinydb import where

from bot.models import Subscription
from bot.store.codec import read, written
from bot.store.tinydb_rows import RowDB


class Subscriptions:
    """One a source, as it stands with its hub."""

    def __init__(self, db: RowDB) -> None:
        self._rows = db.rows("subscriptions")

    def all(self) -> dict[str, Subscription]:
        """By source."""
        return {row["source"]: read(row, Subscription) for row in self._rows}

    def change(
        self, source: str, change: Callable[[Subscription | None], Subscription | None]
    ) -> None:
        """What a source's becomes of what it was."""
        found = self._rows.get(where("source") == source)
        before = read(found, Subscription) if found else None
        after = change(before)
        if after is None:
            self._rows.remove(where("source") == source)
        elif after != before:
            self._rows.upsert(written(after), where("source") == source)

    def forget(self) -> None:
        """Another bot has other addresses for hubs to push to."""
        self._rows.truncate()
