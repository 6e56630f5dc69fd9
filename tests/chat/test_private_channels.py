"""A channel without a public name is picked at the keyboard, or a post of it is forwarded."""

from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest_asyncio
from telegram import Message, User

from bot.chat.context import ChatContext
from bot.chat.handlers import Handlers
from bot.pipeline.rules import RULES
from bot.store import open_store
from tests.fakes.recorded_bot import recorded_bot
from tests.samples import NOW, source

ADMIN, STRANGER = 7, 5
CHANNEL = -1001234
FORWARDED = {
    "forward_origin": {
        "type": "channel", "date": 0, "message_id": 3,
        "chat": {"id": CHANNEL, "type": "channel", "title": "A private channel"},
    }
}  # fmt: skip
PICKED = {"chat_shared": {"request_id": 1, "chat_id": CHANNEL, "title": "A private channel"}}


@pytest_asyncio.fixture
async def context() -> AsyncIterator[ChatContext]:
    async def runs(chat: int, person: int) -> bool:
        return (chat, person) == (CHANNEL, ADMIN)

    async def find(name: int | str) -> tuple[int, str] | None:
        return (CHANNEL, "A private channel") if name == CHANNEL else None

    async with open_store(":memory:", RULES) as store:
        yield ChatContext(store, [source()], lambda: NOW, runs=runs, find=find)


async def told(context: ChatContext, person: int, **extra: Any) -> dict[str, Any]:
    """What the bot sends when a person writes a message."""
    bot, calls = recorded_bot()
    bot._bot_user = User(1, "Herald", is_bot=True, username="herald")
    message = Message.de_json(
        {
            "message_id": 1,
            "date": 0,
            "chat": {"id": person, "type": "private"},
            "from": {"id": person, "is_bot": False, "first_name": "A", "language_code": "en"},
            **extra,
        },
        bot,
    )
    update: Any = SimpleNamespace(effective_message=message)
    handlers = Handlers(context)
    here: Any = SimpleNamespace(bot=bot)
    handle = handlers._picked_chat if "chat_shared" in extra else handlers._message
    await handle(update, here)
    ((_, sent),) = calls
    return sent


async def test_the_keyboard_offers_channels_and_groups(context: ChatContext) -> None:
    sent = await told(context, ADMIN, text="/channel")
    (buttons,) = sent["reply_markup"]["keyboard"]
    assert [one["request_chat"]["chat_is_channel"] for one in buttons] == [True, False]


async def test_a_channel_that_is_picked_is_set_up(context: ChatContext) -> None:
    assert "is now about" in (await told(context, ADMIN, **PICKED))["text"]
    assert (await context.store.chat(ADMIN)).speaks_for == CHANNEL
    assert "no admin there" in (await told(context, STRANGER, **PICKED))["text"]
    assert (await context.store.chat(STRANGER)).speaks_for is None


async def test_a_post_forwarded_by_whoever_runs_its_channel_sets_it_up(
    context: ChatContext,
) -> None:
    sent = await told(context, ADMIN, text="News of the day", **FORWARDED)
    assert "is now about" in sent["text"]
    assert (await context.store.chat(CHANNEL)).keeper == ADMIN


async def test_a_post_forwarded_by_others_is_read_as_what_it_says(context: ChatContext) -> None:
    sent = await told(context, STRANGER, text="Czechia, return", **FORWARDED)
    assert "no admin" not in sent["text"]
    assert (await context.store.chat(STRANGER)).speaks_for is None
