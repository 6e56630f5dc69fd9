"""Watch the file of a store: whether there was one before, and what becomes of it while a bot
runs."""

import contextlib
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bot.errors import DamageError, StoreError
from bot.store.damage import opened, require_whole
from bot.store.database import is_server
from bot.store.sqlite import store_error

BESIDE = ("", "-wal", "-shm")
"""What the names of SQLite's files end with, all of which are open while a bot runs."""


def lock_of(path: Path) -> Path:
    """Return the file that a bot locks while it runs; it stays where a store was."""
    return path.with_name(f"{path.name}.lock")


def backup_folder(path: Path) -> Path:
    """Return the folder of the backups of a store."""
    return path.parent / "backups"


def backups_of(path: Path) -> list[Path]:
    """Return the backups of a store that the bot has made, the newest first."""
    dated = f"{path.stem}-????-??-??T??????Z.db"
    return sorted(backup_folder(path).glob(dated), reverse=True)


def exists(url: str) -> bool:
    """Return whether there may be a store. Raises StoreError where one was lost."""
    if is_server(url):
        return True
    require_store(Path(url))
    return Path(url).exists()


def require_store(path: Path) -> None:
    """Raise StoreError where a store was, and is none any more."""
    if not path.exists():
        require_first(path, "is not there")
    elif not path.stat().st_size:
        require_first(path, "is empty")


def require_first(path: Path, state: str) -> None:
    """Raise StoreError unless a store that is yet to be made is the first in its place."""
    backups = backups_of(path)
    if backups or lock_of(path).exists():
        raise StoreError(
            f"{path}: {state}, and there was a store; `policy-herald restore "
            f"{backups[0] if backups else 'BACKUP'}`, or begin with an empty one: "
            "`policy-herald run --new`"
        )


def mark_made(path: Path) -> None:
    """Leave a mark beside a store that was made. Raises StoreError."""
    try:
        lock_of(path).touch()
    except OSError as error:
        raise StoreError(f"{path}: cannot be written beside ({error.strerror})") from None


class StoreFile:
    """The file of a store while a bot runs on it."""

    def __init__(self, path: Path, note_damage: Callable[[DamageError], None]) -> None:
        self.path, self.note_damage = path, note_damage
        # Its own connection: it still reads all where the file was deleted meanwhile.
        self._connection, self._lock = opened(path), threading.Lock()
        self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        self._were = {suffix: _identity(Path(f"{path}{suffix}")) for suffix in BESIDE}
        self._size = path.stat().st_size

    def problem(self) -> str | None:
        """Return what became of the files: deleted, replaced, cut short. Notes damage."""
        for suffix, before in self._were.items():
            file = Path(f"{self.path}{suffix}")
            after = _identity(file)
            if after != before:
                fate = "was replaced by another file" if after else "was deleted"
                return f"{file} {fate}"
        with contextlib.suppress(OSError):  # deleted just now: the next look tells
            self._look_for_loss()
        return None

    def _look_for_loss(self) -> None:
        size = self.path.stat().st_size
        if size < self._size:  # which it also is after somebody's VACUUM
            self.read_whole()
        self._size = size

    def read_whole(self) -> None:
        """Read the whole file, and note damage. Raises StoreError where it cannot be read now."""
        try:
            require_whole(self.path)
        except DamageError as error:
            self.note_damage(error)

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """Use the connection, alone."""
        with self._lock:
            yield self._connection

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()


@contextmanager
def open_store_file(path: Path, note_damage: Callable[[DamageError], None]) -> Iterator[StoreFile]:
    """Open the file of a store that is open, for as long as the context lasts. Raises
    StoreError."""
    try:
        file = StoreFile(path, note_damage)
    except sqlite3.Error as error:
        raise store_error(str(path), error) from None
    with closing(file):
        yield file


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116
    except OSError:
        return None
    return found.st_dev, found.st_ino
