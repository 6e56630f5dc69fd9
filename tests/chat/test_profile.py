"""What Telegram shows of the bot beside its messages."""

import pytest

from bot.chat.commands import COMMANDS
from bot.chat.profile import (
    DESCRIPTION,
    DESCRIPTION_LIMIT,
    SHORT_DESCRIPTION,
    SHORT_DESCRIPTION_LIMIT,
    set_profile,
)
from bot.config.schema import TelegramConfig
from bot.config.values import Secret, WebUrl
from bot.i18n import LANGUAGES, locale_for
from bot.transport.sender import make_bot
from tests.fakes.telegram import TOKEN, FakeTelegram

FIELDS = ("Commands", "Description", "ShortDescription")
SETTERS = [*(f"setMy{field}" for field in FIELDS), "setChatMenuButton"]


async def start(telegram: FakeTelegram) -> list[int]:
    """Start the bot; how often each was set until now."""
    config = TelegramConfig(token=Secret(TOKEN), base_url=WebUrl(telegram.base_url))
    async with make_bot(config) as bot:
        await set_profile(bot)
    return [len(telegram.calls(method)) for method in SETTERS]


async def test_all_is_set_in_every_language_once() -> None:
    async with FakeTelegram(TOKEN) as telegram:
        count = len(LANGUAGES)
        assert await start(telegram) == [count, count, count, 1]
        assert await start(telegram) == [count, count, count, 1]
        telegram.profile["description", "cs"] = "An older one"
        assert await start(telegram) == [count, count + 1, count, 1]
    for language in LANGUAGES:
        code, to = "" if language == "en" else language, locale_for(language)
        assert telegram.profile["description", code] == to.gettext(DESCRIPTION)
        assert telegram.profile["short_description", code] == to.gettext(SHORT_DESCRIPTION)
        assert {one["command"] for one in telegram.profile["commands", code]} == set(COMMANDS)
    assert telegram.profile["menu_button", ""] == {"type": "commands"}


METHODS = [f"{verb}My{field}" for verb in ("get", "set") for field in FIELDS]


@pytest.mark.parametrize(
    ("method", "code"),
    [*((method, 404) for method in METHODS), (METHODS[0], 400), (METHODS[-1], 500)],
)
async def test_what_is_refused_stops_neither_the_start_nor_the_rest(method: str, code: int) -> None:
    async with FakeTelegram(TOKEN) as telegram:
        telegram.fail(method, "status", times=99, code=code, description="Not Found: no method")
        await start(telegram)
        assert telegram.profile["menu_button", ""] == {"type": "commands"}
        kept = {field for field, _ in telegram.profile}
    assert len(kept) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_texts_are_as_short_as_telegram_takes(language: str) -> None:
    to = locale_for(language)
    assert len(to.gettext(DESCRIPTION)) <= DESCRIPTION_LIMIT
    assert len(to.gettext(SHORT_DESCRIPTION)) <= SHORT_DESCRIPTION_LIMIT
    for command in COMMANDS.values():
        assert 1 <= len(to.gettext(command.description)) <= 256
