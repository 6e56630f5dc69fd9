"""The store: each verb of its tables as a coroutine, which runs in a transaction on a thread.

The event loop never waits for a disk. A server has several threads, and keeps apart transactions
that must not meet. A file has one that writes, so that its transactions never interleave, and one
that reads.
"""

import asyncio
import datetime as dt
import itertools
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from bot.models import Correction, Development, Notice
from bot.models.deliveries import Delivery
from bot.models.sources import PollCommit
from bot.ports.rules import DeliveriesFor, Rules
from bot.ports.store import Store
from bot.store.caches import AudienceCache, RecentDevelopments
from bot.store.chats import Chats
from bot.store.database import Access, Database, writes
from bot.store.deliveries import Deliveries
from bot.store.developments import Developments, Recorded
from bot.store.joins import Joins
from bot.store.notices import Notices
from bot.store.reviews import Reviews
from bot.store.sources import Sources
from bot.store.sqlite import SqliteDatabase
from bot.store.texts import Texts
from bot.store.tinydb_rows import RowDB

if TYPE_CHECKING:
    from bot.store.postgres import Lease  # an extra

T = TypeVar("T")
E = TypeVar("E", bound=Database)


class Transaction:
    """The tables over one connection, as one transaction uses them, and the commit of a poll.

    The methods that are marked as verbs (`database.reads`, `writes`, `locks_rows`) make the store.
    """

    def __init__(
        self, db: RowDB, audience: AudienceCache, recent: RecentDevelopments, rules: Rules
    ) -> None:
        self.db, self._audience = db, audience
        self.notices = Notices(db)
        self.deliveries = Deliveries(db, self.notices, rules)
        self.texts, self.joins, self.reviews = Texts(db), Joins(db), Reviews(db)
        self.developments = Developments(db, self.deliveries, self.texts, recent, rules)
        self.sources = Sources(db, self.developments, self.deliveries)
        self.chats = Chats(db, self.deliveries, self.sources, audience)

    @writes
    def commit(
        self, commit: PollCommit, deliveries_for: DeliveriesFor | None
    ) -> tuple[list[Development], list[Delivery]]:
        self.sources.save_state(commit.state)
        recorded = self.developments.record(commit.developments, commit)
        held = self.developments.record(commit.held, commit)
        revisions, revised_ids = self.developments.revise(commit.updates, commit.texts, commit.at)
        self.developments.learn_keys(commit, recorded.ids | held.ids | revised_ids)
        self.joins.add([join for _, join in (*recorded.joined, *held.joined)], commit.at)
        joined = [development for development, _ in recorded.joined]
        merged = [(development, None) for development, _ in (*recorded.joined, *held.joined)]
        edited = [
            development
            for development, change in (*merged, *revisions)
            if self.sources.tell_change(development, change, commit.at)
        ]
        deliveries, waiting = self._enqueue_news(commit, recorded, deliveries_for)
        sent = {delivery.development for delivery in deliveries} | waiting
        news = [each for each in (*recorded.new, *joined) if each.id in sent]
        self._follow_up(commit, {each.id: each for each in (*edited, *news)}.values())
        similar = (_similar(*pair) for pair in recorded.similar if pair[0].id in sent)
        if notices := [*commit.notices, *similar]:
            self.notices.add(notices)
        return [*recorded.new, *joined], deliveries

    @writes
    def part(
        self, join: int, deliveries_for: DeliveriesFor, now: dt.datetime
    ) -> tuple[Development, Development] | None:
        taken = self.joins.take(join)
        parts = self.developments.part(taken) if taken else None
        if taken is None or parts is None:
            return None
        left, parted = parts
        self.sources.move_pages(parted.sources[0], str(left.id), str(parted.id))
        audience, has_word = self._audience.current(self.db), self.texts.has_word(parted)
        self.deliveries.enqueue(deliveries_for(parted, audience, now, has_word))
        self.deliveries.enqueue_edits(left, None, now)
        if deadline := taken.translation_deadline:
            for each in filter(lambda each: self.developments.await_translation(each, now), parts):
                self.deliveries.schedule(str(each.id), now + deadline)
        return parts

    @writes
    def release(
        self,
        review: int,
        deliveries_for: DeliveriesFor,
        now: dt.datetime,
        corrected: Development | None = None,
        decision: Correction | None = None,
    ) -> Development | None:
        taken = self.reviews.take(review)
        development = self.developments.development(taken.development) if taken else None
        if taken is None or development is None:
            return None
        if corrected:
            self.developments.save(corrected)
        if decision:
            self.developments.note(decision)
        development = corrected or development
        audience, has_word = self._audience.current(self.db), self.texts.has_word(development)
        self.deliveries.enqueue(deliveries_for(development, audience, now, has_word))
        deadline = taken.translation_deadline
        if deadline and self.developments.await_translation(development, now):
            self.deliveries.schedule(str(development.id), now + deadline)
        return development

    @writes
    def reject(self, review: int, decision: Correction) -> bool:
        taken = self.reviews.take(review)
        if taken is None:
            return False
        self.developments.note(decision)
        self.developments.remove(taken.development)
        self.sources.forget_pages(taken.development)
        return True

    def _enqueue_news(
        self, commit: PollCommit, recorded: Recorded, deliveries_for: DeliveriesFor | None
    ) -> tuple[list[Delivery], set[str]]:
        """Enqueue the deliveries of what is new; return them, and the ids of the developments that
        wait for an editor instead."""
        if deliveries_for is None:
            return [], set()
        waiting = {str(each.id) for each in recorded.new if self.reviews.hold(each, commit)}
        wanted = [
            (each, self.texts.has_word(each)) for each in recorded.new if each.id not in waiting
        ]
        for development, join in recorded.joined:
            if self.reviews.is_waiting(str(development.id)):
                continue
            # Whoever wants a joined development as either source tells it gets it.
            has_word = self.texts.has_word(development)
            wanted += [(development, has_word), (replace(join.draft, id=development.id), has_word)]
        audience = self._audience.current(self.db)
        deliveries = (
            deliveries_for(each, audience, commit.at, has_word) for each, has_word in wanted
        )
        return self.deliveries.enqueue(itertools.chain.from_iterable(deliveries)), waiting

    def _follow_up(self, commit: PollCommit, sent: Iterable[Development]) -> None:
        """Recheck the pages of what chats are sent, and let it wait for a translation."""
        for development in sent:
            self.sources.watch(commit, development)
            if commit.translation_deadline and self.developments.await_translation(
                development, commit.at
            ):
                self.deliveries.schedule(
                    str(development.id), commit.at + commit.translation_deadline
                )


def _similar(one: Development, other: Development) -> Notice:
    return Notice(
        kind="same_event",
        values={
            "one": str(one.id),
            "other": str(other.id),
            "title": one.title,
            "other_title": other.title,
        },
    )


Work = Callable[[Transaction], T]

BATCHED = 0.01
"""Seconds after which a shared transaction takes in no more steps."""


class Executor(Generic[E]):
    """Threads, each with a connection of its own; each step runs in a transaction of its own."""

    def __init__(self, open_engine: Callable[[], E], threads: int, rules: Rules) -> None:
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="store")
        self._open_engine, self._rules = open_engine, rules
        self._audience, self._recent = AudienceCache(rules), RecentDevelopments(rules)
        self._local = threading.local()

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
        except engine.errors as error:
            raise engine.store_error(error) from error
        finally:
            if access is Access.WRITES and not is_written:
                self._invalidate()

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
        super().__init__(open_engine, 1, rules)
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
        return self.engine().store_error(error) if isinstance(error, sqlite3.Error) else error

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
    Developments: lambda transaction: transaction.developments,
    Deliveries: lambda transaction: transaction.deliveries,
    Chats: lambda transaction: transaction.chats,
    Notices: lambda transaction: transaction.notices,
    Joins: lambda transaction: transaction.joins,
    Reviews: lambda transaction: transaction.reviews,
}


class RowStore(Store):
    """`bot.ports.store.Store` on a database; its verbs are those of the tables."""

    def __init__(self, executor: Executor[Any], lease: "Lease | None" = None) -> None:
        """`lease`: of this process, among those that share a server."""
        self.executor, self.lease = executor, lease

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
