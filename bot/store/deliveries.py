"""What is owed to chats, and what became of it. Each method is part of a transaction of the
store's."""

import collections
import datetime as dt
import itertools
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace
from tinydb import where
from tinydb.queries import QueryInstance

from bot.deliver.digest import digest_delivery, split_digest
from bot.deliver.quiet_hours import quiet_ended, quiet_until
from bot.match import listens
from bot.models import (
    Backlog,
    Change,
    Chat,
    Delivery,
    DeliveryState,
    Development,
    SilentCountry,
    Tally,
)
from bot.store.codec import delivery_of, read, written
from bot.store.tinydb_rows import RowDB, RowTable
from bot.store.waves import Waves

UNWANTED = "no filter of the chat wants it any more"

_EVER = dt.datetime.min.replace(tzinfo=dt.UTC)


class Deliveries:
    """The deliveries, and the chats they go to."""

    def __init__(self, db: RowDB) -> None:
        self._engine = db.engine
        self._rows: RowTable = db.rows("deliveries")
        self._chats: RowTable = db.rows("chats")
        self._waves = Waves(db)

    def owe(self, deliveries: Iterable[Delivery]) -> list[Delivery]:
        """Writes down what is owed; a chat that is owed, or was sent, a development is not owed
        it again."""
        owed = {(delivery.chat, delivery.development): delivery for delivery in deliveries}
        is_new = self._rows.insert_new(owed.values())
        return list(itertools.compress(owed.values(), is_new))

    def owe_news(self, news: Sequence[Delivery]) -> list[Delivery]:
        """Writes down what is owed of new developments: some rows now, of many the rest with
        `write_out`."""
        first = self._waves.put(news)
        return [*self.owe(first), *news[len(first) :]]

    def write_out(self) -> bool:
        """Gives some of those that are owed news their rows; whether there were any."""
        waiting = self._waves.take()
        self.owe(waiting)
        return bool(waiting)

    def _write_all_out(self) -> None:
        while self.write_out():
            pass

    def amend(self, development: Development, change: Change | None, now: dt.datetime) -> int:
        """Owes an edit to each chat that has been sent a development, and the word of a change;
        how many chats that are."""
        told = [
            row
            for row in map(delivery_of, self._rows.search(where("development") == development.id))
            if row.kind == "news" and (row.message_id or row.state == "sending")
        ]
        for news in told:
            edit = replace(
                news, id=0, kind="edit", state="pending", attempts=0, due=now, created=now,
                settled=None, message_id=None, reason=None,
            )  # fmt: skip
            self._rows.upsert(written(edit), _same(edit))
            if change:
                revision = development.revision
                told_of = replace(edit, kind="correction", revision=revision, change=change)
                self._rows.upsert(written(told_of), _same(told_of))
        return len(told)

    def news(self, development: str, chat: int) -> Delivery | None:
        """What became of a development in a chat."""
        found = self._rows.get(_of(development, chat) & (where("kind") == "news"))
        waiting = (row for row in self._waves.all() if _pair(row) == (development, chat))
        return delivery_of(found) if found else next(waiting, None)

    def schedule(self, development: str, due: dt.datetime) -> None:
        """Sets when what is owed of a development, and was not tried yet, is due."""
        waiting = (where("development") == development) & (where("state") == "pending")
        for row in self._rows.search(waiting & (where("attempts") == 0)):
            self._rows.update({"due": msgspec.to_builtins(due)}, doc_ids=[row.doc_id])
        self._waves.schedule(development, msgspec.to_builtins(due))

    def save(self, delivery: Delivery) -> None:
        """Writes a delivery's new state; not of one that has been owed anew since, or claimed by
        another process."""
        doc = written(delivery)
        before = self._rows.locked(delivery.id)
        if before and (before["created"], before.get("holder")) == (doc["created"], doc["holder"]):
            self._write(delivery, before["chat"])

    def _write(self, delivery: Delivery, chat: int) -> None:
        doc = written(replace(delivery, id=0, chat=chat))  # which it went to, should it have moved
        self._rows.update(doc, doc_ids=[delivery.id])
        if delivery.digest and delivery.settled and delivery.state != "suspended":
            self._end_with(delivery, chat)

    def recover(self, now: dt.datetime) -> list[Delivery]:
        """Settles what was being sent by a process that has died: an edit is made again, anything
        else is uncertain. Gives what is."""
        self._write_all_out()
        sending = map(delivery_of, self._rows.search(where("state") == "sending"))
        living = self._engine.living()
        torn = [row for row in sending if row.holder not in living]
        reason = "the bot was stopped while sending"
        settled = [
            replace(row, state="uncertain", settled=now, reason=reason)
            for row in torn
            if row.kind != "edit"
        ]
        again = [replace(row, state="pending") for row in torn if row.kind == "edit"]
        for row in (*settled, *again):
            self.save(row)
        return settled

    def suspend(self, chat: int) -> None:
        """What a chat is owed waits until it takes messages again."""
        self._write_all_out()
        waiting = (where("chat") == chat) & (where("state") == "pending")
        self._rows.update({"state": "suspended"}, waiting)

    def revive(self, chat: int, now: dt.datetime) -> None:
        """What waited for a chat is due."""
        due = {"state": "pending", "due": msgspec.to_builtins(now), "attempts": 0, "settled": None}
        self._rows.update(due, (where("chat") == chat) & (where("state") == "suspended"))

    def rehome(self) -> None:
        """Another bot takes over: everything waits for its chat, and what was sent cannot be
        edited."""
        self._write_all_out()
        self._rows.update({"state": "suspended"}, where("state") == "pending")
        self._rows.update({"message_id": None}, where("state") == "sent")

    def backlog(self, now: dt.datetime) -> Backlog:
        """How much waits to be sent, and since when."""
        pending, oldest = 0, None
        chats: dict[int, Chat] = {}
        rows = map(delivery_of, self._rows.stream(where("state") == "pending"))
        waiting = (row for row in self._waves.all() if row.state == "pending")
        for row in itertools.chain(rows, waiting):
            pending += 1
            chat = chats.setdefault(row.chat, self.chat(row.chat))
            if listens(chat, now) and not quiet_until(chat, now):
                owed = row.created if row.attempts else row.due
                since = max(owed, chat.paused_until or _EVER, quiet_ended(chat, now) or _EVER)
                oldest = min(since, oldest or since)
        return Backlog(pending=pending, oldest=oldest)

    def put_together(
        self, chat: Chat, now: dt.datetime, silences: tuple[SilentCountry, ...]
    ) -> int:
        """Makes the parts of a digest of what was collected for a chat; how many they are."""
        self._write_all_out()
        mine = (where("chat") == chat.id) & (where("state") == "collected")
        waiting = [row for row in map(delivery_of, self._rows.search(mine)) if row.within is None]
        live = {kept.id for kept in chat.filters}
        told = [row for row in waiting if live & set(row.filters)]
        for row in waiting:
            if row not in told:
                self.save(replace(row, state="withdrawn", settled=now, reason=UNWANTED))
        parts = split_digest(chat, [row.development for row in told], silences, now)
        rows = [digest_delivery(chat, part, now) for part in parts]
        for row in told:
            self.save(replace(row, within=rows[0].development))
        self._rows.insert_multiple(map(written, rows))
        return len(rows)

    def _end_with(self, digest: Delivery, chat: int) -> None:
        """What a digest has told has come to what it came to."""
        assert digest.digest is not None
        end = {"state": digest.state, "settled": msgspec.to_builtins(digest.settled)}
        mine = (where("chat") == chat) & (where("state") == "collected")
        for row in map(delivery_of, self._rows.search(mine)):
            if row.within == digest.development and row.development in digest.digest.items:
                self._rows.update(end, doc_ids=[row.id])

    def of_chat(self, chat: int) -> list[Delivery]:
        """All rows of a chat."""
        rows = [delivery_of(row) for row in self._rows.search(where("chat") == chat)]
        return rows + [row for row in self._waves.all() if row.chat == chat]

    def newest(self, state: DeliveryState | None, limit: int) -> list[Delivery]:
        """The newest rows of a state, or of all."""
        rows = self._rows.search(where("state") == state) if state else list(self._rows)
        waiting = [row for row in self._waves.all() if state in (None, row.state)]
        return [*waiting[::-1], *map(delivery_of, rows[::-1])][:limit]

    def repeat(self, number: int, now: dt.datetime) -> Delivery | None:
        """Owes anew what is uncertain or failed; None: the number is of no such row."""
        return self._decided(number, ("uncertain", "failed"), state="pending", attempts=0, due=now)

    def give_up(self, number: int, now: dt.datetime) -> Delivery | None:
        """Calls failed what is uncertain; None: the number is of no such row."""
        reason = "an admin has decided not to repeat it"
        return self._decided(number, ("uncertain",), state="failed", settled=now, reason=reason)

    def _decided(self, number: int, states: Collection[str], **changes: Any) -> Delivery | None:
        row = self._rows.get(doc_id=number)
        if row is None or row["state"] not in states:
            return None
        decided = replace(delivery_of(row), **{"settled": None, "holder": None, **changes})
        self._write(decided, decided.chat)
        return decided

    def tally(self, chat: int | None = None) -> Tally:
        """The messages of a chat, or of all, in figures."""
        mine = {} if chat is None else {"chat": chat}
        waiting = [row.state for row in self._waves.all() if chat in (None, row.chat)]
        counts, last_sent = dict(collections.Counter[str](waiting)), None
        for (state, kind), count, settled in self._rows.grouped("state", "kind", "settled", **mine):
            if kind != "edit":
                counts[state] = counts.get(state, 0) + count
                last_sent = max(last_sent or settled, settled) if state == "sent" else last_sent
        return msgspec.convert({**counts, "last_sent": last_sent}, Tally)

    def move(self, old: int, new: int) -> None:
        """Gives what a chat is owed to another; what that one has already stays there."""
        self._write_all_out()
        for row in map(delivery_of, self._rows.search(where("chat") == old)):
            if self._rows.contains(_same(replace(row, chat=new))):
                self._rows.remove(doc_ids=[row.id])
            else:
                self._rows.update({"chat": new}, doc_ids=[row.id])

    def forget(self, chat: int) -> None:
        """Removes all of a chat."""
        self._write_all_out()
        self._rows.remove(where("chat") == chat)

    def chat(self, chat: int) -> Chat:
        """A chat; an unknown one has no filters."""
        doc = self._chats.get(where("id") == chat)
        return read(doc, Chat) if doc else Chat(id=chat)


def _same(delivery: Delivery) -> QueryInstance:
    """The row that a delivery is written to: one of each kind, and of each revision."""
    of_kind: QueryInstance = where("kind") == delivery.kind
    of_revision: QueryInstance = where("revision") == delivery.revision
    same: QueryInstance = _of(delivery.development, delivery.chat) & of_kind & of_revision
    return same


def _pair(delivery: Delivery) -> tuple[str, int]:
    return delivery.development, delivery.chat


def _of(development: str, chat: int) -> QueryInstance:
    of_development: QueryInstance = where("development") == development
    of_both: QueryInstance = of_development & (where("chat") == chat)
    return of_both
