import asyncio
import socket
import time

import aiohttp
import pytest

from bot.errors import StoreError
from bot.monitoring import http


async def metrics() -> bytes:
    return b"up 1\n"


async def fine() -> str | None:
    return None


async def broken() -> str | None:
    return "it is broken"


async def test_readyz_fails_where_a_check_of_its_own_does(unused_tcp_port: int) -> None:
    address = ("127.0.0.1", unused_tcp_port)
    base = f"http://127.0.0.1:{unused_tcp_port}"
    checks = http.Checks({"store": fine}, {"outbox": broken}, {"backups": lambda: "5 h old"})
    async with (
        http.serving(address, checks, metrics),
        aiohttp.ClientSession(base) as session,
    ):
        async with session.get("/healthz") as answer:
            assert (answer.status, await answer.json()) == (200, {"store": "ok"})
        async with session.get("/readyz") as answer:
            assert answer.status == 503
            told = {"store": "ok", "outbox": "it is broken", "backups": "5 h old"}
            assert await answer.json() == told


async def test_an_error_of_a_check_is_told_by_its_kind_alone(
    unused_tcp_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    async def failing() -> str | None:
        raise StoreError("what a database says")

    async def no_metrics() -> bytes:
        raise StoreError("what a database says")

    async with (
        http.serving(
            ("127.0.0.1", unused_tcp_port), http.Checks({"store": failing}, {}), no_metrics
        ),
        aiohttp.ClientSession(f"http://127.0.0.1:{unused_tcp_port}") as session,
    ):
        for path in ("/healthz", "/readyz", "/metrics"):
            async with session.get(path) as answer:
                assert answer.status == 503
                assert "StoreError; the log says more" in await answer.text()
                assert "database" not in await answer.text()
    assert caplog.text.count("what a database says") == 3


async def test_an_address_that_is_taken_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with http.serving(("127.0.0.1", port), http.Checks({}, {}), metrics):
            assert f"web.listen: 127.0.0.1:{port}" in caplog.text


async def test_without_an_address_nothing_is_served() -> None:
    async with http.serving(None, http.Checks({}, {}), metrics):
        pass


async def test_a_loop_that_turns_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "INTERVAL", 0.005)
    lag = http.LoopLag()
    measuring = asyncio.create_task(lag.measure())
    await asyncio.sleep(0.03)
    assert await lag.check() is None
    measuring.cancel()


async def test_a_loop_that_was_blocked_says_for_how_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "INTERVAL", 0.005)
    monkeypatch.setattr(http, "LATE", 0.05)
    lag = http.LoopLag()
    measuring = asyncio.create_task(lag.measure())
    await asyncio.sleep(0.01)
    time.sleep(0.1)  # noqa: ASYNC251 - which it must not do
    await asyncio.sleep(0.001)
    assert lag.lag > 0.05
    assert "late by" in str(await lag.check())
    measuring.cancel()


async def test_a_loop_that_stands_still_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MISSED", 0.0)
    assert "has not run" in str(await http.LoopLag().check())
