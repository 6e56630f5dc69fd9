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

from bot.errors import StoreError
from bot.store.cluster.lease import Lease
from bot.store.database import Access, Row, quoted, shown

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
    Access.SETTLES: "SELECT pg_advisory_xact_lock_shared({key})",
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
        (why, *_) = [*str(error).splitlines(), ""]
        raise StoreError(f"{shown(url)}: the server lets nobody in ({why})") from None


def _configure(connection: Connection) -> None:
    set_json_loads(lambda doc: bytes(doc).decode(), connection)  # type: ignore[arg-type]
    connection.execute(SESSION)


class PostgresDatabase:
    """A PostgreSQL database, over a pool of connections."""

    mark, locked, unclaimed = "%s", "FOR UPDATE", "FOR UPDATE SKIP LOCKED"
    errors: tuple[type[Exception], ...] = (psycopg.Error, PoolTimeout)
    compares_text = is_shared = True

    def __init__(self, url: str, pool: ConnectionPool[Connection], lease: Lease) -> None:
        self._url, self._pool, self._lease = url, pool, lease
        self._connection: Connection | None = None
        self._makes = False
        self._made: set[str] = set()
        self._streams = itertools.count()
        self._news: set[str] = set()

    @contextmanager
    def transaction(self, access: Access = Access.WRITES) -> Iterator[None]:
        with self._pool.connection() as connection, connection.transaction():
            connection.execute(_BEGIN[access].format(key=WRITERS))
            if access is not Access.READS:
                self._lease.check(connection)
            self._connection, self._makes = connection, access is Access.WRITES
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
        cursor = self._within.execute(sql.encode(), tuple(values) or None)
        return cursor.fetchall() if cursor.description else []

    def stream(self, sql: str, values: Collection[Any] = ()) -> Iterator[Row]:
        with self._within.cursor(f"stream {next(self._streams)}") as cursor:
            cursor.execute(sql.encode(), tuple(values) or None)
            yield from cursor

    @staticmethod
    @lru_cache(maxsize=100)
    def field(path: str, table: str = "") -> str:
        """Return a field as text, in the order of its bytes."""
        keys = path.replace(".", ",")
        return f"""({table and f"{table}."}doc #>> '{{{keys}}}') COLLATE "C\""""

    def text(self, doc: Any) -> str:
        """Return a document as JSON, without NUL, which PostgreSQL's text cannot hold."""
        text = msgspec.json.encode(doc).decode()
        return msgspec.json.encode(_without_nul(doc)).decode() if "\\u0000" in text else text

    def has_table(self, name: str) -> bool:
        if name not in self._made and self._is_there(name):
            self._made.add(name)
        return name in self._made

    def _is_there(self, name: str) -> bool:
        return self.execute("SELECT to_regclass(%s) IS NOT NULL", (quoted(name),))[0][0] is True

    def tables(self) -> list[str]:
        found = self.execute(
            "SELECT table_name::text FROM information_schema.columns "
            "WHERE table_schema = current_schema() AND column_name = 'doc'"
        )
        return [name for (name,) in found]

    def make_table(self, name: str) -> None:
        """Create a table."""
        # Who only reads creates none: the first transaction on a store creates them all.
        if self._makes and not self.has_table(name):
            columns = "id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, doc jsonb NOT NULL"
            # IF NOT EXISTS: a connection that waited for the lock may not have heard yet of a
            # table that was made meanwhile.
            self.execute(f"CREATE TABLE IF NOT EXISTS {quoted(name)} ({columns})")

    def make_index(self, table: str, *fields: str, unique: bool = False) -> None:
        """Create an index; rows that share a value are found in order of id."""
        self.make_table(table)
        columns = [*map(self.field, fields), *([] if unique else ["id"])]
        self.execute(
            f"CREATE {'UNIQUE INDEX' if unique else 'INDEX'} IF NOT EXISTS "
            f"{quoted('.'.join((table, *fields)))} ON {quoted(table)} ({', '.join(columns)})"
        )

    def drop_index(self, table: str, *fields: str) -> None:
        self.execute(f"DROP INDEX IF EXISTS {quoted('.'.join((table, *fields)))}")

    def clear(self, table: str) -> None:
        self.execute(f"TRUNCATE {quoted(table)} RESTART IDENTITY")

    def next_id(self, table: str) -> int:
        return self._next_ids(table, 1)[0]

    def _next_ids(self, table: str, count: int) -> list[int]:
        found = self.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            (quoted(table), count),
        )
        return [number for (number,) in found]

    def last_id(self, table: str) -> int:
        last = "SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence(%s, 'id')), 0)"
        return int(self.execute(last, (quoted(table),))[0][0])

    def continue_ids(self, table: str, last: int) -> None:
        if last:
            continued = "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)"
            self.execute(continued, (quoted(table), last))

    def insert(self, table: str, docs: Iterable[Any]) -> list[int]:
        texts = list(map(self.text, docs))
        numbers = self._next_ids(table, len(texts))
        self._write(table, numbers, texts)
        return numbers

    def insert_new(self, table: str, docs: Iterable[Any]) -> list[bool]:
        texts = list(map(self.text, docs))
        numbers = self._next_ids(table, len(texts))
        new = {number for (number,) in self._write(table, numbers, texts, "ON CONFLICT DO NOTHING")}
        return [number in new for number in numbers]

    def put(self, table: str, rows: Iterable[tuple[int, Any]]) -> None:
        given = list(rows)
        numbers, texts = [number for number, _ in given], [self.text(doc) for _, doc in given]
        self._write(table, numbers, texts, "ON CONFLICT (id) DO UPDATE SET doc = excluded.doc")

    def _write(
        self, table: str, numbers: list[int], texts: list[str], conflict: str = ""
    ) -> list[Row]:
        if not numbers:
            return []
        if self._makes:
            self._news.add(table)
        return self.execute(
            f"INSERT INTO {quoted(table)} (id, doc) "
            "SELECT number, doc::jsonb FROM unnest(%s::bigint[], %s::text[]) AS new (number, doc) "
            f"{conflict} RETURNING id",
            (numbers, texts),
        )

    def me(self) -> int | None:
        return self._lease.number

    def living(self) -> frozenset[int]:
        return self._lease.living(self._within)

    def store_error(self, error: Exception) -> StoreError:
        return store_error(self._url, error)

    def close(self) -> None:
        """Do nothing: whoever opened the pool closes it."""


_REMEDIES = {
    "08": "the bot tries again by itself",
    "25": "is the server a standby, or read-only?",
    "28": "look at the user and the password of storage.url",
    "42": "let the bot's user create and write tables in its schema",
    "53": "make room on the server, and the bot goes on by itself",
    "57": "the server was stopped or has ended the session; the bot tries again by itself",
}
"""By the class of an error (https://www.postgresql.org/docs/current/errcodes-appendix.html)."""


def store_error(url: str, error: Exception) -> StoreError:
    """Return the StoreError for an error of PostgreSQL, with what helps."""
    code = getattr(error, "sqlstate", None) or "08"  # without one, the connection was lost
    remedy = f"; {_REMEDIES[code[:2]]}" if code[:2] in _REMEDIES else ""
    (cause, *_) = [*str(error).splitlines(), ""]
    return StoreError(f"{shown(url)}: {cause}; nothing of this step was written{remedy}")


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
