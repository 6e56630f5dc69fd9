"""TinyDB on SQLite rows: the same tables, documents and queries, one row a document.

TinyDB's own storages write the whole database for each change: 344 ms an insert at 100,000
documents, and a file that kill -9 can leave unreadable. Here an insert touches one row, several
tables change in one transaction, and other processes read meanwhile (WAL).

`RowTable` hands TinyDB's `Table` a mapping that reads and writes rows instead of a dict of all
documents, and narrows it by the equalities of a query. That hangs on four private names of
TinyDB (`_read_table`, `_update_table`, `_get_next_id`, a query's `_hash`), so its version is
pinned, and `tests/test_rows.py` holds both kinds of table against each other.
"""

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, overload

import msgspec
from tinydb import Storage, TinyDB
from tinydb.queries import QueryLike
from tinydb.table import Document, Table

from bot.errors import StoreError
from bot.store.trouble import trouble

Doc = Mapping[str, Any]
Equalities = list[tuple[str, str | int]]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
BUSY_TIMEOUT = 10.0
"""Seconds to wait for another process that writes."""
LARGEST = 2**63 - 1
"""SQLite's largest integer."""


class RowStorage(Storage):
    """A SQLite file. `read` and `write` are TinyDB's view of it as one dict of tables."""

    def __init__(self, path: str, *, filled_from: str | None = None) -> None:
        if path != ":memory:":
            make_folder(Path(path))
        try:
            self.connection = sqlite3.connect(path, isolation_level=None, timeout=BUSY_TIMEOUT)
            if filled_from:
                with closing(sqlite3.connect(filled_from, timeout=BUSY_TIMEOUT)) as other:
                    other.backup(self.connection)
            self.connection.execute("PRAGMA journal_mode = WAL")
            self.connection.execute("PRAGMA synchronous = FULL")
        except sqlite3.Error as error:
            named = filled_from or path
            raise trouble(named, error) from None

    @contextmanager
    def transaction(self, lock: str = "IMMEDIATE") -> Iterator[None]:
        """All that is written inside becomes true at once, or not at all; what is only read
        takes `DEFERRED`, and waits for nobody."""
        self.connection.execute(f"BEGIN {lock}")
        try:
            yield
            self.connection.execute("COMMIT")
        except BaseException:
            if self.connection.in_transaction:  # on a full disk SQLite has ended it by itself
                self.connection.execute("ROLLBACK")
            raise

    def make_table(self, name: str) -> None:
        """Makes room for a table's documents, where there is none yet."""
        if not self._has("table", name):
            # AUTOINCREMENT: the id of a removed document is never given again
            columns = "id INTEGER PRIMARY KEY AUTOINCREMENT, doc TEXT NOT NULL"
            self.connection.execute(f"CREATE TABLE IF NOT EXISTS {_quoted(name)} ({columns})")

    def make_index(self, table: str, *fields: str, unique: bool = False) -> None:
        """Lets equality queries on the fields find their rows without reading the others."""
        self.make_table(table)
        name = ".".join((table, *fields))
        if not self._has("index", name):
            columns = ", ".join(f"doc ->> '{_path(field)}'" for field in fields)
            kind = "UNIQUE INDEX" if unique else "INDEX"
            self.connection.execute(
                f"CREATE {kind} IF NOT EXISTS {_quoted(name)} ON {_quoted(table)} ({columns})"
            )

    def drop_index(self, table: str, *fields: str) -> None:
        """Takes an index away."""
        self.connection.execute(f"DROP INDEX IF EXISTS {_quoted('.'.join((table, *fields)))}")

    def _has(self, kind: str, name: str) -> bool:
        """Asked before anything is made: `CREATE … IF NOT EXISTS` waits for whoever writes."""
        return bool(
            self.connection.execute(
                "SELECT 1 FROM sqlite_master WHERE type = ? AND name = ?", (kind, name)
            ).fetchone()
        )

    def read(self) -> dict[str, dict[str, Any]] | None:
        """Each table's name and its rows, as a mapping that reads them when asked."""
        names = self.connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        return {name: Rows(self, name) for (name,) in names.fetchall()}  # type: ignore[misc]

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Replaces everything; TinyDB calls it to drop tables."""
        for name, rows in (self.read() or {}).items():
            if name not in data:
                self.connection.execute(f"DROP TABLE {_quoted(name)}")
            elif not isinstance(data[name], Rows):
                rows.clear()
        for name, rows in data.items():
            if not isinstance(rows, Rows):
                self.make_table(name)
                Rows(self, name).update({int(number): doc for number, doc in rows.items()})

    def close(self) -> None:
        """Closes the file."""
        self.connection.close()


class Rows(MutableMapping[int, Any]):
    """The rows of a table as TinyDB sees them: document ids and documents.

    Documents that were handed out may be changed in place; `flush` writes those that were.
    """

    def __init__(self, storage: RowStorage, table: str, equal: Equalities | None = None) -> None:
        self._storage, self._name, self._table = storage, table, _quoted(table)
        tests = [f"doc ->> '{_path(field)}' = ?" for field, _ in equal or []]
        self._where = " AND ".join(tests) or "TRUE"
        self._values = [value for _, value in equal or []]
        self._lent: dict[int, tuple[str, dict[str, Any]]] = {}

    def __getitem__(self, number: Any) -> dict[str, Any]:
        number = int(number)  # TinyDB asks for str(doc_id) when it reads, and doc_id when it writes
        if number in self._lent:
            return self._lent[number][1]
        row = self._run("SELECT doc FROM {table} WHERE id = ? AND {where}", number).fetchone()
        if row is None:
            raise KeyError(number)
        return self._lend(number, row[0])

    def __setitem__(self, number: int, doc: Doc) -> None:
        self._lent.pop(number, None)
        self._storage.connection.execute(
            f"INSERT INTO {self._table} (id, doc) VALUES (?, ?) "
            "ON CONFLICT (id) DO UPDATE SET doc = excluded.doc",
            (number, _text(doc)),
        )

    def __delitem__(self, number: int) -> None:
        self._lent.pop(number, None)
        self._storage.connection.execute(f"DELETE FROM {self._table} WHERE id = ?", (number,))

    def __iter__(self) -> Iterator[int]:
        yield from (number for (number,) in self._run("SELECT id FROM {table} WHERE {where}"))

    def __len__(self) -> int:
        return int(self._run("SELECT count(*) FROM {table} WHERE {where}").fetchone()[0])

    def clear(self) -> None:
        """Removes every row."""
        self._lent.clear()
        self._storage.connection.execute(f"DELETE FROM {self._table}")
        self._storage.connection.execute(
            "DELETE FROM sqlite_sequence WHERE name = ?", (self._name,)
        )

    def items(self) -> Any:
        """Streams ids and documents, in order of id."""
        for number, doc in self._run("SELECT id, doc FROM {table} WHERE {where} ORDER BY id"):
            yield number, msgspec.json.decode(doc)

    def newest(self, field: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """Streams ids and documents, the largest value of a field first, then the latest id."""
        order = f"doc ->> '{_path(field)}' DESC, id DESC"
        for number, doc in self._run(
            f"SELECT id, doc FROM {{table}} WHERE {{where}} ORDER BY {order}"
        ):
            yield number, msgspec.json.decode(doc)

    def grouped(self, one: str, other: str, largest: str) -> list[tuple[tuple[Any, Any], int, Any]]:
        """See `RowTable.grouped`."""
        first, second, third = (f"doc ->> '{_path(field)}'" for field in (one, other, largest))
        found = self._run(
            f"SELECT {first}, {second}, count(*), max({third}) FROM {{table}} WHERE {{where}} "
            "GROUP BY 1, 2"
        )
        return [((first, second), count, most) for first, second, count, most in found]

    def flush(self) -> None:
        """Writes the documents that were changed since they were handed out."""
        for number, (before, doc) in list(self._lent.items()):
            if _text(doc) != before:
                self[number] = doc

    def _lend(self, number: int, raw: str) -> dict[str, Any]:
        doc: dict[str, Any] = msgspec.json.decode(raw)
        self._lent[number] = (_text(doc), doc)
        return doc

    def _run(self, sql: str, *first: int) -> sqlite3.Cursor:
        statement = sql.format(table=self._table, where=self._where)
        return self._storage.connection.execute(statement, (*first, *self._values))


class RowTable(Table):
    """A TinyDB table over rows: the same methods, the same results."""

    _storage: RowStorage
    _narrow: Equalities | None = None

    def __init__(self, storage: RowStorage, name: str) -> None:
        storage.make_table(name)
        super().__init__(storage, name, cache_size=0)  # another process may have written

    def search(self, cond: QueryLike) -> list[Document]:
        """As `Table.search`, reading only the rows that its equalities leave."""
        with self._narrowed(cond):
            return super().search(cond)

    @overload  # type: ignore[override]
    def get(self, cond: QueryLike) -> Document | None: ...
    @overload
    def get(self, *, doc_id: int) -> Document | None: ...
    @overload
    def get(self, *, doc_ids: list[int]) -> list[Document]: ...
    def get(
        self,
        cond: QueryLike | None = None,
        doc_id: int | None = None,
        doc_ids: list[int] | None = None,
    ) -> Document | list[Document] | None:
        """As `Table.get`, reading only the rows it must."""
        if doc_ids is not None:
            found = (self.get(doc_id=number) for number in sorted(set(doc_ids)))
            return [document for document in found if document]
        with self._narrowed(cond):
            return super().get(cond, doc_id=doc_id)  # type: ignore[arg-type]

    def update(
        self,
        fields: Doc | Callable[[MutableMapping[Any, Any]], None],
        cond: QueryLike | None = None,
        doc_ids: Any = None,
    ) -> list[int]:
        """As `Table.update`, reading and writing only the rows it must."""
        with self._narrowed(cond):
            return super().update(fields, cond, doc_ids)

    def remove(self, cond: QueryLike | None = None, doc_ids: Any = None) -> list[int]:
        """As `Table.remove`, reading only the rows that its equalities leave."""
        with self._narrowed(cond):
            return super().remove(cond, doc_ids)

    def stream(self, cond: QueryLike) -> Iterator[Document]:
        """As `search`, one document after the other, as they are asked for."""
        rows = Rows(self._storage, self.name, equalities(getattr(cond, "_hash", None)))
        for number, doc in rows.items():
            if cond(doc):
                yield Document(doc, number)

    def newest(self, field: str) -> Iterator[Document]:
        """Streams the documents, the largest value of a field first."""
        for number, doc in Rows(self._storage, self.name).newest(field):
            yield Document(doc, number)

    def grouped(
        self, one: str, other: str, largest: str, **equal: str | int
    ) -> list[tuple[tuple[Any, Any], int, Any]]:
        """Each pair of values of two fields among the documents with the given ones, how many
        have it, and the largest value of a third field there."""
        return Rows(self._storage, self.name, list(equal.items())).grouped(one, other, largest)

    @contextmanager
    def _narrowed(self, cond: QueryLike | None) -> Iterator[None]:
        self._narrow = equalities(getattr(cond, "_hash", None))
        try:
            yield
        finally:
            self._narrow = None

    def _rows(self) -> Rows:
        return Rows(self._storage, self.name, self._narrow)

    def _read_table(self) -> Any:
        return self._rows()

    def _update_table(self, updater: Callable[[dict[int, Doc]], None]) -> None:
        rows = self._rows()
        updater(rows)  # type: ignore[arg-type]
        rows.flush()

    def _get_next_id(self) -> int:
        sql = "SELECT seq + 1 FROM sqlite_sequence WHERE name = ?"
        row = self._storage.connection.execute(sql, (self.name,)).fetchone()
        return int(row[0]) if row else 1


class RowDB(TinyDB):
    """TinyDB with its tables as rows of one SQLite file (`:memory:` for none)."""

    table_class = RowTable  # type: ignore[assignment]
    default_storage_class = RowStorage  # type: ignore[assignment]

    @property
    def rows_storage(self) -> RowStorage:
        """The storage, by its own type."""
        assert isinstance(self.storage, RowStorage)
        return self.storage

    def rows(self, name: str) -> RowTable:
        """A table, by its own type."""
        table = self.table(name)
        assert isinstance(table, RowTable)
        return table


def equalities(query: Any) -> Equalities:
    """The equalities that every document of a query's result fulfils, from the query's `_hash`:
    `('==', path, value)`, `('and', frozenset of hashes)`, or something that is left to Python."""
    match query:
        case ("==", [*path], str() | int() as value) if _can_ask(path, value):
            return [(".".join(path), value)]
        case ("and", frozenset() as parts):
            return [equality for part in parts for equality in equalities(part)]
        case _:
            return []


def _can_ask(path: list[Any], value: str | int) -> bool:
    """Whether SQLite compares a field with a value as Python does."""
    if isinstance(value, bool) or not all(
        isinstance(part, str) and _NAME.fullmatch(part) for part in path
    ):
        return False
    return abs(value) <= LARGEST if isinstance(value, int) else "\0" not in value


def _text(doc: Doc) -> str:
    return msgspec.json.encode(doc).decode()


def _path(field: str) -> str:
    assert all(_NAME.fullmatch(part) for part in field.split(".")), field
    return f"$.{field}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def make_folder(path: Path) -> None:
    """Makes the folder of a file, where there is none. Raises StoreError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"{path.parent}: cannot be made for the store ({error.strerror})"
        ) from None
