"""Count trouble that is logged again and again, instead of repeating it."""

import datetime as dt
import logging
import threading
from typing import Any

from msgspec import Struct

FIRST = 60.0
"""Seconds until the first count of what goes on; the next come each after twice the time."""
LONGEST = 86_400.0
OVER_AFTER = 3600.0
"""Seconds of silence after which it is new trouble, where it was not counted for longer."""
KINDS = 1000
"""Kinds of trouble that are counted at a time."""


class Trouble(Struct):
    """What has been logged of one kind of trouble."""

    since: float
    last: float
    due: float
    count: int = 1
    wait: float = FIRST


class Repeats(logging.Filter):
    """Passes the first of similar warnings and errors, and then one with their count at growing
    intervals.

    Alike are those of one place in the program whose words are the same, numbers aside.
    """

    def __init__(self) -> None:
        super().__init__()
        self._troubles: dict[Any, Trouble] = {}
        self._lock = threading.Lock()

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether to log an event; set `times` to what is to be said of its number."""
        if record.levelno < logging.WARNING:
            return True
        with self._lock:
            return self._note(record)

    def _note(self, record: logging.LogRecord) -> bool:
        now, key = record.created, _key(record)
        trouble = self._troubles.pop(key, None)
        if trouble is None or not 0 <= now - trouble.last <= max(OVER_AFTER, 2 * trouble.wait):
            self._troubles[key] = Trouble(now, now, now + FIRST)
            if len(self._troubles) > KINDS:
                # the one that was logged longest ago
                self._troubles.pop(next(iter(self._troubles)))
            return True
        self._troubles[key] = trouble
        trouble.count, trouble.last = trouble.count + 1, now
        if now < trouble.due:
            return False
        trouble.wait = min(2 * trouble.wait, LONGEST)
        trouble.due = now + trouble.wait
        since = dt.datetime.fromtimestamp(trouble.since)  # noqa: DTZ006 - as the log tells time
        record.times = f"{trouble.count} times since {since:%Y-%m-%d %H:%M:%S}"
        record.exc_info = record.exc_text = None  # the first event has logged the traceback
        return True


def _key(record: logging.LogRecord) -> Any:
    arguments = record.args if isinstance(record.args, tuple) else (record.args,)
    words = tuple(str(each) for each in arguments if not isinstance(each, int | float))
    kind = record.exc_info[0] if record.exc_info else None
    return record.name, record.lineno, record.levelno, str(record.msg), words, kind
