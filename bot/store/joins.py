"""Joins: the drafts that have joined developments, so that they can be parted again."""

import datetime as dt
from collections.abc import Iterable

from tinydb import where

from bot.models import Join
from bot.store.database import reads
from bot.store.tinydb_rows import RowDB, decode_numbered, encode

KEPT = dt.timedelta(days=30)
"""How long what was joined can be parted: what was told before that is of no interest."""


class Joins:
    """The table of joins."""

    def __init__(self, db: RowDB) -> None:
        self._rows = db.rows("joins")

    @reads
    def joins(self, development: str) -> list[Join]:
        rows = self._rows.search(where("development") == development)
        return [decode_numbered(row, Join) for row in rows]

    def add(self, joins: Iterable[Join]) -> None:
        """Save joins."""
        self._rows.insert_multiple(map(encode, joins))

    def expire(self, now: dt.datetime) -> int:
        """Remove joins of long ago, and return how many."""
        old = [row.doc_id for row in self._rows if decode_numbered(row, Join).at < now - KEPT]
        self._rows.remove(doc_ids=old)
        return len(old)

    def take(self, number: int) -> Join | None:
        """Remove a join, and return it; None: there is none of this number."""
        row = self._rows.get(doc_id=number)
        self._rows.remove(doc_ids=[number] if row else [])
        return decode_numbered(row, Join) if row else None
