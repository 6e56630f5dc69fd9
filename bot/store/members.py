"""The processes that share a store: each has joined under a number of its own, which is never
given again, and is given up when it has not been heard of for some seconds.

What a process has claimed is its own for as long as it is a member. One that was given up, because
it was paused or cut off, cannot write any more until it has joined anew, under another number.
"""

import psycopg

from bot.errors import StoreError
from bot.store.engine import Row

LEASE = 3.0
"""Seconds without a sign of life, after which a process is given up."""

_TABLE = """
CREATE TABLE IF NOT EXISTS members (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    until timestamptz NOT NULL,
    backend integer NOT NULL
)
"""


class Member:
    """This process among those that share a store; or, before it joins, none of them."""

    def __init__(self) -> None:
        self.number: int | None = None

    def check(self, connection: psycopg.Connection[Row]) -> None:
        """Raises StoreError where this process has been given up."""
        known = "SELECT FROM members WHERE number = %s"
        if self.number is not None and connection.execute(known, (self.number,)).fetchone() is None:
            raise StoreError("this replica was taken for dead: it writes nothing until it is back")

    def living(self, connection: psycopg.Connection[Row]) -> frozenset[int]:
        """The numbers of those that are there; none where nobody has ever joined."""
        if connection.execute("SELECT to_regclass('members')").fetchone() == (None,):
            return frozenset()
        return frozenset(number for (number,) in connection.execute("SELECT number FROM members"))
