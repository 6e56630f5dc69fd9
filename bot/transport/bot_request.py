"""Requests to Telegram, whose errors hold no secret and are Telegram's own, whatever answers.

python-telegram-bot quotes the whole answer where it cannot read it, and takes any 404 for a
rejected token and any 403 for a chat that is gone: a proxy's error page, too.
"""

from functools import lru_cache
from http import HTTPStatus
from ssl import SSLContext
from typing import Annotated, Any

import httpx
import msgspec
from msgspec.structs import replace
from telegram.error import NetworkError, TelegramError
from telegram.request import HTTPXRequest, RequestData

from bot.config.redaction import Redactor
from bot.config.schema import TelegramConfig
from bot.config.values import secrets_of
from bot.transport.newer_features import Feature, NewerFeatures

LONGEST_FLOOD = 86_400
"""Seconds; an answer that asks for a longer pause is not believed."""


class _Success(msgspec.Struct):
    """The answer to a request that was carried out."""

    result: msgspec.Raw


class _Parameters(msgspec.Struct, omit_defaults=True):
    """https://core.telegram.org/bots/api#responseparameters"""

    migrate_to_chat_id: int | None = None
    retry_after: Annotated[int, msgspec.Meta(ge=1, le=LONGEST_FLOOD)] | None = None


class _Refusal(msgspec.Struct, omit_defaults=True):
    """The answer to a request that was refused
    (https://core.telegram.org/bots/api#making-requests)."""

    ok: bool
    description: str = ""
    parameters: _Parameters | None = None


@lru_cache(maxsize=1)
def _trusted() -> SSLContext:
    """Return whom connections trust, for all of them: to read the authorities takes 20 ms."""
    return httpx.create_ssl_context()


class BotRequest(HTTPXRequest):
    """The HTTP request of any method but getUpdates."""

    def __init__(
        self, config: TelegramConfig, connections: int = 64, read_timeout: float = 20
    ) -> None:
        super().__init__(
            connections, connect_timeout=10, read_timeout=read_timeout, write_timeout=20,
            pool_timeout=20, httpx_kwargs={"verify": _trusted()},
        )  # fmt: skip
        self._redact = Redactor(secrets_of(config))
        self._newer = NewerFeatures()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> tuple[int, bytes]:
        """Send the request (`BaseRequest`); where the server does not know a feature of it yet,
        without that. Raises TelegramError where the answer is none of Telegram's."""
        if method == "GET":  # of a file, which is whatever somebody has sent
            return await self._send(url, method, None, *args, **kwargs)
        if request_data is None:
            return await self._do_once(url, method, None, *args, **kwargs)
        data = self._newer.known(request_data)
        status, body = await self._do_once(url, method, data, *args, **kwargs)
        left_out = list[Feature]()
        while status == HTTPStatus.BAD_REQUEST:
            if (plainer := self._newer.plainer(data, body.decode())) is None:
                return status, body
            data, feature = plainer
            left_out.append(feature)
            status, body = await self._do_once(url, method, data, *args, **kwargs)
        self._newer.note_unknown(left_out)
        return status, body

    async def _send(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        try:
            return await super().do_request(*args, **kwargs)
        except TelegramError as error:
            error.message = self._redact(error.message)  # it may quote a broken answer
            raise

    async def _do_once(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        status, body = await self._send(*args, **kwargs)
        is_success = 200 <= status < 300
        return status, self._result(body) if is_success else self._refusal(status, body)

    def _result(self, body: bytes) -> bytes:
        """Return an answer that holds a result. Raises TelegramError."""
        try:
            msgspec.json.decode(body, type=_Success)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise TelegramError("its answer holds no result") from None
        return body

    def _refusal(self, status: int, body: bytes) -> bytes:
        """Return why Telegram refuses, without secrets. Raises NetworkError where another server
        does."""
        try:
            refusal = msgspec.json.decode(body, type=_Refusal)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise NetworkError(f"HTTP {_named(status)}, which is no answer of Telegram's") from None
        return msgspec.json.encode(replace(refusal, description=self._redact(refusal.description)))


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
