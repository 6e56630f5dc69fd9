"""Where steps are done: off the event loop, which never waits for a disk, and each as a whole or
not at all.

A server has several threads, and keeps those apart that must not meet. A file has one, so that its
steps never interleave; those that wait there together share a transaction, for a disk takes as
long to make sure of many as of one.
"""

import asyncio
import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any, Generic, TypeVar

from msgspec import Struct

from bot.store.audience_cache import AudienceCache
from bot.store.engine import Access, Engine
from bot.store.recent_developments import RecentDevelopments
from bot.store.sqlite import SqliteEngine
from bot.store.tinydb_rows import RowDB
from bot.store.transactions import Transactions

T = TypeVar("T")
E = TypeVar("E", bound=Engine)
Work = Callable[[Transactions], T]

MOMENT = 0.01
"""Seconds after which a shared transaction takes nobody more in."""


class Executor(ABC, Generic[E]):
    """Some threads, each with a connection of its own."""

    def __init__(self, open_engine: Callable[[], E], number: int) -> None:
        self.pool = ThreadPoolExecutor(number, thread_name_prefix="store")
        self._open_engine = open_engine
        self._listeners, self._events = AudienceCache(), RecentDevelopments()
        self._here = threading.local()

    @abstractmethod
    async def run(self, access: Access, work: Work[T]) -> T:
        """What comes of a step. Raises StoreError, and what the step raises."""

    def atomically(self, access: Access, work: Work[T]) -> T:
        """What comes of a step that is done at once, on the thread that asks."""
        engine = self.engine()
        is_written = False
        try:
            with engine.transaction(access):
                found = work(self._steps(engine))
            is_written = True
            return found
        except engine.errors as error:
            raise engine.trouble(error) from error
        finally:
            if access is Access.WRITES and not is_written:
                self._doubt()

    def engine(self) -> E:
        """The connection of the thread that asks."""
        if not hasattr(self._here, "engine"):
            self._here.engine = self._open_engine()
        engine: E = self._here.engine
        return engine

    def _steps(self, engine: E) -> Transactions:
        if not hasattr(self._here, "steps"):
            self._here.steps = Transactions(RowDB(engine), self._listeners, self._events)
        steps: Transactions = self._here.steps
        return steps

    def _doubt(self) -> None:
        """What is kept in memory may not be what was written."""
        self._listeners.doubt()
        self._events.doubt()

    async def close(self) -> None:
        """Ends what is under way and lets go of the database."""
        await asyncio.get_running_loop().run_in_executor(self.pool, self._close_here)
        self.pool.shutdown()

    def _close_here(self) -> None:
        if hasattr(self._here, "engine"):
            self._here.engine.close()


class ThreadPool(Executor[Engine]):
    """Several, for a server: each step has a transaction of its own."""

    async def run(self, access: Access, work: Work[T]) -> T:
        """See `Threads`."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.pool, self.atomically, access, work)


class Call(Struct, eq=False):
    """A step that waits, who waits for it, and what came of it."""

    access: Access
    work: Work[Any]
    awaited: asyncio.Future[Any]
    found: Any = None
    error: Exception | None = None

    def tell(self) -> None:
        """Whoever waits hears of it; perhaps nobody does any more."""
        if self.awaited.done():
            return
        if self.error:
            self.awaited.set_exception(self.error)
        else:
            self.awaited.set_result(self.found)


class SingleThread(Executor[SqliteEngine]):
    """One, for a file: the steps are done in the order in which they came."""

    def __init__(self, open_engine: Callable[[], SqliteEngine]) -> None:
        super().__init__(open_engine, 1)
        self._waiting: deque[Call] = deque()

    async def run(self, access: Access, work: Work[T]) -> T:
        """See `Threads`."""
        loop = asyncio.get_running_loop()
        awaited: asyncio.Future[T] = loop.create_future()
        self._waiting.append(Call(access, work, awaited))
        self.pool.submit(self._next, loop)
        return await awaited

    def _next(self, loop: asyncio.AbstractEventLoop) -> None:
        """One transaction; those whose steps it has taken in hear of it when all is written."""
        if not self._waiting:
            return  # another one has taken this step in
        taken: list[Call] = []
        try:
            self._together(taken)
        except Exception as error:  # noqa: BLE001 - whoever waits hears of it
            self._doubt()
            taken = taken or [self._waiting.popleft()]
            for call in taken:
                call.error = self._meaning(error)
        loop.call_soon_threadsafe(_tell, taken)

    def _together(self, taken: list[Call]) -> None:
        access, until = self._waiting[0].access, time.monotonic() + MOMENT
        with self.engine().transaction(access):
            while self._waiting and (not taken or time.monotonic() < until):
                if access is Access.READS is not self._waiting[0].access:
                    return
                taken.append(self._waiting.popleft())
                self._attempt(taken[-1])

    def _attempt(self, call: Call) -> None:
        """Does a step; what it wrote is taken back, alone, where it goes wrong."""
        engine = self.engine()
        if call.awaited.cancelled():
            return
        try:
            with nullcontext() if call.access is Access.READS else engine.part():
                call.found = call.work(self._steps(engine))
        except Exception as error:
            if engine.is_over:
                raise
            if call.access is Access.WRITES:
                self._doubt()
            call.error = self._meaning(error)

    def _meaning(self, error: Exception) -> Exception:
        return self.engine().trouble(error) if isinstance(error, SqliteEngine.errors) else error


def _tell(calls: Iterable[Call]) -> None:
    for call in calls:
        call.tell()
