"""Take the updates that Telegram sends to a webhook, whichever replica the request reaches.

Telegram brings an update again until it is answered with 200
(https://core.telegram.org/bots/api#setwebhook): so it is, when what it asks for has been done, or
was done before, or where it cannot be decoded. Whoever does not know the secret is no Telegram.
"""

import hashlib
import hmac
import logging
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from telegram import Update
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.chat.handlers import ALLOWED_UPDATES
from bot.transport.updates import decode_update

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - its name
AT_ONCE = 40
"""Requests that Telegram may make together, Telegram's own default."""


class Webhook:
    """The HTTP endpoint to which Telegram sends updates."""

    def __init__(
        self, bot: ExtBot[Any], url: str, on_update: Callable[[Update], Awaitable[bool]]
    ) -> None:
        """`on_update` processes an update; it returns False where another replica is about to."""
        self._bot, self._url, self._on_update = bot, url, on_update
        token = bot.token.encode()
        self._secret = hmac.new(token, b"webhook of the policy herald", hashlib.sha256).hexdigest()

    @property
    def path(self) -> str:
        """Return the path of the endpoint."""
        return urlsplit(self._url).path or "/"

    async def announce(self) -> None:
        """Set the webhook at Telegram. Raises TelegramError."""
        await self._bot.set_webhook(
            self._url,
            secret_token=self._secret,
            allowed_updates=ALLOWED_UPDATES,
            max_connections=AT_ONCE,
        )

    async def trouble(self) -> str | None:
        """Return what is wrong with the webhook, without quoting a server."""
        try:
            info = await self._bot.get_webhook_info()
        except TelegramError as error:
            return f"Telegram does not tell of the webhook ({type(error).__name__})"
        if info.url != self._url:
            return "Telegram knows of another webhook, or of none: does another bot run?"
        if info.pending_update_count and info.last_error_message:
            waiting = info.pending_update_count
            log.warning("Telegram cannot bring updates: %s", info.last_error_message)
            return f"Telegram cannot bring {waiting} updates to the webhook; the log says why"
        return None

    async def handle(self, request: web.Request) -> web.Response:
        """Take an update."""
        given = request.headers.get(SECRET_HEADER, "").encode(errors="surrogateescape")
        if not hmac.compare_digest(given, self._secret.encode()):
            return web.Response(status=403)
        update = decode_update(await request.read(), self._bot)
        if update is None:
            return web.Response(status=400)
        is_done = await self._on_update(update)
        return web.Response(status=200 if is_done else 503)
