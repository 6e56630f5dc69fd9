"""Rows in a PostgreSQL database, which several processes may share.

A table is `id bigint, doc jsonb`; equalities are asked of expression indexes. Steps that write
anything take one advisory lock, as a file has one writer; steps that settle rows of their own
share it, and lock those rows.
"""

import itertools
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import msgspec
import psycopg
from psycopg.types.json import set_json_loads
from psycopg_pool import ConnectionPool, PoolTimeout

from bot.errors import DamageError, FencedError, StoreError
from bot.store.database import Access, Database, Row, as_json, cause, quoted, shown
from bot.store.word_index import TsvectorIndex

Connection = psycopg.Connection[Row]

OPTIONS: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "application_name": "policy-herald",
}
"""What a connection that is cut off in silence may cost, in seconds, and milliseconds."""
SESSION = """
    SET idle_in_transaction_session_timeout = '3s';  -- a paused process holds nothing for long
    SET lock_timeout = '10s'
"""
PATIENCE = 10.0
"""Seconds to wait for a connection."""

CHANNEL = "policy_herald"
"""Where the processes that share a server tell each other which table they have written to."""
TOLD = {"deliveries", "notices"}

_BEGIN = {
    Access.READS: "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",
    Access.WRITES: "SELECT pg_advisory_xact_lock({key})",
    Access.LOCKS_ROWS: "SELECT pg_advisory_xact_lock_shared({key})",
}
WRITERS = "hashtextextended('policy-herald writers ' || current_schema(), 0)"
"""The lock of those who write to a store; a database may hold several, each in its schema."""


@contextmanager
def connections(url: str, size: int) -> Iterator[ConnectionPool[Connection]]:
    """Open a pool of connections for as long as the context lasts. Raises StoreError where the
    server does not answer."""
    pool = ConnectionPool(
        url,
        connection_class=psycopg.Connection[Row],
        kwargs={**OPTIONS, "autocommit": True},
        min_size=1,
        max_size=size,
        configure=_configure,
        check=ConnectionPool.check_connection,  # one that was lost while it lay idle
        timeout=PATIENCE,
        # The pauses between its tries double until then: so the next request begins anew with 1 s.
        reconnect_timeout=PATIENCE,
        open=False,
    )
    _require(url)
    try:
        pool.open()
        yield pool
    finally:
        pool.close()


def _require(url: str) -> None:
    """Raise StoreError where the server refuses a connection."""
    # A pool would only try again and again.
    try:
        psycopg.connect(url, **OPTIONS).close()
    except psycopg.Error as error:
        said = cause(error, url)
        raise StoreError(
            f"{shown(url)}: cannot be connected to ({said}); look at the server and at storage.url"
        ) from None


def _configure(connection: Connection) -> None:
    set_json_loads(lambda doc: bytes(doc).decode(), connection)  # type: ignore[arg-type]
    connection.execute(SESSION)


DAMAGE = "XX"
"""The class of an error about what the server cannot read."""
NO_TABLE = "42P01"
"""Which no statement of this program meets in a store that is whole."""
_REMEDIES = {
    "08": "the bot tries again by itself",
    "25": "is the server a standby, or read-only?",
    "28": "look at the user and the password of storage.url",
    "42": "let the bot's user create and write tables in its schema",
    "53": "make room on the server, and the bot goes on by itself",
    DAMAGE: "stop the bot, and restore the database from a backup",
    "42P05": "PgBouncer stands before the server in transaction mode; let it pool sessions",
    "57": "the server was stopped or has ended the session; the bot tries again by itself",
}
"""By the code or the class of an error (https://www.postgresql.org/docs/current/errcodes-appendix.html)."""


class Lease:
    """The lease of this process among those that share a database; none before it joins.

    What a process has claimed is its own for as long as its lease, under a number that is never
    given again. One that was paused or cut off for longer cannot write any more until it has joined
    anew, under another number: so the number fences whatever it was about to do.
    """

    def __init__(self) -> None:
        self.number: int | None = None

    def check(self, connection: Connection) -> None:
        """Raise FencedError where the lease has ended."""
        alive = "SELECT FROM members WHERE number = %s AND until > clock_timestamp()"
        if self.number is not None and connection.execute(alive, (self.number,)).fetchone() is None:
            raise FencedError

    def living(self, connection: Connection) -> frozenset[int]:
        """Return the numbers of the processes whose leases hold; none before any has joined."""
        if connection.execute("SELECT to_regclass('members')").fetchone() == (None,):
            return frozenset()
        found = connection.execute("SELECT number FROM members WHERE until > clock_timestamp()")
        return frozenset(number for (number,) in found)


class PostgresDatabase(Database):
    """A PostgreSQL database, over a pool of connections."""

    locked, unclaimed = "FOR UPDATE", "FOR UPDATE SKIP LOCKED"
    errors: tuple[type[Exception], ...] = (psycopg.Error, PoolTimeout)
    is_shared = True
    columns = "id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, doc jsonb NOT NULL"

    def __init__(self, url: str, pool: ConnectionPool[Connection], lease: Lease) -> None:
        self._url, self._pool, self._lease = url, pool, lease
        self._connection: Connection | None = None
        self.word_index = TsvectorIndex(self)
        self._streams = itertools.count()
        self._news: set[str] = set()

    @contextmanager
    def transaction(self, access: Access = Access.WRITES) -> Iterator[None]:
        with self._pool.connection() as connection, connection.transaction():
            connection.execute(_BEGIN[access].format(key=WRITERS))
            if access is not Access.READS:
                self._lease.check(connection)
            self._connection, self.makes = connection, access is Access.WRITES
            self._news.clear()
            try:
                yield
                self._tell()
            finally:
                self._connection = None

    def _tell(self) -> None:
        """Notify the other processes, with the commit, of what was written for them."""
        for table in self._news & TOLD:
            self.execute(f"SELECT pg_notify('{CHANNEL}', current_schema() || ' {table}')")

    @property
    def _within(self) -> Connection:
        assert self._connection is not None, "outside of a transaction"
        return self._connection

    def execute(self, sql: str, values: Collection[Any] = ()) -> list[Row]:
        cursor = self._within.execute(_with_marks(sql), tuple(values) or None)
        return cursor.fetchall() if cursor.description else []

    def stream(self, sql: str, values: Collection[Any] = ()) -> Iterator[Row]:
        with self._within.cursor(f"stream {next(self._streams)}") as cursor:
            cursor.execute(_with_marks(sql), tuple(values) or None)
            yield from cursor

    @staticmethod
    @lru_cache(maxsize=100)
    def field(path: str, table: str = "") -> str:
        """Return a field as text, in the order of its bytes."""
        keys = path.replace(".", ",")
        return f"""({table and f"{table}."}doc #>> '{{{keys}}}') COLLATE "C\""""

    def comparable(self, values: Iterable[str | int]) -> list[str | int]:
        return [*map(str, values)]

    def has_table(self, name: str) -> bool:
        return self.execute("SELECT to_regclass(?) IS NOT NULL", (quoted(name),))[0][0] is True

    def tables(self) -> list[str]:
        found = self.execute(
            "SELECT table_name::text FROM information_schema.columns "
            "WHERE table_schema = current_schema() AND column_name = 'doc'"
        )
        return [name for (name,) in found]

    def clear(self, table: str) -> None:
        self.execute(f"TRUNCATE {quoted(table)} RESTART IDENTITY")

    def last_id(self, table: str) -> int:
        last = "SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence(?, 'id')), 0)"
        return int(self.execute(last, (quoted(table),))[0][0])

    def continue_ids(self, table: str, last: int) -> None:
        if last:
            continued = "SELECT setval(pg_get_serial_sequence(?, 'id'), ?)"
            self.execute(continued, (quoted(table), last))

    def insert(self, table: str, docs: Iterable[Any]) -> list[int]:
        rows = self._numbered(table, docs)
        self._write(table, rows)
        return [number for number, _ in rows]

    def insert_new(self, table: str, docs: Iterable[Any]) -> list[bool]:
        rows = self._numbered(table, docs)
        new = {number for (number,) in self._write(table, rows, "ON CONFLICT DO NOTHING")}
        return [number in new for number, _ in rows]

    def put(self, table: str, rows: Iterable[tuple[int, Any]]) -> None:
        self._write(table, rows, "ON CONFLICT (id) DO UPDATE SET doc = excluded.doc")

    def _numbered(self, table: str, docs: Iterable[Any]) -> list[tuple[int, Any]]:
        given = list(docs)
        numbers = self.execute(
            "SELECT nextval(pg_get_serial_sequence(?, 'id')) FROM generate_series(1, ?)",
            (quoted(table), len(given)),
        )
        return [(number, doc) for (number,), doc in zip(numbers, given, strict=True)]

    def _write(self, table: str, rows: Iterable[tuple[int, Any]], conflict: str = "") -> list[Row]:
        given = ",".join(f"[{number},{_as_json(doc)}]" for number, doc in rows)
        if not given:
            return []
        if self.makes:
            self._news.add(table)
        # One text: psycopg would escape each of an array of them, which takes longer than the rest.
        return self.execute(
            f"INSERT INTO {quoted(table)} (id, doc) "
            "SELECT (pair ->> 0)::bigint, pair -> 1 FROM jsonb_array_elements(?::jsonb) AS pair "
            f"{conflict} RETURNING id",
            (f"[{given}]",),
        )

    @property
    def me(self) -> int | None:
        return self._lease.number

    @property
    def living(self) -> frozenset[int]:
        return self._lease.living(self._within)

    def end_leases(self) -> None:
        if self.has_table("members"):
            self.execute("DELETE FROM members")

    def store_error(self, error: Exception) -> StoreError:
        code = getattr(error, "sqlstate", None) or "08"  # without one, the connection was lost
        known = _REMEDIES.get(code) or _REMEDIES.get(code[:2])
        remedy = f"; {known}" if known else ""
        said = f"{shown(self._url)}: {cause(error, self._url)}; nothing of this step was written"
        is_damage = code[:2] == DAMAGE or code == NO_TABLE
        return (DamageError if is_damage else StoreError)(f"{said}{remedy}")

    def close(self) -> None:
        """Do nothing: whoever opened the pool closes it."""


def _with_marks(sql: str) -> bytes:
    return sql.replace("?", "%s").encode()


def _as_json(doc: Any) -> str:
    """Return a document as JSON, without NUL, which PostgreSQL's text cannot hold."""
    text = as_json(doc)
    return as_json(_without_nul(doc)) if "\\u0000" in text else text


def _without_nul(value: Any) -> Any:
    match msgspec.to_builtins(value):
        case str() as text:
            return text.replace("\0", "�")
        case dict() as doc:
            return {_without_nul(key): _without_nul(each) for key, each in doc.items()}
        case list() as values:
            return [_without_nul(each) for each in values]
        case other:
            return other
