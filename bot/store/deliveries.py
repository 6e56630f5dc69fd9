"""Deliveries: what is to be sent, and the record of what came of it."""

import collections
import datetime as dt
import itertools
import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace
from tinydb import where
from tinydb.queries import QueryInstance
from tinydb.table import Document

from bot.i18n import N_
from bot.models import Change, Development, Notice
from bot.models.chats import LOWEST_CHAT, is_endpoint
from bot.models.deliveries import (
    WAITING_STATES,
    DayLedger,
    Delivery,
    DeliveryState,
    Recipients,
    Tally,
)
from bot.store.database import locks_rows, reads, writes
from bot.store.notices import Notices
from bot.store.tinydb_rows import RowDB, decode_numbered, encode, having

log = logging.getLogger(__name__)

UNWANTED = "no filter of the chat wants it any more"
UNSETTLED = ("pending", "sending")
"""The states in which a delivery is held by the process that has claimed it."""


class Deliveries:
    """The table of deliveries."""

    def __init__(self, db: RowDB, notices: Notices) -> None:
        self._engine, self._notices, self._rows = db.engine, notices, db.rows("deliveries")

    # -------------------------------------------------------------- enqueueing

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
        before = self._rows.get(_same(delivery))
        # Whoever sends that one now has the chat until it is settled.
        holder = before.get("holder") if before and before["state"] in UNSETTLED else None
        self._rows.upsert(encode(replace(delivery, holder=holder)), _same(delivery))

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

    # -------------------------------------------------------------- what came of them

    @locks_rows
    def save_deliveries(self, deliveries: Sequence[Delivery]) -> list[bool]:
        before = self._rows.locked(each.id for each in deliveries)
        # Else it was enqueued again, or claimed by another process meanwhile.
        are_ours = [each.id in before and is_same(each, before[each.id]) for each in deliveries]
        self._write(itertools.compress(deliveries, are_ours), before)
        uncertain = (each for each in deliveries if each.state == "uncertain")
        self._notices.add(
            Notice(
                kind="uncertain",
                values={"development": each.development, "reason": each.reason or ""},
            )
            for each in uncertain
        )
        return are_ours

    def _write(self, deliveries: Iterable[Delivery], before: Mapping[int, Document]) -> None:
        # A delivery that is sent while its group moves is settled under the group's new id.
        moved = {each.id: replace(each, chat=before[each.id]["chat"]) for each in deliveries}
        self._rows.put(
            Document({**before[number], **encode(replace(each, id=0))}, number)
            for number, each in moved.items()
        )
        for each in moved.values():
            if each.digest and each.settled and each.state != "suspended":
                self._settle_contents(each)

    def _settle_contents(self, digest: Delivery) -> None:
        """Settle the deliveries that a part of a digest contains as the part was."""
        assert digest.digest is not None
        settled = {"state": digest.state, "settled": msgspec.to_builtins(digest.settled)}
        for row in self._search(chat=digest.chat, state="collected"):
            if row.within == digest.development and row.development in digest.digest.items:
                self._rows.update(settled, doc_ids=[row.id])

    # -------------------------------------------------------------- what went wrong

    @writes
    def recover_deliveries(
        self, now: dt.datetime, *, to: Recipients | None = None, ours: bool = False
    ) -> list[Delivery]:
        living = self._engine.living - ({self._engine.me} if ours else set())
        sending = map(readable, self._rows.search(having(state="sending")))
        torn = [
            row
            for row in sending
            if row and row.holder not in living and to in (None, recipients_of(row))
        ]
        repeated = [replace(row, state="pending") for row in torn if row.is_repeatable]
        reason = N_("the bot was stopped while sending")
        uncertain = [
            replace(row, state="uncertain", settled=now, reason=reason)
            for row in torn
            if not row.is_repeatable
        ]
        self.save_deliveries([*repeated, *uncertain])
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
        self._write([decided], {number: row})
        return decided

    # -------------------------------------------------------------- chats that come and go

    def suspend(self, chat: int) -> None:
        """Let the pending deliveries of a chat wait until it takes messages again."""
        self._rows.update({"state": "suspended"}, having(chat=chat, state="pending"))

    def unsuspend(self, chat: int, now: dt.datetime) -> None:
        """Make the suspended deliveries of a chat due."""
        due = {
            "state": "pending", "due": msgspec.to_builtins(now), "attempts": 0, "settled": None,
            "holder": None,
        }  # fmt: skip
        self._rows.update(due, having(chat=chat, state="suspended"))

    def suspend_all(self) -> None:
        """Suspend all deliveries to chats for another bot, which cannot edit what this one has
        sent."""
        to_chats = where("chat") >= LOWEST_CHAT
        self._rows.update({"state": "suspended"}, having(state="pending") & to_chats)
        self._rows.update({"message_id": None}, having(state="sent") & to_chats)

    def move(self, old: int, new: int) -> None:
        """Give the deliveries of a chat to another one, but for those that it has already."""
        for row in self._search(chat=old):
            if self._rows.contains(_same(replace(row, chat=new))):
                self._rows.remove(doc_ids=[row.id])
            else:
                # Another process may hold the new chat: only what is on the wire stays held.
                is_sending = row.state == "sending"
                changes = {"chat": new, "holder": row.holder if is_sending else None}
                self._rows.update(changes, doc_ids=[row.id])

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
    def tally(self, chat: int | None = None) -> Tally:
        mine = {} if chat is None else {"chat": chat}
        counts, last_sent = collections.Counter[str](), None
        for state, kind, count, settled in self._rows.grouped("state", "kind", "settled", **mine):
            if kind not in ("edit", "offer"):
                counts[state] += count
                last_sent = max(last_sent or settled, settled) if state == "sent" else last_sent
        return msgspec.convert({**counts, "last_sent": last_sent}, Tally)

    @reads
    def ledger(self, since: dt.date) -> list[DayLedger]:
        field = self._engine.field
        statement = (
            f"SELECT substr({field('created')}, 1, 10), {field('state')}, "
            f"{field('within')} IS NULL, count(*) FROM deliveries "
            f"WHERE {field('kind')} = 'news' AND {field('created')} >= ? GROUP BY 1, 2, 3"
        )
        days = collections.defaultdict[str, collections.Counter[str]](collections.Counter)
        for day, state, is_alone, count in self._engine.execute(statement, (str(since),)):
            days[day][_place_in_ledger(state, is_alone=is_alone)] += count
            days[day]["matched"] += 0 if state == "withdrawn" else count
        return [
            msgspec.convert({"day": day, **days[day]}, DayLedger)
            for day in sorted(days, reverse=True)
        ]

    def _search(self, **values: str | int) -> list[Delivery]:
        return [_delivery(row) for row in self._rows.search(having(**values))]


def is_same(delivery: Delivery, row: Document) -> bool:
    """Return whether a row still holds a delivery, under the same claim."""
    document = encode(delivery)
    return all(row.get(key) == document[key] for key in ("created", "holder"))


def recipients_of(delivery: Delivery) -> Recipients:
    """Return whether a delivery is a message to a chat or an event to an endpoint."""
    return "endpoints" if is_endpoint(delivery.chat) else "chats"


def readable(row: Document) -> Delivery | None:
    """Return the delivery of a row; None: it holds none, which must not hold up the others."""
    try:
        return _delivery(row)
    except msgspec.ValidationError as error:
        log.error("delivery %d cannot be read, and its chat waits: %s", row.doc_id, error)
        return None


def _place_in_ledger(state: str, *, is_alone: bool) -> str:
    """Return the figure of a `DayLedger` that deliveries of a state belong to; a state that has no
    place is not counted, so that the day does not add up."""
    if state == "sent":
        return "delivered" if is_alone else "in_digests"
    return "waiting" if state in WAITING_STATES else state


def _delivery(row: Document) -> Delivery:
    return decode_numbered(row, Delivery)


def _same(delivery: Delivery) -> QueryInstance:
    """Return the query for the row of a delivery: one for each kind and revision."""
    keys = ("development", "chat", "kind", "revision")
    return having(**{key: getattr(delivery, key) for key in keys})
