"""Notices that wait to be sent, and the alerts that are active."""

from collections.abc import Iterable, Mapping

import msgspec
from msgspec.structs import replace
from tinydb import where

from bot.models import Notice
from bot.store.database import reads, writes
from bot.store.tinydb_rows import RowDB, encode


class Notices:
    """The tables of notices and of active alerts."""

    def __init__(self, db: RowDB) -> None:
        self._rows, self._alerts = db.rows("notices"), db.rows("alarms")

    @reads
    def notices(self) -> list[Notice]:
        return [replace(_notice(doc), id=doc.doc_id) for doc in self._rows]

    @writes
    def add_notice(self, notice: Notice) -> None:
        self.add([notice])

    def add(self, notices: Iterable[Notice]) -> None:
        """Add several notices."""
        self._rows.insert_multiple(encode(notice) for notice in notices)

    @writes
    def dismiss_notices(self, *notices: int) -> None:
        self._rows.remove(doc_ids=notices)

    @writes
    def update_alerts(self, active: Mapping[str, Notice]) -> list[Notice]:
        before = {row["name"]: _notice(row) for row in self._alerts}
        begun = {name: notice for name, notice in active.items() if name not in before}
        ended = {name: notice for name, notice in before.items() if name not in active}
        for name in ended:
            self._alerts.remove(where("name") == name)
        self._alerts.insert_multiple(
            {"name": name, **encode(notice)} for name, notice in begun.items()
        )
        notices = [*begun.values(), *(replace(notice, is_over=True) for notice in ended.values())]
        self.add(notices)
        return notices


def _notice(row: Mapping[str, object]) -> Notice:
    # Rows of earlier versions hold an English sentence.
    values = {"text": row["text"]} if "text" in row else {}
    return msgspec.convert({"values": values, **row}, Notice)
