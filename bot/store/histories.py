"""Histories: what stood in documents when their sources were first polled, to be recorded later."""

import datetime as dt
from collections.abc import Iterable

from msgspec.structs import replace
from tinydb import where
from tinydb.table import Document

from bot.models.sources import PendingHistory
from bot.store.database import reads, writes
from bot.store.tinydb_rows import RowDB, decode_numbered, encode


class Histories:
    """The table of pending histories, in the order in which they are recorded."""

    def __init__(self, db: RowDB) -> None:
        self._rows = db.rows("history")

    @reads
    def pending_history(self, after: int, limit: int) -> list[PendingHistory]:
        return [_decoded(row) for row in self._rows.after(after, limit)]

    @reads
    def has_history(self, source: str) -> bool:
        return self._rows.contains(where("source") == source)

    @writes
    def split_history(self, number: int) -> None:
        if (row := self._rows.get(doc_id=number)) and self.take(number):
            pending = _decoded(row)
            first_with_page = len(pending.items) - pending.pages
            self.add(
                replace(pending, items=(item,), pages=int(place >= first_with_page))
                for place, item in enumerate(pending.items)
            )

    @writes
    def forget_history(self, number: int) -> None:
        self.take(number)

    def add(self, pending: Iterable[PendingHistory]) -> None:
        """Save what is to be recorded."""
        self._rows.insert_multiple(map(encode, pending))

    def take(self, number: int) -> bool:
        """Remove a pending history, and return whether it was there."""
        return bool(self._rows.remove(doc_ids=[number]))


def _decoded(row: Document) -> PendingHistory:
    published = [item.pop("published") for item, _ in row["items"]]
    pending = decode_numbered(row, PendingHistory)
    items = (
        (replace(item, published=_day_or_moment(written) if written else None), identity)
        for written, (item, identity) in zip(published, pending.items, strict=True)
    )
    return replace(pending, items=tuple(items))


def _day_or_moment(written: str) -> dt.date:
    """Return a day, or a time of one, as `Item.published` has either; msgspec has a type for each
    alone."""
    is_moment = "T" in written
    return (dt.datetime if is_moment else dt.date).fromisoformat(written)
