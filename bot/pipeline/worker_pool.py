"""Run CPU-bound work in a few worker processes, with a deadline and a memory limit each."""

import asyncio
import contextlib
import multiprocessing
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from multiprocessing.connection import Connection
from typing import ParamSpec, TypeVar

from bot.errors import WorkError

P = ParamSpec("P")
T = TypeVar("T")

# Processes, not threads: a few kilobytes can keep feedparser busy for minutes, and a thread would
# hold the interpreter all the while and could not be stopped.

PRELOADED = ("bot.parse.entries", "bot.parse.feed", "lxml.html")
"""The modules that a document needs; those that labels need are imported with the first item that
is new, since most documents have none."""
DEADLINE = 30.0
"""Seconds for one call; the largest real feed seen (2,983 items) takes 3."""
START_WITHIN = 60.0
"""Seconds for the start of a process and its imports."""
END_WITHIN = 3.0
"""Seconds until the end of a process that was killed is known."""
CALLS_LIMIT = 5000
"""Calls after which a process makes room for a fresh one: it has grown by 20 MB."""

PATIENCE = 10.0
"""Seconds for which a call waits for a process that works, before another one starts: this one may
hang. They count once a process is ready."""
IDLE_LIMIT = 60.0
"""Seconds without work after which a process ends; a new one takes some 0.4 s of CPU, and 0.2 s
a language."""


class WorkerPool:
    """A pool of processes: the first starts with the first call, another when that one has been at
    a call for long; each is replaced when it dies or hangs.

    `preloaded`: the modules that a process imports first, for which no deadline holds.
    `idle_limit`: seconds without a call after which it ends, and gives its memory back.
    """

    def __init__(
        self,
        preloaded: Sequence[str],
        processes: int = 2,
        deadline: float = DEADLINE,
        idle_limit: float = IDLE_LIMIT,
    ) -> None:
        self._deadline, self._idle_limit, self._preloaded = deadline, idle_limit, preloaded
        self._slots = asyncio.Semaphore(processes)
        self._idle: list[_Worker] = []
        """The one that has worked last is the last, and the first to work again."""
        self._working: set[_Worker] = set()
        """Those that a call has; they may still start."""
        self._has_changed = asyncio.Event()
        """Set when a process gets ready, is given back or ends."""
        self._idle_timer: asyncio.TimerHandle | None = None

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what a function returns in a worker process.

        Raises WorkError when it exceeds the deadline or the memory, or its process dies or hangs;
        else what the function raises.
        """
        async with self._slots:
            await self._wait_for_idle()
            answer = await self._do(pickle.dumps((work, args, kwargs)))
        is_returned, value = pickle.loads(answer)  # noqa: S301 - `bot.worker` has written it
        if is_returned:
            return value  # type: ignore[no-any-return]
        raise value

    def close(self) -> None:
        """Stop the processes and drop running calls: nothing of a poll counts before its commit."""
        if self._idle_timer:
            self._idle_timer.cancel()
        for worker in (*self._idle, *self._working):
            worker.kill()

    async def _wait_for_idle(self) -> None:
        """Wait for a process that works, but not for long once one is ready."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(None) as patience:
                while self._working and not self._idle:
                    is_ready = any(worker.is_ready for worker in self._working)
                    if is_ready and patience.when() is None:
                        patience.reschedule(asyncio.get_running_loop().time() + PATIENCE)
                    self._has_changed.clear()
                    await self._has_changed.wait()

    async def _do(self, work: bytes) -> bytes:
        worker = self._take()
        self._working.add(worker)
        try:
            if not worker.is_ready:
                await self._start(worker)
            answer = await self._answer(worker, work)
        except BaseException:  # or nobody waits for it any more
            await self._end(worker)
            raise
        else:
            self._give_back(worker)
            return answer
        finally:
            self._working.discard(worker)
            self._has_changed.set()

    def _take(self) -> "_Worker":
        """Return a process that waits for work; one that is yet to start where none does."""
        while self._idle:
            worker = self._idle.pop()
            if worker.is_alive():
                return worker
        return _Worker()

    async def _start(self, worker: "_Worker") -> None:
        try:
            async with asyncio.timeout(START_WITHIN):
                await _in_thread(worker.start, self._deadline, self._preloaded)
        except TimeoutError:
            hangs = f"no process to read with has started within {START_WITHIN:g} s"
            raise WorkError(hangs) from None
        except EOFError:
            raise WorkError("the process to read with died as it started") from None
        except OSError as error:
            raise WorkError(f"no process to read with can be started ({error})") from None
        self._has_changed.set()

    async def _answer(self, worker: "_Worker", work: bytes) -> bytes:
        try:
            async with asyncio.timeout(self._deadline):
                return await _in_thread(worker.do, work)
        except TimeoutError:
            raise WorkError(f"took longer than {self._deadline:g} s to read") from None
        except (OSError, EOFError):
            raise WorkError("the process that read it died") from None

    async def _end(self, worker: "_Worker") -> None:
        try:
            await _in_thread(worker.kill)
        except WorkError:
            worker.kill()  # which takes milliseconds, unless the system hangs

    def _give_back(self, worker: "_Worker") -> None:
        if worker.calls >= CALLS_LIMIT:
            worker.retire()
            return
        worker.idle_since = asyncio.get_running_loop().time()
        self._idle.append(worker)
        if not self._idle_timer:
            self._retire_idle()

    def _retire_idle(self) -> None:
        """End the processes that have had no work for long, and look again when the next may."""
        loop = asyncio.get_running_loop()
        while self._idle and loop.time() - self._idle[0].idle_since >= self._idle_limit:
            self._idle.pop(0).retire()
        since = self._idle[0].idle_since if self._idle else loop.time()
        is_needed = self._idle or self._working
        later = since + self._idle_limit
        self._idle_timer = loop.call_at(later, self._retire_idle) if is_needed else None


class _Worker:
    """A process, and our end of the line to it. What each method does may take as long as the
    system likes: it is called in a thread."""

    # Each has a line of its own: where several share one, and a lock, one that hangs with the lock
    # stops all.

    _line: Connection
    _process: subprocess.Popen[bytes] | None = None

    def __init__(self) -> None:
        self._lock = threading.Lock()
        """Held while `_process` or `_is_killed` changes: it may be killed as it starts."""
        self._is_killed = False
        self.is_ready = False
        self.calls = 0
        self.idle_since = 0.0
        """On the clock of the event loop."""

    def start(self, deadline: float, preloaded: Sequence[str]) -> None:
        """Start the process, and wait until it has imported what work needs.

        Raises EOFError when it dies meanwhile; OSError when it cannot be started.
        """
        self._line, theirs = multiprocessing.Pipe()
        with theirs:  # closed here, so that the line ends with the process
            number = theirs.fileno()
            program = (
                f"import sys; sys.path[:] = {sys.path!r}; from bot.worker import start; start()"
            )
            process = subprocess.Popen(  # noqa: S603 - of our own words
                [sys.executable, "-c", program, str(number), str(deadline), *preloaded],
                stdin=subprocess.DEVNULL,
                pass_fds=[number],
                process_group=0,  # Ctrl-C is for the bot, which then closes the line
            )
        with self._lock:
            self._process = process
        if self._is_killed:
            self.kill()
        self._line.recv_bytes()
        self.is_ready = True

    def is_alive(self) -> bool:
        """Return whether the process has not ended."""
        return self._process is not None and self._process.poll() is None

    def do(self, work: bytes) -> bytes:
        """Have a piece of work done. Raises OSError or EOFError when the process dies over it."""
        self.calls += 1
        self._line.send_bytes(work)
        return self._line.recv_bytes()

    def retire(self) -> None:
        """Let the process end, which has no work."""
        assert self._process
        self._line.close()
        try:
            threading.Thread(target=self._process.wait, daemon=True).start()
        except RuntimeError:  # the system has no thread to spare
            self.kill()

    def kill(self) -> None:
        """End the process, whatever it does; one that is yet to start, as soon as it has."""
        with self._lock:
            self._is_killed = True
            process = self._process
        if process:
            process.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(END_WITHIN)


async def _in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return what a function returns in a thread that may hang and keeps no program from ending.

    Raises WorkError where the system has no thread to spare; else what the function raises.
    """
    # Not `asyncio.to_thread`: the end of the program waits for its threads, of which it has few.
    future = Future[T]()
    future.set_running_or_notify_cancel()

    def call() -> None:
        try:
            future.set_result(function(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001 - whoever waits for it raises it
            future.set_exception(error)

    try:
        threading.Thread(target=call, daemon=True).start()
    except RuntimeError as error:
        raise WorkError(f"no thread to read with can be started ({error})") from None
    return await asyncio.wrap_future(future)
