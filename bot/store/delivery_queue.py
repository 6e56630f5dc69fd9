"""The queue of deliveries: which are sent next, and by which of the processes that share a store.

The oldest delivery of a chat that is pending or on the wire is the head of its queue. Who claims a
chat locks its head and holds what it claims, until that is settled. A chat of which a delivery is
on the wire, or is held by another process that lives, is claimed by nobody else, whichever of its
deliveries was sent first: so one process at a time sends to a chat, and what a process has claimed
is free again when its lease has ended.
"""

import datetime as dt
import itertools
import logging
from collections.abc import Collection, Iterable, Iterator, Sequence

import msgspec
from msgspec.structs import replace
from tinydb.table import Document

from bot.models.chats import LOWEST_CHAT, Chat, is_endpoint
from bot.models.deliveries import Backlog, Delivery, Recipients
from bot.ports.rules import Rules
from bot.store.database import locks_rows, reads
from bot.store.deliveries import is_same, readable
from bot.store.tinydb_rows import RowDB, decode, having

log = logging.getLogger(__name__)

HEADS = 100
"""Chats whose queues are looked at together."""


class DeliveryQueue:
    """The deliveries that are pending, and those on the wire."""

    def __init__(self, db: RowDB, rules: Rules) -> None:
        self._engine, self._rules = db.engine, rules
        self._rows, self._chats = db.rows("deliveries"), db.rows("chats")

    # -------------------------------------------------------------- claiming and starting

    @locks_rows
    def claim_deliveries(
        self,
        now: dt.datetime,
        limit: int,
        busy: Collection[int] = (),
        *,
        to: Recipients = "chats",
        each: int | None = None,
        newest_first: Collection[int] = (),
    ) -> list[Delivery]:
        queues: list[list[Delivery]] = []
        me = self._engine.me
        others = self._engine.living - {me}
        for heads in self._heads(to):
            free = [head for head in heads if head.chat not in busy and head.holder not in others]
            chats = self._sendable([head.chat for head in free if _is_due(head, now)], now)
            for queue in self._free(chats[: limit - len(queues)], others):
                rows = _newest_first(queue) if queue[0].chat in newest_first else queue
                # What comes after one that is not due waits behind it.
                if due := [*itertools.takewhile(lambda row: _is_due(row, now), rows)]:
                    queues.append(due)
            if len(queues) >= limit:
                break
        # The first of each chat, then the second of each: so a long queue holds up no other.
        rounds = itertools.zip_longest(*(queue[:each] for queue in queues))
        claimed = [row for together in rounds for row in together if row][:limit]
        if me is not None:
            self._rows.update({"holder": me}, doc_ids=[row.id for row in claimed])
        return [replace(row, holder=me) for row in claimed]

    def _heads(self, to: Recipients) -> Iterator[list[Delivery]]:
        """Yield the heads of all queues, oldest first; none that another process has locked."""
        field = self._engine.field
        statement = (
            f"SELECT d.id, d.doc FROM deliveries d WHERE {field('state', 'd')} = 'pending' "
            f"AND {self._is_to(to, 'd')} AND d.id > ? AND NOT EXISTS (SELECT 1 FROM deliveries o "
            f"WHERE {field('chat', 'o')} = {field('chat', 'd')} "
            f"AND {field('state', 'o')} IN ('pending', 'sending') AND o.id < d.id) "
            f"ORDER BY d.id LIMIT {HEADS} {self._engine.unclaimed}"
        )
        last = 0
        while rows := self._engine.execute(statement, (last,)):
            last = rows[-1][0]
            yield [head for row in rows if (head := readable(_document(row)))]

    def _is_to(self, to: Recipients, table: str) -> str:
        """Return the condition that a delivery is a message to a chat, or an event."""
        sign = "<" if to == "endpoints" else ">="
        return f"CAST({self._engine.field('chat', table)} AS BIGINT) {sign} {LOWEST_CHAT}"

    def _sendable(self, chats: Collection[int], now: dt.datetime) -> list[int]:
        """Return the chats that may be sent to, in their order."""
        known = {row["id"]: row for row in self._chats.among("id", chats)}
        return [chat for chat in chats if self._sendable_since(chat, known.get(chat), now)]

    def _free(self, chats: Collection[int], others: Collection[int]) -> Iterator[list[Delivery]]:
        """Yield the queues of those chats whose heads are locked to which nobody sends, in their
        order."""
        # Asked only when the heads are locked: what another process has claimed is seen from here
        # on, also where it was behind the head that is the first now.
        queues: dict[int, list[Delivery | None]] = {chat: [] for chat in chats}
        for row in self._unsettled(chats):
            queues[int(row["chat"])].append(readable(row))
        for queue in queues.values():
            free = [
                row for row in queue if row and row.state == "pending" and row.holder not in others
            ]
            if free and len(free) == len(queue):
                yield free

    def _unsettled(self, chats: Collection[int]) -> list[Document]:
        """Return the deliveries of chats that are pending or on the wire, oldest first."""
        field, marks = self._engine.field, ", ".join("?" * len(chats))
        statement = (
            f"SELECT id, doc FROM deliveries WHERE {field('chat')} IN ({marks}) "
            f"AND {field('state')} IN ('pending', 'sending') ORDER BY id"
        )
        rows = self._engine.execute(statement, self._engine.comparable(chats)) if chats else []
        return [_document(row) for row in rows]

    @locks_rows
    def start_deliveries(self, deliveries: Sequence[Delivery]) -> list[bool]:
        before = self._rows.locked(each.id for each in deliveries)
        are_ours = [
            each.id in before and self._may_start(each, before[each.id]) for each in deliveries
        ]
        self._rows.put(
            Document({**before[each.id], "state": each.state, "attempts": each.attempts}, each.id)
            for each in itertools.compress(deliveries, are_ours)
        )
        return are_ours

    def _may_start(self, delivery: Delivery, before: Document) -> bool:
        # One that Telegram refuses in one form goes out again in another, in the same attempt.
        is_again = before["state"] == "sending" and before["attempts"] == delivery.attempts
        is_ours = is_same(delivery, before) and delivery.holder == self._engine.me
        return is_ours and (before["state"] == "pending" or is_again)

    # -------------------------------------------------------------- what waits

    @reads
    def chats_awaiting(self, most: int) -> dict[int, int]:
        pending = self._rows.grouped("chat", "kind", "id", state="pending", kind="news")
        return {
            int(chat): count
            for chat, _, count, _ in pending
            if count > most and not is_endpoint(int(chat))
        }

    @reads
    def backlog(self, now: dt.datetime) -> Backlog:
        pending, oldest = 0, None
        since: dict[int, dt.datetime | None] = {}
        for document in self._rows.stream(having(state="pending")):
            if is_endpoint(document["chat"]):  # it may be down for as long as it likes
                continue
            pending += 1
            row = readable(document)
            if row is None:
                continue
            if row.chat not in since:
                chat = self._chats.get(having(id=row.chat))
                since[row.chat] = self._sendable_since(row.chat, chat, now)
            if open_since := since[row.chat]:
                waits_since = max(row.created if row.attempts else row.due, open_since)
                oldest = min(waits_since, oldest or waits_since)
        return Backlog(pending=pending, oldest=oldest)

    def _sendable_since(
        self, number: int, row: Document | None, now: dt.datetime
    ) -> dt.datetime | None:
        try:
            return self._rules.sendable_since(decode(row, Chat) if row else Chat(id=number), now)
        except Exception:  # one chat that breaks must not hold up the others
            log.exception("a chat breaks, and what is for it waits: look at its row and time zone")
            return None


def _document(row: tuple[int, bytes]) -> Document:
    number, doc = row
    return Document(msgspec.json.decode(doc), number)


def _newest_first(queue: Iterable[Delivery]) -> list[Delivery]:
    """Return a queue with its news in reverse; what belongs to earlier messages goes before."""
    rows = [*queue]
    news = [row for row in rows if row.kind == "news"]
    return [*(row for row in rows if row.kind != "news"), *reversed(news)]


def _is_due(delivery: Delivery, now: dt.datetime) -> bool:
    # A time from before the clock was set back says nothing: what "was" enqueued later is due.
    is_of_the_future = not delivery.attempts and delivery.created > now
    return delivery.due <= now or is_of_the_future
