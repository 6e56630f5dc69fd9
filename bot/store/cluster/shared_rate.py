"""The send rate that all replicas share, kept in their database."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from bot.store.postgres import OPTIONS
from bot.text import one_line

log = logging.getLogger(__name__)

SIZE = 4
"""Connections: how many messages ask for their time together."""
MARGIN = 1.07
"""Messages of several replicas do not reach Telegram exactly as far apart as they were sent."""

TABLE = """
CREATE UNLOGGED TABLE IF NOT EXISTS pace (
    lane text PRIMARY KEY,
    free timestamptz NOT NULL DEFAULT '-infinity',
    paused timestamptz NOT NULL DEFAULT '-infinity',
    minute timestamptz[] NOT NULL DEFAULT '{}'
)
"""
"""A lane for each chat, and '' for all together: when the next message may go there, until when
Telegram said to wait, and in a group when the last went."""

_ENTER = "INSERT INTO pace (lane) VALUES ('') , (%(lane)s) ON CONFLICT DO NOTHING"
_RESERVE = """
WITH whole AS (
    UPDATE pace SET free = greatest(free, clock_timestamp()) + %(gap)s * interval '1 s'
    WHERE lane = '' RETURNING free - %(gap)s * interval '1 s' AS at, paused
), own AS (
    SELECT greatest(free, paused, CASE WHEN cardinality(minute) = %(group)s
                                       THEN minute[1] + interval '60.5 s' END) AS at
    FROM pace WHERE lane = %(lane)s FOR UPDATE
), chosen AS (
    SELECT greatest(clock_timestamp(), own.at, whole.paused,
                    CASE WHEN NOT %(is_answer)s THEN whole.at END) AS at FROM whole, own
)
UPDATE pace SET
    free = chosen.at + %(lane_gap)s * interval '1 s',
    minute = CASE WHEN %(group)s > 0 THEN (minute || chosen.at)[
        greatest(1, cardinality(minute) + 2 - %(group)s):] ELSE minute END
FROM chosen WHERE lane = %(lane)s
RETURNING extract(epoch FROM chosen.at - clock_timestamp())::float8
"""
FORGET = "DELETE FROM pace WHERE lane <> '' AND greatest(free, paused) < now() - interval '5 min'"
"""What was sent is of no concern a minute later; a chat that is forgotten leaves nothing here."""
_PAUSE = """
INSERT INTO pace (lane, paused) VALUES (%(lane)s, clock_timestamp() + %(seconds)s * interval '1 s')
ON CONFLICT (lane) DO UPDATE SET paused = greatest(pace.paused, excluded.paused)
"""


class DatabaseRate:
    """The send rate that all replicas share through their database."""

    # Where the database cannot be asked, a message goes at its own replica's rate: nothing that
    # must be saved is sent then anyway.

    def __init__(self, pool: AsyncConnectionPool[psycopg.AsyncConnection[tuple[float]]]) -> None:
        self._pool = pool

    async def reserve(
        self, chat: int | str, *, gap: float, lane_gap: float, group: int, is_answer: bool
    ) -> float:
        """Reserve the next free time for a message, and return the seconds until then. See
        `bot.ports.messenger.SharedRate`."""
        asked = {
            "lane": str(chat),
            "gap": gap * MARGIN,
            "lane_gap": lane_gap,
            "group": group,
            "is_answer": is_answer,
        }
        try:
            async with self._pool.connection() as connection:
                await connection.execute(_ENTER, asked)
                cursor = await connection.execute(_RESERVE, asked)
                found = await cursor.fetchone()
        except (psycopg.Error, PoolTimeout) as error:
            log.warning("the pace of the other replicas is not known: %s", one_line(str(error)))
            return 0.0
        return max(0.0, found[0]) if found else 0.0

    async def pause(self, chat: int | str | None, seconds: float) -> None:
        """Send nothing to a chat, or to any, for the seconds that Telegram asked for."""
        lane = "" if chat is None else str(chat)
        try:
            async with self._pool.connection() as connection:
                await connection.execute(_PAUSE, {"lane": lane, "seconds": seconds})
        except (psycopg.Error, PoolTimeout) as error:
            log.warning("the other replicas were not notified of a pause: %s", one_line(str(error)))


@asynccontextmanager
async def open_shared_rate(place: str) -> AsyncIterator[DatabaseRate]:
    """Open the shared rate for as long as the context lasts."""
    async with AsyncConnectionPool(
        place, min_size=1, max_size=SIZE, kwargs={**OPTIONS, "autocommit": True}, open=False,
        configure=_configure, timeout=5,
    ) as pool:  # fmt: skip
        yield DatabaseRate(pool)


async def _configure(connection: psycopg.AsyncConnection[tuple[float]]) -> None:
    await connection.execute("SET synchronous_commit = off")
