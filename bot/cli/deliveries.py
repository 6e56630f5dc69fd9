"""`policy-herald deliveries`: the ledger, and what to do about what is uncertain."""

import argparse
import asyncio

from bot import app
from bot.cli import console
from bot.config import Config
from bot.errors import ConfigError
from bot.models import Delivery, Tally
from bot.pipeline.rules import RULES
from bot.store import exists, open_store


def main(arguments: argparse.Namespace, config: Config) -> int:
    """Prints the figures and the newest rows of a state; with --repeat, owes one of them anew.
    Raises ConfigError and StoreError."""
    place = config.storage.url.place()
    if not exists(place):
        print("Nothing has been owed yet.")
        return 0
    tally, rows, repeated = asyncio.run(_ledger(place, arguments))
    if arguments.repeat is not None:
        if repeated is None:
            expected = "the number of a delivery that is uncertain or failed"
            raise ConfigError("--repeat", str(arguments.repeat), expected)
        print(f"{repeated.development} is sent again, by the running service or the next.")
        return 0
    print(
        f"{tally.sent} sent, {tally.pending + tally.sending} pending, "
        f"{tally.uncertain} uncertain, {tally.failed} failed."
    )
    table = console.table("", "number", "state", "kind", "development", "since", "tries", "reason")
    for row in rows:
        since = row.settled or row.created
        console.row(
            table, row.id, row.state, row.kind, row.development,
            f"{since:%d.%m.%Y %H:%M} UTC", row.attempts, row.reason or "",
        )  # fmt: skip
    console.console().print(table)
    return 0


async def _ledger(
    place: str, arguments: argparse.Namespace
) -> tuple[Tally, list[Delivery], Delivery | None]:
    async with open_store(place, RULES) as store:
        repeated = None
        if arguments.repeat is not None:
            repeated = await store.repeat_delivery(arguments.repeat, app.now())
        rows = await store.deliveries(arguments.state, arguments.limit)
        return await store.tally(), rows, repeated
