"""Copies of the whole store: consistent while a bot writes, checked before they are trusted."""

import contextlib
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.errors import StoreError
from bot.store.lock import alone
from bot.store.migrations import VERSION
from bot.store.sqlite import make_folder

_OWNED = ("seen", "developments", "chats", "deliveries", "notices")
"""Tables of which a row is something that a restore would lose."""


def back_up(store: Path, copy: Path) -> None:
    """Writes a copy of the store in a file to another one, which appears when it is whole.

    Raises StoreError: there is no store, the other file is there, or it cannot be written.
    """
    _check(store, "a store")
    if copy.exists():
        raise StoreError(f"{copy}: is there already; a backup takes the place of nothing")
    _copied(store, copy)


def restore(copy: Path, store: Path) -> None:
    """Makes a copy the store in a file, which must be missing or empty, and in no bot's hands.

    Raises StoreError.
    """
    _check(copy, "a backup")
    make_folder(store)
    with alone(str(store)):
        if store.exists() and _holds_anything(store):
            raise StoreError(f"{store}: holds something; a backup is restored into an empty store")
        _copied(copy, store)
        for left in ("-wal", "-shm"):  # of the store whose place it takes
            Path(f"{store}{left}").unlink(missing_ok=True)


def _copied(source: Path, target: Path) -> None:
    """Copies page by page through SQLite, and moves the whole into place."""
    unfinished = target.with_name(f"{target.name}.part")
    try:
        unfinished.unlink(missing_ok=True)
        with closing(_opened(source)) as there, closing(sqlite3.connect(unfinished)) as here:
            there.backup(here)
            here.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        unfinished.replace(target)
    except (sqlite3.Error, OSError) as error:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise StoreError(f"{target}: cannot be written ({error}); nothing was changed") from None


def _check(path: Path, wanted: str) -> None:
    """Raises StoreError unless a file is a whole store that this version can read."""
    if not path.is_file():
        raise StoreError(f"{path}: no such file; {wanted} was expected")
    try:
        with closing(_opened(path)) as connection:
            (state,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            row = connection.execute(
                "SELECT doc ->> '$.version' FROM meta WHERE doc ->> '$.name' = 'schema'"
            ).fetchone()
    except sqlite3.Error as error:
        raise StoreError(f"{path}: is not {wanted} ({error})") from None
    if state != "ok" or row is None:
        raise StoreError(f"{path}: is damaged, or not {wanted} ({state})")
    if int(row[0]) > VERSION:
        raise StoreError(f"{path}: was written by a later version of the program (schema {row[0]})")


def _holds_anything(path: Path) -> bool:
    try:
        with closing(_opened(path)) as connection:
            found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            tables = {name for (name,) in found}
            return any(
                connection.execute(f'SELECT 1 FROM "{table}" LIMIT 1').fetchone()
                for table in _OWNED
                if table in tables
            )
    except sqlite3.Error as error:
        raise StoreError(f"{path}: is no store, and is left alone ({error})") from None


def _opened(path: Path) -> sqlite3.Connection:
    """A file that is there, to be read."""
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=10)
