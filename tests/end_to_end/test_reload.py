"""`policy-herald run` as a process that reads its configuration again at SIGHUP."""

import asyncio
import fcntl
import os
import pty
import signal
import socket
import sys
import termios
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from bot.pipeline.rules import RULES
from bot.store import open_store
from tests.end_to_end.running_service import until
from tests.fakes.sources import Entry, FakeSources, rss
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.samples import everything

CHAT = 1001
OLD = Entry("Azyl: stará zpráva", "https://mv.example/1", "g1")
NEW = Entry("Nový zákon o azylu", "https://mv.example/2", "g2")
READ_AGAIN = "the configuration is read again; changed: "


class Program:
    """The process, its files, and the systemd that started it."""

    def __init__(self, folder: Path, telegram: FakeTelegram, web: FakeSources) -> None:
        self.folder, self.telegram, self.web = folder, telegram, web
        self.log = folder / "log"
        self.environ: dict[str, str] = {}
        self.systemd = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.systemd.bind(str(folder / "notify"))
        self._states: list[str] = []
        asyncio.get_running_loop().add_reader(self.systemd, self._note)

    def configure(self, *sources: str, more: str = "") -> None:
        tables = [
            f'[[sources]]\nid = "{name}"\nurl = "{self.web.url(f"/{name}")}"\n'
            f'country = "CZ"\nlanguage = "cs"\npublisher = "Ministry {name}"\n'
            for name in sources
        ]
        (self.folder / "config.toml").write_text(
            '[polling]\ninterval = "1s"\nprivate_hosts = ["127.0.0.1"]\n'
            f'[catalogue]\ncountries = []\n[web]\nlisten = ""\n{more}\n{"".join(tables)}'
        )

    @asynccontextmanager
    async def running(
        self, terminal: int | None = None
    ) -> AsyncIterator[asyncio.subprocess.Process]:
        environ = {
            **os.environ,
            "HERALD_TELEGRAM_TOKEN": TOKEN,
            "HERALD_TELEGRAM_BASE_URL": self.telegram.base_url,
            **self.environ,
            "NO_PROXY": "127.0.0.1",
            "NOTIFY_SOCKET": str(self.folder / "notify"),
            "WATCHDOG_USEC": "200000",
        }
        with self.log.open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", cwd=self.folder, env=environ, stderr=log,
                stdin=terminal, start_new_session=terminal is not None,
                preexec_fn=take_terminal if terminal else None,
            )  # fmt: skip
        try:
            await self.told("READY=1")
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    def logged(self) -> str:
        return self.log.read_text()

    def _note(self) -> None:
        self._states.append(self.systemd.recv(1000).decode())

    async def told(self, state: str) -> str:
        """What systemd is told next that begins so."""
        found: list[str] = []

        def is_told() -> bool:
            while self._states and not found:
                said = self._states.pop(0)
                found.extend([said] if said.startswith(state) else [])
            return bool(found)

        await until(is_told)
        return found[0]

    async def says(self, text: str) -> str:
        before = len(self.telegram.messages(CHAT))
        self.telegram.says(CHAT, text)
        await until(lambda: len(self.telegram.messages(CHAT)) > before)
        return self.telegram.messages(CHAT)[-1].text


@pytest_asyncio.fixture
async def program(tmp_path: Path) -> AsyncIterator[Program]:
    async with FakeTelegram(TOKEN) as telegram, FakeSources() as web:
        for name in ("cz", "cz-two"):
            web.publish(f"/{name}", rss([OLD]))
        made = Program(tmp_path, telegram, web)
        made.configure("cz")
        yield made
        asyncio.get_running_loop().remove_reader(made.systemd)
        made.systemd.close()


@pytest.mark.parametrize("place", ["server"], indirect=True)  # the others have a file
async def test_a_configuration_that_is_read_again_holds_and_nothing_is_lost(
    program: Program, place: str
) -> None:
    program.environ["HERALD_STORAGE_URL"] = place
    async with open_store(place, RULES) as store:
        await store.change_chat(CHAT, lambda chat: everything(id=chat.id))
    async with program.running() as process:
        await program.says("/status")
        assert "There is no command /admin" in await program.says("/admin")
        program.configure("cz", "cz-two", more=f"[telegram]\nadmins = [{CHAT}]")
        process.send_signal(signal.SIGHUP)
        assert int((await program.told("RELOADING=1\nMONOTONIC_USEC=")).rpartition("=")[2])
        program.telegram.says(CHAT, "/status")  # nobody listens for a moment
        await program.told("READY=1")
        await until(lambda: "cz-two: baseline" in program.logged())
        assert "telegram.admins, sources new: 1 (cz-two)" in program.logged()
        await until(lambda: "Sources" in program.telegram.messages(CHAT)[-1].text)
        await program.says("/admin")
        program.telegram.mark()
        program.web.publish("/cz-two", rss([NEW, OLD]))
        (heard,) = await program.telegram.heard(CHAT)
        assert NEW.title in heard.text
        await program.told("WATCHDOG=1")
        process.send_signal(signal.SIGTERM)
        await program.told("STOPPING=1")
        assert await asyncio.wait_for(process.wait(), 10) == 0
    assert "Traceback" not in program.logged()


async def test_a_mistake_keeps_the_configuration_and_what_cannot_change_is_said(
    program: Program,
) -> None:
    """And several hang-ups at once are no harm, whatever ends it meanwhile."""
    async with program.running() as process:
        for more, said in (
            ("[polling", "config.toml: found a mistake"),
            ("[labels]\nreview_below = 2.0", "labels.review_below: found 2"),
            ('[labels]\nwords = "none.toml"', "none.toml"),
        ):
            program.configure("cz", "cz-two", more=more)
            process.send_signal(signal.SIGHUP)
            await program.told("RELOADING=1")
            await program.told("READY=1")
            (line,) = [line for line in program.logged().splitlines() if said in line]
            assert "the configuration stays as it was: " in line
        program.configure("cz", more='[storage]\nurl = "tinydb:other.db"')
        process.send_signal(signal.SIGHUP)
        await program.told("RELOADING=1")
        await program.told("READY=1")
        assert "storage.url stays as it was: restart the bot to change it" in program.logged()
        assert f"{READ_AGAIN}nothing" in program.logged()
        await program.says("/status")
        for number in (*[signal.SIGHUP] * 4, signal.SIGTERM):
            process.send_signal(number)
        assert await asyncio.wait_for(process.wait(), 10) == 0
    assert not (program.folder / "other.db").exists()
    assert "cz-two" not in program.logged().replace("(cz-two)", "")


async def test_it_ends_with_the_terminal_it_was_started_in(program: Program) -> None:
    window, terminal = pty.openpty()
    async with program.running(terminal) as process:
        os.close(terminal)
        await until(lambda: bool(program.telegram.commands))
        os.close(window)
        assert await asyncio.wait_for(process.wait(), 10) == 0
    assert program.logged().splitlines()[-1].endswith("stopped")
    assert READ_AGAIN not in program.logged()


def take_terminal() -> None:
    """Makes standard input the terminal that controls the process."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
