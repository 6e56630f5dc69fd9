"""What is logged, and how; the bot's token never is."""

import logging
import sys
from typing import TextIO

from bot.config.values import Secret
from bot.text import redacted

_QUIET = {
    "httpx": logging.WARNING,  # INFO: every request, the token in its address
    "httpcore": logging.WARNING,
    "apscheduler": logging.WARNING,
    "telegram.ext.Application": logging.WARNING,
    "telegram.request.BaseRequest": logging.CRITICAL,  # a traceback for each page that is not JSON
    "telegram.ext.Updater": logging.CRITICAL,  # what it meets, `chat.service` tells in a line
}


def set_up(token: Secret, stream: TextIO | None = None) -> None:
    """Logs to standard error, one line an event, without the token."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_Redacting(token))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    for name, level in _QUIET.items():
        logging.getLogger(name).setLevel(level)


class _Redacting(logging.Formatter):
    """Takes whatever is or looks like a bot token out of the finished text, tracebacks included."""

    def __init__(self, token: Secret) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%Y-%m-%d %H:%M:%S")
        self._token = token

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        if self._token:
            text = text.replace(self._token.reveal(), "<token>")
        return redacted(text)
