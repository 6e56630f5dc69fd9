"""CPU work off the event loop: a few processes, and a deadline for each piece of work.

feedparser can be kept busy for minutes by a few kilobytes; a thread would hold the interpreter
all the while, and could not be stopped.
"""

import asyncio
import multiprocessing
import resource
import signal
from collections.abc import Callable
from concurrent.futures import TimeoutError as DeadlinePassed
from concurrent.futures.process import BrokenProcessPool
from typing import ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessPool

from bot.errors import WorkError

P = ParamSpec("P")
T = TypeVar("T")

MEMORY = 1024**3
"""Bytes that one process may hold. A feed of 5 MB takes a tenth of it."""
DEADLINE = 30.0
"""Seconds. The largest real feed of the corpus (2,983 items) takes 3."""


class WorkerPool:
    """A pool of processes that starts with the first piece of work, and is replaced when it
    breaks."""

    def __init__(self, processes: int = 2, deadline: float = DEADLINE) -> None:
        self._processes, self._deadline = processes, deadline
        self._pool = self._new_pool()

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of a function in a worker process.

        Raises WorkError when it takes longer than the deadline, too much memory, or its process
        dies, and whatever the function raises.
        """
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

    def close(self) -> None:
        """Stops the processes; work under way is dropped (it had no effect yet)."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

    def _running(self) -> ProcessPool:
        if not self._pool.active:  # a worker that dies while it idles takes the pool with it
            self.close()
            self._pool = self._new_pool()
        return self._pool

    def _new_pool(self) -> ProcessPool:
        return ProcessPool(
            max_workers=self._processes,
            max_tasks=5000,  # a fresh interpreter now and then: it has grown by 20 MB
            initializer=_set_up,
            context=multiprocessing.get_context("spawn"),
        )


def _set_up() -> None:
    """In a new process: signals are the parent's to heed, and memory ends before the machine's
    does: what needs more raises MemoryError."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
