"""Copies of the whole store: consistent while a bot writes, checked before they are trusted. A copy
is always one file; what it is a copy of, or is copied into, may be a server's database."""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bot.errors import DamageError, StoreError
from bot.store.damage import find_damage, opened
from bot.store.database import Access, is_server, shown
from bot.store.open import lock, open_engine, prepare
from bot.store.schema import (
    VERSION,
    holds_anything,
    require_this_version,
    transfer,
    version,
)
from bot.store.sqlite import SqliteDatabase, make_folder, store_error
from bot.store.texts import rebuild_index
from bot.store.tinydb_rows import RowDB


def back_up(place: str, copy: Path) -> None:
    """Copy the store of a URL to a file, which appears when it is whole.

    Raises StoreError: there is no store, the file exists, or it cannot be written.
    """
    if copy.exists():
        raise StoreError(f"{copy}: is there already; name a file that is not there")
    if not is_server(place):
        _check(Path(place), "a store")
        with closing(opened(Path(place))) as store:
            copy_pages(store, copy)
        return
    with (
        open_engine(place) as source,
        _appearing(copy) as unfinished,
        closing(SqliteDatabase(str(unfinished))) as target,
    ):
        with source.transaction(Access.READS):
            require_this_version(version(source), shown(place))
        transfer(source, target, to=str(copy))
        target.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it


def restore(copy: Path, place: str) -> None:
    """Make a copy the store of a URL, which must be missing or empty, and used by no bot. Raises
    StoreError."""
    _check(copy, "a backup")
    if is_server(place):
        _copy_to_server(copy, place)
        return
    store = Path(place)
    make_folder(store)
    with lock(place):
        if store.exists() and _holds_anything(store):
            raise StoreError(
                f"{store}: holds something; stop the bot and move the file away: a backup never "
                "overwrites a store"
            )
        with closing(opened(copy)) as source:
            copy_pages(source, store)
        for left in ("-wal", "-shm"):  # of the store whose place it takes
            Path(f"{store}{left}").unlink(missing_ok=True)
        _mend_index(store)


def _mend_index(store: Path) -> None:
    """Index the words of a store anew, where the index is torn: no backup was checked for that."""
    with closing(SqliteDatabase(str(store))) as engine, engine.transaction():
        if version(engine) == VERSION and not engine.word_index.is_whole():
            rebuild_index(RowDB(engine))


def migrate(file: Path, place: str) -> dict[str, int]:
    """Copy the store in a file, whatever its version, into an empty database of a server, and
    return the number of documents of each table. No bot may run on either. Raises StoreError."""
    _check(file, "a store")
    with lock(str(file)):
        return _copy_to_server(file, place)


def _copy_to_server(file: Path, place: str) -> dict[str, int]:
    prepare(place)
    with open_engine(str(file)) as source, open_engine(place) as target:
        with target.transaction(Access.READS):
            if target.living:
                raise StoreError(f"{shown(place)}: a bot runs on this store; stop it first")
        return transfer(source, target, to=shown(place))


def copy_pages(source: sqlite3.Connection, target: Path) -> None:
    """Copy a file page by page through SQLite, and move the whole into place. Raises StoreError,
    also where the copy has damage."""
    with _appearing(target) as unfinished, closing(sqlite3.connect(unfinished)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
        if found := find_damage(copy):
            raise DamageError(f"{target}: would be of a store that is damaged ({found})")


@contextlib.contextmanager
def _appearing(target: Path) -> Iterator[Path]:
    """Open a file that takes its place when it is whole, and is removed when it is not."""
    unfinished = target.with_name(f"{target.name}.part")
    try:
        unfinished.unlink(missing_ok=True)
        yield unfinished
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        unfinished.replace(target)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"{target}: cannot be written ({error}); nothing was changed") from None
    finally:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)


def _check(path: Path, wanted: str) -> None:
    """Raises StoreError unless a file is a whole store that this version can read."""
    if not path.is_file():
        raise StoreError(f"{path}: no such file; {wanted} was expected")
    try:
        with closing(opened(path)) as connection:
            damage = find_damage(connection)
            row = connection.execute(
                "SELECT doc ->> '$.version' FROM meta WHERE doc ->> '$.name' = 'schema'"
            ).fetchone()
    except sqlite3.Error as error:
        said = store_error(str(path), error)
        if isinstance(said, DamageError):
            said = StoreError(f"{path}: is not {wanted} ({error})")
        raise said from None
    if damage or row is None or not str(row[0]).isdecimal():
        raise StoreError(f"{path}: is damaged, or not {wanted} ({damage or 'it has no version'})")
    require_this_version(int(row[0]), str(path))


def _holds_anything(path: Path) -> bool:
    try:
        with closing(SqliteDatabase(str(path))) as engine:
            return holds_anything(engine)
    except sqlite3.Error as error:
        raise StoreError(f"{path}: is no store, and is left alone ({error})") from None
