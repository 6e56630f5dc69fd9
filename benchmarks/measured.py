"""A command, measured from outside: time, CPU of all its processes, and their memory together."""

import asyncio
import contextlib
import os
import platform
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn

SAMPLED = 0.05
"""Seconds between two looks at the memory."""
LONGEST = 120.0
"""Seconds after which what is waited for comes no more: a process has died, or is stuck."""
LACKS = 77
"""Exit status of a benchmark that lacks something, as automake has it for a skipped test."""


class Cost(NamedTuple):
    """What a command took: seconds, seconds of CPU, and MB at most."""

    wall: float
    cpu: float
    memory: float


def run(
    command: Sequence[str], folder: Path | None = None, environ: Mapping[str, str] | None = None
) -> Cost:
    """Runs a command to its end. Raises CalledProcessError where it fails."""
    begun, before = time.monotonic(), os.times()
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **(environ or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    peak = _Peak(process.pid)
    peak.start()
    told, _ = process.communicate()
    wall, after = time.monotonic() - begun, os.times()
    peak.end()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, told)
    cpu = (
        after.children_user + after.children_system
        - before.children_user - before.children_system
    )  # fmt: skip
    return Cost(wall, cpu, peak.found)


class Service:
    """A command that works when it is told to: it reads a line, does its work, prints one."""

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        self._process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._read()

    def work(self, command: str = "") -> Cost:
        """What one piece of work takes."""
        pid, peak = self._process.pid, _Peak(self._process.pid)
        begun, before = time.monotonic(), _cpu(pid)
        peak.start()
        assert self._process.stdin
        self._process.stdin.write(f"{command}\n")
        self._process.stdin.flush()
        self._read()
        wall, after = time.monotonic() - begun, _cpu(pid)
        peak.end()
        return Cost(wall, after - before, peak.found)

    def end(self) -> None:
        """Ends it."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(30)

    def _read(self) -> None:
        assert self._process.stdout
        if not self._process.stdout.readline():
            raise subprocess.CalledProcessError(self._process.wait(), self._process.args)


def _cpu(pid: int) -> float:
    """Seconds of CPU of a process, and of its children, those that have ended too."""
    ticks = 0
    for each in (pid, *_children(pid)):
        fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


class _Peak(threading.Thread):
    """The largest memory of a process and its children, by the pages they have to themselves and
    their share of the others (PSS)."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid, self._over = pid, threading.Event()
        self.found = 0.0

    def run(self) -> None:
        while not self._over.wait(SAMPLED):
            self.found = max(self.found, sum(map(_memory, [self._pid, *_children(self._pid)])))

    def end(self) -> None:
        self._over.set()
        self.join()


def _children(pid: int) -> Iterator[int]:
    """All of them, whichever thread has started them, and theirs."""
    found = list[str]()
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            found += thread.read_text().split()
    for child in map(int, found):
        yield child
        yield from _children(child)


def _memory(pid: int) -> float:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    except OSError:
        """It has ended."""
    return 0.0


async def until(holds: Callable[[], bool]) -> float:
    """Wait until something holds, and return the moment. Raises TimeoutError."""
    async with asyncio.timeout(LONGEST):
        while not holds():  # noqa: ASYNC110 - a process says nothing by itself
            await asyncio.sleep(0.002)
    return time.monotonic()


def data(name: str) -> Path:
    """A file of data that is not part of the project; where it is not beside it, this ends."""
    path = Path(__file__).parents[2] / "shared" / "data" / name
    if not path.is_file():
        end_without(f"needs {path}, which is not part of the project (benchmarks/README.md)")
    return path


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """The address of an empty store on a PostgreSQL server that writes durably; where no server can
    be started, this ends."""
    import pytest  # only here: others measure the memory of their own process

    from tests.fakes import postgres_server

    try:
        with postgres_server.server(is_durable=True) as dsn, postgres_server.database(dsn) as place:
            yield place
    except pytest.skip.Exception as missing:
        end_without(str(missing))


def end_without(lacking: str) -> NoReturn:
    """Says what is lacking, and ends."""
    print(lacking, file=sys.stderr)
    sys.exit(LACKS)


def resident() -> float:
    """MB of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def machine() -> str:
    """Where the figures were taken."""
    with Path("/proc/cpuinfo").open() as about:
        names = [line.partition(":")[2].strip() for line in about if line.startswith("model name")]
    model = names[0] if names else platform.machine()
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}"
