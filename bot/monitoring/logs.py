"""Set up logging: its layout and level, and the redaction of secrets."""

import datetime as dt
import json
import logging
import sys
from collections.abc import Iterable
from typing import Literal, TextIO

from bot.config.redaction import Redactor
from bot.config.values import Secret
from bot.monitoring.repeats import Repeats
from bot.text import redact

Layout = Literal["plain", "json", "message"]
"""A line or a JSON object for each event; `message`: the text of warnings and errors alone."""

_QUIET = {
    "httpx": logging.WARNING,  # INFO: every request, the token in its address
    "httpcore": logging.WARNING,
    "apscheduler": logging.WARNING,
    "psycopg.pool": logging.ERROR,  # WARNING: each lost connection, which the store tells
    "telegram.ext.Application": logging.WARNING,
    "telegram.request.BaseRequest": logging.CRITICAL,  # a traceback for each page that is not JSON
    "telegram.ext.Updater": logging.CRITICAL,  # `chat.telegram_app` logs its errors in a line
}


def set_up(
    secrets: Iterable[Secret], layout: Layout = "plain", stream: TextIO | None = None
) -> None:
    """Log to standard error in a layout, without the secrets; what is repeated is counted."""
    formatter = (_Json if layout == "json" else _Redacting)(secrets, layout)
    for name, level in _QUIET.items():
        logging.getLogger(name).setLevel(level)
    if layout == "message":
        # Python's handler for programs that set none up: it stays silent below WARNING.
        assert logging.lastResort is not None
        logging.lastResort.setFormatter(formatter)
        return
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(formatter)
    handler.addFilter(Repeats())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)


class _Redacting(logging.Formatter):
    """Redacts secrets, and whatever looks like a bot token, in the finished text, tracebacks
    included."""

    def __init__(self, secrets: Iterable[Secret], layout: Layout) -> None:
        line = "%(asctime)s %(levelname)-7s %(name)s: %(message)s" if layout == "plain" else None
        super().__init__(line, "%Y-%m-%d %H:%M:%S")
        self._redactor = Redactor(secrets)

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """Return the first line, which ends with how often it was so."""
        times = getattr(record, "times", None)
        return (
            f"{super().formatMessage(record)} ({times})" if times else super().formatMessage(record)
        )

    def _redact(self, text: str) -> str:
        return redact(self._redactor(text))


class _Json(_Redacting):
    """Writes an event as one JSON object, for machines that collect logs."""

    def format(self, record: logging.LogRecord) -> str:
        event = {
            "time": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": self._redact(record.getMessage()),
        }
        if times := getattr(record, "times", None):
            event["times"] = times
        if record.exc_info:
            event["exception"] = self._redact(self.formatException(record.exc_info))
        return json.dumps(event, ensure_ascii=False)
