"""Updates that cannot be decoded, over getUpdates: nobody else waits for them."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from bot.config import Config
from bot.config.schema import CatalogueConfig, StorageConfig, TelegramConfig, WebConfig
from bot.config.values import Listen, Secret, StorageUrl, WebUrl
from bot.jobs.admin_notices import AdminNotices
from bot.transport import rate_limiter
from tests.end_to_end.running_service import service, until
from tests.fakes import updates
from tests.fakes.telegram import TOKEN, FakeTelegram

ADMIN, CHAT = 1000, 1001
NAMELESS = {"id": 7, "is_bot": False}


@pytest_asyncio.fixture
async def telegram(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeTelegram]:
    monkeypatch.setattr(rate_limiter, "CHAT_GAP", 0.01)
    monkeypatch.setattr(AdminNotices, "interval", 0.1)
    async with FakeTelegram(TOKEN) as made:
        yield made


@pytest.fixture
def address(unused_tcp_port: int) -> str:
    return f"127.0.0.1:{unused_tcp_port}"


@pytest_asyncio.fixture
async def running(telegram: FakeTelegram, tmp_path: Path, address: str) -> AsyncIterator[None]:
    """A service that polls, for as long as the test takes."""
    config = Config(
        telegram=TelegramConfig(
            token=Secret(TOKEN), base_url=WebUrl(telegram.base_url), admins=(ADMIN,)
        ),
        storage=StorageConfig(url=StorageUrl(f"tinydb:{tmp_path / 'herald.db'}")),
        catalogue=CatalogueConfig(countries=()),
        web=WebConfig(listen=Listen(address)),
    )
    async with service(config):
        telegram.says(CHAT, "/help")
        telegram.says(ADMIN, "/help")
        await telegram.heard(CHAT)
        await telegram.heard(ADMIN)
        telegram.mark()
        yield


@pytest.mark.usefixtures("running")
async def test_who_writes_after_one_is_answered_and_the_admins_hear_of_it_once(
    telegram: FakeTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    asked = len(telegram.calls("getUpdates"))
    for _ in range(3):
        telegram.says(7, "a secret", **{"from": NAMELESS})
    telegram.says(CHAT, "/help")
    await telegram.heard(CHAT)
    assert len(telegram.calls("getUpdates")) < asked + 6
    (told,) = await telegram.heard(ADMIN)
    assert "an update that I cannot read (TypeError)" in told.text
    await asyncio.sleep(0.3)
    assert len(await telegram.heard(ADMIN)) == 1
    assert "a secret" not in caplog.text
    assert sum("cannot be decoded" in each.getMessage() for each in caplog.records) == 3


@pytest.mark.usefixtures("running")
async def test_whatever_an_update_lacks_the_next_one_is_answered(telegram: FakeTelegram) -> None:
    for update in updates.lacking():
        telegram.sends(update)
    telegram.says(CHAT, "/help")
    await telegram.heard(CHAT)


@pytest.mark.usefixtures("running")
async def test_an_answer_without_updates_is_no_hearing_and_is_followed_by_a_pause(
    telegram: FakeTelegram, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def is_unheard() -> bool:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://{address}/readyz") as answer,
        ):
            return "Telegram does not answer" in (await answer.json())["telegram"]

    newest = telegram.says(CHAT, "/help") + 1
    await until(lambda: telegram.calls("getUpdates")[-1]["offset"] > newest)
    telegram.fail("getUpdates", "truncated", 2)
    telegram.says(CHAT, "/help")  # it answers the request that waits, which is not cut short
    await telegram.heard(CHAT, 2)
    telegram.mark()
    asked = len(telegram.calls("getUpdates"))
    telegram.says(CHAT, "a secret")
    await until(is_unheard)
    await telegram.heard(CHAT)
    assert len(telegram.calls("getUpdates")) < asked + 6
    assert not await is_unheard()
    assert "a secret" not in caplog.text
