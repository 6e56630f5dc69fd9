"""`policy-herald corrections`: labels that admins have set right, for the lexicon."""

import argparse
import asyncio

import msgspec

from bot.cli import console
from bot.config import Config
from bot.models import Correction
from bot.pipeline.rules import RULES
from bot.store import exists, open_store


def main(arguments: argparse.Namespace, config: Config) -> int:
    """Prints one JSON correction a line. Raises StoreError."""
    place = config.storage.url.place()
    if exists(place):
        console.lines(map(msgspec.json.encode, asyncio.run(_kept(place))))
    return 0


async def _kept(place: str) -> list[Correction]:
    async with open_store(place, RULES) as store:
        return await store.corrections()
