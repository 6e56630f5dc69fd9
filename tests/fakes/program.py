"""The program as a process, with one source, at a Bot API server of the suite."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.fakes.telegram import TOKEN, FakeTelegram


def write_config(folder: Path, url: str, extra: str = "") -> None:
    """Writes a configuration with the feed of a URL as its only source, and no web server; `extra`:
    tables that stand before the others."""
    (folder / "config.toml").write_text(
        f"""
        {extra}
        [polling]
        interval = "1s"
        private_hosts = ["127.0.0.1"]
        [catalogue]
        countries = []
        [web]
        listen = ""
        [[sources]]
        id = "cz"
        url = "{url}"
        country = "CZ"
        language = "cs"
        publisher = "Ministry of the Interior"
        """
    )


@asynccontextmanager
async def running_program(
    folder: Path, log: Path, telegram: FakeTelegram, *under: str, **environ: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """`policy-herald run` in a folder, while it runs; `under`: the command that starts it."""
    everything = {
        **os.environ,
        "HERALD_TELEGRAM_TOKEN": TOKEN,
        "HERALD_TELEGRAM_BASE_URL": telegram.base_url,
        "NO_PROXY": "127.0.0.1",
        **environ,
    }
    with log.open("ab") as written:
        process = await asyncio.create_subprocess_exec(
            *under, sys.executable, "-m", "bot", "run", cwd=folder, env=everything,
            stderr=written, stdout=written,
        )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
