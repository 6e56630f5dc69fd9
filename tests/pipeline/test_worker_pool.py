"""Work in processes of its own: what it gives, and what becomes of it when they die."""

import asyncio
import contextlib
import functools
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.config import load, withdraw_secrets
from bot.errors import ParseError, WorkError
from bot.pipeline import worker_pool
from bot.pipeline.worker_pool import PRELOADED, WorkerPool
from tests.fakes.odd_work import raise_odd, refuse

bare = functools.partial(WorkerPool, ())
"""Makes a pool whose processes start at once, since they import nothing."""


@pytest_asyncio.fixture
async def workers() -> AsyncIterator[WorkerPool]:
    made = bare(processes=1, deadline=1.0)
    yield made
    await asyncio.to_thread(made.close)


WORKED = "__import__('time').sleep({}) or __import__('os').getpid()"
"""Work of so many seconds, which returns its process."""


async def test_work_is_done_elsewhere(workers: WorkerPool) -> None:
    assert await workers.run(os.getpid) != os.getpid()


async def test_a_process_begins_with_what_documents_need_alone() -> None:
    workers = WorkerPool(PRELOADED, processes=1)
    # A function of this file would import what this file imports.
    modules = await workers.run(eval, "set(__import__('sys').modules)")
    assert set(PRELOADED) <= modules
    assert modules.isdisjoint("aiohttp asyncio telegram bot.enrich bot.pipeline bot.store".split())
    await asyncio.to_thread(workers.close)


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


def stop(pid: int) -> None:
    """Stop a process as SIGSTOP does, or a disk that does not answer."""
    os.kill(pid, signal.SIGSTOP)


async def test_a_process_that_hangs_while_it_idles_is_replaced(workers: WorkerPool) -> None:
    idle = await workers.run(os.getpid)
    stop(idle)
    async with asyncio.timeout(10):
        with pytest.raises(WorkError, match="took longer than 1 s"):
            await workers.run(os.getpid)
        assert await workers.run(os.getpid) != idle
    with pytest.raises(ProcessLookupError):
        os.kill(idle, 0)


async def test_one_that_hangs_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_pool, "PATIENCE", 0.05)
    workers = bare(deadline=1.0)
    both = set(await asyncio.gather(*(workers.run(eval, WORKED.format(0.3)) for _ in range(2))))
    assert len(both) == 2
    stop(min(both))
    async with asyncio.timeout(10):
        calls = [workers.run(eval, WORKED.format(0.1)) for _ in range(6)]
        answers = await asyncio.gather(*calls, return_exceptions=True)
    assert sum(isinstance(each, WorkError) for each in answers) == 1
    await asyncio.to_thread(workers.close)


async def test_a_process_that_hangs_as_it_starts_is_given_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(worker_pool, "START_WITHIN", 0.5)
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "hangs.py").write_text("__import__('time').sleep(60)")
    workers = WorkerPool(["hangs"], processes=1)
    beats = asyncio.create_task(count_beats())
    with pytest.raises(WorkError, match="has started within"):
        await workers.run(os.getpid)
    beats.cancel()
    assert await beats > 2, "the event loop was blocked"
    monkeypatch.setattr(worker_pool, "START_WITHIN", 60)
    (tmp_path / "hangs.py").write_text("")
    assert await workers.run(os.getpid)
    await asyncio.to_thread(workers.close)


async def test_a_process_that_dies_as_it_starts_is_told() -> None:
    workers = WorkerPool(["no.such.module"], processes=1)
    with pytest.raises(WorkError, match="died as it started"):
        await workers.run(os.getpid)
    await asyncio.to_thread(workers.close)


INTERRUPTED = """
import asyncio, os, runpy, signal, subprocess, sys

WorkerPool = runpy.run_path(sys.argv[1])["WorkerPool"]
started = subprocess.Popen

def start_and_interrupt(*args, **kwargs):
    process = started(*args, **kwargs)
    os.killpg(0, signal.SIGINT)
    return process

async def call():
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, lambda: None)
    workers = WorkerPool((), processes=1)
    print(await workers.run(abs, -1))
    workers.close()

subprocess.Popen = start_and_interrupt
asyncio.run(call())
"""
"""A program that Ctrl-C reaches as its first process starts. It runs the pool's file: the package
takes a second to import."""


def test_an_interrupt_from_the_terminal_reaches_no_process_that_starts() -> None:
    bot = [sys.executable, "-c", INTERRUPTED, worker_pool.__file__]
    ended = subprocess.run(bot, start_new_session=True, capture_output=True, check=False)
    assert (ended.stdout, ended.stderr) == (b"1\n", b"")


@pytest.mark.parametrize("is_closed", [True, False], ids=["closed", "cancelled"])
async def test_a_process_that_nobody_waits_for_once_it_has_started_ends(
    monkeypatch: pytest.MonkeyPatch, is_closed: bool
) -> None:
    started, popen = list[subprocess.Popen[bytes]](), subprocess.Popen
    is_asked, may_start = threading.Event(), threading.Event()

    def start_late(*args: Any, **kwargs: Any) -> subprocess.Popen[bytes]:
        is_asked.set()
        may_start.wait(10)
        started.append(popen(*args, **kwargs))
        return started[0]

    monkeypatch.setattr(subprocess, "Popen", start_late)
    workers = bare(processes=1)
    call = asyncio.create_task(workers.run(os.getpid))
    await asyncio.to_thread(is_asked.wait, 10)
    if is_closed:
        workers.close()
    else:
        call.cancel()
    may_start.set()
    with pytest.raises(WorkError if is_closed else asyncio.CancelledError):
        await call
    async with asyncio.timeout(10):
        while not started or started[0].returncode is None:
            await asyncio.sleep(0.01)


def test_a_process_whose_bot_has_gone_as_it_started_ends_silently() -> None:
    ours, theirs = multiprocessing.Pipe()
    ours.close()
    line = theirs.fileno()
    command = [sys.executable, "-c", "from bot.worker import start; start()", str(line), "1"]
    ended = subprocess.run(command, pass_fds=[line], capture_output=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, b"")


async def count_beats() -> int:
    """How often the event loop has come round, when this is cancelled."""
    beats = 0
    with contextlib.suppress(asyncio.CancelledError):
        while True:
            await asyncio.sleep(0.05)
            beats += 1
    return beats


async def test_what_hangs_does_not_hold_up_the_end() -> None:
    workers = bare(processes=1)
    stop(await workers.run(os.getpid))
    async with asyncio.timeout(5):
        await asyncio.to_thread(workers.close)


async def test_what_cannot_be_handed_over_is_told_and_the_next_is_done(workers: WorkerPool) -> None:
    with pytest.raises(WorkError, match="Odd"):
        await workers.run(raise_odd)
    with pytest.raises(pickle.PicklingError):
        await workers.run(eval, "lambda: 1")
    assert await workers.run(abs, -1) == 1


async def test_a_process_is_replaced_after_many_pieces_of_work(
    workers: WorkerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_pool, "CALLS_LIMIT", 2)
    ids = [await workers.run(os.getpid) for _ in range(4)]
    assert ids[0] == ids[1] != ids[2] == ids[3]


async def test_work_that_nobody_waits_for_any_more_ends() -> None:
    workers = bare(processes=1)
    worker = await workers.run(os.getpid)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await workers.run(time.sleep, 60)
    assert await workers.run(os.getpid) != worker
    await asyncio.to_thread(workers.close)


def refuse_thread(_: threading.Thread) -> None:
    raise RuntimeError("can't start new thread")


async def test_a_process_ends_for_which_no_thread_can_be_started(
    workers: WorkerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    idle = await workers.run(os.getpid)
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse_thread)
        for _ in range(2):  # with a process, and without
            with pytest.raises(WorkError, match="can't start new thread"):
                await workers.run(os.getpid)
    with pytest.raises(ProcessLookupError):
        os.kill(idle, 0)
    assert await workers.run(os.getpid) != idle


async def test_no_process_has_a_token_in_its_environment(
    workers: WorkerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = "123456:AAAA-token_for-tests-0000000000"
    monkeypatch.setenv("HERALD_TELEGRAM_TOKEN", token)
    withdraw_secrets(load(None, os.environ), os.environ)
    assert token.encode() not in environment_of(await workers.run(os.getpid))


def environment_of(process: int) -> bytes:
    return Path(f"/proc/{process}/environ").read_bytes()


async def test_work_that_needs_too_much_memory_is_given_up(workers: WorkerPool) -> None:
    with pytest.raises(WorkError, match="more than 1024 MB"):
        await workers.run(bytes, 2 * 1024**3)
    assert await workers.run(abs, -1) == 1


@pytest.mark.parametrize("has_threads", [True, False])
async def test_processes_end_when_nobody_has_called_them_for_a_while(
    monkeypatch: pytest.MonkeyPatch, has_threads: bool
) -> None:
    workers = bare(processes=1, idle_limit=0.05)
    idle = await workers.run(os.getpid)
    async with asyncio.timeout(10):
        with pytest.raises(ProcessLookupError), monkeypatch.context() as patch:
            if not has_threads:
                patch.setattr(threading.Thread, "start", refuse_thread)
            while True:
                os.kill(idle, 0)
                await asyncio.sleep(0.05)
    assert await workers.run(os.getpid) != idle
    await asyncio.to_thread(workers.close)


async def test_another_process_starts_when_calls_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    workers = bare()
    monkeypatch.setattr(worker_pool, "PATIENCE", 30)
    first, *others = await asyncio.gather(*(workers.run(os.getpid) for _ in range(6)))
    assert {*others} == {first}
    monkeypatch.setattr(worker_pool, "PATIENCE", 0.05)
    both = await asyncio.gather(*(workers.run(eval, WORKED.format(0.3)) for _ in range(2)))
    assert first in both
    assert len({*both}) == 2
    await asyncio.to_thread(workers.close)


async def test_a_slow_start_of_the_first_process_starts_no_other(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(worker_pool, "PATIENCE", 0.3)
    (tmp_path / "slow.py").write_text(f"__import__('time').sleep({worker_pool.PATIENCE})")
    workers = WorkerPool(["slow"])
    first, second = await asyncio.gather(*(workers.run(os.getpid) for _ in range(2)))
    assert first == second
    await asyncio.to_thread(workers.close)


async def test_a_call_that_waits_for_a_process_that_dies_starts_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(worker_pool, "PATIENCE", 60)
    workers = bare()
    async with asyncio.timeout(10):
        died, answer = await asyncio.gather(
            workers.run(os._exit, 1), workers.run(abs, -1), return_exceptions=True
        )
    assert isinstance(died, WorkError)
    assert answer == 1
    await asyncio.to_thread(workers.close)


async def test_a_process_ends_that_is_not_needed_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_pool, "PATIENCE", 0.0)
    workers = bare(idle_limit=0.2)
    both = await asyncio.gather(*(workers.run(eval, WORKED.format(0.1)) for _ in range(2)))
    working = await workers.run(os.getpid)
    spare = next(each for each in both if each != working)
    async with asyncio.timeout(10):
        with pytest.raises(ProcessLookupError):
            while True:
                os.kill(spare, 0)
                await workers.run(os.getpid)
                await asyncio.sleep(0.02)
    await asyncio.to_thread(workers.close)


async def test_a_call_under_way_keeps_its_process() -> None:
    workers = bare(processes=1, idle_limit=0.05)
    await workers.run(os.getpid)
    await workers.run(time.sleep, 0.3)
    await asyncio.to_thread(workers.close)
