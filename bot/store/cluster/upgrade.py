"""A rolling upgrade: before a replica migrates the store, those of earlier versions step aside."""

import asyncio
import logging

import psycopg

from bot.errors import StoreError
from bot.store.database import cause, shown
from bot.store.postgres import CHANNEL, OPTIONS
from bot.store.schema import VERSION

log = logging.getLogger(__name__)

UPGRADE = "upgrade "
"""What replicas are notified of, in the place of a table, before the store is migrated to the
version of the schema that follows."""
PATIENCE = 10.0
"""Seconds for them to finish what they send."""
AGAIN = 0.1
"""Seconds until it is seen again whether they have left."""

_NOTIFY = f"SELECT pg_notify('{CHANNEL}', current_schema() || ' {UPGRADE}{VERSION}')"
_ARE_THERE = f"""
SELECT count(*) > 0 FROM members, meta WHERE until > clock_timestamp()
AND doc ->> 'name' = 'schema' AND (doc ->> 'version')::int < {VERSION}
"""
"""None is of an earlier version any more where another process has migrated the store meanwhile."""


async def ask_to_step_aside(url: str) -> None:
    """Ask the replicas of an earlier version to end, and wait until they have, for a while. Raises
    StoreError. Those that do not answer lose their leases as the store is migrated."""
    try:
        connecting = psycopg.AsyncConnection.connect(url, autocommit=True, **OPTIONS)
        async with await connecting as connection:
            known = await connection.execute("SELECT to_regclass('members')")
            if await known.fetchone() == (None,):
                return
            await connection.execute(_NOTIFY.encode())
            log.info("the store is to be migrated: replicas of earlier versions are asked to end")
            await _until_none(connection)
    except psycopg.Error as error:
        raise StoreError(f"{shown(url)}: {cause(error, url)}") from None


async def _until_none(connection: psycopg.AsyncConnection[tuple[object]]) -> None:
    for _ in range(round(PATIENCE / AGAIN)):
        found = await connection.execute(_ARE_THERE.encode())
        if await found.fetchone() != (True,):
            return
        await asyncio.sleep(AGAIN)
    log.warning("a replica did not end within %.0f s: it is shut out", PATIENCE)
