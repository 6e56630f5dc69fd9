"""Resident memory of the idle service against a bare python-telegram-bot application with
APScheduler, both listening to the same server."""

import asyncio
import os
import re
import sys
import tempfile
from pathlib import Path

from benchmarks import measured
from tests.fakes.telegram import TOKEN, FakeTelegram

SETTLED = 8.0
"""Seconds until nothing more is set up."""
BARE = """
import asyncio, os
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from telegram.ext import ApplicationBuilder, CommandHandler

async def hello(update, context):
    await update.message.reply_text("Hello")

async def main():
    token, base_url = os.environ["HERALD_TELEGRAM_TOKEN"], os.environ["HERALD_TELEGRAM_BASE_URL"]
    application = ApplicationBuilder().token(token).base_url(base_url).build()
    application.add_handler(CommandHandler("start", hello))
    scheduler = AsyncIOScheduler()
    scheduler.add_job(print, "interval", hours=1)
    scheduler.start()
    await application.initialize()
    await application.start()
    await application.updater.start_polling()
    await asyncio.Event().wait()

asyncio.run(main())
"""


async def resident(command: list[str], environment: dict[str, str], folder: Path) -> float:
    """MB of a process that has settled."""
    process = await asyncio.create_subprocess_exec(
        *command, env={**os.environ, **environment}, cwd=folder, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        await asyncio.sleep(SETTLED)
        status = Path(f"/proc/{process.pid}/status").read_text()  # noqa: ASYNC240
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert found, "it has ended"
        return int(found[1]) / 1024
    finally:
        process.kill()
        await process.wait()


async def main() -> None:
    """Prints both, and their ratio."""
    print(measured.machine(), flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "config.toml").write_text('[catalogue]\ncountries = []\n[web]\nlisten = ""\n')
        async with FakeTelegram(TOKEN) as telegram:
            environment = {
                "HERALD_TELEGRAM_TOKEN": TOKEN,
                "HERALD_TELEGRAM_BASE_URL": telegram.base_url,
            }
            bare = await resident([sys.executable, "-c", BARE], environment, folder)
            ours = await resident([sys.executable, "-m", "bot", "run"], environment, folder)
    print(f"bare {bare:.0f} MB   ours {ours:.0f} MB   {ours / bare:.2f} times")


if __name__ == "__main__":
    asyncio.run(main())
