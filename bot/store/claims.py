"""Who sends what: each chat's deliveries in order, and by one process at a time. Each method is
part of a transaction of the store's.

The oldest delivery of a chat that is pending or on the wire is its head. Heads alone are claimed,
and what stands behind one in its chat comes with it: so no two processes send to one chat, and
what a process has claimed is free again when that process is given up.
"""

import datetime as dt
from collections.abc import Collection, Iterator
from operator import attrgetter

import msgspec
from msgspec.structs import replace
from tinydb.table import Document

from bot.deliver.quiet_hours import quiet_until
from bot.errors import SupersededError
from bot.match import listens
from bot.models import Chat, Delivery
from bot.store.codec import delivery_of, read
from bot.store.tinydb_rows import RowDB

CHUNK = 200
"""Chats that are looked at together."""


class Claims:
    """The deliveries that may be sent now."""

    def __init__(self, db: RowDB) -> None:
        self._engine = db.engine
        self._rows, self._chats = db.rows("deliveries"), db.rows("chats")

    def claim(self, now: dt.datetime, limit: int, busy: Collection[int]) -> list[Delivery]:
        """What is this process's to send from now on, oldest first; none of a chat that is busy,
        or does not listen."""
        found: list[Delivery] = []
        living, me = self._engine.living(), self._engine.me()
        for heads in self._heads():
            free = [
                head
                for head in heads
                if head.chat not in busy and (head.holder == me or head.holder not in living)
            ]
            found += self._sendable(free, now)
            if len(found) >= limit:
                break
        found = sorted(found, key=attrgetter("id"))[:limit]
        if me is not None:
            self._rows.update({"holder": me}, doc_ids=[row.id for row in found])
        return [replace(row, holder=me) for row in found]

    def start(self, delivery: Delivery) -> None:
        """It is on the wire from now on. Raises SupersededError where it is not this process's to
        send any more."""
        before = self._rows.locked(delivery.id)
        if before is None or before["state"] != "pending" or not self._is_ours(before, delivery):
            raise SupersededError(delivery.development)
        self._rows.update(
            {"state": delivery.state, "attempts": delivery.attempts}, doc_ids=[delivery.id]
        )

    def _is_ours(self, before: Document, delivery: Delivery) -> bool:
        return before.get("holder") == delivery.holder == self._engine.me()

    def _heads(self) -> Iterator[list[Delivery]]:
        """The heads of all chats, oldest first; none that another process looks at now."""
        field, mark = self._engine.field, self._engine.mark
        chosen = (
            f"SELECT d.id, d.doc FROM deliveries d WHERE {field('state', 'd')} = 'pending' "
            f"AND d.id > {mark} AND NOT EXISTS (SELECT 1 FROM deliveries o "
            f"WHERE {field('chat', 'o')} = {field('chat', 'd')} "
            f"AND {field('state', 'o')} IN ('pending', 'sending') AND o.id < d.id) "
            f"ORDER BY d.id LIMIT {CHUNK} {self._engine.unclaimed}"
        )
        after = 0
        while rows := self._engine.execute(chosen, (after,)):
            after = rows[-1][0]
            yield [delivery_of(Document(msgspec.json.decode(doc), number)) for number, doc in rows]

    def _sendable(self, heads: Collection[Delivery], now: dt.datetime) -> Iterator[Delivery]:
        """Those whose time has come, of chats that listen, and what stands behind them."""
        numbers = [head.chat for head in heads if _is_due(head, now)]
        known = {doc["id"]: read(doc, Chat) for doc in self._chats.among("id", numbers)}
        chats = [known.get(number) or Chat(id=number) for number in numbers]
        open_ = {chat.id for chat in chats if listens(chat, now) and not quiet_until(chat, now)}
        for doc in self._rows.among("chat", open_, state="pending"):
            row = delivery_of(doc)
            if row.chat in open_ and _is_due(row, now):
                yield row
            else:
                open_.discard(row.chat)  # what comes after it in its chat waits with it


def _is_due(delivery: Delivery, now: dt.datetime) -> bool:
    """Whether its time has come; a time that was written before the clock was set back says
    nothing."""
    is_of_the_future = not delivery.attempts and delivery.created > now
    return delivery.due <= now or is_of_the_future
