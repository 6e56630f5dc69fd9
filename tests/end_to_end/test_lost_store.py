"""A store that is lost or damaged under the whole service, and what is left of it."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from bot import app
from bot.errors import DamageError, StoreError, TokenRejectedError
from bot.jobs.admin_notices import AdminNotices
from bot.jobs.store_file import StoreWatch
from bot.store.backup import restore
from bot.transport import rate_limiter
from tests.end_to_end.running_service import until
from tests.end_to_end.test_service import CZECH, OLD, World
from tests.fakes.sources import FakeSources
from tests.fakes.telegram import TOKEN, FakeTelegram


@pytest_asyncio.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.setattr(rate_limiter, "CHAT_GAP", 0.01)
    async with FakeTelegram(TOKEN) as telegram, FakeSources() as web:
        made = World(telegram, web, tmp_path)
        made.publishes(OLD)
        yield made


async def test_a_store_that_is_lost_is_ill_told_and_restored_from_its_backup(
    world: World, unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.listen, world.admins = f"127.0.0.1:{unused_tcp_port}", (CZECH,)
    for job in (StoreWatch, AdminNotices):
        monkeypatch.setattr(job, "interval", 0.05)
    store = world.folder / "herald.db"

    async def health() -> tuple[int, str]:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://{world.listen}/healthz") as answer,
        ):
            return answer.status, (await answer.json())["store"]

    async def is_ill() -> bool:
        return await health() == (503, "its file is lost; the log says more")

    async with world.service():
        await world.says(CZECH, "/subscribe Czechia")
        assert await health() == (200, "ok")
        for file in world.folder.glob("herald.db*"):
            file.unlink()
        await until(is_ill)
        told = (await world.telegram.heard(CZECH, 2))[-1].text
        assert "The file of the store was lost while I run" in told
        assert "What it held is in a backup: " in told
        assert "Newest backup: " in await world.says(CZECH, "/admin")
    with pytest.raises(StoreError, match="there was a store"):
        async with world.service():
            pass
    (*_, newest) = sorted((world.folder / "backups").iterdir())
    restore(newest, str(store))
    async with world.service():
        assert "Czechia" in await world.says(CZECH, "/filters")


async def test_a_page_that_is_torn_under_the_bot_is_found(
    world: World, unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.listen, world.admins = f"127.0.0.1:{unused_tcp_port}", (CZECH,)
    monkeypatch.setattr("bot.jobs.store_file.READ_EVERY", 0.0)
    for job in (StoreWatch, AdminNotices):
        monkeypatch.setattr(job, "interval", 0.05)
    async with world.service():
        await world.says(CZECH, "/subscribe Czechia")
        with closing(sqlite3.connect(world.folder / "herald.db")) as other:
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            find = "SELECT rootpage FROM sqlite_master WHERE name = 'corrections'"
            ((root,),) = other.execute(find).fetchall()
        with (world.folder / "herald.db").open("r+b") as torn:
            torn.seek((root - 1) * 4096)
            torn.write(b"\xff" * 4096)
        await until(
            lambda: any("is damaged" in each.text for each in world.telegram.messages(CZECH))
        )
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://{world.listen}/healthz") as answer,
        ):
            assert answer.status == 503
            assert (await answer.json())["store"] == "it is damaged; the log says more"


async def test_a_store_that_is_damaged_does_not_start(world: World) -> None:
    async with world.service():
        await world.says(CZECH, "/subscribe Czechia")
    store = world.folder / "herald.db"
    raw = store.read_bytes()
    for page in range(2, len(raw) // 4096, 7):
        store.write_bytes(raw[: page * 4096] + b"\xff" * 4096 + raw[(page + 1) * 4096 :])
        with pytest.raises(DamageError, match="restore"):
            async with world.service():
                pass


async def test_a_store_that_is_damaged_while_it_runs_is_told_in_lines(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    world.admins = (CZECH,)
    for job in (StoreWatch, AdminNotices):
        monkeypatch.setattr(job, "interval", 0.05)
    async with world.service():
        await world.says(CZECH, "/subscribe Czechia")
        with closing(sqlite3.connect(world.folder / "herald.db")) as other:
            other.executescript("DROP TABLE developments; DROP TABLE sources")
        await until(lambda: "what polls find waits: " in caplog.text)
        await world.says(CZECH, "/status")
        await until(
            lambda: any("is damaged" in each.text for each in world.telegram.messages(CZECH))
        )
        await until(lambda: "the store is damaged: " in caplog.text)
    assert caplog.text.count("the store is damaged: ") == 1
    assert _tracebacks(caplog) == []


async def test_a_token_that_is_revoked_ends_the_bot_with_a_line(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    running = asyncio.create_task(app.run(world.config(), asyncio.Event()))
    await world.says(CZECH, "/help")
    world.telegram.fail("getUpdates", "status", 99, code=401, description="Unauthorized")
    world.telegram.says(CZECH, "/help")  # which ends the request that waits
    with pytest.raises(TokenRejectedError):
        await asyncio.wait_for(running, 10)
    assert _tracebacks(caplog) == []


def _tracebacks(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """What is logged with a traceback; python-telegram-bot's own is switched off (`logs`)."""
    own = (record for record in caplog.records if not record.name.startswith("telegram"))
    return [record for record in own if record.exc_info]
