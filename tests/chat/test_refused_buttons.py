"""An answer whose buttons Telegram refuses is given without them."""

from bot.chat import sending
from bot.chat.context import Answer, Request
from bot.config.schema import TelegramConfig
from bot.config.values import Secret, WebUrl
from bot.models.deliveries import Button, Message
from bot.transport.sender import make_bot
from tests.fakes.telegram import FakeTelegram

TOKEN = "123456:TEST-token_for-tests-0000000000"
CHAT = 7


async def test_an_answer_goes_out_without_buttons_that_telegram_refuses() -> None:
    bad = ((Button("Save it", "x" * 65),),)
    answer = Answer((Message(html="Hello", plain="Hello"),), bad)
    async with FakeTelegram(TOKEN) as telegram:
        telegram.says(CHAT, "/start")
        config = TelegramConfig(token=Secret(TOKEN), base_url=WebUrl(telegram.base_url))
        async with make_bot(config) as bot:
            await sending.send(bot, Request(CHAT), answer)
        (heard,) = telegram.messages(CHAT)
    assert (heard.text, heard.buttons) == ("Hello", ())
