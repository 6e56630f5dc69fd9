"""What SQLite's errors mean for who runs the bot, and what helps."""

import sqlite3

from bot.errors import StoreError

_REPLACE = "stop the bot, move the file away, and `policy-herald restore` a backup"
_ALLOW = "let the bot's user write the file and its folder"
_REMEDIES = {
    sqlite3.SQLITE_FULL: "make room on the disk, and the bot goes on by itself",
    sqlite3.SQLITE_READONLY: _ALLOW,
    sqlite3.SQLITE_CANTOPEN: _ALLOW,
    sqlite3.SQLITE_PERM: _ALLOW,
    sqlite3.SQLITE_IOERR: "look after the disk; the bot tries again by itself",
    sqlite3.SQLITE_BUSY: "another process holds it; the bot tries again by itself",
    sqlite3.SQLITE_CORRUPT: _REPLACE,
    sqlite3.SQLITE_NOTADB: _REPLACE,
}


def trouble(path: str, error: sqlite3.Error) -> StoreError:
    """A step failed as a whole (https://sqlite.org/rescode.html): what was, and the remedy."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the primary code of an extended one
    remedy = f"; {_REMEDIES[code]}" if code in _REMEDIES else ""
    return StoreError(f"{path}: {error}; nothing of this step was written{remedy}")
