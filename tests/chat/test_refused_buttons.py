"""An answer whose buttons or whose HTML Telegram refuses is given without them."""

import pytest

from bot.chat import sending
from bot.chat.context import Answer, File, Request
from bot.config.schema import TelegramConfig
from bot.config.values import Secret, WebUrl
from bot.models.deliveries import Button, Buttons, Message
from bot.transport import rate_limiter
from bot.transport.sender import make_bot
from tests.fakes.telegram import TOKEN, FakeTelegram

CHAT = 7


GOOD, BAD = ((Button("Save it", "x"),),), ((Button("Save it", "x" * 65),),)


@pytest.mark.parametrize("file", [None, File("a.csv", b"a"), File("a.png", b"a", is_picture=True)])
@pytest.mark.parametrize("buttons", [GOOD, BAD])
@pytest.mark.parametrize("html", ["<b>Hello</b>", "Hello <p>"])
async def test_an_answer_goes_out_without_what_telegram_refuses(
    html: str, buttons: Buttons, file: File | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limiter, "CHAT_GAP", 0)
    answer = Answer((Message(html=html, plain="Hello"),), buttons, file)
    async with FakeTelegram(TOKEN) as telegram:
        telegram.says(CHAT, "/start")
        config = TelegramConfig(token=Secret(TOKEN), base_url=WebUrl(telegram.base_url))
        async with make_bot(config) as bot:
            await sending.send(bot, Request(CHAT), answer)
        (heard,) = telegram.messages(CHAT)
    assert (heard.text, bool(heard.buttons)) == ("Hello", buttons == GOOD)
