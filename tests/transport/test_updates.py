"""Updates that cannot be decoded: they are skipped, and whatever else came with them is not."""

import json
import logging
from collections.abc import AsyncIterator, Iterable
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given
from hypothesis import strategies as st
from telegram import Update
from telegram.error import NetworkError, RetryAfter, TelegramError

from bot.config.schema import TelegramConfig
from bot.transport.bot_request import LONGEST_FLOOD
from bot.transport.updates import (
    UNREADABLE,
    UpdatesRequest,
    decode_update,
    readable,
)
from tests.fakes import updates

GOOD = {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}, "text": "/help"}
DEEP = 100_000
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just("update_id"), inner),
    max_leaves=5,
)


class Answering:
    """A server that answers every request with the same status and body."""

    def __init__(self) -> None:
        self.status, self.body = 200, b""
        application = web.Application()
        application.router.add_post("/", self._answer)
        self._server, self.request = TestServer(application), UpdatesRequest(TelegramConfig())

    async def _answer(self, request: web.Request) -> web.Response:
        return web.Response(status=self.status, body=self.body)

    async def __aenter__(self) -> "Answering":
        await self._server.start_server(shutdown_timeout=0.05)
        await self.request.initialize()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.request.shutdown()
        await self._server.close()

    async def asked(self, body: bytes, status: int = 200) -> Any:
        self.status, self.body = status, body
        return await self.request.post(str(self._server.make_url("/")))


@pytest_asyncio.fixture
async def server() -> AsyncIterator[Answering]:
    async with Answering() as made:
        yield made


def batch(*raw: bytes) -> bytes:
    """An answer with these updates, and a good one at its end."""
    good = json.dumps({"update_id": 900, "message": GOOD}).encode()
    return b'{"ok":true,"result":[' + b",".join((*raw, good)) + b"]}"


def numbered(given: Iterable[dict[str, Any]]) -> list[bytes]:
    return [json.dumps({"update_id": n, **each}).encode() for n, each in enumerate(given)]


async def test_whatever_field_an_object_lacks_no_other_update_is_lost(server: Answering) -> None:
    lacking = numbered(updates.lacking())
    taken = Update.de_list(await server.asked(batch(*lacking)), None)
    assert len(lacking) > 300
    assert [each.update_id for each in taken] == [*range(len(lacking)), 900]
    assert sum(UNREADABLE in each.api_kwargs for each in taken) > 200
    assert taken[-1].effective_message


async def test_whatever_stands_in_a_field_no_other_update_is_lost(server: Answering) -> None:
    distorted = numbered(updates.distorted())
    assert len(distorted) > 4000
    taken = Update.de_list(await server.asked(batch(*distorted)), None)
    assert [each.update_id for each in taken] == [*range(len(distorted)), 900]


@pytest.mark.parametrize(
    "broken",
    [
        b'"\\ud800"', b'"\\udc00\\ud800"', b'"\xff"', b"[" * DEEP + b"]" * DEEP,
        b'{"a":' * DEEP + b"1" + b"}" * DEEP, b"9" * 5000, b"nothing", b"{]",
    ],
    ids=lambda value: value[:12].decode(errors="replace"),
)  # fmt: skip
async def test_text_that_is_hardly_json_is_skipped_alone(server: Answering, broken: bytes) -> None:
    fields = json.dumps({**GOOD, "text": 0}).encode().replace(b": 0}", b": " + broken + b"}")
    first, last = await server.asked(batch(b'{"update_id": 7, "message": ' + fields + b"}"))
    assert first["update_id"] == 7
    assert first[UNREADABLE]
    assert last["message"] == GOOD


async def test_brackets_and_quotes_in_a_text_end_no_update(server: Answering) -> None:
    text = 'a "quoted" ]} and {[ with \\ and \\" and "update_id": 3,'
    update = {"update_id": 7, "message": {**GOOD, "text": text}}
    first, _ = await server.asked(batch(json.dumps(update).encode()))
    assert first == update


@pytest.mark.parametrize("chat", [2**52, -(2**60), 10**30, "5", None, [5]])
def test_a_chat_without_a_number_is_none(chat: object) -> None:
    message = {**GOOD, "chat": {"id": chat, "type": "private"}}
    update = decode_update(json.dumps({"update_id": 7, "message": message}).encode())
    assert update
    assert update.effective_chat is None


def test_the_log_tells_number_and_kind_of_error_and_nothing_else(
    caplog: pytest.LogCaptureFixture,
) -> None:
    message = {**GOOD, "text": "a secret", "from": {"id": 5, "is_bot": False}}
    decode_update(json.dumps({"update_id": 7, "message": message}).encode())
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert (
        record.getMessage() == "update 7 of Telegram cannot be decoded (TypeError): it is skipped"
    )
    assert record.exc_info is None


@pytest.mark.parametrize(
    "body",
    [
        b"", b"null", b"7", b"[]", b"{}", b'{"ok":true}', b'{"ok":true,"result":{}}', b"<h1>",
        b'{"ok":true,"result":[7]}', b'{"ok":true,"result":[{}]}', b'{"ok":true,"result":[{"upda',
        b'{"ok":true,"result":[{"update_id":"x"}]}', b"[" * DEEP, b'{"result":[' + b"[" * DEEP,
        b'{"ok":true,"result":[{"update_id":' + b"9" * 400 + b"}]}",
    ],
    ids=lambda value: value[:32].decode(),
)  # fmt: skip
async def test_an_answer_without_updates_is_no_answer(server: Answering, body: bytes) -> None:
    before = server.request.answered
    with pytest.raises(TelegramError, match="holds no updates"):
        await server.asked(body)
    assert server.request.answered == before
    assert server.request.ended > before


async def test_no_updates_are_an_answer(server: Answering) -> None:
    before = server.request.answered
    assert await server.asked(b'{"ok":true,"result":[]}') == []
    assert server.request.answered > before


@pytest.mark.parametrize(
    "body",
    [
        b"", b"null", b"[]", b'"Bad Gateway"', b"<h1>502</h1>", b"[" * DEEP, b'{"parameters":7}',
        b'{"parameters":{"retry_after":"x"}}', b'{"parameters":{"retry_after":%d}}' % 10**30,
        b'{"parameters":{"retry_after":-1}}', b'{"description":[]}',
    ],
    ids=lambda value: value[:32].decode(),
)  # fmt: skip
async def test_a_refusal_in_no_form_of_telegram_is_an_error_of_the_network(
    server: Answering, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    with pytest.raises(NetworkError, match=r"^HTTP 502 Bad Gateway, which is no answer"):
        await server.asked(body, 502)
    assert not caplog.records


async def test_a_refusal_of_telegram_is_heeded(server: Answering) -> None:
    with pytest.raises(RetryAfter):
        await server.asked(b'{"ok":false,"parameters":{"retry_after":%d}}' % LONGEST_FLOOD, 429)


@given(st.lists(JSON.map(lambda value: json.dumps(value).encode()), max_size=3))
def test_an_update_is_read_beside_any_json(values: list[bytes]) -> None:
    assert json.loads(readable(batch(*values)))["result"][-1]["message"] == GOOD


@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_what_is_no_update_at_all_breaks_nothing(raw: bytes) -> None:
    update = decode_update(raw)
    assert update is None or update.api_kwargs or json.loads(raw) == {"update_id": update.update_id}


def test_what_is_true_or_false_is_no_number() -> None:
    assert decode_update(b'{"update_id":false}') is None
