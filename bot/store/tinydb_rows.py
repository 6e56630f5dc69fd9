"""TinyDB on the rows of a database: the same tables, documents and queries, one row a document.

`RowTable` hands TinyDB's `Table` a mapping that reads and writes rows instead of a dict of all
documents, and narrows it by the equalities of a query. That hangs on four private names of
TinyDB (`_read_table`, `_update_table`, `_get_next_id`, a query's `_hash`), so its version is
pinned, and `tests/store/test_tinydb_rows.py` holds both kinds of table against each other.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import Any, overload

import msgspec
from tinydb import Storage, TinyDB
from tinydb.queries import QueryLike
from tinydb.table import Document, Table

from bot.store.database import Database, Row, quoted

Doc = Mapping[str, Any]
Equalities = list[tuple[str, str | int]]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
CHUNK = 500
"""Values that are asked for in one statement."""
LARGEST = 2**63 - 1
"""The largest integer of a database."""


class RowStorage(Storage):
    """A database. `read` and `write` are TinyDB's view of it as one dict of tables."""

    def __init__(self, engine: Database) -> None:
        self.engine = engine

    def read(self) -> dict[str, dict[str, Any]] | None:
        """Each table's name and its rows, as a mapping that reads them when asked."""
        return {name: Rows(self.engine, name) for name in self.engine.tables()}  # type: ignore[misc]

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Replaces everything; TinyDB calls it to drop tables."""
        for name, rows in (self.read() or {}).items():
            if name not in data:
                self.engine.execute(f"DROP TABLE {quoted(name)}")
            elif not isinstance(data[name], Rows):
                rows.clear()
        for name, rows in data.items():
            if not isinstance(rows, Rows):
                self.engine.make_table(name)
                Rows(self.engine, name).update({int(number): doc for number, doc in rows.items()})

    def close(self) -> None:
        self.engine.close()


class Rows(MutableMapping[int, Any]):
    """The rows of a table as TinyDB sees them: document ids and documents.

    Documents that were handed out may be changed in place; `flush` writes those that were.
    """

    def __init__(self, engine: Database, table: str, equal: Equalities | None = None) -> None:
        self._engine, self._name, self._table = engine, table, quoted(table)
        tests = [f"{engine.field(_path(field))} = {engine.mark}" for field, _ in equal or []]
        self._where = " AND ".join(tests) or "TRUE"
        self._values = _comparable(engine, [value for _, value in equal or []])
        self._lent: dict[int, tuple[str, dict[str, Any]]] = {}

    def __getitem__(self, number: Any) -> dict[str, Any]:
        number = int(number)  # TinyDB asks for str(doc_id) when it reads, and doc_id when it writes
        if number in self._lent:
            return self._lent[number][1]
        chosen = f"SELECT doc FROM {self._table} WHERE {self._where} AND id = {self._engine.mark}"
        for (doc,) in self._engine.execute(chosen, (*self._values, number)):
            return self._lend(number, doc)
        raise KeyError(number)

    def __setitem__(self, number: int, doc: Doc) -> None:
        self._lent.pop(number, None)
        self._engine.put(self._name, [(number, doc)])

    def __delitem__(self, number: int) -> None:
        self._lent.pop(number, None)
        self._engine.execute(f"DELETE FROM {self._table} WHERE id = {self._engine.mark}", (number,))

    def __iter__(self) -> Iterator[int]:
        for number, doc in self._run("SELECT id, doc", "ORDER BY id"):
            self._lend(number, doc)  # whoever asks for ids asks for the documents next
            yield number

    def __len__(self) -> int:
        return int(self._run("SELECT count(*)")[0][0])

    def keys(self) -> Any:
        """Return the ids; a view of them would be counted before it is read."""
        return [*iter(self)]

    def clear(self) -> None:
        self._lent.clear()
        self._engine.clear(self._name)

    def items(self) -> Any:
        """Return ids and documents in order of id; streamed, where it may be all."""
        chosen = f"SELECT id, doc FROM {self._table} WHERE {self._where} ORDER BY id"
        read = self._engine.execute if self._values else self._engine.stream
        for number, doc in read(chosen, self._values):
            yield number, msgspec.json.decode(doc)

    def stream(self, ending: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield ids and documents as they are asked for; `ending` ends the statement."""
        chosen = f"SELECT id, doc FROM {self._table} WHERE {self._where} {ending}"
        for number, doc in self._engine.stream(chosen, self._values):
            yield number, msgspec.json.decode(doc)

    def among(
        self, field: str, values: Iterable[str | int]
    ) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield ids and documents of the rows whose field has one of many values."""
        asked = _comparable(self._engine, values)
        for chunk in (asked[at : at + CHUNK] for at in range(0, len(asked), CHUNK)):
            marks = ", ".join([self._engine.mark] * len(chunk))
            for number, doc in self._engine.execute(
                f"SELECT id, doc FROM {self._table} WHERE {self._where} "
                f"AND {self._engine.field(_path(field))} IN ({marks}) ORDER BY id",
                (*self._values, *chunk),
            ):
                yield number, msgspec.json.decode(doc)

    def grouped(self, one: str, other: str, largest: str) -> list[tuple[tuple[Any, Any], int, Any]]:
        first, second, third = (self._engine.field(_path(name)) for name in (one, other, largest))
        chosen = f"SELECT {first}, {second}, count(*), max({third})"
        found = self._run(chosen, "GROUP BY 1, 2")
        return [((first, second), count, most) for first, second, count, most in found]

    def flush(self) -> None:
        """Save the documents that were changed since they were handed out."""
        lent = self._lent.items()
        changed = [(number, doc) for number, (was, doc) in lent if self._engine.text(doc) != was]
        if changed:
            self._engine.put(self._name, changed)

    def _lend(self, number: int, raw: str) -> dict[str, Any]:
        doc: dict[str, Any] = msgspec.json.decode(raw)
        self._lent[number] = (self._engine.text(doc), doc)
        return doc

    def _run(self, chosen: str, ending: str = "") -> list[Row]:
        statement = f"{chosen} FROM {self._table} WHERE {self._where} {ending}"
        return self._engine.execute(statement, self._values)


class RowTable(Table):
    """A TinyDB table over rows: the same methods with the same results, but only the rows that the
    equalities of a query leave are read."""

    _storage: RowStorage
    _narrow: Equalities | None = None

    def __init__(self, storage: RowStorage, name: str) -> None:
        storage.engine.make_table(name)
        super().__init__(storage, name, cache_size=0)  # another process may have written

    def search(self, cond: QueryLike) -> list[Document]:
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
        with self._narrowed(cond):
            return super().update(fields, cond, doc_ids)

    def remove(self, cond: QueryLike | None = None, doc_ids: Any = None) -> list[int]:
        with self._narrowed(cond):
            return super().remove(cond, doc_ids)

    def insert(self, document: Doc) -> int:
        return self.insert_multiple([document])[0]

    def insert_multiple(self, documents: Iterable[Doc]) -> list[int]:
        given = list(documents)
        if not given:
            return []
        if any(isinstance(doc, Document) for doc in given):
            return super().insert_multiple(given)  # which have ids of their own
        return self._storage.engine.insert(self.name, given)

    def stream(self, cond: QueryLike) -> Iterator[Document]:
        """Yield what `search` returns, one by one."""
        rows = Rows(self._storage.engine, self.name, equalities(getattr(cond, "_hash", None)))
        for number, doc in rows.stream("ORDER BY id"):
            if cond(doc):
                yield Document(doc, number)

    def newest(self, field: str) -> Iterator[Document]:
        """Yield the documents, the largest value of a field first, then the latest id."""
        engine = self._storage.engine
        order = f"ORDER BY {engine.field(_path(field))} DESC, id DESC"
        for number, doc in Rows(engine, self.name).stream(order):
            yield Document(doc, number)

    def among(
        self, field: str, values: Iterable[str | int], **equal: str | int
    ) -> Iterator[Document]:
        """Yield the documents whose field has one of many values, and others the given one; in
        order of id within some hundred values."""
        for number, doc in Rows(self._storage.engine, self.name, list(equal.items())).among(
            field, values
        ):
            yield Document(doc, number)

    def insert_new(self, documents: Iterable[Any]) -> list[bool]:
        """Insert the documents that no unique index refuses, and return which they are."""
        given = list(documents)
        return self._storage.engine.insert_new(self.name, given) if given else []

    def locked(self, number: int) -> Document | None:
        """Return a document, locked until the end of this transaction."""
        engine = self._storage.engine
        chosen = f"SELECT doc FROM {quoted(self.name)} WHERE id = {engine.mark} {engine.locked}"
        found = engine.execute(chosen, (number,))
        return Document(msgspec.json.decode(found[0][0]), number) if found else None

    def up_to(self, field: str, most: str) -> list[Document]:
        """Return the documents whose field is not after a text, in its order."""
        engine, value = self._storage.engine, self._storage.engine.field(_path(field))
        return self._chosen(
            f"{value} <= {engine.mark} ORDER BY {value}", *_comparable(engine, [most])
        )

    def after(self, number: int) -> list[Document]:
        """Return the documents with a later id."""
        return self._chosen(f"id > {self._storage.engine.mark} ORDER BY id", number)

    def _chosen(self, condition: str, value: str | int) -> list[Document]:
        chosen = f"SELECT id, doc FROM {quoted(self.name)} WHERE {condition}"
        rows = self._storage.engine.execute(chosen, (value,))
        return [Document(msgspec.json.decode(doc), number) for number, doc in rows]

    def last_id(self) -> int:
        """Return the latest id that was ever given; 0: none was."""
        return self._storage.engine.last_id(self.name)

    def remove_up_to(self, number: int) -> None:
        """Remove the documents up to an id."""
        engine = self._storage.engine
        engine.execute(f"DELETE FROM {quoted(self.name)} WHERE id <= {engine.mark}", (number,))

    def grouped(
        self, one: str, other: str, largest: str, **equal: str | int
    ) -> list[tuple[tuple[Any, Any], int, Any]]:
        """Return each pair of values of two fields among the documents with the given ones, with
        its count and the largest value of a third field."""
        return Rows(self._storage.engine, self.name, list(equal.items())).grouped(
            one, other, largest
        )

    @contextmanager
    def _narrowed(self, cond: QueryLike | None) -> Iterator[None]:
        self._narrow = equalities(getattr(cond, "_hash", None))
        try:
            yield
        finally:
            self._narrow = None

    def _rows(self) -> Rows:
        return Rows(self._storage.engine, self.name, self._narrow)

    def _read_table(self) -> Any:
        return self._rows()

    def _update_table(self, updater: Callable[[dict[int, Doc]], None]) -> None:
        rows = self._rows()
        updater(rows)  # type: ignore[arg-type]
        rows.flush()

    def _get_next_id(self) -> int:
        return self._storage.engine.next_id(self.name)


class RowDB(TinyDB):
    """TinyDB with its tables as rows of a database."""

    table_class = RowTable  # type: ignore[assignment]
    default_storage_class = RowStorage  # type: ignore[assignment]

    def __init__(self, engine: Database) -> None:
        super().__init__(engine)
        self.engine = engine

    def rows(self, name: str) -> RowTable:
        """Return a table with its own type."""
        table = self.table(name)
        assert isinstance(table, RowTable)
        return table


def equalities(query: Any) -> Equalities:
    """Return the equalities that a query demands of every document, from its `_hash`: `('==', path,
    value)`, `('and', frozenset of hashes)`; the rest is left to Python."""
    match query:
        case ("==", [*path], str() | int() as value) if _can_ask(path, value):
            return [(".".join(path), value)]
        case ("and", frozenset() as parts):
            return [equality for part in parts for equality in equalities(part)]
        case _:
            return []


def _can_ask(path: list[Any], value: str | int) -> bool:
    """Return whether a database compares a field with a value as Python does."""
    if isinstance(value, bool) or not all(
        isinstance(part, str) and _NAME.fullmatch(part) for part in path
    ):
        return False
    return abs(value) <= LARGEST if isinstance(value, int) else "\0" not in value


def _path(field: str) -> str:
    assert all(_NAME.fullmatch(part) for part in field.split(".")), field
    return field


def _comparable(engine: Database, values: Iterable[str | int]) -> list[str | int]:
    """Return values in the form in which a database compares them with its fields."""
    return [*map(str, values)] if engine.compares_text else [*values]
