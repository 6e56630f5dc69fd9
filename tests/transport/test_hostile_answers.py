"""What a server answers that repeats the token: nothing that is kept, shown or raised holds it."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.config.schema import TelegramConfig
from bot.config.values import Secret, WebUrl
from bot.errors import HeraldError, TokenRejectedError, UnreachableError
from bot.models.deliveries import Destination, Message, Outcome, Refused, RetryLater, Unknown
from bot.transport.sender import TelegramTransport, make_bot, username
from tests.config.test_redaction import PART, TOKEN, read, written

HELLO = Message(html="Hello", plain="Hello")


class Parrot:
    """A server that answers everything with the same."""

    def __init__(self) -> None:
        self.status, self.text = 404, ""
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._answer)
        self.server = TestServer(application)

    async def _answer(self, request: web.Request) -> web.Response:
        return web.Response(status=self.status, text=self.text)

    def config(self) -> TelegramConfig:
        url = f"http://herald:{PART}@127.0.0.1:{self.server.port}/bot"
        return TelegramConfig(token=Secret(TOKEN), base_url=WebUrl(url))


async def _starting() -> None:
    """Save nothing."""


@pytest_asyncio.fixture
async def parrot() -> AsyncIterator[Parrot]:
    parrot = Parrot()
    async with parrot.server:
        yield parrot


async def sent(parrot: Parrot) -> Outcome:
    bot = make_bot(parrot.config())
    await bot._request[1].initialize()
    try:
        return await TelegramTransport(bot).send(Destination(7), HELLO, _starting)
    finally:
        await bot._request[1].shutdown()


async def told(parrot: Parrot) -> str:
    """All that is told of an answer."""
    try:
        outcome = await sent(parrot)
        text = getattr(outcome, "reason", "")
    except HeraldError as error:
        text = str(error)
    with pytest.raises(HeraldError) as raised:
        await username(parrot.config())
    return f"{text}\n{raised.value}"


def answers(quoted: str) -> st.SearchStrategy[str]:
    """Error pages and refusals that quote something."""
    shapes: list[Any] = [
        {"ok": False, "error_code": 400, "description": quoted},
        {"ok": False, "description": "x", "parameters": {"other": quoted}},
        {"ok": False, "description": "x", "parameters": {quoted: 1}},
        {"ok": False, "description": [quoted]},
        {"ok": True, quoted: quoted},
        {"error": quoted},
        [quoted],
        quoted,
    ]
    pages = [quoted, f"<h1>Not found: /bot{quoted}/getMe</h1>", f'{{"ok": "{quoted}']
    return st.sampled_from([*map(json.dumps, shapes), *pages])


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([200, 302, 400, 401, 403, 404, 409, 413, 429, 500, 502, 599]),
    written((TOKEN, PART)).flatmap(answers),
)
async def test_nothing_that_is_told_of_an_answer_holds_the_token(
    parrot: Parrot, status: int, text: str
) -> None:
    parrot.status, parrot.text = status, text
    assert PART.lower() not in read(await told(parrot))


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 409, 500, 502])
async def test_a_page_of_another_server_is_no_word_of_telegram(parrot: Parrot, status: int) -> None:
    parrot.status, parrot.text = status, f"Not found: /bot{TOKEN}/sendMessage"
    outcome = await sent(parrot)
    assert isinstance(outcome, RetryLater)
    assert f"http {status}" in outcome.reason
    with pytest.raises(UnreachableError, match="no answer of Telegram's"):
        await username(parrot.config())


async def test_a_page_instead_of_a_result_leaves_open_whether_it_arrived(parrot: Parrot) -> None:
    for parrot.text in ("<html>Sign in</html>", '{"ok": true}', "[]", "[" * 100_000):
        parrot.status = 200
        assert isinstance(await sent(parrot), Unknown)


async def test_telegrams_own_refusals_stay_what_they_are(parrot: Parrot) -> None:
    parrot.status, parrot.text = 403, '{"ok": false, "description": "Forbidden: bot was kicked"}'
    assert await sent(parrot) == Refused("forbidden: bot was kicked", gone=True)
    parrot.status, parrot.text = 404, '{"ok": false, "error_code": 404}'
    with pytest.raises(TokenRejectedError):
        await sent(parrot)
