import asyncio
import time

import pytest

from bot.monitoring import loop_lag
from bot.monitoring.loop_lag import LoopLag


async def test_a_loop_that_turns_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop_lag, "INTERVAL", 0.005)
    lag = LoopLag()
    measuring = asyncio.create_task(lag.measure())
    await asyncio.sleep(0.03)
    assert await lag.check() is None
    measuring.cancel()


async def test_a_loop_that_was_blocked_says_for_how_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop_lag, "INTERVAL", 0.005)
    monkeypatch.setattr(loop_lag, "LATE", 0.05)
    lag = LoopLag()
    measuring = asyncio.create_task(lag.measure())
    await asyncio.sleep(0.01)
    time.sleep(0.1)  # noqa: ASYNC251 - which it must not do
    await asyncio.sleep(0.001)
    assert lag.lag > 0.05
    assert "late by" in str(await lag.check())
    measuring.cancel()


async def test_a_loop_that_stands_still_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop_lag, "MISSED", 0.0)
    assert "has not run" in str(await LoopLag().check())
