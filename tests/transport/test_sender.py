"""What each answer of Telegram comes to, against a server that gives it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from bot.config.schema import TelegramConfig
from bot.config.values import Secret, WebUrl
from bot.errors import TokenRejectedError, UnreachableError
from bot.models.deliveries import (
    Button,
    Destination,
    Message,
    Moved,
    Outcome,
    Refused,
    RetryLater,
    Sent,
    Unknown,
)
from bot.transport import rate_limiter
from bot.transport.sender import TelegramTransport, make_bot, username
from tests.fakes.telegram import TOKEN, FakeTelegram

HELLO = Message(html="<b>Hello</b>", plain="Hello")
CHAT = 7


def config(base_url: str, token: str = TOKEN) -> TelegramConfig:
    return TelegramConfig(token=Secret(token), base_url=WebUrl(base_url))


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limiter, "CHAT_GAP", 0.0)


class Line:
    """A transport, the Telegram at its other end, and how often a message was on the wire."""

    def __init__(self, telegram: FakeTelegram, transport: TelegramTransport) -> None:
        self.telegram, self.transport, self.begun = telegram, transport, 0

    async def send(self, message: Message = HELLO, chat: int = CHAT, **more: int | None) -> Outcome:
        async def starting() -> None:
            self.begun += 1

        return await self.transport.send(Destination(chat, **more), message, starting)

    async def edit(self, message_id: int, message: Message = HELLO) -> Outcome:
        async def starting() -> None:
            self.begun += 1

        return await self.transport.edit(CHAT, message_id, message, starting)


@pytest_asyncio.fixture
async def line() -> AsyncIterator[Line]:
    async with FakeTelegram(TOKEN) as telegram:
        telegram.says(CHAT, "/start")
        async with make_bot(config(telegram.base_url)) as bot:
            yield Line(telegram, TelegramTransport(bot))


async def test_a_message_arrives_formatted_and_without_preview(line: Line) -> None:
    assert isinstance(await line.send(), Sent)
    (heard,) = await line.telegram.heard(CHAT)
    assert (heard.text, heard.html) == ("Hello", "<b>Hello</b>")
    (call,) = line.telegram.calls("sendMessage")
    assert "is_disabled" in str(call["link_preview_options"])
    assert line.begun == 1


async def test_a_broadcast_that_is_paid_for_says_so(line: Line) -> None:
    async def starting() -> None:
        pass

    paid = TelegramTransport(line.transport._bot, is_paid=True)
    await paid.send(Destination(CHAT), HELLO, starting)
    await line.send()
    first, second = line.telegram.calls("sendMessage")
    assert first["allow_paid_broadcast"] is True
    assert "allow_paid_broadcast" not in second


async def test_a_message_that_was_sent_reads_otherwise_when_it_is_edited(line: Line) -> None:
    sent = await line.send()
    assert isinstance(sent, Sent)
    other = Message(html="<i>Bye</i>", plain="Bye")
    for _ in range(2):  # the second time Telegram says that nothing is modified
        assert await line.edit(sent.message_id, other) == sent
    (heard,) = line.telegram.messages(CHAT)
    assert (heard.html, heard.edited) == ("<i>Bye</i>", True)
    assert line.begun == 3
    assert await line.edit(sent.message_id, Message(html="<p>Plain", plain="Plain")) == sent
    assert line.telegram.messages(CHAT)[0].text == "Plain"
    assert isinstance(await line.edit(999), Refused)


async def test_an_answer_stands_under_its_message_or_alone_where_that_is_gone(line: Line) -> None:
    sent = await line.send()
    assert isinstance(sent, Sent)

    for number in (sent.message_id, 999):
        await line.send(reply_to=number)
    assert [heard.reply_to for heard in line.telegram.messages(CHAT)] == [
        None,
        sent.message_id,
        None,
    ]


async def test_a_text_that_telegram_cannot_parse_goes_out_plain(line: Line) -> None:
    assert isinstance(await line.send(Message(html="<p>Hello", plain="Hello")), Sent)
    (heard,) = await line.telegram.heard(CHAT)
    assert heard.text == "Hello"


@pytest.mark.parametrize("html", ["<b>Hello</b>", "Hello <p>"])
async def test_a_message_whose_buttons_telegram_refuses_goes_out_without_them(
    line: Line, html: str
) -> None:
    bad = ((Button("Save it", "x" * 65),),)
    sent = await line.send(Message(html=html, plain="Hello", buttons=bad))
    assert isinstance(sent, Sent)
    (heard,) = line.telegram.messages(CHAT)
    assert not heard.buttons
    assert isinstance(
        await line.edit(sent.message_id, Message(html="Again", plain="Again", buttons=bad)), Sent
    )


@pytest.mark.parametrize(
    ("kind", "options", "outcome"),
    [
        ("status", {"code": 500, "description": "Internal Server Error"}, RetryLater),
        ("status", {"code": 413, "description": "Request Entity Too Large"}, Refused),
        ("html", {}, RetryLater),
        ("reset", {}, Unknown),
        ("reset_after", {}, Unknown),
        ("truncated", {}, Unknown),
    ],
)
async def test_what_goes_wrong_on_the_way_is_later_or_unknown(
    line: Line, kind: Any, options: dict[str, Any], outcome: type
) -> None:
    line.telegram.fail("sendMessage", kind, **options)
    assert isinstance(await line.send(), outcome)


async def test_flood_control_says_when(line: Line) -> None:
    line.telegram.fail(
        "sendMessage", "status", code=429, description="Too Many Requests: retry after 17",
        parameters={"retry_after": 17},
    )  # fmt: skip
    assert await line.send() == RetryLater("Telegram's flood control", 17)


async def test_a_group_that_moved_says_where(line: Line) -> None:
    line.telegram.migrates(-5, -1005)
    assert await line.send(chat=-5) == Moved(-1005)


async def test_a_chat_that_is_gone_is_told_apart(line: Line) -> None:
    line.telegram.blocks(CHAT)
    blocked = await line.send()
    assert isinstance(blocked, Refused)
    assert blocked.gone
    unknown = await line.send(chat=999)
    assert isinstance(unknown, Refused)
    assert unknown.gone


async def test_a_chat_where_the_bot_may_not_write_is_told_apart(line: Line) -> None:
    for reason in ("not enough rights to send text messages to the chat", "CHAT_WRITE_FORBIDDEN"):
        line.telegram.fail("sendMessage", "status", code=400, description=f"Bad Request: {reason}")
        refused = await line.send()
        assert isinstance(refused, Refused)
        assert refused.gone
        assert refused.lacks_rights


async def test_what_is_for_a_topic_stands_there(line: Line) -> None:
    line.telegram.says(-1001, "/start")
    assert isinstance(await line.send(chat=-1001, thread=5), Sent)
    assert [heard.thread for heard in line.telegram.messages(-1001)] == [5]


@pytest.mark.parametrize("reason", ["message thread not found", "TOPIC_CLOSED", "TOPIC_DELETED"])
async def test_what_is_for_a_topic_that_is_gone_stands_in_its_group(
    line: Line, reason: str
) -> None:
    line.telegram.says(-1001, "/start")
    line.telegram.fail("sendMessage", "status", code=400, description=f"Bad Request: {reason}")
    sent = await line.send(chat=-1001, thread=5)
    assert isinstance(sent, Sent)
    assert sent.topic_missing
    assert [heard.thread for heard in line.telegram.messages(-1001)] == [None]


async def test_a_message_that_telegram_refuses_says_nothing_of_the_chat(line: Line) -> None:
    refused = await line.send(Message(html="x" * 5000, plain="x"))
    assert isinstance(refused, Refused)
    assert not refused.gone


async def test_nobody_there_is_later_and_never_on_the_wire() -> None:
    bot = make_bot(config("http://127.0.0.1:9/bot"))
    transport = TelegramTransport(bot)
    await bot._request[1].initialize()
    assert not await transport.reachable()

    async def starting() -> None:
        """On the wire, as far as the bot can know."""

    assert isinstance(await transport.send(Destination(CHAT), HELLO, starting), RetryLater)
    await bot._request[1].shutdown()


async def test_an_outage_is_noticed_before_a_message_is_on_the_wire(line: Line) -> None:
    line.telegram.offline()
    assert not await line.transport.reachable()
    line.telegram.online()
    assert await line.transport.reachable()
    assert line.begun == 0


async def test_a_rejected_token_is_told_without_telling_it(line: Line) -> None:
    line.telegram.fail("sendMessage", "status", code=401, description="Unauthorized")
    with pytest.raises(TokenRejectedError) as raised:
        await line.send()
    assert TOKEN not in str(raised.value)


async def test_the_name_of_the_bot_is_asked(line: Line) -> None:
    assert await username(config(line.telegram.base_url)) == "herald_bot"
    with pytest.raises(TokenRejectedError):
        await username(config(line.telegram.base_url, "999:another"))
    with pytest.raises(UnreachableError, match="does not answer"):
        await username(config("http://127.0.0.1:9/bot"))
