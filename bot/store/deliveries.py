"""Deliveries: the queue of what is to be sent, and the record of what came of it.

The oldest delivery of a chat that is pending or on the wire is the head of its queue. Only heads
are claimed, with those behind them in their chats: so no two processes send to one chat, and what
a process has claimed is free again when its lease has ended.
"""

import collections
import datetime as dt
import itertools
from collections.abc import Collection, Iterable, Iterator
from typing import Any

import msgspec
from msgspec.structs import replace
from tinydb.queries import QueryInstance
from tinydb.table import Document

from bot.errors import SupersededError
from bot.i18n import N_
from bot.models import Change, Development, Notice
from bot.models.chats import Chat
from bot.models.deliveries import Backlog, Delivery, DeliveryState, Tally
from bot.ports.rules import Rules
from bot.store.database import locks_rows, reads, writes
from bot.store.notices import Notices
from bot.store.tinydb_rows import RowDB, decode, decode_numbered, encode, having

UNWANTED = "no filter of the chat wants it any more"
HEADS = 200
"""Chats whose queues are looked at together."""


class Deliveries:
    """The table of deliveries."""

    def __init__(self, db: RowDB, notices: Notices, rules: Rules) -> None:
        self._engine, self._notices, self._rules = db.engine, notices, rules
        self._rows, self._chats = db.rows("deliveries"), db.rows("chats")

    # -------------------------------------------------------------- the queue

    @writes
    def enqueue(self, deliveries: Iterable[Delivery]) -> list[Delivery]:
        by_chat = {(each.chat, each.development): each for each in deliveries}
        # The unique index refuses what a chat was sent before.
        is_new = self._rows.insert_new(by_chat.values())
        return list(itertools.compress(by_chat.values(), is_new))

    def enqueue_edits(
        self,
        development: Development,
        change: Change | None,
        now: dt.datetime,
        target: str | None = None,
    ) -> bool:
        """Enqueue an edit for each chat that was sent a development, and the correction for a
        change in substance; return whether there was any such chat. `target`: only for those whose
        texts are translated into that language."""
        sent = [
            row
            for row in self._search(development=str(development.id), kind="news")
            if (row.message_id or row.state == "sending") and target in (None, row.target)
        ]
        for news in sent:
            edit = replace(
                news, id=0, kind="edit", state="pending", attempts=0, due=now, created=now,
                settled=None, message_id=None, reason=None,
            )  # fmt: skip
            self._put(edit)
            if change:
                revision = development.revision
                self._put(replace(edit, kind="correction", revision=revision, change=change))
        return bool(sent)

    def _put(self, delivery: Delivery) -> None:
        """Enqueue a delivery in the place of the one of the same kind and revision."""
        self._rows.upsert(encode(delivery), _same(delivery))

    def schedule(self, development: str, target: str, due: dt.datetime) -> None:
        """Set when the deliveries of a development that were not attempted yet, and whose texts are
        translated into a language, are due."""
        untried = having(development=development, target=target, state="pending", attempts=0)
        self._rows.update({"due": msgspec.to_builtins(due)}, untried)

    def targets(self, development: str) -> frozenset[str]:
        """Return what the texts of a development are translated into for its chats."""
        rows = self._rows.grouped("target", "kind", "due", development=development)
        return frozenset("en" if target is None else target for target, *_ in rows)

    def retarget(self, development: str, target: str, other: str) -> None:
        """Translate the texts of a development into another language for the chats of one."""
        self._rows.update({"target": other}, having(development=development, target=target))

    @reads
    def chats_awaiting(self, most: int) -> dict[int, int]:
        pending = self._rows.grouped("chat", "kind", "id", state="pending", kind="news")
        return {int(chat): count for chat, _, count, _ in pending if count > most}

    # -------------------------------------------------------------- sending

    @locks_rows
    def claim_deliveries(
        self,
        now: dt.datetime,
        limit: int,
        busy: Collection[int] = (),
        *,
        each: int | None = None,
        newest_first: Collection[int] = (),
    ) -> list[Delivery]:
        queues: list[list[Delivery]] = []
        living, me = self._engine.living, self._engine.me
        for heads in self._heads():
            free = [
                head
                for head in heads
                if head.chat not in busy and (head.holder == me or head.holder not in living)
            ]
            queues += self._queues(free, now, limit - len(queues), newest_first)
            if len(queues) >= limit:
                break
        # The first of each chat, then the second of each: so a long queue holds up no other.
        rounds = itertools.zip_longest(*(queue[:each] for queue in queues))
        claimed = [row for together in rounds for row in together if row][:limit]
        if me is not None:
            self._rows.update({"holder": me}, doc_ids=[row.id for row in claimed])
        return [replace(row, holder=me) for row in claimed]

    def _heads(self) -> Iterator[list[Delivery]]:
        """Yield the heads of all queues, oldest first; none that another process has locked."""
        field = self._engine.field
        statement = (
            f"SELECT d.id, d.doc FROM deliveries d WHERE {field('state', 'd')} = 'pending' "
            f"AND d.id > ? AND NOT EXISTS (SELECT 1 FROM deliveries o "
            f"WHERE {field('chat', 'o')} = {field('chat', 'd')} "
            f"AND {field('state', 'o')} IN ('pending', 'sending') AND o.id < d.id) "
            f"ORDER BY d.id LIMIT {HEADS} {self._engine.unclaimed}"
        )
        last = 0
        while rows := self._engine.execute(statement, (last,)):
            last = rows[-1][0]
            documents = (Document(msgspec.json.decode(doc), number) for number, doc in rows)
            yield [_delivery(document) for document in documents]

    def _queues(
        self,
        heads: Collection[Delivery],
        now: dt.datetime,
        limit: int,
        newest_first: Collection[int],
    ) -> Iterator[list[Delivery]]:
        """Yield the due deliveries of chats that may be sent to, in the order of their heads."""
        ids = [head.chat for head in heads if _is_due(head, now)]
        known = {row["id"]: decode(row, Chat) for row in self._chats.among("id", ids)}
        chats = [known.get(id_) or Chat(id=id_) for id_ in ids]
        is_open = [chat for chat in chats if self._rules.sendable_since(chat, now) is not None]
        queues: dict[int, list[Delivery]] = {chat.id: [] for chat in is_open[:limit]}
        for document in self._rows.among("chat", queues, state="pending"):
            row = _delivery(document)
            queues[row.chat].append(row)
        for chat, queue in queues.items():
            rows = _newest_first(queue) if chat in newest_first else queue
            # What comes after one that is not due waits behind it.
            if due := [*itertools.takewhile(lambda row: _is_due(row, now), rows)]:
                yield due

    @locks_rows
    def start_delivery(self, delivery: Delivery) -> None:
        before = self._rows.locked(delivery.id)
        is_ours = before and before.get("holder") == delivery.holder == self._engine.me
        if before is None or before["state"] != "pending" or not is_ours:
            raise SupersededError(delivery.development)
        self._rows.update(
            {"state": delivery.state, "attempts": delivery.attempts}, doc_ids=[delivery.id]
        )

    @locks_rows
    def save_delivery(self, delivery: Delivery) -> None:
        document = encode(delivery)
        before = self._rows.locked(delivery.id)
        is_same = before and all(before.get(key) == document[key] for key in ("created", "holder"))
        if before and is_same:  # else enqueued again, or claimed by another process meanwhile
            self._write(delivery, before["chat"])
        if delivery.state == "uncertain":
            self._notices.add_notice(
                Notice(
                    kind="uncertain",
                    values={"development": delivery.development, "reason": delivery.reason or ""},
                )
            )

    def _write(self, delivery: Delivery, chat: int) -> None:
        # A delivery that is sent while its group moves is settled under the group's new id.
        self._rows.update(encode(replace(delivery, id=0, chat=chat)), doc_ids=[delivery.id])
        if delivery.digest and delivery.settled and delivery.state != "suspended":
            self._settle_contents(delivery, chat)

    def _settle_contents(self, digest: Delivery, chat: int) -> None:
        """Settle the deliveries that a part of a digest contains as the part was."""
        assert digest.digest is not None
        settled = {"state": digest.state, "settled": msgspec.to_builtins(digest.settled)}
        for row in self._search(chat=chat, state="collected"):
            if row.within == digest.development and row.development in digest.digest.items:
                self._rows.update(settled, doc_ids=[row.id])

    # -------------------------------------------------------------- what went wrong

    @writes
    def recover_deliveries(self, now: dt.datetime) -> list[Delivery]:
        living, uncertain = self._engine.living, []
        reason = N_("the bot was stopped while sending")
        for row in self._search(state="sending"):
            if row.holder in living:
                continue
            if row.kind == "edit":  # an edit may be repeated
                self.save_delivery(replace(row, state="pending"))
            else:
                uncertain.append(replace(row, state="uncertain", settled=now, reason=reason))
                self.save_delivery(uncertain[-1])
        return uncertain

    @writes
    def repeat_delivery(self, number: int, now: dt.datetime) -> Delivery | None:
        return self._decide(number, ("uncertain", "failed"), state="pending", attempts=0, due=now)

    @writes
    def give_up_delivery(self, number: int, now: dt.datetime) -> Delivery | None:
        reason = "an admin has decided not to repeat it"
        return self._decide(number, ("uncertain",), state="failed", settled=now, reason=reason)

    def _decide(self, number: int, states: Collection[str], **changes: Any) -> Delivery | None:
        row = self._rows.get(doc_id=number)
        if row is None or row["state"] not in states:
            return None
        decided = replace(_delivery(row), **{"settled": None, "holder": None, **changes})
        self._write(decided, decided.chat)
        return decided

    # -------------------------------------------------------------- chats that come and go

    def suspend(self, chat: int) -> None:
        """Let the pending deliveries of a chat wait until it takes messages again."""
        self._rows.update({"state": "suspended"}, having(chat=chat, state="pending"))

    def unsuspend(self, chat: int, now: dt.datetime) -> None:
        """Make the suspended deliveries of a chat due."""
        due = {"state": "pending", "due": msgspec.to_builtins(now), "attempts": 0, "settled": None}
        self._rows.update(due, having(chat=chat, state="suspended"))

    def suspend_all(self) -> None:
        """Suspend all deliveries for another bot, which cannot edit what this one has sent."""
        self._rows.update({"state": "suspended"}, having(state="pending"))
        self._rows.update({"message_id": None}, having(state="sent"))

    def move(self, old: int, new: int) -> None:
        """Give the deliveries of a chat to another one, but for those that it has already."""
        for row in self._search(chat=old):
            if self._rows.contains(_same(replace(row, chat=new))):
                self._rows.remove(doc_ids=[row.id])
            else:
                self._rows.update({"chat": new}, doc_ids=[row.id])

    def forget(self, chat: int) -> None:
        """Remove the deliveries of a chat."""
        self._rows.remove(having(chat=chat))

    # -------------------------------------------------------------- reading

    @reads
    def news_delivery(self, development: str, chat: int) -> Delivery | None:
        row = self._rows.get(having(development=development, chat=chat, kind="news"))
        return _delivery(row) if row else None

    @reads
    def deliveries(self, state: DeliveryState | None, limit: int) -> list[Delivery]:
        rows = self._rows.search(having(state=state)) if state else self._rows.all()
        return [_delivery(row) for row in rows[::-1][:limit]]

    @reads
    def deliveries_of(self, chat: int) -> list[Delivery]:
        return self._search(chat=chat)

    @reads
    def backlog(self, now: dt.datetime) -> Backlog:
        pending, oldest = 0, None
        since: dict[int, dt.datetime | None] = {}
        for row in map(_delivery, self._rows.stream(having(state="pending"))):
            pending += 1
            if row.chat not in since:
                since[row.chat] = self._rules.sendable_since(self._chat(row.chat), now)
            if open_since := since[row.chat]:
                waits_since = max(row.created if row.attempts else row.due, open_since)
                oldest = min(waits_since, oldest or waits_since)
        return Backlog(pending=pending, oldest=oldest)

    @reads
    def tally(self, chat: int | None = None) -> Tally:
        mine = {} if chat is None else {"chat": chat}
        counts, last_sent = collections.Counter[str](), None
        for state, kind, count, settled in self._rows.grouped("state", "kind", "settled", **mine):
            if kind not in ("edit", "offer"):
                counts[state] += count
                last_sent = max(last_sent or settled, settled) if state == "sent" else last_sent
        return msgspec.convert({**counts, "last_sent": last_sent}, Tally)

    def _search(self, **values: str | int) -> list[Delivery]:
        return [_delivery(row) for row in self._rows.search(having(**values))]

    def _chat(self, chat: int) -> Chat:
        row = self._chats.get(having(id=chat))
        return decode(row, Chat) if row else Chat(id=chat)


def _delivery(row: Document) -> Delivery:
    return decode_numbered(row, Delivery)


def _newest_first(queue: Iterable[Delivery]) -> list[Delivery]:
    """Return a queue with its news in reverse; what belongs to earlier messages goes before."""
    rows = [*queue]
    news = [row for row in rows if row.kind == "news"]
    return [*(row for row in rows if row.kind != "news"), *reversed(news)]


def _is_due(delivery: Delivery, now: dt.datetime) -> bool:
    # A time from before the clock was set back says nothing: what "was" enqueued later is due.
    is_of_the_future = not delivery.attempts and delivery.created > now
    return delivery.due <= now or is_of_the_future


def _same(delivery: Delivery) -> QueryInstance:
    """Return the query for the row of a delivery: one for each kind and revision."""
    keys = ("development", "chat", "kind", "revision")
    return having(**{key: getattr(delivery, key) for key in keys})
