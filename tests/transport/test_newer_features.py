"""What an older server of the Bot API does not know costs no message, and is tried once."""

import pytest

from bot.config.schema import TelegramConfig
from bot.config.values import Secret, WebUrl
from bot.models.deliveries import Button, Destination, Message, Refused, Sent
from bot.transport import rate_limiter
from bot.transport.sender import TelegramTransport, make_bot
from tests.fakes.telegram import TOKEN, FakeTelegram

CHAT = 7
BUTTONS = (
    (Button("Save", "save", style="primary"), Button("Cite", copy="A, B")),
    (Button("Copy", copy="C"),),
)
TEXT = 'Until <b><tg-time unix="1737028800" format="wDT">Monday</tg-time></b>'
MESSAGE = Message(html=TEXT, plain="Until Monday", buttons=BUTTONS)
STYLE, COPY, TIME = '"style"', '"copy_text"', "tg-time"
ALL = {
    STYLE: 'can\'t parse inline keyboard button: field "style" is unknown',
    COPY: "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    TIME: 'can\'t parse entities: Unsupported start tag "tg-time" at byte offset 9',
}


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let messages follow one another at once."""
    monkeypatch.setattr(rate_limiter, "CHAT_GAP", 0.01)


async def _starting() -> None:
    """Save nothing."""


@pytest.mark.parametrize("unknown", [(), (STYLE,), (COPY,), (TIME,), (STYLE, COPY, TIME)])
async def test_a_message_goes_out_without_what_the_server_does_not_know(
    unknown: tuple[str, ...],
) -> None:
    async with FakeTelegram(TOKEN) as telegram:
        telegram.says(CHAT, "/start")
        telegram.unknown = {part: ALL[part] for part in unknown}
        config = TelegramConfig(token=Secret(TOKEN), base_url=WebUrl(telegram.base_url))
        async with make_bot(config) as bot:
            transport = TelegramTransport(bot)
            for number in range(3):
                outcome = await transport.send(Destination(CHAT), MESSAGE, _starting)
                assert isinstance(outcome, Sent)
                assert len(telegram.calls("sendMessage")) == 1 + len(unknown) + number
        heard = telegram.messages(CHAT)[-1]
    buttons = [button for row in heard.buttons for button in row]
    assert heard.text == "Until Monday"
    assert heard.html == (TEXT if TIME not in unknown else "Until <b>Monday</b>")
    assert [button.text for button in buttons] == (
        ["Save"] if COPY in unknown else ["Save", "Cite", "Copy"]
    )
    assert buttons[0].style == (None if STYLE in unknown else "primary")


@pytest.mark.parametrize("refusal", ["BUTTON_DATA_INVALID", "can't parse entities: x", "no"])
async def test_a_refusal_for_another_reason_teaches_nothing(refusal: str) -> None:
    async with FakeTelegram(TOKEN) as telegram:
        telegram.says(CHAT, "/start")
        config = TelegramConfig(token=Secret(TOKEN), base_url=WebUrl(telegram.base_url))
        async with make_bot(config) as bot:
            transport = TelegramTransport(bot)
            telegram.unknown = {"Until": refusal}
            outcome = await transport.send(Destination(CHAT), MESSAGE, _starting)
            assert isinstance(outcome, Refused)
            telegram.unknown = {}
            await transport.send(Destination(CHAT), MESSAGE, _starting)
        (heard,) = telegram.messages(CHAT)
    assert heard.html == TEXT
    assert [button.style for button in heard.buttons[0]] == ["primary", None]


async def test_an_edit_that_changes_nothing_takes_no_button_away() -> None:
    async with FakeTelegram(TOKEN) as telegram:
        telegram.says(CHAT, "/start")
        config = TelegramConfig(token=Secret(TOKEN), base_url=WebUrl(telegram.base_url))
        async with make_bot(config) as bot:
            transport = TelegramTransport(bot)
            sent = await transport.send(Destination(CHAT), MESSAGE, _starting)
            assert isinstance(sent, Sent)
            assert await transport.edit(CHAT, sent.message_id, MESSAGE, _starting) == sent
            assert len(telegram.calls("editMessageText")) == 1
        heard = telegram.messages(CHAT)[-1]
    assert "Cite" in [button.text for row in heard.buttons for button in row]
