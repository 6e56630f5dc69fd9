"""TinyDB on the rows of a database: the same tables, documents and queries, one row a document.

`RowTable` does with SQL what TinyDB's `Table` does with one dict of all documents; what it does
not define (`all`, `contains`, `count`, `upsert`) is TinyDB's. Which rows may match a query it reads
from a private name of TinyDB (`_hash`), so its version is pinned, and
`tests/store/test_tinydb_rows.py` holds both kinds of table against each other.
"""

import functools
import operator
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, MutableMapping
from typing import Any, TypeVar

import msgspec
from msgspec import Struct
from tinydb import Storage, TinyDB, where
from tinydb.queries import QueryInstance, QueryLike
from tinydb.table import Document, Table

from bot.store.database import Database, Row, quoted

Doc = Mapping[str, Any]
Equalities = list[tuple[str, str | int]]
Model = TypeVar("Model", bound=Struct)

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
CHUNK = 500
"""Values that are asked for in one statement."""
LARGEST = 2**63 - 1
"""The largest integer of a database."""


class RowStorage(Storage):
    """A database, as TinyDB sees it: only which tables there are."""

    def __init__(self, engine: Database) -> None:
        self.engine = engine

    def read(self) -> dict[str, dict[str, Any]]:
        """Return the tables, without their rows: `RowTable` reads those itself."""
        return {name: {} for name in self.engine.tables()}

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Drop the tables that are left out; TinyDB calls it for nothing else."""
        for name in set(self.engine.tables()) - set(data):
            self.engine.execute(f"DROP TABLE {quoted(name)}")

    def close(self) -> None:
        self.engine.close()


class RowTable(Table):
    """A TinyDB table over rows: the same methods with the same results, but only the rows that the
    equalities of a query leave are read."""

    def __init__(self, storage: RowStorage, name: str) -> None:
        self._engine, self._quoted = storage.engine, quoted(name)
        self._engine.make_table(name)
        super().__init__(storage, name, cache_size=0)  # another process may have written

    # -------------------------------------------------------------- as TinyDB

    def __iter__(self) -> Iterator[Document]:
        return self._documents("TRUE ORDER BY id", read=self._engine.stream)

    def __len__(self) -> int:
        return int(self._engine.execute(f"SELECT count(*) FROM {self._quoted}")[0][0])

    def search(self, cond: QueryLike) -> list[Document]:
        return [*self._matching(cond, self._engine.execute)]

    def get(  # type: ignore[override]
        self, cond: QueryLike | None = None, doc_id: int | None = None
    ) -> Document | None:
        return next(self._chosen(cond, None if doc_id is None else [doc_id]), None)

    def update(
        self,
        fields: Doc | Callable[[MutableMapping[Any, Any]], None],
        cond: QueryLike | None = None,
        doc_ids: Iterable[int] | None = None,
    ) -> list[int]:
        documents = [*self._chosen(cond, doc_ids)]
        for document in documents:
            if callable(fields):
                fields(document)
            else:
                document.update(fields)
        self.put(documents)
        return [each.doc_id for each in documents]

    def update_multiple(self, updates: Any) -> list[int]:
        """Refuse: nothing uses it."""
        raise NotImplementedError

    def remove(
        self, cond: QueryLike | None = None, doc_ids: Iterable[int] | None = None
    ) -> list[int]:
        assert cond is not None or doc_ids is not None, "truncate() removes all"
        numbers = [document.doc_id for document in self._chosen(cond, doc_ids)]
        for number in numbers:
            self._engine.execute(f"DELETE FROM {self._quoted} WHERE id = ?", (number,))
        return numbers

    def truncate(self) -> None:
        self._engine.clear(self.name)

    def insert(self, document: Doc) -> int:
        return self.insert_multiple([document])[0]

    def insert_multiple(self, documents: Iterable[Doc]) -> list[int]:
        given = list(documents)
        return self._engine.insert(self.name, given) if given else []

    # -------------------------------------------------------------- what TinyDB has not

    def stream(self, cond: QueryLike) -> Iterator[Document]:
        """Yield what `search` returns, one by one."""
        return self._matching(cond, self._engine.stream)

    def newest(self, field: str) -> Iterator[Document]:
        """Yield the documents, the largest value of a field first, then the latest id."""
        order = f"TRUE ORDER BY {self._field(field)} DESC, id DESC"
        return self._documents(order, read=self._engine.stream)

    def among(
        self, field: str, values: Iterable[str | int], **equal: str | int
    ) -> Iterator[Document]:
        """Yield the documents whose field has one of many values, and others the given one; in
        order of id within some hundred values."""
        comparable = self._engine.comparable(values)
        return self._among(self._field(field), comparable, *self._where(equal.items()))

    def models(self, kind: type[Model], field: str, values: Iterable[str | int]) -> Iterator[Model]:
        """Yield what `among` yields as models, in less than half the time of its documents."""
        for chunk, marks in _chunks(self._engine.comparable(values)):
            condition = f"{self._field(field)} IN ({marks}) ORDER BY id"
            for (doc,) in self._engine.execute(
                f"SELECT doc FROM {self._quoted} WHERE {condition}", chunk
            ):
                yield msgspec.json.decode(doc, type=kind)

    def around(
        self, field: str, value: str, limit: int, **equal: str | int
    ) -> tuple[list[Document], list[Document]]:
        """Return, of the documents with the given values, those whose field is a text or before it,
        and those after it; the nearest first, and at most so many of each."""
        condition, values = self._where(equal.items())
        ordered, given = self._field(field), (*values, value, limit)
        before = f"{condition} AND {ordered} <= ? ORDER BY {ordered} DESC, id DESC LIMIT ?"
        after = f"{condition} AND {ordered} > ? ORDER BY {ordered}, id LIMIT ?"
        return [*self._documents(before, given)], [*self._documents(after, given)]

    def values(self, field: str, doc_ids: Iterable[int]) -> dict[int, str]:
        """Return the value of a field in each of some documents, by their ids."""
        found = dict[int, str]()
        for chunk, marks in _chunks([*doc_ids]):
            found |= self._engine.execute(
                f"SELECT id, {self._field(field)} FROM {self._quoted} WHERE id IN ({marks})", chunk
            )
        return found

    def insert_new(self, documents: Iterable[Any]) -> list[bool]:
        """Insert the documents that no unique index refuses, and return which they are."""
        given = list(documents)
        return self._engine.insert_new(self.name, given) if given else []

    def numbered(self, numbers: Iterable[int]) -> Iterator[Document]:
        """Yield the documents of some ids, in their order within some hundred."""
        return self._among("id", [*numbers])

    def locked(self, numbers: Iterable[int]) -> dict[int, Document]:
        """Return documents by their ids, locked until the end of this transaction."""
        # In one order, so that no two transactions wait for each other.
        found = self._among("id", [*numbers], ending=self._engine.locked)
        return {document.doc_id: document for document in found}

    def put(self, documents: Iterable[Document]) -> None:
        """Save documents under their ids, in the place of those that have them."""
        self._engine.put(self.name, ((each.doc_id, each) for each in documents))

    def up_to(self, field: str, most: str) -> Iterator[Document]:
        """Yield the documents whose field is not after a text, in its order."""
        value = self._field(field)
        return self._documents(f"{value} <= ? ORDER BY {value}", (most,))

    def after(self, number: int, limit: int = LARGEST) -> Iterator[Document]:
        """Yield the documents with a later id, at most so many."""
        return self._documents("id > ? ORDER BY id LIMIT ?", (number, limit))

    def last_id(self) -> int:
        """Return the latest id that was ever given; 0: none was."""
        return self._engine.last_id(self.name)

    def newest_id(self) -> int:
        """Return the latest id of the documents that this transaction sees; 0: it sees none. Of a
        server `last_id` also counts those that another transaction has not committed yet."""
        found = self._engine.execute(f"SELECT coalesce(max(id), 0) FROM {self._quoted}")
        return int(found[0][0])

    def remove_up_to(self, number: int) -> None:
        """Remove the documents up to an id."""
        self._engine.execute(f"DELETE FROM {self._quoted} WHERE id <= ?", (number,))

    def grouped(self, one: str, other: str, largest: str, **equal: str | int) -> list[Row]:
        """Return each pair of values of two fields among the documents with the given ones, with
        its count and the largest value of a third field."""
        first, second, third = map(self._field, (one, other, largest))
        condition, values = self._where(equal.items())
        return self._engine.execute(
            f"SELECT {first}, {second}, count(*), max({third}) FROM {self._quoted} "
            f"WHERE {condition} GROUP BY 1, 2",
            values,
        )

    def _chosen(self, cond: QueryLike | None, doc_ids: Iterable[int] | None) -> Iterator[Document]:
        if doc_ids is not None:
            return self._among("id", [*doc_ids])
        return iter(self) if cond is None else self._matching(cond, self._engine.execute)

    def _matching(
        self, cond: QueryLike, read: Callable[[str, Collection[Any]], Iterable[Row]]
    ) -> Iterator[Document]:
        condition, values = self._where(equalities(getattr(cond, "_hash", None)))
        return filter(cond, self._documents(f"{condition} ORDER BY id", values, read))

    def _among(
        self,
        field: str,
        values: list[Any],
        condition: str = "TRUE",
        others: Collection[Any] = (),
        ending: str = "",
    ) -> Iterator[Document]:
        for chunk, marks in _chunks(values):
            chosen = f"{condition} AND {field} IN ({marks}) ORDER BY id {ending}"
            yield from self._documents(chosen, (*others, *chunk))

    def _documents(
        self,
        condition: str,
        values: Collection[Any] = (),
        read: Callable[[str, Collection[Any]], Iterable[Row]] | None = None,
    ) -> Iterator[Document]:
        statement = f"SELECT id, doc FROM {self._quoted} WHERE {condition}"
        for number, doc in (read or self._engine.execute)(statement, values):
            yield Document(msgspec.json.decode(doc, type=dict[str, Any]), number)

    def _where(self, equal: Iterable[tuple[str, str | int]]) -> tuple[str, list[str | int]]:
        """Return the condition of some equalities, and its values."""
        fields, values = [*zip(*equal, strict=True)] or ((), ())
        tests = [f"{self._field(field)} = ?" for field in fields]
        return " AND ".join(tests) or "TRUE", self._engine.comparable(values)

    def _field(self, name: str) -> str:
        assert all(_NAME.fullmatch(part) for part in name.split(".")), name
        return self._engine.field(name)


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


def _chunks(values: list[Any]) -> Iterator[tuple[list[Any], str]]:
    """Yield as many values as one statement asks for, with the `?` that stand for them."""
    for at in range(0, len(values), CHUNK):
        chunk = values[at : at + CHUNK]
        yield chunk, ", ".join("?" * len(chunk))


def encode(model: Struct) -> dict[str, Any]:
    """Return the document of a model."""
    document: dict[str, Any] = msgspec.to_builtins(model, order="deterministic")
    return document


def decode(document: Doc, kind: type[Model]) -> Model:
    """Return the model of a document; keys of another version are ignored."""
    return msgspec.convert(document, kind)


def decode_numbered(document: Document, kind: type[Model]) -> Model:
    """Return the model of a document, whose `id` is the number of its row."""
    return decode({**document, "id": document.doc_id}, kind)


def having(**values: str | int) -> QueryInstance:
    """Return the query for the documents with some values."""
    tests: list[QueryInstance] = [where(name) == value for name, value in values.items()]
    return functools.reduce(operator.and_, tests)


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
    # For Python, False is 0 and True is 1; for a server they are not.
    if value in (0, 1) or not all(isinstance(part, str) and _NAME.fullmatch(part) for part in path):
        return False
    return abs(value) <= LARGEST if isinstance(value, int) else "\0" not in value
