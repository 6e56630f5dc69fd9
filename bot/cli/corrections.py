"""`policy-herald corrections`: labels that admins have set right, for the lexicon."""

import argparse
import asyncio

import msgspec

from bot.cli import console
from bot.config import Config
from bot.models import Correction
from bot.store import open_store


def main(arguments: argparse.Namespace, config: Config) -> int:
    """Prints one JSON correction a line. Raises StoreError."""
    path = config.storage.url.path()
    if path.exists():
        console.lines(map(msgspec.json.encode, asyncio.run(_kept(str(path)))))
    return 0


async def _kept(path: str) -> list[Correction]:
    async with open_store(path) as store:
        return await store.corrections()
