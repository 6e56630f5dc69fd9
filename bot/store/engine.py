"""The interface of a database to TinyDB's tables, and the access that a transaction needs."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager
from enum import Enum, auto
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

from bot.errors import StoreError

Step = TypeVar("Step", bound=Callable[..., Any])
Row = tuple[Any, ...]


class Access(Enum):
    """What a transaction does, which decides what may run beside it."""

    READS = auto()
    """Sees one state of the store, and blocks nobody."""
    WRITES = auto()
    """Writes anything, alone among the writers."""
    SETTLES = auto()
    """Writes rows that it locks one by one, beside others of its kind."""


def reads(step: Step) -> Step:
    """Make a method of the tables a verb of the store, which only reads."""
    return _verb(step, Access.READS)


def writes(step: Step) -> Step:
    """Make a method of the tables a verb of the store, which writes alone."""
    return _verb(step, Access.WRITES)


def settles(step: Step) -> Step:
    """Make a method of the tables a verb of the store, which locks the rows that it writes."""
    return _verb(step, Access.SETTLES)


def _verb(step: Step, access: Access) -> Step:
    step.access = access  # type: ignore[attr-defined]
    return step


class Engine(Protocol):
    """A database, as one thread uses it: one transaction at a time."""

    mark: str
    """Stands for a value in a statement."""
    locked: str
    """Ends a SELECT whose rows nobody else may change meanwhile."""
    unclaimed: str
    """Ends a SELECT that leaves out the rows that somebody else has locked."""
    errors: tuple[type[Exception], ...]
    """What it raises; `trouble` says what that means."""
    compares_text: bool
    """Whether `field` gives text, with which values are compared as text."""
    is_shared: bool
    """Whether other processes write to it too."""

    def transaction(self, access: Access) -> AbstractContextManager[None]:
        """All that is written inside becomes true at once, or not at all."""
        ...

    def execute(self, sql: str, values: Collection[Any] = ()) -> list[Row]:
        """Runs one statement; its rows."""
        ...

    def stream(self, sql: str, values: Collection[Any] = ()) -> Iterator[Row]:
        """The rows of a SELECT, read as they are asked for."""
        ...

    def field(self, path: str, table: str = "") -> str:
        """An expression for a field of a document, which an index can hold; `table`: of which,
        where a statement names several."""
        ...

    def text(self, doc: Any) -> str:
        """A document as it is written down, in JSON."""
        ...

    def has_table(self, name: str) -> bool:
        """Whether there is such a table."""
        ...

    def tables(self) -> list[str]:
        """The names of all tables."""
        ...

    def make_table(self, name: str) -> None:
        """Makes room for a table's documents, where there is none yet."""
        ...

    def make_index(self, table: str, *fields: str, unique: bool = False) -> None:
        """Lets equality queries on the fields find their rows without reading the others."""
        ...

    def drop_index(self, table: str, *fields: str) -> None:
        """Takes an index away."""
        ...

    def clear(self, table: str) -> None:
        """Removes every row; ids begin anew."""
        ...

    def next_id(self, table: str) -> int:
        """An id that no row of the table has or had."""
        ...

    def last_id(self, table: str) -> int:
        """The latest id that was ever given; 0: there was none."""
        ...

    def continue_ids(self, table: str, last: int) -> None:
        """Gives ids after this one from now on."""
        ...

    def insert(self, table: str, docs: Iterable[Any]) -> list[int]:
        """Writes new rows; their ids."""
        ...

    def insert_new(self, table: str, docs: Iterable[Any]) -> list[bool]:
        """Writes those rows that no unique index refuses; which they are."""
        ...

    def put(self, table: str, rows: Iterable[tuple[int, Any]]) -> None:
        """Writes rows under their ids, in the place of what stands there."""
        ...

    def me(self) -> int | None:
        """The number under which this process has joined the others; None: it has not."""
        ...

    def living(self) -> frozenset[int]:
        """The numbers of the processes that have joined and have not been given up."""
        ...

    def trouble(self, error: Exception) -> StoreError:
        """What an error means, and the remedy."""
        ...

    def close(self) -> None:
        """Lets go of the database."""
        ...


@lru_cache(maxsize=100)
def quoted(name: str) -> str:
    """Return a name as it stands in a statement."""
    return '"' + name.replace('"', '""') + '"'


def is_server(url: str) -> bool:
    """Return whether a URL names a database of a server, which several processes may share."""
    return url.startswith(("postgresql://", "postgres://"))


def shown(url: str) -> str:
    """Return a URL without user, password and options, as it may be shown."""
    return re.sub(r"(?<=://)[^@/]*@", "", url).partition("?")[0]


def exists(url: str) -> bool:
    """Return whether there may be a store."""
    return is_server(url) or Path(url).exists()
