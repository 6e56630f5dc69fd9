"""What is logged, and how; the bot's token and other keys never are."""

import datetime as dt
import json
import logging
import sys
from collections.abc import Iterable, Sequence
from typing import TextIO

from bot.config.values import Secret
from bot.text import redact

_QUIET = {
    "httpx": logging.WARNING,  # INFO: every request, the token in its address
    "httpcore": logging.WARNING,
    "apscheduler": logging.WARNING,
    "telegram.ext.Application": logging.WARNING,
    "telegram.request.BaseRequest": logging.CRITICAL,  # a traceback for each page that is not JSON
    "telegram.ext.Updater": logging.CRITICAL,  # what it meets, `chat.service` tells in a line
}


def set_up(
    secrets: Iterable[Secret], stream: TextIO | None = None, *, as_json: bool = False
) -> None:
    """Log to standard error, a line for each event (as JSON, an object), without the secrets."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        (_Json if as_json else _Redacting)([secret for secret in secrets if secret])
    )
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    for name, level in _QUIET.items():
        logging.getLogger(name).setLevel(level)


class _Redacting(logging.Formatter):
    """Redacts secrets, and whatever looks like a bot token, in the finished text, tracebacks
    included."""

    def __init__(self, secrets: Sequence[Secret]) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%Y-%m-%d %H:%M:%S")
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        return self._without_secrets(super().format(record))

    def _without_secrets(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret.reveal(), "<token>")
        return redact(text)


class _Json(_Redacting):
    """Writes an event as one JSON object, for machines that collect logs."""

    def format(self, record: logging.LogRecord) -> str:
        event = {
            "time": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": self._without_secrets(record.getMessage()),
        }
        if record.exc_info:
            event["exception"] = self._without_secrets(self.formatException(record.exc_info))
        return json.dumps(event, ensure_ascii=False)
