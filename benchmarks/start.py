"""What a start costs: CPU of `--help` and `health` above bare Python, and the time until `run`
listens, against a bare python-telegram-bot application; both imported from the same environment."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import measured
from benchmarks.memory import BARE
from tests.fakes.telegram import TOKEN, FakeTelegram

ROUNDS = 5


def cpu(*arguments: str) -> float:
    """Milliseconds of CPU of a Python process, the best of some."""

    def once() -> float:
        before = os.times()
        subprocess.run([sys.executable, *arguments], capture_output=True, check=False)
        after = os.times()
        return (
            after.children_user + after.children_system
            - before.children_user - before.children_system
        ) * 1e3  # fmt: skip

    return min(once() for _ in range(ROUNDS))


async def ready(arguments: list[str], folder: Path) -> float:
    """Seconds until a bot asks for updates."""
    async with FakeTelegram(TOKEN) as telegram:
        environ = {
            **os.environ,
            "HERALD_TELEGRAM_TOKEN": TOKEN,
            "HERALD_TELEGRAM_BASE_URL": telegram.base_url,
        }
        begun = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            sys.executable, *arguments, cwd=folder, env=environ, stderr=asyncio.subprocess.DEVNULL
        )
        try:
            return await measured.until(lambda: bool(telegram.calls("getUpdates"))) - begun
        finally:
            process.kill()
            await process.wait()


async def starts() -> tuple[float, float]:
    """The service and the bare application, the best of some."""

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "config.toml").write_text('[catalogue]\ncountries = []\n[web]\nlisten = ""\n')
        ours = [await ready(["-m", "bot", "run"], folder) for _ in range(ROUNDS)]
        bare = [await ready(["-c", BARE], folder) for _ in range(ROUNDS)]
    return min(ours), min(bare)


def main() -> None:
    """Prints the table."""
    print(measured.machine())
    bare = cpu("-c", "pass")
    for command in ("--help", "health"):
        found = cpu("-m", "bot", command)
        print(f"{command:8} {found:6.0f} ms of CPU, {found - bare:4.0f} ms above bare Python")
    ours, theirs = asyncio.run(starts())
    print(f"run      {ours:6.2f} s until it listens, {ours / theirs:.2f} × a bare application's")


if __name__ == "__main__":
    main()
