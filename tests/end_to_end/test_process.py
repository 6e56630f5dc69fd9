"""The program as the operating system sees it: signals, output, what it imports."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest_asyncio

from tests.fakes.program import running_program, write_config
from tests.fakes.sources import Entry, FakeSources, rss
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.samples import title_of

CHAT = 1001
OLD = Entry("Azyl: stará zpráva", "https://mv.example/1", "g1")
NEW = Entry("Nový zákon o azylu", "https://mv.example/2", "g2")

HEAVY = (
    "telegram feedparser tinydb jinja2 apscheduler aiohttp httpx rich multiprocessing babel".split()
)
OF_OTHERS = (
    "lxml feedparser trafilatura charset_normalizer pypdf docx PIL icalendar psycopg fxtranslate"
    " gcld3 py3langid bot.cli.demo"
).split()


class Program:
    """`policy-herald run` as a process of its own."""

    def __init__(self, folder: Path, telegram: FakeTelegram, web: FakeSources) -> None:
        self.folder, self.telegram, self.web = folder, telegram, web
        self.log = folder / "log"
        write_config(folder, web.url("/rss"))

    def running(self, *under: str) -> AbstractAsyncContextManager[asyncio.subprocess.Process]:
        """The program, while it runs; `under`: the command that starts it."""
        return running_program(self.folder, self.log, self.telegram, *under)

    async def ready(self) -> None:
        """Returns when the bot listens and has its baseline."""
        async with asyncio.timeout(20):
            while not (self.telegram.commands and "baseline" in self.log.read_text()):
                await asyncio.sleep(0.02)


@pytest_asyncio.fixture
async def program(tmp_path: Path) -> AsyncIterator[Program]:
    async with FakeTelegram(TOKEN) as telegram, FakeSources() as web:
        web.publish("/rss", rss([OLD]))
        yield Program(tmp_path, telegram, web)


async def test_a_kill_loses_nothing_and_sigterm_ends_it_within_ten_seconds(
    program: Program,
) -> None:
    """And no token is told, or inherited by the processes that read."""
    program.telegram.fail("getMe", "html")
    program.telegram.fail("getUpdates", "truncated")
    async with program.running() as process:
        await program.ready()
        program.telegram.says(CHAT, "/subscribe Czechia")
        await program.telegram.heard(CHAT)
        program.telegram.mark()
        program.web.publish("/rss", rss([NEW, OLD]))
        await program.telegram.heard(CHAT)
        environs = [environ(pid) for pid in descendants(process.pid)]
        process.kill()
        await process.wait()
    assert len(environs) >= 1  # a worker
    assert not [each for each in environs if b"HERALD_TELEGRAM_TOKEN" in each]
    assert all(b"HERALD_TELEGRAM_BASE_URL" in each for each in environs)
    later = Entry("Návraty a azyl", "https://mv.example/3", "g3")
    program.web.publish("/rss", rss([later, NEW, OLD]))
    async with program.running() as process:
        await program.telegram.heard(CHAT, 2)
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 10) == 0
        assert time.monotonic() - began < 10
    heard = await program.telegram.heard(CHAT, 2)
    assert [title_of(message.text) for message in heard] == [NEW.title, later.title]
    told = program.log.read_text()
    assert TOKEN not in told
    assert "Traceback" not in told
    assert "Read in English: " in told
    assert told.splitlines()[-1].endswith("stopped")


def environ(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


def descendants(pid: int) -> Iterator[int]:
    for child in map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()):
        yield child
        yield from descendants(child)


def test_help_and_health_import_nothing_heavy() -> None:
    script = (
        "import sys; from bot.__main__ import main\n"
        "sys.argv = ['policy-herald', '--config', '/dev/null', 'health']\n"
        f"main(); print([name for name in sys.modules if name in {HEAVY!r}])"
    )
    environ = {**os.environ, "HERALD_WEB_LISTEN": "127.0.0.1:9"}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=environ, check=True
    )
    assert done.stdout == "[]\n"


def test_the_bot_has_in_memory_nothing_that_workers_or_rare_commands_need() -> None:
    script = (
        "import sys; import bot.app, bot.cli.run\n"
        f"print([name for name in sys.modules if name in {OF_OTHERS!r}])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
