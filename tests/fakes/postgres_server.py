"""A PostgreSQL server of the tests' own, or the one that HERALD_TEST_POSTGRES names."""

import contextlib
import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

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
        return
    binaries = _binaries()
    if binaries is None:
        missing = f"no PostgreSQL server here: install Debian's postgresql, or set {GIVEN}"
        pytest.fail(missing) if given == "required" else pytest.skip(missing)
    folder = Path(tempfile.mkdtemp(prefix="herald-postgres-"))
    try:
        with _started(binaries, folder, is_durable) as dsn:
            yield dsn
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _binaries() -> Path | None:
    found = shutil.which("initdb")
    return Path(found).parent if found else DEBIAN[-1] if DEBIAN else None


@contextlib.contextmanager
def _started(binaries: Path, folder: Path, is_durable: bool) -> Iterator[str]:
    user = "postgres" if os.geteuid() == 0 else None  # it refuses to run as root
    if user:
        shutil.chown(folder, user)
    data, log = folder / "data", folder / "log"
    _run(user, binaries / "initdb", "--no-sync", "--auth=trust", "--username=herald", data)
    fsync = "on" if is_durable else "off"
    options = f"-k {folder} -c listen_addresses='' -c fsync={fsync} -c max_connections=200"
    _run(user, binaries / "pg_ctl", "-D", data, "-o", options, "-l", log, "-w", "start")
    try:
        yield f"postgresql:///postgres?host={folder}&user=herald"
    finally:
        _run(user, binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop")


def _run(user: str | None, *command: object) -> None:
    told = subprocess.run(
        [*map(str, command)], user=user, capture_output=True, check=False, cwd="/"
    )
    assert told.returncode == 0, told.stderr.decode()


@contextlib.contextmanager
def database(dsn: str) -> Iterator[str]:
    """The DSN of an empty store on a server: a schema of its own, for as long as the context
    lasts."""
    name = f"herald_test_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}".encode())
    try:
        separator = "&" if "?" in dsn else "?"
        yield f"{dsn}{separator}options=-csearch_path%3D{name}"
    finally:
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute(f"DROP SCHEMA {name} CASCADE".encode())
