"""Updates that Telegram brings: each is answered once, whoever it reaches."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from bot.chat.webhook import SECRET_HEADER
from bot.config import Config
from bot.config.schema import CatalogueConfig, StorageConfig, TelegramConfig, WebConfig
from bot.config.values import Listen, PublicUrl, Secret, StorageUrl, WebUrl
from bot.transport import rate_limiter
from tests.end_to_end.running_service import service
from tests.fakes import updates
from tests.fakes.telegram import TOKEN, FakeTelegram

CHAT = 1001


@pytest_asyncio.fixture
async def telegram(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeTelegram]:
    monkeypatch.setattr(rate_limiter, "CHAT_GAP", 0.01)
    async with FakeTelegram(TOKEN) as made:
        yield made


@pytest_asyncio.fixture
async def address(telegram: FakeTelegram, place: str, unused_tcp_port: int) -> AsyncIterator[str]:
    """A service with a webhook there, until the test is over."""
    listen = f"127.0.0.1:{unused_tcp_port}"
    made = config(telegram, place, listen)
    async with service(made):
        yield made.telegram.webhook


def config(telegram: FakeTelegram, place: str, listen: str) -> Config:
    return Config(
        telegram=TelegramConfig(
            token=Secret(TOKEN),
            base_url=WebUrl(telegram.base_url),
            webhook=PublicUrl(f"http://{listen}/telegram"),
        ),
        storage=StorageConfig(url=StorageUrl(place if "://" in place else f"tinydb:{place}")),
        catalogue=CatalogueConfig(countries=()),
        web=WebConfig(listen=Listen(listen)),
    )


async def test_what_telegram_brings_is_answered(telegram: FakeTelegram, address: str) -> None:
    telegram.says(CHAT, "/subscribe Czechia")  # before anybody listens
    (answer,) = await telegram.heard(CHAT)
    assert "Czechia" in answer.text
    telegram.says(CHAT, "/filters")
    assert len(await telegram.heard(CHAT, 2)) == 2
    assert telegram.calls("getUpdates") == []


async def test_what_is_brought_again_is_not_answered_again(
    telegram: FakeTelegram, address: str
) -> None:
    telegram.says(CHAT, "/help")
    await telegram.heard(CHAT)
    telegram.brings_again()
    telegram.says(CHAT, "/status")
    assert len(await telegram.heard(CHAT, 2)) == 2
    async with asyncio.timeout(5):
        while telegram.brought.count(200) < 3:
            await asyncio.sleep(0.01)
    assert len(telegram.messages(CHAT)) == 2


async def test_who_does_not_know_the_secret_is_not_heard(
    telegram: FakeTelegram, address: str
) -> None:
    telegram.says(CHAT, "/help")
    await telegram.heard(CHAT)
    (known,) = {call["secret_token"] for call in telegram.calls("setWebhook")}
    assert TOKEN.split(":")[1] not in known
    async with aiohttp.ClientSession() as session:
        for headers in ({}, {SECRET_HEADER: "x"}):
            async with session.post(address, json={}, headers=headers) as answer:
                assert answer.status == 403
        for body in (b"", b"{", b"[]", b"7", b'{"update_id": "x"}', b"null"):
            headers = {SECRET_HEADER: known}
            async with session.post(address, data=body, headers=headers) as answer:
                assert answer.status == 400, body
    telegram.says(CHAT, "/status")
    assert len(await telegram.heard(CHAT, 2)) == 2


@pytest.mark.parametrize("place", ["file"], indirect=True)  # no store hears of them
async def test_updates_that_cannot_be_decoded_are_not_brought_again(
    telegram: FakeTelegram, address: str
) -> None:
    telegram.says(CHAT, "/help")
    await telegram.heard(CHAT)
    lacking = list(updates.lacking())
    for update in lacking:
        telegram.sends(update)
    telegram.says(CHAT, "/status")
    assert len(await telegram.heard(CHAT, 2)) == 2
    async with asyncio.timeout(20):
        while len(telegram.brought) < len(lacking) + 2:
            await asyncio.sleep(0.01)
    assert set(telegram.brought) == {200}
