"""The store: each verb of its tables as a coroutine, which runs in a transaction on a thread.

The event loop never waits for a disk. A server has several threads, and keeps apart transactions
that must not meet. A file has one that writes, so that its transactions never interleave, and one
that reads.
"""

import asyncio
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec
from msgspec import Struct

from bot.errors import DamageError, StoreError, SupersededError
from bot.models.deliveries import Delivery
from bot.ports.rules import Rules
from bot.ports.store import Store
from bot.store.archive import Archive
from bot.store.batches import Batches
from bot.store.caches import AudienceCache, RecentDevelopments
from bot.store.chats import Chats
from bot.store.damage import Damage
from bot.store.database import REPLACE, Access, Database
from bot.store.deliveries import Deliveries
from bot.store.delivery_queue import DeliveryQueue
from bot.store.developments import Developments
from bot.store.digests import Digests
from bot.store.feeds import Feeds
from bot.store.histories import Histories
from bot.store.joins import Joins
from bot.store.matters import Matters
from bot.store.notices import Notices
from bot.store.readings import Readings, ZstdError
from bot.store.retention import Retention
from bot.store.reviews import Reviews
from bot.store.seen_items import SeenItems
from bot.store.source_edits import SourceEdits
from bot.store.sources import Sources
from bot.store.sqlite import SqliteDatabase
from bot.store.tinydb_rows import RowDB
from bot.store.transaction import Transaction
from bot.store.translations import Translations

if TYPE_CHECKING:
    from bot.store.postgres import Lease  # an extra

T = TypeVar("T")
E = TypeVar("E", bound=Database)

Work = Callable[[Transaction], T]

UNREADABLE = (msgspec.DecodeError, ZstdError)
"""What a step raises that reads a document which cannot be decoded."""
BATCHED = 0.01
"""Seconds after which a shared transaction takes in no more steps."""


class Executor(Generic[E]):
    """Threads, each with a connection of its own; each step runs in a transaction of its own."""

    def __init__(
        self,
        open_engine: Callable[[], E],
        threads: int,
        rules: Rules,
        damage: Damage | None = None,
    ) -> None:
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="store")
        self._open_engine, self._rules = open_engine, rules
        self._audience, self._recent = AudienceCache(rules), RecentDevelopments(rules)
        self._local = threading.local()
        self.damage = damage or Damage()

    async def run(self, access: Access, work: Work[T]) -> T:
        """Run a step in a transaction, and return its result.

        Raises StoreError, and what the step raises; then nothing of it is written.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.pool, self._run_here, access, work)

    def _run_here(self, access: Access, work: Work[T]) -> T:
        engine = self.engine()
        is_written = False
        try:
            with engine.transaction(access):
                result = work(self._transaction(engine))
            is_written = True
            return result
        except UNREADABLE as error:
            raise self._store_error(engine, error) from error
        except engine.errors as error:
            raise self._store_error(engine, error) from error
        finally:
            if access is Access.WRITES and not is_written:
                self._invalidate()

    def _store_error(self, engine: E, error: Exception) -> StoreError:
        """Return the StoreError for what a step has raised, and note damage."""
        if isinstance(error, UNREADABLE):
            said: StoreError = DamageError(f"a document cannot be read ({error}); {REPLACE}")
        else:
            said = engine.store_error(error)
        if isinstance(said, DamageError):
            self.damage.note(said)
        return said

    def engine(self) -> E:
        """Return the connection of the calling thread."""
        if not hasattr(self._local, "engine"):
            self._local.engine = self._open_engine()
        engine: E = self._local.engine
        return engine

    def _transaction(self, engine: E) -> Transaction:
        if not hasattr(self._local, "transaction"):
            self._local.transaction = Transaction(
                RowDB(engine), self._audience, self._recent, self._rules
            )
        transaction: Transaction = self._local.transaction
        return transaction

    def _invalidate(self) -> None:
        # What is cached may include writes that were taken back.
        self._audience.invalidate()
        self._recent.invalidate()

    async def close(self) -> None:
        """Wait for the steps under way, and close the connections."""
        await asyncio.get_running_loop().run_in_executor(self.pool, self._close_here)
        self.pool.shutdown()

    def _close_here(self) -> None:
        if hasattr(self._local, "engine"):
            self._local.engine.close()


class Call(Struct, eq=False):
    """A step that waits to be run, its future, and its outcome."""

    work: Work[Any]
    future: asyncio.Future[Any]
    result: Any = None
    error: Exception | None = None

    def resolve(self) -> None:
        """Pass the outcome to whoever still awaits it."""
        if self.error and not self.future.done():
            self.future.set_exception(self.error)
        elif not self.future.done():
            self.future.set_result(self.result)


class SingleThread(Executor[SqliteDatabase]):
    """One thread, for a file: steps run in the order in which they came.

    Those that wait at the same time share a transaction, each in a savepoint: a disk takes as long
    to make sure of many as of one, and the event loop is woken once for all.
    """

    def __init__(
        self,
        open_engine: Callable[[], SqliteDatabase],
        rules: Rules,
        access: Access,
        reader: "SingleThread | None" = None,
    ) -> None:
        """`reader`: for the steps that only read; None: they run here, too."""
        super().__init__(open_engine, 1, rules, reader.damage if reader else None)
        self._waiting: deque[Call] = deque()
        self._access, self._reader = access, reader

    async def run(self, access: Access, work: Work[T]) -> T:
        """Run a step after those that came before it."""
        if self._reader and access is Access.READS:
            # In WAL mode SQLite reads beside a writer: no command waits while a commit enqueues
            # thousands of deliveries.
            return await self._reader.run(access, work)
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._waiting.append(Call(work, future))
        self.pool.submit(self._run_waiting, loop)
        return await future

    def _run_waiting(self, loop: asyncio.AbstractEventLoop) -> None:
        """Run one transaction, and resolve its calls when all of it is written."""
        # Not those that come later: a read must see what was written before it was asked for.
        count = len(self._waiting)
        if not count:
            return  # the transaction before has taken this step in
        calls: list[Call] = []
        try:
            until = time.monotonic() + BATCHED
            with self.engine().transaction(self._access):
                while len(calls) < count and (not calls or time.monotonic() < until):
                    calls.append(self._waiting.popleft())
                    self._attempt(calls[-1])
        except Exception as error:  # noqa: BLE001 - whoever awaits a call gets it
            self._invalidate()
            calls = calls or [self._waiting.popleft()]
            for call in calls:
                call.error = self._translated(error)
        loop.call_soon_threadsafe(_resolve, calls)

    def _attempt(self, call: Call) -> None:
        """Run a step; where it goes wrong, what it wrote is taken back alone."""
        if call.future.cancelled():
            return
        engine = self.engine()
        try:
            with engine.part():
                call.result = call.work(self._transaction(engine))
        except Exception as error:
            if engine.is_over:
                raise
            self._invalidate()
            call.error = self._translated(error)

    def _translated(self, error: Exception) -> Exception:
        is_known = isinstance(error, (sqlite3.Error, *UNREADABLE))
        return self._store_error(self.engine(), error) if is_known else error

    async def close(self) -> None:
        """Wait for the steps under way, and close the connections."""
        if self._reader:
            await self._reader.close()
        await super().close()


def _resolve(calls: Iterable[Call]) -> None:
    for call in calls:
        call.resolve()


_TABLES: dict[type, Callable[[Transaction], Any]] = {
    Transaction: lambda transaction: transaction,
    Sources: lambda transaction: transaction.sources,
    SourceEdits: lambda transaction: transaction.source_edits,
    Developments: lambda transaction: transaction.developments,
    Feeds: lambda transaction: transaction.feeds,
    SeenItems: lambda transaction: transaction.developments.seen,
    Histories: lambda transaction: transaction.histories,
    Archive: lambda transaction: transaction.archive,
    Translations: lambda transaction: transaction.translations,
    Deliveries: lambda transaction: transaction.deliveries,
    DeliveryQueue: lambda transaction: transaction.queue,
    Chats: lambda transaction: transaction.chats,
    Digests: lambda transaction: transaction.digests,
    Notices: lambda transaction: transaction.notices,
    Joins: lambda transaction: transaction.joins,
    Matters: lambda transaction: transaction.developments.matters,
    Readings: lambda transaction: transaction.readings,
    Reviews: lambda transaction: transaction.reviews,
    Retention: lambda transaction: transaction.retention,
}


class RowStore(Store):
    """`bot.ports.store.Store` on a database; its verbs are those of the tables."""

    def __init__(self, executor: Executor[Any], lease: "Lease | None" = None) -> None:
        """`lease`: of this process, among those that share a server."""
        self.executor, self.lease = executor, lease
        self._starts = Batches[Delivery, bool](self.start_deliveries)
        self._saves = Batches[Delivery, bool](self.save_deliveries)

    async def start_delivery(self, delivery: Delivery) -> None:
        if not await self._starts.run(delivery):
            raise SupersededError(delivery.development)

    async def save_delivery(self, delivery: Delivery) -> None:
        await self._saves.run(delivery)

    @property
    def damage(self) -> DamageError | None:
        return self.executor.damage.error

    def note_damage(self, error: DamageError) -> None:
        """Note damage that was found by something else than a step."""
        self.executor.damage.note(error)

    async def close(self) -> None:
        """Wait for the transactions under way, and close the database."""
        await self.executor.close()


def _coroutine(
    table: Callable[[Transaction], Any], step: Callable[..., Any], access: Access
) -> Callable[..., Awaitable[Any]]:
    async def verb(self: RowStore, /, *args: Any, **kwargs: Any) -> Any:
        return await self.executor.run(
            access, lambda transaction: step(table(transaction), *args, **kwargs)
        )

    return verb


for _kind, _table in _TABLES.items():
    for _name, _step in vars(_kind).items():
        if _access := getattr(_step, "access", None):
            setattr(RowStore, _name, _coroutine(_table, _step, _access))
