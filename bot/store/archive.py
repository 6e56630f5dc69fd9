"""The archive: developments as they are listed to everybody, and what has changed of them."""

import sys
from collections.abc import Iterable

from tinydb.table import Document

from bot.models import Development
from bot.models.archive import ArchiveChanges, ArchiveEntry
from bot.search import labels_of
from bot.store.caches import listed_day
from bot.store.database import reads
from bot.store.texts import Texts
from bot.store.tinydb_rows import RowDB, decode

CHANGES_KEPT = 10_000
"""Changes that are remembered; who missed more reads all developments."""


class Archive:
    """The developments that wait for no editor, each with the number of its row; and the table of
    changes."""

    def __init__(self, db: RowDB, texts: Texts) -> None:
        self._texts = texts
        self._rows, self._reviews = db.rows("developments"), db.rows("reviews")
        self._changes = db.rows("revised")

    def note(self, numbers: Iterable[int]) -> None:
        """Note that developments were added, changed or removed, by the numbers of their rows."""
        if given := [{"development": number} for number in numbers]:
            last = self._changes.insert_multiple(given)[-1]
            if last % CHANGES_KEPT < len(given):
                self._changes.remove_up_to(last - CHANGES_KEPT)

    @reads
    def last_archive_change(self) -> int:
        return self._changes.newest_id()

    @reads
    def archive_entries(self, after: int, limit: int) -> tuple[list[ArchiveEntry], int | None]:
        waiting, rows = self._waiting(), [*self._rows.after(after, limit)]
        entries = [_entry(row) for row in rows if row["id"] not in waiting]
        return entries, rows[-1].doc_id if rows else None

    @reads
    def archive_changes(self, since: int) -> ArchiveChanges | None:
        last = self._changes.newest_id()
        if last < since or last - since > CHANGES_KEPT:
            return None
        changed = {row["development"] for row in self._changes.after(since)}
        waiting = self._waiting()
        rows = self._rows.numbered(sorted(changed))
        entries = tuple(_entry(row) for row in rows if row["id"] not in waiting)
        removed = changed - {entry.number for entry in entries}
        return ArchiveChanges(last=last, entries=entries, removed=tuple(removed))

    @reads
    def archived(self, numbers: Iterable[int]) -> list[Development]:
        wanted = [*numbers]
        found = {row.doc_id: row for row in self._rows.numbered(wanted)}
        return [decode(found[each], Development) for each in wanted if each in found]

    @reads
    def find_numbers(self, words: Iterable[str]) -> frozenset[int]:
        return self._texts.having(*words)

    def _waiting(self) -> frozenset[str]:
        return frozenset(row["development"] for row in self._reviews)


def _entry(row: Document) -> ArchiveEntry:
    development = decode(row, Development)
    # The same few hundred labels come 100,000 times: each is kept once.
    labels = tuple(map(sys.intern, sorted(labels_of(development))))
    days = (date.last for date in development.ahead if date.last)
    return ArchiveEntry(row.doc_id, listed_day(development), labels, max(days, default=None))
