"""Damage: what cannot be read of a store. It stays so until the store is replaced."""

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.errors import DamageError
from bot.store.database import REPLACE, quoted
from bot.store.sqlite import store_error


class Damage:
    """The first damage that a running bot has met."""

    def __init__(self) -> None:
        self.error: DamageError | None = None

    def note(self, error: DamageError) -> None:
        """Note damage."""
        self.error = self.error or error


def require_whole(path: Path) -> None:
    """Read a whole file of SQLite: 3 s for 1 GB. Raises DamageError and StoreError."""
    if not path.is_file():
        return
    try:
        with closing(opened(path)) as connection:
            found = find_damage(connection)
    except sqlite3.Error as error:
        raise store_error(str(path), error) from None
    if found:
        raise DamageError(f"{path}: is damaged ({found}); {REPLACE}")


def find_damage(connection: sqlite3.Connection) -> str | None:
    """Return what cannot be read of a file of SQLite; None: nothing was found. Raises
    sqlite3.Error."""
    (state,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if state != "ok":
        return " ".join(str(state).split())
    tables = connection.execute(
        "SELECT known.name FROM sqlite_master AS known, pragma_table_info(known.name) AS field "
        "WHERE known.type = 'table' AND field.name = 'doc'"
    )
    for (table,) in tables.fetchall():
        # Part of a long document may lie on a page of its own, which has no form to check.
        valid = "CASE WHEN json_valid(doc) THEN json_type(doc) = 'object' ELSE 0 END"
        broken = f"SELECT count(*) FROM {quoted(table)} WHERE NOT {valid}"
        (count,) = connection.execute(broken).fetchone()
        if count:
            return f"{count} rows of {table} hold no document"
    return None


def opened(path: Path) -> sqlite3.Connection:
    """Open an existing file for reading. Raises sqlite3.Error."""
    return sqlite3.connect(
        f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=10, check_same_thread=False
    )
