"""The membership of this process: renews its lease, ends those that are late, leads where nobody
else does."""

import asyncio
import contextlib
import datetime as dt
import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec
import psycopg

from bot.build import Build, Replica
from bot.errors import FencedError, StoreError
from bot.store import schema
from bot.store.cluster import LeaderElection, shared_rate
from bot.store.cluster.upgrade import UPGRADE
from bot.store.database import cause, shown
from bot.store.postgres import CHANNEL, OPTIONS, WRITERS
from bot.text import one_line

if TYPE_CHECKING:
    from bot.store.store import RowStore

log = logging.getLogger(__name__)

LEASE = 3.0
"""Seconds without a sign of life, after which a process is given up."""
BEAT = 0.5
"""Seconds between two signs of life."""
SETTLE_EVERY = 60.0
"""Seconds between recoveries of orphaned deliveries; at once when a process is gone."""
LOST = 30.0
"""Seconds without one, after which /healthz fails."""

Clock = Callable[[], dt.datetime]
Connection = psycopg.AsyncConnection[Any]

_TABLES = """
CREATE TABLE IF NOT EXISTS members (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    until timestamptz NOT NULL,
    backend integer NOT NULL
);
ALTER TABLE members ADD COLUMN IF NOT EXISTS build text;
CREATE TABLE IF NOT EXISTS leadership (epoch bigint NOT NULL, member bigint);
INSERT INTO leadership SELECT 0, NULL WHERE NOT EXISTS (SELECT FROM leadership)
"""
"""`backend`: the process of the server that knows when the member is gone; `build`: the program
that it runs, as JSON; NULL, where that is of a version that does not say."""
_LOCK = "hashtextextended('policy-herald leader ' || current_schema(), 0)"
_IS_LATER = f"""
SELECT (doc ->> 'version')::int > {schema.VERSION} FROM meta WHERE doc ->> 'name' = 'schema'
"""
_JOIN = f"""
INSERT INTO members (until, backend, build)
VALUES (clock_timestamp() + interval '{LEASE} s', pg_backend_pid(), %s)
RETURNING current_schema(), number
"""
_RENEW = f"""
UPDATE members SET until = clock_timestamp() + interval '{LEASE} s'
WHERE number = %s AND until > clock_timestamp() RETURNING number
"""
_SHUT_OUT = """
WITH late AS (
    DELETE FROM members WHERE until < clock_timestamp() AND backend <> pg_backend_pid()
    RETURNING number, backend
)
SELECT number, pg_terminate_backend(pid) FROM late
LEFT JOIN pg_stat_activity ON pid = backend AND application_name = 'policy-herald'
"""
"""By name, too: the pid may have been reused by a connection of another program."""
_TAKE_OVER = """
WITH before AS (SELECT member FROM leadership FOR UPDATE),
shut_out AS (DELETE FROM members USING before WHERE number = before.member AND number <> %s)
UPDATE leadership SET epoch = epoch + 1, member = %s RETURNING epoch
"""


_MEMBERS = """
SELECT number, number = (SELECT member FROM leadership), build FROM members
WHERE until > clock_timestamp() ORDER BY number
"""


class Membership(LeaderElection):
    """The membership of this process among those that share a server's database."""

    is_shared = True

    def __init__(self, place: str, store: "RowStore", clock: Clock) -> None:
        super().__init__()
        self._place, self._store, self._clock = place, store, clock
        assert store.lease
        self._lease = store.lease
        self._attended = time.monotonic()
        self._settled = float("-inf")
        self._settling: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Join. Raises StoreError where the server refuses."""
        try:
            self._connection = await self._connected()
            async with self._connection.transaction():
                await self._connection.execute(f"SELECT pg_advisory_xact_lock({WRITERS})".encode())
                await self._connection.execute(_TABLES.encode())
                await self._connection.execute(shared_rate.TABLE.encode())
            await self._join(self._connection)
        except psycopg.Error as error:
            raise StoreError(f"{shown(self._place)}: {cause(error, self._place)}") from None

    async def run(self) -> None:
        """Renew the lease until cancelled; where the server is lost, join again when it is back."""
        while not self._is_outdated.is_set():
            try:
                async with self._connection:
                    await self._attend(self._connection)
            except (psycopg.Error, StoreError) as error:
                log.warning("out of touch with the other replicas: %s", one_line(str(error)))
            finally:
                self.follow()
            await self._come_back()

    async def leave(self) -> None:
        """Leave, so that the others need not wait for the lease to end."""
        if self._settling:
            self._settling.cancel()
        with contextlib.suppress(psycopg.Error):
            async with await self._connected() as connection:
                gone = "DELETE FROM members WHERE number = %s"
                await connection.execute(gone, (self._lease.number,))

    async def replicas(self) -> list[Replica]:
        try:
            async with await self._connected() as connection:
                members = await _all(connection, _MEMBERS)
        except psycopg.Error as error:
            raise StoreError(f"{shown(self._place)}: {cause(error, self._place)}") from None
        return [
            Replica(number=number, leads=bool(leads), build=_build(said) if said else None)
            for number, leads, said in members
        ]

    async def check(self) -> str | None:
        silent = time.monotonic() - self._attended
        return f"out of touch with the others for {silent:.0f} s" if silent > LOST else None

    async def _come_back(self) -> None:
        while True:
            await asyncio.sleep(BEAT)
            try:
                self._connection = await self._connected()
                return await self._join(self._connection)
            except psycopg.Error:
                """The server is not there yet."""

    async def _connected(self) -> Connection:
        return await psycopg.AsyncConnection.connect(self._place, autocommit=True, **OPTIONS)

    async def _join(self, connection: Connection) -> None:
        """Join the others, unless the store is of a later version than this program."""
        if await _one(connection, _IS_LATER) == (True,):
            self._is_outdated.set()
            await connection.close()
            return
        build = msgspec.json.encode(self.build).decode()
        (name, self._lease.number) = await _one(connection, _JOIN, build)
        self._channel = f"{name} "
        await connection.execute(f"LISTEN {CHANNEL}".encode())
        log.info("joined the other replicas as number %d", self._lease.number)

    async def _attend(self, connection: Connection) -> None:
        while True:
            if not await _one(connection, _RENEW, self._lease.number):
                raise FencedError
            self._attended = time.monotonic()
            if await self._shut_out(connection):
                self._settled = float("-inf")
            if not self.leads and await self._takes_over(connection):
                self._settled = float("-inf")
            await self._settle_now_and_then(connection)
            async for word in connection.notifies(timeout=BEAT):
                if word.payload.startswith(self._channel):
                    self._hear(word.payload.removeprefix(self._channel))

    def _hear(self, word: str) -> None:
        if not word.startswith(UPGRADE):
            self.notify(word)
        elif int(word.removeprefix(UPGRADE)) > schema.VERSION:
            self._is_outdated.set()  # the lease holds until what is on the wire is settled

    async def _shut_out(self, connection: Connection) -> list[int]:
        """End the leases of processes that are late, and return their numbers."""
        late = [number for (number, _) in await _all(connection, _SHUT_OUT)]
        for number in late:
            log.warning("replica %d has not been heard of for %.0f s: shut out", number, LEASE)
        return late

    async def _takes_over(self, connection: Connection) -> bool:
        if await _one(connection, f"SELECT pg_try_advisory_lock({_LOCK})") != (True,):
            return False
        epoch = await _one(connection, _TAKE_OVER, self._lease.number, self._lease.number)
        log.info("replica %d leads from now on (epoch %d)", self._lease.number, *epoch)
        self.lead()
        return True

    async def _settle_now_and_then(self, connection: Connection) -> None:
        """Settle what lost processes were sending; as a task beside the renewals."""
        # A step may have to wait for a transaction of a process that was cut off.
        is_under_way = self._settling and not self._settling.done()
        if not is_under_way and time.monotonic() - self._settled > SETTLE_EVERY:
            self._settling = asyncio.create_task(self._settle())
            await connection.execute(shared_rate.FORGET)

    async def _settle(self) -> None:
        try:
            for torn in await self._store.recover_deliveries(self._clock()):
                log.warning("%s may or may not have arrived: it is uncertain", torn.development)
            self._settled = time.monotonic()
            self.notify("deliveries")
        except StoreError as error:
            log.error("what a lost replica was sending cannot be settled: %s", error)


def _build(said: str) -> Build | None:
    """Return what a member says that it runs; None: another version says it in other words."""
    try:
        return msgspec.json.decode(said, type=Build)
    except msgspec.DecodeError:
        return None


async def _all(connection: Connection, statement: str, *values: Any) -> list[Any]:
    cursor = await connection.execute(statement.encode(), values or None)
    return await cursor.fetchall()


async def _one(connection: Connection, statement: str, *values: Any) -> Any:
    return next(iter(await _all(connection, statement, *values)), ())
