"""The lease of a process that shares a database, under a number that is never given again.

What a process has claimed is its own for as long as its lease. One that was paused or cut off for
longer cannot write any more until it has joined anew, under another number: so the number fences
whatever it was about to do.
"""

import psycopg

from bot.errors import FencedError
from bot.store.database import Row

LEASE = 3.0
"""Seconds without a sign of life, after which a process is given up."""

TABLES = """
CREATE TABLE IF NOT EXISTS members (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    until timestamptz NOT NULL,
    backend integer NOT NULL
);
CREATE TABLE IF NOT EXISTS leadership (epoch bigint NOT NULL, member bigint);
INSERT INTO leadership SELECT 0, NULL WHERE NOT EXISTS (SELECT FROM leadership)
"""
"""`backend`: the process of the server that knows when the member is gone."""


class Lease:
    """The lease of this process among those that share a database; none before it joins."""

    def __init__(self) -> None:
        self.number: int | None = None

    def check(self, connection: psycopg.Connection[Row]) -> None:
        """Raise FencedError where the lease has ended."""
        alive = "SELECT FROM members WHERE number = %s AND until > clock_timestamp()"
        if self.number is not None and connection.execute(alive, (self.number,)).fetchone() is None:
            raise FencedError

    def living(self, connection: psycopg.Connection[Row]) -> frozenset[int]:
        """Return the numbers of the processes whose leases hold; none before any has joined."""
        if connection.execute("SELECT to_regclass('members')").fetchone() == (None,):
            return frozenset()
        found = connection.execute("SELECT number FROM members WHERE until > clock_timestamp()")
        return frozenset(number for (number,) in found)
