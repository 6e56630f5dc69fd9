"""Copy a whole store into another, whatever their databases are, and check the copy."""

from collections.abc import Iterator
from itertools import islice, zip_longest
from typing import Any

import msgspec

from bot.errors import StoreError
from bot.store.database import Access, Database, quoted
from bot.store.schema import VERSION

OWNED = ("seen", "developments", "chats", "deliveries", "notices")
"""Tables of which a row is something that may not be lost."""
TOGETHER = 500
"""Documents that are written at a time."""

Numbered = tuple[int, dict[str, Any]]


def transfer(source: Database, target: Database, *, to: str) -> dict[str, int]:
    """Copy a whole store into an empty one, under the same ids; return the number of documents of
    each table. `to`: the name of the other one, for error messages.

    Raises StoreError: it holds something, or what stands there afterwards is not the same. Then
    nothing was changed.
    """
    try:
        with source.transaction(Access.READS), target.transaction(Access.WRITES):
            if holds_anything(target):
                raise StoreError(f"{to}: holds something; a store is copied into an empty one")
            return {table: _copied(source, target, table) for table in sorted(source.tables())}
    except source.errors as error:
        raise source.store_error(error) from None
    except target.errors as error:
        raise target.store_error(error) from None


def holds_anything(engine: Database) -> bool:
    """Return whether a store holds something that must not be lost."""
    return any(
        engine.has_table(table) and engine.execute(f"SELECT 1 FROM {quoted(table)} LIMIT 1")
        for table in OWNED
    )


def schema(engine: Database) -> int | None:
    """Return the version of a store's schema; None: there is no store."""
    if not engine.has_table("meta"):
        return None
    version, name = engine.field("version"), engine.field("name")
    found = engine.execute(f"SELECT {version} FROM meta WHERE {name} = 'schema'")
    return int(found[0][0]) if found else None


def require_this_version(version: int | None, name: str) -> None:
    """Raises StoreError unless this program can read a store of a version."""
    if version is None:
        raise StoreError(f"{name}: holds no store")
    if version > VERSION:
        raise StoreError(
            f"{name}: was written by a later version of the program "
            f"(schema {version}, this one reads {VERSION})"
        )


def _copied(source: Database, target: Database, table: str) -> int:
    target.make_table(table)
    target.clear(table)
    count, rows = 0, _rows(source, table)
    while chunk := list(islice(rows, TOGETHER)):
        target.put(table, chunk)
        count += len(chunk)
    target.continue_ids(table, source.last_id(table))
    for wanted, found in zip_longest(_rows(source, table), _rows(target, table)):
        if wanted != found:
            raise StoreError(f"{table}: the copy is not the same: {found} instead of {wanted}")
    return count


def _rows(engine: Database, table: str) -> Iterator[Numbered]:
    for number, doc in engine.stream(f"SELECT id, doc FROM {quoted(table)} ORDER BY id"):
        yield number, msgspec.json.decode(doc)
