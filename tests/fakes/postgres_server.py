"""A PostgreSQL server of the tests' own, or the one that HERALD_TEST_POSTGRES names."""

import contextlib
import itertools
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest

from bot.store.open import prepare

Row = tuple[Any, ...]

GIVEN = "HERALD_TEST_POSTGRES"
"""A DSN; or `required`: where no server can be started, the tests fail instead of being skipped."""
DEBIAN = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
_numbers = itertools.count()


@contextlib.contextmanager
def server(*, is_durable: bool = False) -> Iterator[str]:
    """The DSN of a server for as long as the context lasts; one for tests need not write durably,
    to be quick."""
    given = os.environ.get(GIVEN, "")
    if given not in ("", "required"):
        yield given
        while _free:
            _drop_schema(given, _free.pop().schema)
        return
    with _folder() as folder, _started(_required_binaries(), folder, is_durable) as dsn:
        yield dsn


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="herald-postgres-"))
    try:
        if _user():
            shutil.chown(folder, _user())
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _required_binaries() -> Path:
    binaries = _binaries()
    if binaries is None:
        missing = f"no PostgreSQL server here: install Debian's postgresql, or set {GIVEN}"
        is_required = os.environ.get(GIVEN) == "required"
        pytest.fail(missing) if is_required else pytest.skip(missing)
    return binaries


def _binaries() -> Path | None:
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else DEBIAN[-1] if DEBIAN else None


def _user() -> str | None:
    return "postgres" if os.geteuid() == 0 else None  # it refuses to run as root


@contextlib.contextmanager
def _started(binaries: Path, folder: Path, is_durable: bool) -> Iterator[str]:
    data = folder / "data"
    _run(binaries / "initdb", "--no-sync", "--auth=trust", "--username=herald", data)
    with _running(binaries, data, f"-c fsync={'on' if is_durable else 'off'}"):
        yield f"postgresql:///postgres?host={folder}&user=herald"


@contextlib.contextmanager
def _running(binaries: Path, data: Path, more: str = "") -> Iterator[None]:
    _start(binaries, data, more)
    try:
        yield
    finally:
        if (data / "postmaster.pid").exists():
            _stop(binaries, data)


def _start(binaries: Path, data: Path, more: str) -> None:
    options = f"-k {data.parent} -c listen_addresses='' -c max_connections=200 {more}"
    _run(binaries / "pg_ctl", "-D", data, "-o", options, "-l", f"{data}.log", "-w", "start")


def _stop(binaries: Path, data: Path) -> None:
    _run(binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop")


def _run(*command: object) -> None:
    told = subprocess.run(
        [*map(str, command)], user=_user(), capture_output=True, check=False, cwd="/"
    )
    assert told.returncode == 0, told.stderr.decode()


class Single:
    """A server that can be stopped."""

    def __init__(self, binaries: Path, data: Path, dsn: str) -> None:
        self._binaries, self._data, self.dsn = binaries, data, dsn

    @contextlib.contextmanager
    def stopped(self) -> Iterator[None]:
        """Stop it for as long as the context lasts."""
        _stop(self._binaries, self._data)
        yield
        _start(self._binaries, self._data, "-c fsync=off")


@contextlib.contextmanager
def single() -> Iterator[Single]:
    """A server of the test's own, for as long as the context lasts."""
    binaries = _required_binaries()
    with _folder() as folder, _started(binaries, folder, is_durable=False) as dsn:
        yield Single(binaries, folder / "data", dsn)


class Replicated:
    """A primary server, and a standby that follows it."""

    def __init__(self, binaries: Path, primary: Path, standby: Path) -> None:
        self._binaries, self._primary, self._standby = binaries, primary, standby
        hosts = f"host={primary.parent},{primary.parent}&port=5432,5433&user=herald"
        self.dsn = f"postgresql:///postgres?{hosts}&target_session_attrs=read-write"
        """Of whichever of the two is the primary."""

    def synchronize(self) -> None:
        """Let the primary wait with each commit until the standby has it."""
        self._set(5432, "synchronous_standby_names", "*")
        self._until("SELECT count(*) = 1 FROM pg_stat_replication WHERE sync_state = 'sync'")

    def cut_off(self) -> None:
        """Let the standby hear no more of the primary."""
        self._set(5433, "primary_conninfo", "")
        self._until("SELECT count(*) = 0 FROM pg_stat_replication")

    def fail_over(self) -> None:
        """Let the primary fail, and promote the standby."""
        _stop(self._binaries, self._primary)
        _run(self._binaries / "pg_ctl", "-D", self._standby, "-w", "promote")

    def until_following(self) -> None:
        self._until("SELECT count(*) = 1 FROM pg_stat_replication WHERE state = 'streaming'")

    def _connection(self, port: int) -> psycopg.Connection[tuple[bool]]:
        place = f"host={self._primary.parent} port={port} user=herald dbname=postgres"
        return psycopg.connect(place, autocommit=True)

    def _set(self, port: int, name: str, value: str) -> None:
        with self._connection(port) as connection:
            connection.execute(f"ALTER SYSTEM SET {name} = '{value}'".encode())
            connection.execute("SELECT pg_reload_conf()")

    def _until(self, holds: str) -> None:
        with self._connection(5432) as connection:
            until = time.monotonic() + 20
            while connection.execute(holds.encode()).fetchone() != (True,):
                assert time.monotonic() < until, holds
                time.sleep(0.01)


@contextlib.contextmanager
def replicated() -> Iterator[Replicated]:
    """A server of the tests' own with a standby, for as long as the context lasts."""
    binaries = _required_binaries()
    with _folder() as folder, _started(binaries, folder, is_durable=False):
        standby = folder / "standby"
        _run(
            binaries / "pg_basebackup", "-h", folder, "-U", "herald", "-D", standby,
            "--write-recovery-conf", "--checkpoint=fast", "--no-sync",
        )  # fmt: skip
        with _running(binaries, standby, "-c port=5433 -c fsync=off"):
            pair = Replicated(binaries, folder / "data", standby)
            pair.until_following()
            yield pair


@contextlib.contextmanager
def database(dsn: str) -> Iterator[str]:
    """The DSN of a place without a store on a server: a schema of its own, for as long as the
    context lasts."""
    name = _create_schema(dsn)
    try:
        yield _within(dsn, name)
    finally:
        _drop_schema(dsn, name)


@contextlib.contextmanager
def store(dsn: str) -> Iterator[str]:
    """The DSN of an empty store on a server, for as long as the context lasts: one that was made
    for an earlier test and emptied after it, which takes a fifth of the time."""
    made = _free.pop() if _free else _make(dsn)
    within = _within(dsn, made.schema)
    try:
        yield within
    finally:
        with psycopg.connect(within, autocommit=True) as connection:
            is_whole = _look_at(connection, made.schema) == made
            if is_whole:
                connection.execute(_EMPTY)
                _free.append(made)
        if not is_whole:
            _drop_schema(dsn, made.schema)


class _Made(NamedTuple):
    """The schema of a store, the names of what is in it, and the version that the store tells."""

    schema: str
    relations: list[Row]
    meta: list[Row]


_free = list[_Made]()
"""Those that no test uses now."""
_EMPTY = b"""
DO $$ DECLARE name regclass; is_used boolean; BEGIN
    FOR name IN SELECT oid FROM pg_class
        WHERE relkind = 'r' AND relnamespace = current_schema::regnamespace AND relname <> 'meta'
    LOOP
        EXECUTE format(
            'SELECT EXISTS (SELECT FROM %s) OR pg_sequence_last_value(%L) IS NOT NULL',
            name, pg_get_serial_sequence(name::text, 'id')
        ) INTO is_used;
        IF is_used THEN EXECUTE format('TRUNCATE %s RESTART IDENTITY', name); END IF;
    END LOOP;
END $$"""
"""Far faster than to truncate all tables, of which few were used."""


def _make(dsn: str) -> _Made:
    schema = _create_schema(dsn)
    within = _within(dsn, schema)
    prepare(within)
    with psycopg.connect(within, autocommit=True) as connection:
        return _look_at(connection, schema)


def _look_at(connection: psycopg.Connection[Row], schema: str) -> _Made:
    relations = (
        "SELECT relname FROM pg_class WHERE relnamespace = current_schema::regnamespace ORDER BY 1"
    )
    return _Made(
        schema,
        connection.execute(relations.encode()).fetchall(),
        connection.execute(b"SELECT doc FROM meta").fetchall(),
    )


def _within(dsn: str, schema: str) -> str:
    return f"{dsn}{'&' if '?' in dsn else '?'}options=-csearch_path%3D{schema}"


def _create_schema(dsn: str) -> str:
    name = f"herald_test_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}".encode())
    return name


def _drop_schema(dsn: str, name: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA {name} CASCADE".encode())
