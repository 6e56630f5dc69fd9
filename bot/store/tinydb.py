"""The Store on TinyDB: every verb one transaction, on a thread of the store's own.

One thread means that steps never interleave, and that the event loop never waits for a disk.
"""

import asyncio
import datetime as dt
import functools
import itertools
import sqlite3
from collections.abc import (
    AsyncIterator,
    Callable,
    Collection,
    Coroutine,
    Iterable,
    Mapping,
)
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, Concatenate, ParamSpec, TypeVar

from msgspec.structs import replace
from tinydb import where

from bot.enrich import english
from bot.errors import StoreError
from bot.match import Audience
from bot.models import (
    Backlog,
    Change,
    Chat,
    Correction,
    Delivery,
    DeliveryState,
    Development,
    Harvest,
    Notice,
    Passage,
    Silence,
    SourceState,
    Tally,
    Translation,
    Untranslated,
    Watched,
)
from bot.ports import Owed, Wanted
from bot.store.alarms import Alarms
from bot.store.archive import Amended, Archive, Recorded
from bot.store.docs import read, written
from bot.store.ledger import Ledger
from bot.store.migrations import VERSION, migrate
from bot.store.rows import RowDB
from bot.store.translations import Translations
from bot.store.trouble import trouble
from bot.store.watch import Watch

P = ParamSpec("P")
T = TypeVar("T")


def _reads(
    method: Callable[Concatenate["TinyStore", P], T],
) -> Callable[Concatenate["TinyStore", P], Coroutine[Any, Any, T]]:
    """Makes a method one step that sees one state of the store and hinders no writer."""
    return _on_thread(method, "DEFERRED")


def _writes(
    method: Callable[Concatenate["TinyStore", P], T],
) -> Callable[Concatenate["TinyStore", P], Coroutine[Any, Any, T]]:
    """Makes a method one step that happens as a whole or not at all."""
    return _on_thread(method, "IMMEDIATE")


def _on_thread(
    method: Callable[Concatenate["TinyStore", P], T], lock: str
) -> Callable[Concatenate["TinyStore", P], Coroutine[Any, Any, T]]:
    async def run(self: "TinyStore", /, *args: P.args, **kwargs: P.kwargs) -> T:
        step = functools.partial(self._atomically, lock, method, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._thread, step)

    run.__name__, run.__doc__ = method.__name__, method.__doc__
    return run


@asynccontextmanager
async def open_store(path: str, *, filled_from: str | None = None) -> AsyncIterator["TinyStore"]:
    """The store in a file, made where there is none, for as long as the context lasts;
    `:memory:` for one that nobody keeps, `filled_from` the file of another or empty.

    Raises StoreError.
    """
    store = TinyStore(path, filled_from)
    try:
        await _prepare(store, path)
        yield store
    finally:
        await store.close()


async def _prepare(store: "TinyStore", path: str) -> None:
    version = await store.version()  # who only reads waits for nobody who writes
    if version is None:
        await store.begin()
    elif version > VERSION:
        raise StoreError(
            f"{path}: written by a later version of the program "
            f"(schema {version}, this one reads {VERSION})"
        )
    elif version < VERSION:
        await store.migrate()


class TinyStore:
    """Everything the bot must not forget. `ports.Store` says what each verb means."""

    def __init__(self, path: str, filled_from: str | None = None) -> None:
        self._path, self._filled_from = path, filled_from
        self._audience: Audience | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")

    def _atomically(self, lock: str, step: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        try:
            if not hasattr(self, "_db"):
                self._open()
            with self._db.rows_storage.transaction(lock):
                return step(self, *args, **kwargs)
        except sqlite3.Error as error:
            self._audience = None  # what it has heard of may not be written
            raise trouble(self._path, error) from error

    def _open(self) -> None:
        self._db = RowDB(self._path, filled_from=self._filled_from)
        self._archive = Archive(self._db)
        self._meta, self._sources = map(self._db.rows, ("meta", "sources"))
        self._ledger, self._watch = Ledger(self._db), Watch(self._db)
        self._translations, self._alarms = Translations(self._db), Alarms(self._db)
        self._chats, self._notices = map(self._db.rows, ("chats", "notices"))
        self._corrections, self._off = map(self._db.rows, ("corrections", "switched_off"))
        self._invitations = self._db.rows("invitations")
        for table, *fields in (
            ("sources", "id"),
            ("seen", "key"),
            ("developments", "id"),
            ("counters", "name"),
            ("chats", "id"),
            ("deliveries", "development", "chat", "kind", "revision"),
            ("untranslated", "development"),
            ("translations", "key"),
            ("alarms", "name"),
        ):
            self._db.rows_storage.make_index(table, *fields, unique=True)
        for table, field in (
            ("developments", "day"),
            ("pages", "source"),
            ("pages", "url"),
            ("deliveries", "state"),
            ("deliveries", "chat"),
        ):
            self._db.rows_storage.make_index(table, field)

    @_reads
    def version(self) -> int | None:
        """The version of the schema that the file has; None: it is new."""
        found = self._meta.get(where("name") == "schema")
        return int(found["version"]) if found else None

    @_writes
    def begin(self) -> None:
        """Marks a new file as one of this version."""
        self._meta.insert({"name": "schema", "version": VERSION})

    @_writes
    def migrate(self) -> None:
        """Makes a store of an earlier version one of this version, whole or not at all."""
        found = self._meta.get(where("name") == "schema")
        if found and found["version"] < VERSION:  # no other process has done so meanwhile
            migrate(self._db, int(found["version"]))

    # -------------------------------------------------------------- sources

    @_reads
    def states(self) -> dict[str, SourceState]:
        """See `ports.Store`."""
        return {doc["id"]: read(doc, SourceState) for doc in self._sources}

    @_reads
    def state(self, source: str) -> SourceState | None:
        """See `ports.Store`."""
        doc = self._sources.get(where("id") == source)
        return read(doc, SourceState) if doc else None

    @_reads
    def known(self, keys: Iterable[str]) -> frozenset[str]:
        """See `ports.Store`."""
        return frozenset(key for key in keys if self._archive.knows(key))

    @_writes
    def commit(self, harvest: Harvest, owed: Owed) -> tuple[list[Development], list[Delivery]]:
        """See `ports.Store`."""
        state = harvest.state
        self._sources.upsert(written(state), where("id") == state.id)
        self._notices.insert_multiple({"text": text} for text in harvest.notices)
        told = self._archive.record(harvest.developments)
        held = self._archive.record(harvest.held)
        revised = self._archive.revise(harvest.updates)
        self._archive.learn(state.id, harvest, told.ids | held.ids | revised.ids)
        rows = self._owe(harvest, told, owed, [*told.joined, *held.joined, *revised.all])
        heard = {row.development for row in rows}
        suggested = [_may_be_one(*pair) for pair in told.alike if pair[0].id in heard]
        self._notices.insert_multiple({"text": text} for text in suggested)
        return [*told.new, *map(_whole, told.joined)], rows

    def _owe(
        self, harvest: Harvest, told: Recorded, owed: Owed, amended: list[Amended]
    ) -> list[Delivery]:
        """Writes down what is owed of a harvest: news, edits and corrections. What may be in
        English soon waits for that."""
        news = [*told.new, *itertools.chain.from_iterable(map(_both, told.joined))]
        reached = {
            change.development.id: change.development
            for change in amended
            if self._ledger.amend(change.development, change.change, harvest.at)
        }
        rows = self._ledger.owe([row for made in news for row in owed(made)])
        heard = {row.development for row in rows}
        reached |= {made.id: made for made in told.new if made.id in heard}
        reached |= {made.id: made for made in map(_whole, told.joined) if made.id in heard}
        for made in reached.values():
            self._watch.begin(harvest, made)
            if harvest.patience and self._translations.await_one(made, harvest.at):
                self._ledger.schedule(str(made.id), harvest.at + harvest.patience)
        return rows

    @_reads
    def watched(self, source: str, now: dt.datetime, limit: int) -> list[Watched]:
        """See `ports.Store`."""
        return self._watch.due(source, now, limit)

    @_writes
    def revisit(self, page: Watched, made: Development, change: Change | None) -> None:
        """See `ports.Store`."""
        self._watch.save(page)
        if change:
            self._archive.write(made)
            self._ledger.amend(made, change, page.seen)

    @_writes
    def unwatch(self, page: Watched) -> None:
        """See `ports.Store`."""
        self._watch.end(page)

    @_reads
    def untranslated(self, now: dt.datetime) -> Untranslated | None:
        """See `ports.Store`."""
        return self._translations.next(now)

    @_writes
    def translate(
        self,
        waiting: Untranslated,
        passage: Passage,
        translation: Translation,
        now: dt.datetime,
    ) -> bool:
        """See `ports.Store`."""
        self._translations.keep(passage, translation)
        before = self._archive.one(waiting.development)
        if before is None or english.passage(before) != passage:
            return False
        made = english.translated(before, translation)
        self._archive.write(made)
        self._ledger.amend(made, None, now)
        self._ledger.schedule(waiting.development, now)
        self._translations.settle(waiting)
        return True

    @_writes
    def postpone(self, waiting: Untranslated) -> None:
        """See `ports.Store`."""
        self._translations.postpone(waiting)

    @_reads
    def translation(self, passage: Passage) -> Translation | None:
        """See `ports.Store`."""
        return self._translations.kept(passage)

    @_writes
    def spent(self, day: dt.date, characters: int) -> int:
        """See `ports.Store`."""
        return self._archive.count(f"translated {day}", characters)

    @_writes
    def settle_alarms(self, wrong: Mapping[str, str]) -> list[str]:
        """See `ports.Store`."""
        return self._alarms.settle(wrong)

    @_reads
    def notices(self) -> list[Notice]:
        """See `ports.Store`."""
        return [
            Notice(id=doc.doc_id, text=doc["text"], chat=doc.get("chat")) for doc in self._notices
        ]

    @_writes
    def note(self, text: str, chat: int | None = None) -> None:
        """See `ports.Store`."""
        self._notices.insert({"text": text, "chat": chat})

    @_writes
    def dismiss(self, *notices: int) -> None:
        """See `ports.Store`."""
        self._notices.remove(doc_ids=notices)

    # -------------------------------------------------------------- developments

    @_reads
    def developments(
        self,
        wanted: Wanted = lambda development: True,
        since: dt.date | None = None,
        until: dt.date | None = None,
        limit: int | None = None,
    ) -> list[Development]:
        """See `ports.Store`."""
        found: list[Development] = []
        for day, development in self._archive.newest():
            if (limit is not None and len(found) >= limit) or (since and day < str(since)):
                break
            if (not until or day <= str(until)) and wanted(development):
                found.append(development)
        return found

    @_reads
    def development(self, id: str) -> Development | None:  # noqa: A002
        """See `ports.Store`."""
        return self._archive.one(id)

    @_writes
    def correct(self, corrected: Development, correction: Correction, now: dt.datetime) -> None:
        """See `ports.Store`."""
        self._archive.write(corrected)
        self._corrections.insert(written(correction))
        self._ledger.amend(corrected, None, now)

    @_writes
    def switch(self, source: str, *, is_on: bool) -> None:
        """See `ports.Store`."""
        self._off.remove(where("id") == source)
        if not is_on:
            self._off.insert({"id": source})

    @_reads
    def switched_off(self) -> frozenset[str]:
        """See `ports.Store`."""
        return frozenset(row["id"] for row in self._off)

    @_writes
    def invite(self, token: str) -> None:
        """See `ports.Store`."""
        self._invitations.insert({"token": token})

    @_writes
    def redeem(self, token: str) -> bool:
        """See `ports.Store`."""
        return bool(self._invitations.remove(where("token") == token))

    @_reads
    def corrections(self) -> list[Correction]:
        """See `ports.Store`."""
        return [read(doc, Correction) for doc in self._corrections]

    # -------------------------------------------------------------- chats

    @_reads
    def chats(self) -> list[Chat]:
        """See `ports.Store`."""
        return [read(doc, Chat) for doc in self._chats]

    @_reads
    def audience(self) -> Audience:
        """See `ports.Store`."""
        return self._audience_now()

    def _audience_now(self) -> Audience:
        if self._audience is None:
            self._audience = Audience(read(doc, Chat) for doc in self._chats)
        return self._audience

    @_reads
    def chat(self, chat: int) -> Chat:
        """See `ports.Store`."""
        return self._ledger.chat(chat)

    @_writes
    def change_chat(self, chat: int, change: Callable[[Chat], Chat]) -> Chat:
        """See `ports.Store`."""
        changed = change(self._ledger.chat(chat))
        self._keep_chat(changed)
        return changed

    def _keep_chat(self, chat: Chat) -> None:
        if chat == Chat(id=chat.id):
            self._chats.remove(where("id") == chat.id)  # nothing to remember
        else:
            self._chats.upsert(written(chat), where("id") == chat.id)
        if self._audience:
            self._audience.put(chat)

    @_writes
    def suspend_chat(self, chat: int, reason: str, now: dt.datetime) -> None:
        """See `ports.Store`."""
        known = self._ledger.chat(chat)
        if known.filters:
            self._keep_chat(replace(known, suspended=reason, away=known.away or now))
            self._ledger.suspend(chat)

    @_writes
    def revive_chat(self, chat: int, now: dt.datetime) -> None:
        """See `ports.Store`."""
        known = self._ledger.chat(chat)
        if known.suspended:
            self._keep_chat(replace(known, suspended=None))
            self._ledger.revive(chat, now)

    @_writes
    def rehome(self, bot: int) -> bool:
        """See `ports.Store`."""
        before = self._meta.get(where("name") == "bot")
        self._meta.upsert({"name": "bot", "id": bot}, where("name") == "bot")
        if before is None or before["id"] == bot:
            return False
        for chat in [read(doc, Chat) for doc in self._chats]:
            self._keep_chat(replace(chat, suspended="it does not know the new bot yet"))
        self._ledger.rehome()
        return True

    @_writes
    def move_chat(self, old: int, new: int) -> None:
        """See `ports.Store`."""
        if self._chats.contains(where("id") == new):
            self._chats.remove(where("id") == old)  # what was set in the new place counts
        self._chats.update({"id": new}, where("id") == old)
        self._ledger.move(old, new)
        if self._audience:
            self._audience.remove(old)
            self._audience.put(self._ledger.chat(new))

    @_writes
    def forget_chat(self, chat: int) -> None:
        """See `ports.Store`."""
        self._chats.remove(where("id") == chat)
        self._ledger.forget(chat)
        if self._audience:
            self._audience.remove(chat)

    # -------------------------------------------------------------- deliveries

    @_writes
    def owe(self, deliveries: Iterable[Delivery]) -> list[Delivery]:
        """See `ports.Store`."""
        return self._ledger.owe(deliveries)

    @_reads
    def digests_due(self, now: dt.datetime) -> list[Chat]:
        """See `ports.Store`."""
        chats = self._audience_now().chats()
        return [chat for chat in chats if chat.digest_due and chat.digest_due <= now]

    @_writes
    def put_together(
        self, chat: int, now: dt.datetime, silences: Iterable[Silence], due: dt.datetime | None
    ) -> int:
        """See `ports.Store`."""
        known = self._ledger.chat(chat)
        parts = self._ledger.put_together(known, now, tuple(silences))
        self._keep_chat(replace(known, digest_due=due, digested=now))
        return parts

    @_reads
    def due(self, now: dt.datetime, limit: int, busy: Collection[int] = ()) -> list[Delivery]:
        """See `ports.Store`."""
        return list(itertools.islice(self._ledger.due(now, busy), limit))

    @_reads
    def news(self, development: str, chat: int) -> Delivery | None:
        """See `ports.Store`."""
        return self._ledger.news(development, chat)

    @_reads
    def deliveries(self, state: DeliveryState | None, limit: int) -> list[Delivery]:
        """See `ports.Store`."""
        return self._ledger.newest(state, limit)

    @_reads
    def backlog(self, now: dt.datetime) -> Backlog:
        """See `ports.Store`."""
        return self._ledger.backlog(now)

    @_reads
    def deliveries_of(self, chat: int) -> list[Delivery]:
        """See `ports.Store`."""
        return self._ledger.of_chat(chat)

    @_writes
    def repeat(self, number: int, now: dt.datetime) -> Delivery | None:
        """See `ports.Store`."""
        return self._ledger.repeat(number, now)

    @_writes
    def give_up(self, number: int, now: dt.datetime) -> Delivery | None:
        """See `ports.Store`."""
        return self._ledger.give_up(number, now)

    @_writes
    def save_delivery(self, delivery: Delivery) -> None:
        """See `ports.Store`."""
        self._ledger.save(delivery)
        if delivery.state == "uncertain":
            self._doubt([delivery])

    @_writes
    def recover(self, now: dt.datetime) -> list[Delivery]:
        """See `ports.Store`."""
        torn = self._ledger.recover(now)
        self._doubt(torn)
        return torn

    def _doubt(self, uncertain: Iterable[Delivery]) -> None:
        self._notices.insert_multiple(
            {"text": f"{row.development} may or may not have arrived ({row.reason}): see /admin"}
            for row in uncertain
        )

    @_reads
    def tally(self, chat: int | None = None) -> Tally:
        """See `ports.Store`."""
        return self._ledger.tally(chat)

    # -------------------------------------------------------------- itself

    @_writes
    def check(self) -> None:
        """See `ports.Store`."""
        self._archive.count("checks")  # what does not change is not written

    async def close(self) -> None:
        """Ends what is under way and lets go of the file."""
        loop = asyncio.get_running_loop()
        if hasattr(self, "_db"):
            await loop.run_in_executor(self._thread, self._db.close)
        self._thread.shutdown()


def _both(joined: Amended) -> list[Development]:
    """A development that another source tells of too, and as that one tells of it: who wanted
    either is to hear."""
    assert joined.draft is not None
    return [joined.development, replace(joined.draft, id=joined.development.id)]


def _whole(joined: Amended) -> Development:
    return joined.development


def _may_be_one(one: Development, other: Development) -> str:
    return f"{one.id} and {other.id} may be one: “{one.title}” and “{other.title}”"
