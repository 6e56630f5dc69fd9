import asyncio
import time

import pytest

from bot.monitoring import loop_lag
from bot.monitoring.loop_lag import LoopLag


async def test_a_loop_that_turns_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop_lag, "BEAT", 0.005)
    heart = LoopLag()
    beating = asyncio.create_task(heart.beat())
    await asyncio.sleep(0.03)
    assert await heart.check() is None
    beating.cancel()


async def test_a_loop_that_was_blocked_says_for_how_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop_lag, "BEAT", 0.005)
    monkeypatch.setattr(loop_lag, "LATE", 0.05)
    heart = LoopLag()
    beating = asyncio.create_task(heart.beat())
    await asyncio.sleep(0.01)
    time.sleep(0.1)  # noqa: ASYNC251 - which it must not do
    await asyncio.sleep(0.001)
    assert heart.lag > 0.05
    assert "late by" in str(await heart.check())
    beating.cancel()


async def test_a_heart_that_stands_still_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop_lag, "MISSED", 0.0)
    assert "has not beaten" in str(await LoopLag().check())
