"""A durable insert and a lookup among 1,000 and 100,000 documents: our rows under TinyDB, TinyDB's
own JSON file, and SQLite alone."""

import json
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tinydb import TinyDB, where

from benchmarks import measured
from bot.store.sqlite import SqliteDatabase
from bot.store.tinydb_rows import RowDB

SIZES = (1_000, 100_000)
OURS, JSON_FILE = 200, 3
"""Inserts that are timed; the JSON file is written anew by each."""


def document(number: int) -> dict[str, object]:
    """As large as what is remembered of an item."""
    return {"key": f"{number:032x}", "source": "cz-mv", "development": f"CZ-2025-{number:04d}"}


def each(work: Callable[[int], object], times: int, first: int) -> float:
    """Milliseconds of one piece of work."""
    begun = time.perf_counter()
    for number in range(first, first + times):
        work(number)
    return (time.perf_counter() - begun) / times * 1000


def rows(folder: Path, size: int) -> tuple[float, float]:
    """Ours: one transaction an insert, synced to the disk."""
    with RowDB(SqliteDatabase(str(folder / f"rows{size}.db"))) as db:
        engine, table = db.engine, db.rows("seen")
        engine.make_index("seen", "key", unique=True)
        with engine.transaction():
            table.insert_multiple(map(document, range(size)))

        def insert(number: int) -> None:
            with engine.transaction():
                table.insert(document(number))

        def lookup(number: int) -> None:
            assert table.get(where("key") == f"{number - size:032x}")

        return each(insert, OURS, size), each(lookup, OURS, size)


def json_file(folder: Path, size: int) -> tuple[float, float]:
    """TinyDB as it comes."""
    path = folder / f"tiny{size}.json"
    path.write_text(json.dumps({"seen": {str(n + 1): document(n) for n in range(size)}}))
    with TinyDB(path) as db:
        table = db.table("seen", cache_size=0)

        def lookup(number: int) -> None:
            assert table.get(where("key") == f"{number - size:032x}")

        insert = each(lambda number: table.insert(document(number)), JSON_FILE, size)
        return insert, each(lookup, JSON_FILE, size)


def raw(folder: Path, size: int) -> tuple[float, float]:
    """SQLite with the same journal and the same care."""
    connection = sqlite3.connect(folder / f"raw{size}.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE seen (key TEXT PRIMARY KEY, doc TEXT)")
    connection.execute("BEGIN")
    found = ((f"{n:032x}", json.dumps(document(n))) for n in range(size))
    connection.executemany("INSERT INTO seen VALUES (?, ?)", found)
    connection.execute("COMMIT")

    def insert(number: int) -> None:
        row = (f"{number:032x}", json.dumps(document(number)))
        connection.execute("INSERT INTO seen VALUES (?, ?)", row)

    def lookup(number: int) -> None:
        sql = "SELECT doc FROM seen WHERE key = ?"
        assert connection.execute(sql, (f"{number - size:032x}",)).fetchone()

    times = each(insert, OURS, size), each(lookup, OURS, size)
    connection.close()
    return times


def main() -> None:
    """Prints the times and their ratios."""
    print(measured.machine(), flush=True)
    found: dict[tuple[str, int], tuple[float, float]] = {}
    with tempfile.TemporaryDirectory() as name:
        print(f"{'':12}{'documents':>10}{'insert':>12}{'lookup':>12}")
        for size in SIZES:
            for way in (rows, json_file, raw):
                found[way.__name__, size] = insert, lookup = way(Path(name), size)
                print(f"{way.__name__:12}{size:10}{insert:9.3f} ms{lookup:9.3f} ms")
    few, many = SIZES
    ours, theirs = found["rows", many][0], found["json_file", many][0]
    print(f"insert at {many}: {theirs / ours:.0f} times faster than the JSON file")
    print(f"insert at {many} against {few}: {ours / found['rows', few][0]:.2f} times")
    print(f"insert at {many} against SQLite alone: {ours / found['raw', many][0]:.2f} times")


if __name__ == "__main__":
    main()
