"""Run a worker process: do one piece of work after another (`pipeline.worker_pool`).

It imports next to nothing, so that a process has no more than its work needs.
"""

import contextlib
import gc
import importlib
import pickle
import resource
import signal
import sys
import traceback
from multiprocessing.connection import Connection

from bot.errors import WorkError

MEMORY = 1024**3
"""Bytes that one process may hold; a feed of 5 MB takes a tenth of it."""
READY = b"ready"
_GRACE = 5
"""Seconds beyond the deadline after which a process ends itself: the bot, which would have ended
it, is gone."""


def start() -> None:
    """Begin as the process that its arguments describe: the number of the line to the bot, the
    deadline, and the modules to import before the first piece of work."""
    number, deadline, *modules = sys.argv[1:]
    gc.disable()  # what is imported stays: nobody need look for cycles in it, now or later
    for module in modules:
        importlib.import_module(module)
    gc.freeze()
    gc.enable()
    serve(Connection(int(number)), float(deadline))


def serve(line: Connection, deadline: float) -> None:
    """Say that this process is ready, and do the pieces of work that come along a line, until its
    other end is closed.

    Each is a pickled function with its arguments; the answer is whether it returned, and what it
    returned or raised.
    """
    # Beyond this it gets a MemoryError, before the machine runs out of memory.
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    with contextlib.suppress(EOFError, OSError):
        line.send_bytes(READY)
        while True:
            work = line.recv_bytes()
            signal.setitimer(signal.ITIMER_REAL, deadline + _GRACE)  # its default action ends it
            line.send_bytes(_done(work))
            signal.setitimer(signal.ITIMER_REAL, 0)


def _done(work: bytes) -> bytes:
    """Do a piece of work and return its answer."""
    try:
        function, args, kwargs = pickle.loads(work)  # noqa: S301 - the bot has written it
        return pickle.dumps((True, function(*args, **kwargs)))
    except MemoryError:
        error: Exception = WorkError(f"needed more than {MEMORY // 1024**2} MB to be read")
    except Exception as raised:  # noqa: BLE001 - it is raised again in the bot
        error = raised
        error.add_note(traceback.format_exc())  # tracebacks are not pickled
    try:
        answer = pickle.dumps((False, error))
        pickle.loads(answer)  # noqa: S301 - not every error can be made again of what it keeps
    except Exception:  # noqa: BLE001
        answer = pickle.dumps((False, WorkError(f"{type(error).__name__}: {error}")))
    return answer
