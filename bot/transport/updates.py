"""Updates of Telegram: each is decoded by itself, so that one that breaks does not stop the others.

python-telegram-bot decodes the updates of an answer together. Where one lacks a field that its
version requires, it asks for all of them again, at once and for ever, and logs what they say.
"""

import asyncio
import json
import logging
import re
import time
from collections.abc import Iterator
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from telegram import Bot, Update
from telegram.error import TelegramError

from bot.config.schema import TelegramConfig
from bot.transport.bot_request import BotRequest

log = logging.getLogger(__name__)

UNREADABLE = "unreadable"
"""The field of an update in place of one that cannot be decoded; it holds the kind of the error."""
REJECTED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND)
"""What Telegram answers to a token that it does not know."""
LARGEST_ID = 2**52
"""An id has at most 52 significant bits (https://core.telegram.org/bots/api#chat)."""

_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[][{}]', re.DOTALL)
_NUMBER = re.compile(rb'"update_id"\s*:\s*(\d{1,15})\s*[,}]')


class _NoUpdates(msgspec.Struct):
    """The answer where no update waits."""

    result: Annotated[list[msgspec.Raw], msgspec.Meta(max_length=0)]


class UpdatesRequest(BotRequest):
    """The HTTP request of getUpdates, which remembers when it was last answered.

    Whatever the answer is, either its updates can be decoded, or a TelegramError is raised, after
    which python-telegram-bot waits, each time longer.
    """

    def __init__(self, config: TelegramConfig) -> None:
        # beside the seconds of a long poll; the last one, at the end, must not take long
        super().__init__(config, connections=1, read_timeout=4)
        self.ended = self.answered = time.monotonic()
        """When a request ended last, however it did; and when updates were last decoded."""
        self.rejected = asyncio.Event()
        """Set once Telegram does not accept the token any more."""

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Send the request (`BaseRequest`)."""
        try:
            status, body = await super().do_request(*args, **kwargs)
        finally:
            self.ended = time.monotonic()
        if status in REJECTED:
            # python-telegram-bot would end its loop, and tell nobody but the log.
            self.rejected.set()
            raise TelegramError("the token is rejected")
        return status, body

    def _result(self, body: bytes) -> bytes:
        updates = readable(body)
        self.answered = time.monotonic()
        return updates


def decode_update(raw: bytes, bot: Bot | None = None) -> Update | None:
    """Decode an update; one that breaks becomes an empty one with its number, marked UNREADABLE.
    Return None where it has no number either."""
    try:
        return _decode(raw, bot)
    except Exception as error:  # noqa: BLE001 - the classes of python-telegram-bot raise any
        kind = type(error).__name__
    number = _NUMBER.search(raw)
    if number is None:
        log.error("what should be an update of Telegram has no number (%s)", kind)
        return None
    log.error("update %d of Telegram cannot be decoded (%s): it is skipped", int(number[1]), kind)
    return Update(int(number[1]), api_kwargs={UNREADABLE: kind})


def _decode(raw: bytes, bot: Bot | None) -> Update:
    (fields,) = json.loads(_answer(raw))["result"]  # as deep as python-telegram-bot decodes it
    json.dumps(fields, ensure_ascii=False).encode()  # refuses half a surrogate pair
    update = Update.de_json(fields, bot)
    senders = [each.id for each in (update.effective_chat, update.effective_user) if each]
    if not all(map(_is_id, (update.update_id, *senders))):
        raise ValueError("an id is no number that Telegram gives")
    return update


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < LARGEST_ID


def readable(body: bytes) -> bytes:
    """Return the answer of getUpdates with an empty update for each that cannot be decoded.

    Raises TelegramError where it holds none, and does not say so either.
    """
    updates = [(raw, update) for raw in _split(body) if (update := decode_update(raw))]
    if not updates:
        try:
            msgspec.json.decode(body, type=_NoUpdates)
        except (msgspec.DecodeError, RecursionError):
            raise TelegramError("its answer holds no updates") from None
    return _answer(
        *(
            update.to_json().encode() if UNREADABLE in update.api_kwargs else raw
            for raw, update in updates
        )
    )


def _split(body: bytes) -> Iterator[bytes]:
    """Yield the JSON of each update of an answer, whatever is wrong within."""
    depth = start = 0
    for token in _TOKEN.finditer(body):
        if token[0] in b"{[":
            depth += 1
            start = token.start() if depth == 3 else start  # the answer, its list, an update
        elif token[0] in b"}]":
            depth -= 1
            if depth == 2:
                yield body[start : token.end()]


def _answer(*updates: bytes) -> bytes:
    return b'{"ok":true,"result":[' + b",".join(updates) + b"]}"
