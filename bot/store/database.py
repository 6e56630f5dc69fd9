"""The interface of a database to TinyDB's tables, and the access that a transaction needs."""

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager
from enum import Enum, auto
from functools import lru_cache
from typing import Any, Protocol, TypeVar

import msgspec

from bot.config.redaction import Redactor
from bot.config.values import Key, passwords
from bot.errors import StoreError
from bot.search import IndexEntry, Search
from bot.text import pair_surrogates

Step = TypeVar("Step", bound=Callable[..., Any])
Row = tuple[Any, ...]
REPLACE = "stop the bot, move the file away, and `policy-herald restore` a backup"
"""What helps where a file is damaged."""
NumberedEntry = tuple[int, IndexEntry]
"""What a development is found by, with the number of its row."""


class Access(Enum):
    """What a transaction does, which decides what may run beside it."""

    READS = auto()
    """Sees one state of the store, and blocks nobody."""
    WRITES = auto()
    """Writes anything, alone among the writers."""
    LOCKS_ROWS = auto()
    """Writes rows that it locks one by one, beside others of its kind."""


def _verb(access: Access) -> Callable[[Step], Step]:
    def mark(step: Step) -> Step:
        step.access = access  # type: ignore[attr-defined]
        return step

    return mark


reads, writes, locks_rows = map(_verb, Access)
"""Make a method of the tables a verb of the store, which runs in a transaction of this kind."""


class WordIndex(Protocol):
    """The index of the words of developments."""

    def make(self) -> None:
        """Create the index, where there is none yet."""

    def clear(self) -> None:
        """Remove every entry."""

    def put(self, entries: Iterable[NumberedEntry]) -> None:
        """Save entries, in the place of those of the same numbers."""

    def remove(self, numbers: Iterable[int]) -> None:
        """Remove the entries of some numbers."""

    def having(self, *words: str) -> frozenset[int]:
        """Return the numbers of the entries that have all of some words or phrases; at least one
        is given."""

    def find(self, search: Search) -> dict[int, float]:
        """Return the numbers of the newest entries that a search finds, and of the newest with all
        words in the title, each with its score: the better it matches the higher, and those with
        all words in the title above the others."""


class Database(Protocol):
    """A database, as one thread uses it: one transaction at a time."""

    locked: str = ""
    """Ends a SELECT whose rows nobody else may change meanwhile."""
    unclaimed: str = ""
    """Ends a SELECT that leaves out the rows that somebody else has locked."""
    errors: tuple[type[Exception], ...]
    """What it raises; `store_error` says what that means."""
    is_shared: bool = False
    """Whether other processes write to it too."""
    columns: str
    """Of a table: the number of the row, and the document."""
    word_index: WordIndex
    """Of what is written in it."""
    makes: bool = True
    """Whether the transaction may make tables."""

    def transaction(self, access: Access) -> AbstractContextManager[None]:
        """Open a transaction: all that is written inside is committed together, or not at all."""

    def execute(self, sql: str, values: Collection[Any] = ()) -> list[Row]:
        """Run a statement, in which `?` stands for a value, and return its rows."""

    def stream(self, sql: str, values: Collection[Any] = ()) -> Iterator[Row]:
        """Yield the rows of a SELECT as they are asked for."""

    def field(self, path: str, table: str = "") -> str:
        """Return the expression for a field of a document, which an index can hold; `table` names
        the table, where a statement has several."""

    def comparable(self, values: Iterable[str | int]) -> list[str | int]:
        """Return values in the form in which they are compared with fields."""

    def has_table(self, name: str) -> bool:
        """Return whether there is a table."""

    def tables(self) -> list[str]:
        """Return the names of all tables."""

    def make_table(self, name: str) -> None:
        """Create a table, where there is none yet."""
        # Who only reads creates none: the first transaction on a store creates them all. `CREATE …
        # IF NOT EXISTS` waits for whoever writes, so it is asked first; a connection that waited
        # may not have heard yet of a table that was made meanwhile.
        if self.makes and not self.has_table(name):
            self.execute(f"CREATE TABLE IF NOT EXISTS {quoted(name)} ({self.columns})")

    def make_index(self, table: str, *fields: str, unique: bool = False) -> None:
        """Create an index; rows that share a value are found in order of id."""
        self.make_table(table)
        kind, rest = ("UNIQUE INDEX", []) if unique else ("INDEX", ["id"])
        columns = ", ".join([*map(self.field, fields), *rest])
        name = quoted(".".join((table, *fields)))
        self.execute(f"CREATE {kind} IF NOT EXISTS {name} ON {quoted(table)} ({columns})")

    def drop_index(self, table: str, *fields: str) -> None:
        """Drop an index."""
        self.execute(f"DROP INDEX IF EXISTS {quoted('.'.join((table, *fields)))}")

    def clear(self, table: str) -> None:
        """Remove every row; ids begin anew."""

    def last_id(self, table: str) -> int:
        """Return the latest id that was ever given; 0: none was."""

    def continue_ids(self, table: str, last: int) -> None:
        """Give ids after this one from now on."""

    def insert(self, table: str, docs: Iterable[Any]) -> list[int]:
        """Insert rows, and return their ids."""

    def insert_new(self, table: str, docs: Iterable[Any]) -> list[bool]:
        """Insert the rows that no unique index refuses, and return which they are."""

    def put(self, table: str, rows: Iterable[tuple[int, Any]]) -> None:
        """Save rows under their ids, in the place of those that have them."""

    @property
    def me(self) -> int | None:
        """The number of this process among those that share the database; None: none does."""

    @property
    def living(self) -> frozenset[int]:
        """The numbers of the processes whose leases hold."""

    def end_leases(self) -> None:
        """End the leases of all processes that share the database, which write nothing more."""

    def store_error(self, error: Exception) -> StoreError:
        """Return the StoreError for an error, with what helps."""

    def close(self) -> None:
        """Close the database."""


@lru_cache(maxsize=100)
def quoted(name: str) -> str:
    """Return a name as it stands in a statement."""
    return '"' + name.replace('"', '""') + '"'


def as_json(doc: Any) -> str:
    """Return a document as JSON; half a surrogate pair, which no database holds, is left out."""
    try:
        return msgspec.json.encode(doc).decode()
    except UnicodeEncodeError:
        plain = json.dumps(msgspec.to_builtins(doc), ensure_ascii=False)
        return pair_surrogates(plain)


def is_server(url: str) -> bool:
    """Return whether a URL names a database of a server, which several processes may share."""
    return url.startswith(("postgresql://", "postgres://"))


def shown(url: str) -> str:
    """Return a URL without user, password and options, as it may be shown."""
    place, _, options = url.partition("?")
    if "@" in options and "@" not in place:  # the ? may stand within a password
        return re.sub(r"(?<=://).*", "…", place)
    return re.sub(r"(?<=://).*@", "", place)


def cause(error: Exception, url: str) -> str:
    """Return the first line of what a server's error says, without the password of its URL."""
    return Redactor(map(Key, passwords(url)))(str(error).partition("\n")[0])
