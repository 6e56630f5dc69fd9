"""A copy of the store elsewhere, by Litestream, while the bot writes."""

import asyncio
import os
import shutil
from pathlib import Path

import pytest

from bot.pipeline.rules import RULES
from bot.store import open_store
from tests.samples import commit, development

CONFIG = Path(__file__).parents[2] / "deploy" / "litestream.yml"

pytestmark = pytest.mark.skipif(
    not shutil.which("litestream"), reason="litestream is not installed"
)


class Copying:
    """Litestream under our configuration, with a folder as the place elsewhere."""

    def __init__(self, folder: Path) -> None:
        self.store, self.restored = folder / "herald.db", folder / "restored.db"
        elsewhere = f"file://{folder / 'elsewhere'}"
        own = {"HERALD_STORE": str(self.store), "LITESTREAM_URL": elsewhere}
        self._environ = {**os.environ, **own}

    async def replicate(self) -> None:
        await self._run("replicate", "-config", str(CONFIG), "-once")

    async def restore(self) -> None:
        await self._run(
            "restore", "-config", str(CONFIG), "-o", f"{self.restored}", f"{self.store}"
        )

    async def _run(self, *arguments: str) -> None:
        running = await asyncio.create_subprocess_exec(
            "litestream",
            *arguments,
            env=self._environ,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        told, _ = await running.communicate()
        assert running.returncode == 0, told.decode()


async def test_what_was_written_is_restored_from_elsewhere(tmp_path: Path) -> None:
    copying = Copying(tmp_path)
    titles = [f"Azyl: zpráva {number}" for number in range(20)]
    async with open_store(str(copying.store), RULES) as store:
        for part in (titles[:10], titles[10:]):
            for title in part:
                await store.commit(commit((title,), development(title=title)), lambda *_: ())
            await copying.replicate()
        assert len(await store.developments()) == len(titles)
    copying.store.unlink()
    await copying.restore()
    async with open_store(str(copying.restored), RULES) as store:
        found = await store.developments()
    assert {one.title for one in found} == {*titles}
