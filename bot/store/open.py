"""From an address to a store that is of this version."""

import functools
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from typing import TYPE_CHECKING

from bot.errors import StoreError
from bot.store.engine import Access, Engine
from bot.store.executor import SingleThread, ThreadPool
from bot.store.place import is_server, shown
from bot.store.schema import VERSION
from bot.store.sqlite import SqliteEngine
from bot.store.store import RowStore
from bot.store.transactions import Transactions
from bot.store.transfer import require_this_version, transfer

if TYPE_CHECKING:
    from bot.store.cluster.lease import Lease

THREADS = 4
"""Steps at a time of one process, on a server."""


@asynccontextmanager
async def open_store(place: str, *, filled_from: str | None = None) -> AsyncIterator[RowStore]:
    """The store at a place, made where there is none, for as long as the context lasts: a file, or
    `:memory:` for one that nobody keeps, `filled_from` another place or empty; or a database, by
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
        yield RowStore(SingleThread(functools.partial(_file, place, filled_from)))
        return
    with _engines(place, THREADS) as (engine, lease):
        yield RowStore(ThreadPool(engine, THREADS), lease)


@contextmanager
def open_engine(place: str) -> Iterator[Engine]:
    """The database at a place, for as long as the context lasts. Raises StoreError."""
    if is_server(place):
        with _engines(place, 1) as (engine, _):
            yield engine()
    else:
        with closing(SqliteEngine(place)) as file:
            yield file


def _file(place: str, filled_from: str | None) -> SqliteEngine:
    if filled_from and is_server(filled_from):
        copy = SqliteEngine(place)
        with open_engine(filled_from) as source:
            transfer(source, copy, to=place)
        return copy
    return SqliteEngine(place, filled_from=filled_from)


@contextmanager
def _engines(place: str, size: int) -> Iterator[tuple[Callable[[], Engine], "Lease"]]:
    try:
        from bot.store import postgres
        from bot.store.cluster.lease import Lease  # an extra, which not everybody has installed
    except ImportError:
        raise StoreError(
            "storage.url names a PostgreSQL database: install policy-herald[postgres] for it"
        ) from None
    lease = Lease()
    with postgres.connections(place, size) as pool:
        yield lambda: postgres.PostgresEngine(place, pool, lease), lease


def prepare(place: str) -> None:
    """Makes a store at a place, or makes the one that is there one of this version. Raises
    StoreError."""
    with _store(place, None) as store:
        store.threads.atomically(Access.WRITES, Transactions.prepare)


async def _prepare(store: RowStore, place: str) -> None:
    version = await store.version()  # who only reads waits for nobody who writes
    if version is not None:
        require_this_version(version, shown(place))
    if version != VERSION:
        await store.prepare()
