"""Open a store: a SQLite file, `:memory:`, or a PostgreSQL database by its URL."""

import asyncio
import contextlib
import datetime as dt
import fcntl
import functools
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from bot.errors import StoreError
from bot.ports.rules import Rules
from bot.store import schema
from bot.store.cluster import LeaderElection
from bot.store.damage import require_whole
from bot.store.database import Access, Database, is_server, shown
from bot.store.sqlite import SqliteDatabase
from bot.store.store import Executor, RowStore, SingleThread
from bot.store.store_file import (
    backups_of,
    exists,
    lock_of,
    mark_made,
    require_first,
    require_store,
)
from bot.store.tinydb_rows import RowDB

if TYPE_CHECKING:
    from bot.store.postgres import Lease

log = logging.getLogger(__name__)

MEMORY = ":memory:"
THREADS = 4
"""Transactions of one process that may run at a time on a server."""


@asynccontextmanager
async def open_store(
    url: str,
    rules: Rules,
    *,
    filled_from: str | None = None,
    is_new: bool = False,
    migrates: bool = True,
) -> AsyncIterator[RowStore]:
    """Open the store of a URL, made where there is none, for as long as the context lasts.

    `filled_from`: the URL of a store to copy into a file or `:memory:` first. `is_new`: also where
    there was a store, and is none any more. `migrates`: brings a store of an earlier version to
    this one, else it is refused. Raises StoreError.
    """
    if not is_server(url) and not is_new:
        require_store(Path(url))
    with _store(url, rules, filled_from) as store:
        try:
            await _prepare(store, url, is_new=is_new, migrates=migrates)
            yield store
        finally:
            await store.close()


@contextmanager
def _store(url: str, rules: Rules, filled_from: str | None) -> Iterator[RowStore]:
    if not is_server(url):
        open_file = functools.partial(_open_file, url, filled_from)
        reader = None
        if url != MEMORY:  # which is another database for each connection
            open_reader = functools.partial(SqliteDatabase, url, is_read_only=True)
            reader = SingleThread(open_reader, rules, Access.READS)
        yield RowStore(SingleThread(open_file, rules, Access.WRITES, reader))  # type: ignore[abstract]
        return
    with _server(url, THREADS) as (open_connection, lease):
        pool = Executor(open_connection, THREADS, rules)
        yield RowStore(pool, lease)  # type: ignore[abstract]


@contextmanager
def open_engine(url: str) -> Iterator[Database]:
    """Open the database of a URL, for as long as the context lasts. Raises StoreError."""
    if is_server(url):
        with _server(url, 1) as (open_connection, _):
            yield open_connection()
    else:
        with closing(SqliteDatabase(url)) as file:
            yield file


def stored_version(url: str) -> int | None:
    """Return the version of a store's schema, without changing it; None: there is no store yet.
    Raises StoreError where it was lost, is damaged, or cannot be read by this version."""
    if not exists(url):
        return None
    if not is_server(url):
        require_whole(Path(url))
    with open_engine(url) as engine:
        try:
            with engine.transaction(Access.READS):
                version = schema.version(engine)
                schema.require_this_version(version, shown(url))
                if version == schema.VERSION:
                    schema.require_tables(engine)
        except engine.errors as error:
            raise engine.store_error(error) from error
    return version


def examine(url: str) -> str:
    """Return what is found in the place of a store, without changing it. Raises StoreError as
    `stored_version` does."""
    version = stored_version(url)
    if version is None:
        return "none yet; the first start makes one"
    found = shown(url) if is_server(url) else _examine_file(Path(url))
    if version < schema.VERSION:
        found += f"; of schema {version}, which the next start brings to {schema.VERSION}"
    return found


def _examine_file(path: Path) -> str:
    backups = backups_of(path)
    newest = f"the newest backup is {backups[0].name}" if backups else "no backup of its own yet"
    return f"{path.stat().st_size / 1e6:.1f} MB, whole; {newest}"


def _open_file(url: str, filled_from: str | None) -> SqliteDatabase:
    if filled_from and is_server(filled_from):
        copy = SqliteDatabase(url)
        with open_engine(filled_from) as source:
            schema.transfer(source, copy, to=url)
        return copy
    return SqliteDatabase(url, filled_from=filled_from)


@contextmanager
def _server(url: str, size: int) -> Iterator[tuple[Callable[[], Database], "Lease"]]:
    try:
        from bot.store import postgres  # psycopg is an extra
    except ImportError:
        raise StoreError(
            "storage.url names a PostgreSQL database: install its driver, in a checkout by "
            "`pip install '.[postgres]'`"
        ) from None
    lease = postgres.Lease()
    with postgres.connections(url, size) as pool:
        yield lambda: postgres.PostgresDatabase(url, pool, lease), lease


async def _prepare(store: RowStore, url: str, *, is_new: bool, migrates: bool) -> None:
    file = None if is_server(url) or url == MEMORY else Path(url)
    # A process that only reads waits for nobody who writes: so it looks before it prepares.
    version = await store.executor.run(
        Access.READS, lambda tables: schema.version(tables.db.engine)
    )
    if version is not None:
        schema.require_this_version(version, shown(url))
    elif file and not is_new:
        require_first(file, "holds nothing")
    if version == schema.VERSION:
        await store.executor.run(
            Access.READS, lambda tables: schema.require_tables(tables.db.engine)
        )
    elif version is None:
        await store.executor.run(Access.WRITES, lambda tables: schema.prepare(tables.db))
    elif migrates:
        async with _without_others(url):
            await store.executor.run(Access.WRITES, lambda tables: schema.prepare(tables.db))
        log.info("%s: brought from schema %d to %d", shown(url), version, schema.VERSION)
    else:
        raise StoreError(
            f"{shown(url)}: was written by an earlier version of the program (schema {version}, "
            f"this one reads {schema.VERSION}); `policy-herald run` brings it to this version"
        )
    if file and version is None:
        mark_made(file)
        log.info("%s: a new store begins", file)


@asynccontextmanager
async def _without_others(url: str) -> AsyncIterator[None]:
    """Keep processes that know an earlier version alone off a store, while it is migrated. Raises
    StoreError where a bot runs on a file."""
    if url == MEMORY:
        yield
    elif is_server(url):
        from bot.store.cluster.upgrade import ask_to_step_aside

        await ask_to_step_aside(url)
        yield
    else:
        with lock(url):
            yield


def prepare(url: str) -> None:
    """Make a store, or bring an earlier version's to this version. Raises StoreError."""
    with open_engine(url) as engine:
        try:
            with engine.transaction(Access.WRITES):
                schema.prepare(RowDB(engine))
        except engine.errors as error:
            raise engine.store_error(error) from error


@contextmanager
def lock(path: str) -> Iterator[None]:
    """Hold the lock of a file's store: two bots on one file would both send its deliveries.

    The system releases it however the process ends. Raises StoreError where another holds it.
    """
    with _locked(path):
        yield


def _locked(path: str) -> TextIO:
    try:
        file = lock_of(Path(path)).open("w")
    except OSError as error:
        raise StoreError(f"{path}: cannot be written beside ({error.strerror})") from None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise StoreError(
            f"{path}: another bot runs on this store; stop it, or set another storage.url"
        ) from None
    except OSError as error:
        file.close()
        raise StoreError(f"{path}: cannot be locked ({error.strerror})") from None
    return file


@asynccontextmanager
async def open_leader_election(
    place: str, store: RowStore, clock: Callable[[], dt.datetime]
) -> AsyncIterator[LeaderElection]:
    """Join the processes that share a store, for as long as the context lasts. Raises StoreError
    where a file has a process already, or a server cannot be reached."""
    if not is_server(place):
        election = LeaderElection()
        election.lead()
        with lock(place):
            yield election
        return
    from bot.store.cluster.membership import Membership
    from bot.store.cluster.shared_rate import open_shared_rate

    membership = Membership(place, store, clock)
    await membership.begin()
    attending = asyncio.create_task(membership.run())
    try:
        async with open_shared_rate(place) as membership.shared_rate:
            yield membership
    finally:
        attending.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await attending
        await membership.leave()
