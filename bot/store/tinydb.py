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
    Iterator,
)
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, Concatenate, ParamSpec, TypeVar

import msgspec
from tinydb import where
from tinydb.table import Document

from bot.errors import StoreError
from bot.match import listens
from bot.models import (
    Chat,
    Delivery,
    Development,
    Harvest,
    Keys,
    Notice,
    SourceState,
    Tally,
)
from bot.ports import Owed, Wanted
from bot.store.rows import RowDB

P = ParamSpec("P")
T = TypeVar("T")
Noun = TypeVar("Noun", SourceState, Chat, Delivery, Development)

SCHEMA = 1


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
    elif version != SCHEMA:
        raise StoreError(
            f"{path}: written by another version of the program "
            f"(schema {version}, this one reads {SCHEMA})"
        )


class TinyStore:
    """Everything the bot must not forget. `ports.Store` says what each verb means."""

    def __init__(self, path: str, filled_from: str | None = None) -> None:
        self._path, self._filled_from = path, filled_from
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")

    def _atomically(self, lock: str, step: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        try:
            if not hasattr(self, "_db"):
                self._open()
            with self._db.rows_storage.transaction(lock):
                return step(self, *args, **kwargs)
        except sqlite3.Error as error:
            raise StoreError(f"{self._path}: {error}; nothing was written") from error

    def _open(self) -> None:
        self._db = RowDB(self._path, filled_from=self._filled_from)
        self._meta, self._sources, self._seen = map(self._db.rows, ("meta", "sources", "seen"))
        self._developments, self._counters = map(self._db.rows, ("developments", "counters"))
        self._chats, self._deliveries = map(self._db.rows, ("chats", "deliveries"))
        self._notices = self._db.rows("notices")
        for table, *fields in (
            ("sources", "id"),
            ("seen", "key"),
            ("developments", "id"),
            ("counters", "name"),
            ("chats", "id"),
            ("deliveries", "development", "chat"),
        ):
            self._db.rows_storage.make_index(table, *fields, unique=True)
        for table, field in (
            ("developments", "day"),
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
        self._meta.insert({"name": "schema", "version": SCHEMA})

    # -------------------------------------------------------------- sources

    @_reads
    def states(self) -> dict[str, SourceState]:
        """See `ports.Store`."""
        return {doc["id"]: _read(doc, SourceState) for doc in self._sources}

    @_reads
    def state(self, source: str) -> SourceState | None:
        """See `ports.Store`."""
        doc = self._sources.get(where("id") == source)
        return _read(doc, SourceState) if doc else None

    @_reads
    def known(self, keys: Iterable[str]) -> frozenset[str]:
        """See `ports.Store`."""
        return frozenset(key for key in keys if self._knows(key))

    @_writes
    def commit(self, harvest: Harvest, owed: Owed) -> tuple[list[Development], list[Delivery]]:
        """See `ports.Store`."""
        state = harvest.state
        self._sources.upsert(_doc(state), where("id") == state.id)
        self._notices.insert_multiple({"text": text} for text in harvest.notices)
        told, ids = self._record_all(harvest.developments)
        _, held = self._record_all(harvest.held)
        deliveries = [delivery for development in told for delivery in owed(development)]
        self._deliveries.insert_multiple(map(_doc, deliveries))
        ids |= held | self._revise_all(harvest.updates)
        learned = {key for names in harvest.seen for key in names if not self._knows(key)}
        self._seen.insert_multiple(
            {"key": key, "source": state.id, "development": ids.get(key)} for key in sorted(learned)
        )
        return told, deliveries

    def _knows(self, key: str) -> bool:
        return self._seen.contains(where("key") == key)

    def _record_all(
        self, drafts: Iterable[tuple[Keys, Development]]
    ) -> tuple[list[Development], dict[str, str]]:
        """Records those not known; gives them, and the id that each of their keys stands for."""
        recorded, ids = [], {}
        for names, draft in drafts:
            if not any(map(self._knows, names)):
                recorded.append(self._record(draft))
                ids.update(dict.fromkeys(names, str(recorded[-1].id)))
        return recorded, ids

    def _revise_all(self, updates: Iterable[tuple[Keys, Development]]) -> dict[str, str]:
        ids = {}
        for names, draft in updates:
            seen = [self._seen.get(where("key") == name) for name in names]
            found = [row["development"] for row in seen if row and row.get("development")]
            if found:
                self._revise(found[0], draft)
                ids.update(dict.fromkeys(names, found[0]))
        return ids

    def _revise(self, id: str, draft: Development) -> None:  # noqa: A002
        """Writes a development anew, as what it was: the same number, recorded when it was."""
        doc = self._developments.get(where("id") == id)
        if doc is None:
            return
        recorded = _read(doc, Development).recorded
        revised = msgspec.structs.replace(draft, id=id, recorded=recorded)
        self._developments.update(_dated(revised), where("id") == id)

    def _record(self, development: Development) -> Development:
        day = _day(development)
        series = f"{development.country or 'XX'}-{day.year}"
        number = self._count(series)
        numbered = msgspec.structs.replace(development, id=f"{series}-{number:04d}")
        self._developments.insert(_dated(numbered))
        return numbered

    def _count(self, series: str) -> int:
        counter = self._counters.get(where("name") == series)
        number = counter["last"] + 1 if counter else 1
        self._counters.upsert({"name": series, "last": number}, where("name") == series)
        return number

    @_reads
    def notices(self) -> list[Notice]:
        """See `ports.Store`."""
        return [Notice(id=doc.doc_id, text=doc["text"]) for doc in self._notices]

    @_writes
    def dismiss(self, notice: int) -> None:
        """See `ports.Store`."""
        self._notices.remove(doc_ids=[notice])

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
        for doc in self._developments.newest("day"):
            if (limit is not None and len(found) >= limit) or (since and doc["day"] < str(since)):
                break
            development = _read(doc, Development)
            if (not until or doc["day"] <= str(until)) and wanted(development):
                found.append(development)
        return found

    @_reads
    def development(self, id: str) -> Development | None:  # noqa: A002
        """See `ports.Store`."""
        doc = self._developments.get(where("id") == id)
        return _read(doc, Development) if doc else None

    # -------------------------------------------------------------- chats

    @_reads
    def chats(self) -> list[Chat]:
        """See `ports.Store`."""
        return [_read(doc, Chat) for doc in self._chats]

    @_reads
    def chat(self, chat: int) -> Chat:
        """See `ports.Store`."""
        return self._chat(chat)

    @_writes
    def change_chat(self, chat: int, change: Callable[[Chat], Chat]) -> Chat:
        """See `ports.Store`."""
        changed = change(self._chat(chat))
        if changed == Chat(id=chat):
            self._chats.remove(where("id") == chat)  # nothing to remember
        else:
            self._chats.upsert(_doc(changed), where("id") == chat)
        return changed

    @_writes
    def move_chat(self, old: int, new: int) -> None:
        """See `ports.Store`."""
        if self._chats.contains(where("id") == new):
            self._chats.remove(where("id") == old)  # what was set in the new place counts
        self._chats.update({"id": new}, where("id") == old)
        for delivery in self._deliveries.search(where("chat") == old):
            same = (where("development") == delivery["development"]) & (where("chat") == new)
            if self._deliveries.contains(same):
                self._deliveries.remove(doc_ids=[delivery.doc_id])
            else:
                self._deliveries.update({"chat": new}, doc_ids=[delivery.doc_id])

    @_writes
    def forget_chat(self, chat: int) -> None:
        """See `ports.Store`."""
        self._chats.remove(where("id") == chat)
        self._deliveries.remove(where("chat") == chat)

    def _chat(self, chat: int) -> Chat:
        doc = self._chats.get(where("id") == chat)
        return _read(doc, Chat) if doc else Chat(id=chat)

    # -------------------------------------------------------------- deliveries

    @_reads
    def due(self, now: dt.datetime, limit: int, busy: Collection[int] = ()) -> list[Delivery]:
        """See `ports.Store`."""
        return list(itertools.islice(self._due(now, busy), limit))

    def _due(self, now: dt.datetime, busy: Collection[int]) -> Iterator[Delivery]:
        listening = dict.fromkeys(busy, False)
        for doc in self._deliveries.stream(where("state") == "pending"):
            delivery = _delivery(doc)
            if delivery.chat not in listening:
                listening[delivery.chat] = listens(self._chat(delivery.chat), now)
            if delivery.due > now:
                listening[delivery.chat] = False  # what comes after it in its chat waits with it
            if listening[delivery.chat]:
                yield delivery

    @_writes
    def save_delivery(self, delivery: Delivery) -> None:
        """See `ports.Store`."""
        self._save(delivery)

    def _save(self, delivery: Delivery) -> None:
        doc = _doc(delivery)
        del doc["id"], doc["chat"]  # the row keeps its number, and goes where its chat went
        self._deliveries.update(doc, doc_ids=[delivery.id])

    @_writes
    def recover(self, now: dt.datetime) -> list[Delivery]:
        """See `ports.Store`."""
        torn = map(_delivery, self._deliveries.search(where("state") == "sending"))
        settled = [
            msgspec.structs.replace(
                delivery, state="uncertain", settled=now, reason="the bot was stopped while sending"
            )
            for delivery in torn
        ]
        for delivery in settled:
            self._save(delivery)
        return settled

    @_reads
    def tally(self, chat: int | None = None) -> Tally:
        """See `ports.Store`."""
        mine = self._deliveries if chat is None else self._deliveries.search(where("chat") == chat)
        counts: dict[str, int] = {}
        last_sent = None
        for doc in mine:
            counts[doc["state"]] = counts.get(doc["state"], 0) + 1
            if doc["state"] == "sent":
                last_sent = max(last_sent or doc["settled"], doc["settled"])
        return msgspec.convert({**counts, "last_sent": last_sent}, Tally)

    # -------------------------------------------------------------- itself

    @_writes
    def check(self) -> None:
        """See `ports.Store`."""
        self._count("checks")  # something new each time: what does not change is not written

    async def close(self) -> None:
        """Ends what is under way and lets go of the file."""
        loop = asyncio.get_running_loop()
        if hasattr(self, "_db"):
            await loop.run_in_executor(self._thread, self._db.close)
        self._thread.shutdown()


def _day(development: Development) -> dt.date:
    """The day that a development is listed and numbered under."""
    if development.recorded is None:
        raise ValueError("a development to be stored says when it was recorded")
    return development.date or development.recorded.date()


def _dated(development: Development) -> dict[str, Any]:
    return {**_doc(development), "day": _day(development).isoformat()}


def _delivery(doc: Document) -> Delivery:
    return msgspec.structs.replace(_read(doc, Delivery), id=doc.doc_id)


def _doc(noun: SourceState | Chat | Delivery | Development) -> dict[str, Any]:
    doc: dict[str, Any] = msgspec.to_builtins(noun, order="deterministic")
    return doc


def _read(doc: Document, kind: type[Noun]) -> Noun:
    return msgspec.convert(doc, kind)
