"""Rows in one SQLite file (WAL, synchronous FULL), or in memory.

TinyDB's own storages write the whole database for each change: 344 ms an insert at 100,000
documents, and a file that kill -9 can leave unreadable. Here an insert touches one row, several
tables change in one transaction, and other processes read meanwhile.
"""

import sqlite3
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from bot.errors import DamageError, StoreError
from bot.store.database import REPLACE, Access, Database, Row, as_json, quoted
from bot.store.word_index import Fts5Index

BUSY_TIMEOUT = 10.0
"""Seconds to wait for another process that writes."""
SHORTLY = 0.01
"""Seconds between two tries, where SQLite does not wait by itself."""


class SqliteDatabase(Database):
    """A SQLite file. Raises StoreError where it cannot be opened."""

    errors: tuple[type[Exception], ...] = (sqlite3.Error,)
    # AUTOINCREMENT: the id of a removed document is never given again
    me = None
    living = frozenset[int]()
    columns = "id INTEGER PRIMARY KEY AUTOINCREMENT, doc TEXT NOT NULL"

    def __init__(
        self, path: str, *, filled_from: str | None = None, is_read_only: bool = False
    ) -> None:
        if path != ":memory:":
            make_folder(Path(path))
        self._path, self.word_index = path, Fts5Index(self)
        try:
            self.connection = sqlite3.connect(path, isolation_level=None, timeout=BUSY_TIMEOUT)
            if filled_from:
                with closing(sqlite3.connect(filled_from, timeout=BUSY_TIMEOUT)) as other:
                    other.backup(self.connection)
            _write_ahead(self.connection)
            self.connection.execute("PRAGMA synchronous = FULL")
            self.connection.execute("PRAGMA secure_delete = ON")  # what is erased is overwritten
            self.connection.execute(f"PRAGMA query_only = {is_read_only:d}")
        except sqlite3.Error as error:
            raise store_error(filled_from or path, error) from None

    @contextmanager
    def transaction(self, access: Access = Access.WRITES) -> Iterator[None]:
        self.makes = access is not Access.READS
        self.connection.execute("BEGIN IMMEDIATE" if self.makes else "BEGIN DEFERRED")
        try:
            yield
            self.connection.execute("COMMIT")
        except BaseException:
            if not self.is_over:
                self.connection.execute("ROLLBACK")
            raise

    @contextmanager
    def part(self) -> Iterator[None]:
        """Open a savepoint: what is written inside is taken back alone where it goes wrong."""
        self.connection.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            if not self.is_over:
                self.connection.execute("ROLLBACK TO part")
                self.connection.execute("RELEASE part")
            raise
        self.connection.execute("RELEASE part")

    @property
    def is_over(self) -> bool:
        """Return whether SQLite has ended the transaction by itself, as it does on a full disk."""
        return not self.connection.in_transaction

    def execute(self, sql: str, values: Collection[Any] = ()) -> list[Row]:
        return self.connection.execute(sql, tuple(values)).fetchall()

    def stream(self, sql: str, values: Collection[Any] = ()) -> Iterator[Row]:
        yield from self.connection.execute(sql, tuple(values))

    @staticmethod
    @lru_cache(maxsize=100)
    def field(path: str, table: str = "") -> str:
        return f"{table and f'{table}.'}doc ->> '$.{path}'"

    def comparable(self, values: Iterable[str | int]) -> list[str | int]:
        return [*values]

    def has_table(self, name: str) -> bool:
        known = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
        return bool(self.execute(known, (name,)))

    def tables(self) -> list[str]:
        names = (
            "SELECT known.name FROM sqlite_master AS known, pragma_table_info(known.name) AS field "
            "WHERE known.type = 'table' AND field.name = 'doc'"
        )
        return [name for (name,) in self.execute(names)]

    def clear(self, table: str) -> None:
        self.execute(f"DELETE FROM {quoted(table)}")
        self.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))

    def last_id(self, table: str) -> int:
        last = self.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,))
        return int(last[0][0]) if last else 0

    def continue_ids(self, table: str, last: int) -> None:
        self.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
        self.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, last))

    def insert(self, table: str, docs: Iterable[Any]) -> list[int]:
        rows = list(enumerate(docs, self.last_id(table) + 1))
        self.put(table, rows)
        return [number for number, _ in rows]

    def insert_new(self, table: str, docs: Iterable[Any]) -> list[bool]:
        texts, last = [as_json(doc) for doc in docs], self.last_id(table)
        before = self.connection.total_changes
        # One statement for all: it runs without Python's lock, which thousands of statements
        # would have to take back from the event loop one by one.
        self.execute(
            f"INSERT OR IGNORE INTO {quoted(table)} (doc) SELECT value FROM json_each(?)",
            (f"[{','.join(texts)}]",),
        )
        if self.connection.total_changes - before == len(texts):
            return [True] * len(texts)
        rows = self.execute(f"SELECT doc FROM {quoted(table)} WHERE id > ?", (last,))
        new = {_normalised(doc) for (doc,) in rows}
        return [_normalised(text) in new for text in texts]

    def put(self, table: str, rows: Iterable[tuple[int, Any]]) -> None:
        statement = (
            f"INSERT INTO {quoted(table)} (id, doc) VALUES (?, ?) "
            "ON CONFLICT (id) DO UPDATE SET doc = excluded.doc"
        )
        self.connection.executemany(statement, [(number, as_json(doc)) for number, doc in rows])

    def end_leases(self) -> None:
        """Do nothing: a file has one process."""

    def store_error(self, error: Exception) -> StoreError:
        assert isinstance(error, sqlite3.Error)
        return store_error(self._path, error)

    def close(self) -> None:
        self.connection.close()


def _normalised(text: str) -> bytes:
    return msgspec.json.encode(msgspec.json.decode(text), order="sorted")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch to write-ahead logging."""
    # SQLite refuses at once, whatever its timeout, where another process is about to do so too.
    until = time.monotonic() + BUSY_TIMEOUT
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
        time.sleep(SHORTLY)


def make_folder(path: Path) -> None:
    """Create the folder of a file, where there is none. Raises StoreError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"{path.parent}: cannot be made for the store ({error.strerror})"
        ) from None


_ALLOW = "let the bot's user write the file and its folder"
_MAKE_ROOM = "make room on the disk, and the bot goes on by itself"
_REMEDIES = {
    sqlite3.SQLITE_FULL: _MAKE_ROOM,
    sqlite3.SQLITE_IOERR_SHMSIZE: _MAKE_ROOM,  # what a start meets on a full disk
    sqlite3.SQLITE_READONLY: _ALLOW,
    sqlite3.SQLITE_CANTOPEN: _ALLOW,
    sqlite3.SQLITE_PERM: _ALLOW,
    sqlite3.SQLITE_IOERR: "look after the disk; the bot tries again by itself",
    sqlite3.SQLITE_BUSY: "another process holds it; the bot tries again by itself",
}


_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_DAMAGED_CONTENT = ("no such table", "malformed JSON", "Could not decode to UTF-8")
"""What errors begin with that no code tells from those of a wrong statement."""


def store_error(path: str, error: sqlite3.Error) -> StoreError:
    """Return the StoreError for an error of SQLite (sqlite.org/rescode.html), with what helps."""
    extended = getattr(error, "sqlite_errorcode", 0)
    code = extended & 0xFF  # the primary one
    what = f"{path}: {error}; nothing of this step was written"
    if code in _DAMAGE or str(error).startswith(_DAMAGED_CONTENT):
        return DamageError(f"{what}; {REPLACE}")
    remedy = _REMEDIES.get(extended) or _REMEDIES.get(code)
    return StoreError(f"{what}; {remedy}" if remedy else what)
