"""From an address to a store that is of this version."""

import functools
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from bot.errors import StoreError
from bot.store.migrations import VERSION
from bot.store.sqlite import SqliteEngine
from bot.store.verbs import RowStore

THREADS = 4
"""Steps at a time of one process, on a server."""


@asynccontextmanager
async def open_store(place: str, *, filled_from: str | None = None) -> AsyncIterator[RowStore]:
    """The store at a place, made where there is none, for as long as the context lasts: a file, or
    `:memory:` for one that nobody keeps, `filled_from` another file or empty; or a database, by
    its `postgresql://` address.

    Raises StoreError.
    """
    with _store(place, filled_from) as store:
        try:
            await _prepare(store, place)
            yield store
        finally:
            await store.close()


@contextmanager
def _store(place: str, filled_from: str | None) -> Iterator[RowStore]:
    if not is_server(place):
        yield RowStore(functools.partial(SqliteEngine, place, filled_from=filled_from))
        return
    try:
        from bot.store import members, postgres  # an extra, which not everybody has installed
    except ImportError:
        raise StoreError(
            "storage.url names a PostgreSQL database: install policy-herald[postgres] for it"
        ) from None
    member = members.Member()
    with postgres.connections(place, THREADS) as pool:
        yield RowStore(lambda: postgres.PostgresEngine(place, pool, member), THREADS)


def is_server(place: str) -> bool:
    """Whether a place is a database of a server, which processes may share."""
    return place.startswith(("postgresql://", "postgres://"))


async def _prepare(store: RowStore, place: str) -> None:
    version = await store.version()  # who only reads waits for nobody who writes
    if version is not None and version > VERSION:
        raise StoreError(
            f"{place}: written by a later version of the program "
            f"(schema {version}, this one reads {VERSION})"
        )
    if version != VERSION:
        await store.prepare()
