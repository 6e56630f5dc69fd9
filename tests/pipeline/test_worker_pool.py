"""Work in processes of its own: what it gives, and what becomes of it when they die."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.errors import ParseError, WorkError
from bot.pipeline.worker_pool import PRELOADED, WorkerPool


@pytest_asyncio.fixture
async def workers() -> AsyncIterator[WorkerPool]:
    made = WorkerPool(processes=1, deadline=1.0)
    yield made
    await asyncio.to_thread(made.close)


def refuse() -> None:
    raise ParseError("no feed")


async def test_work_is_done_elsewhere(workers: WorkerPool) -> None:
    assert await workers.run(os.getpid) != os.getpid()


async def test_a_process_begins_with_what_work_needs_and_nothing_of_the_network(
    workers: WorkerPool,
) -> None:
    # A function of this file would import what this file imports.
    modules = await workers.run(eval, "set(__import__('sys').modules)")
    assert set(PRELOADED) <= modules
    assert modules.isdisjoint({"aiohttp", "telegram", "bot.pipeline", "bot.store"})


async def test_what_the_work_raises_is_raised(workers: WorkerPool) -> None:
    with pytest.raises(ParseError, match="no feed"):
        await workers.run(refuse)


async def test_work_that_takes_too_long_is_given_up_and_the_next_is_done(
    workers: WorkerPool,
) -> None:
    with pytest.raises(WorkError, match="took longer than 1 s"):
        await workers.run(time.sleep, 60)
    assert await workers.run(os.getpid)


async def test_a_process_that_dies_at_work_is_told(workers: WorkerPool) -> None:
    with pytest.raises(WorkError, match="died"):
        await workers.run(os._exit, 1)
    assert await workers.run(os.getpid)


async def test_a_process_that_dies_while_it_idles_is_replaced(workers: WorkerPool) -> None:
    idle = await workers.run(os.getpid)
    os.kill(idle, signal.SIGKILL)
    async with asyncio.timeout(10):
        while True:
            await asyncio.sleep(0.05)
            try:
                assert await workers.run(os.getpid) != idle
            except WorkError:
                continue  # its death was noticed with this piece of work
            break


async def test_work_that_needs_too_much_memory_is_given_up(workers: WorkerPool) -> None:
    with pytest.raises(WorkError, match="more than 1024 MB"):
        await workers.run(bytes, 2 * 1024**3)
    assert await workers.run(abs, -1) == 1


async def test_processes_end_when_nobody_has_called_them_for_a_while() -> None:
    workers = WorkerPool(processes=1, idle_limit=0.05)
    idle = await workers.run(os.getpid)
    async with asyncio.timeout(10):
        with pytest.raises(ProcessLookupError):
            while True:
                os.kill(idle, 0)
                await asyncio.sleep(0.05)
    assert await workers.run(os.getpid) != idle
    await asyncio.to_thread(workers.close)


async def test_a_call_under_way_keeps_its_process() -> None:
    workers = WorkerPool(processes=1, idle_limit=0.05)
    await workers.run(os.getpid)
    await workers.run(time.sleep, 0.3)
    await asyncio.to_thread(workers.close)
