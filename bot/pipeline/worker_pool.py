"""Run CPU-bound work in a few worker processes, with a deadline and a memory limit each."""

import asyncio
import multiprocessing
import resource
from collections.abc import Callable
from concurrent.futures import TimeoutError as DeadlinePassed
from concurrent.futures.process import BrokenProcessPool
from typing import ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessPool

from bot.errors import WorkError

P = ParamSpec("P")
T = TypeVar("T")

# Processes, not threads: a few kilobytes can keep feedparser busy for minutes, and a thread would
# hold the interpreter all the while and could not be stopped.

PRELOADED = ["pebble", "bot.enrich", "bot.parse", "bot.parse.entries", "lxml.html"]
"""What all work needs: one process imports it, and those that work are forked from that one."""
MEMORY = 1024**3
"""Bytes that one process may hold; a feed of 5 MB takes a tenth of it."""
DEADLINE = 30.0
"""Seconds for one call; the largest real feed seen (2,983 items) takes 3."""


class WorkerPool:
    """A pool of processes that starts with the first call and is replaced when it breaks.

    `idle_limit`: seconds without a call after which the processes end, and give their memory back;
    None: they stay.
    """

    def __init__(
        self, processes: int = 2, deadline: float = DEADLINE, idle_limit: float | None = None
    ) -> None:
        self._processes, self._deadline, self._idle_limit = processes, deadline, idle_limit
        self._pool = self._new_pool()
        self._calls = 0
        self._idle_timer: asyncio.TimerHandle | None = None

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what a function returns in a worker process.

        Raises WorkError when it exceeds the deadline or the memory, or its process dies; else
        what the function raises.
        """
        self._note_call(1)
        try:
            future = self._running().schedule(
                work, args=args, kwargs=kwargs, timeout=self._deadline
            )
            return await asyncio.wrap_future(future)
        except (TimeoutError, DeadlinePassed):
            raise WorkError(f"took longer than {self._deadline:g} s to read") from None
        except MemoryError:
            raise WorkError(f"needed more than {MEMORY // 1024**2} MB to be read") from None
        except (ProcessExpired, BrokenProcessPool) as died:
            raise WorkError(f"the process that read it died ({died})") from None
        finally:
            self._note_call(-1)

    def close(self) -> None:
        """Stop the processes and drop running calls: nothing of a poll counts before its commit."""
        if self._idle_timer:
            self._idle_timer.cancel()
        _stop(self._pool)

    def _note_call(self, step: int) -> None:
        self._calls += step
        if self._idle_timer:
            self._idle_timer.cancel()
        if self._idle_limit is not None and not self._calls:
            loop = asyncio.get_running_loop()
            self._idle_timer = loop.call_later(self._idle_limit, self._rest)

    def _rest(self) -> None:
        idle, self._pool = self._pool, self._new_pool()
        asyncio.get_running_loop().run_in_executor(None, _stop, idle)

    def _running(self) -> ProcessPool:
        if not self._pool.active:  # a worker that dies while it idles takes the pool with it
            _stop(self._pool)
            self._pool = self._new_pool()
        return self._pool

    def _new_pool(self) -> ProcessPool:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(PRELOADED)
        return ProcessPool(
            max_workers=self._processes,
            max_tasks=5000,  # a fresh interpreter now and then: it has grown by 20 MB
            # Beyond this it gets a MemoryError, before the machine runs out of memory. A function
            # of ours would have each process import all of the pipeline.
            initializer=resource.setrlimit,
            initargs=(resource.RLIMIT_DATA, (MEMORY, MEMORY)),
            context=context,
        )


def _stop(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()
