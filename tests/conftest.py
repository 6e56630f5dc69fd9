import contextlib
import gc
import importlib
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from bot.store import open as opening
from bot.store.sqlite import SqliteDatabase
from tests.fakes import postgres_server
from tests.fakes.parsed_toml import ParsedToml
from tests.fakes.workers import KeptWorkers
from tests.release import IS_RELEASE

# As `transport.make_bot` sets it: python-telegram-bot else warns with each RetryAfter.
os.environ.setdefault("PTB_TIMEDELTA", "1")

# Neither the clock of the machine nor chance decides whether the suite passes; a release looks at
# more examples than there is time for at each change.
EXAMPLES = 500 if IS_RELEASE else 15
settings.register_profile(
    "suite", max_examples=EXAMPLES, deadline=None, derandomize=True, database=None
)
settings.load_profile("suite")

TESTS = Path(__file__).parent

# Whom it trusts, each test says: to read the authorities of the system takes 20 ms each time.
os.environ.update(SSL_CERT_FILE=str(TESTS / "fakes/authority.pem"), SSL_CERT_DIR=os.devnull)


def pytest_configure(config: pytest.Config) -> None:
    """Parse no long file of TOML twice: each worker would need 3 s for those of the data."""
    if cache := getattr(config, "cache", None):
        tomllib.loads = ParsedToml(cache.mkdir("toml")).loads


def pytest_collection(session: pytest.Session) -> None:
    """Begin to import the tests at another file in each worker, where all are collected: what one
    has compiled, the others need only read."""
    worker, of = (os.environ.get(f"PYTEST_XDIST_{name}") for name in ("WORKER", "WORKER_COUNT"))
    if not (worker and of) or [Path(each).resolve() for each in session.config.args] != [TESTS]:
        return
    gc.disable()
    modules = sorted(TESTS.rglob("test_*.py"))
    first = len(modules) * int(worker.removeprefix("gw")) // int(of)
    for path in (*modules[first:], *modules[:first]):
        name = ".".join(path.relative_to(TESTS.parent).with_suffix("").parts)
        with contextlib.suppress(Exception, pytest.skip.Exception):  # which the collection tells
            importlib.import_module(name)


LONG = ("cluster", "end_to_end")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the folders of tests that wait for processes, the longest first, lest all wait for
    one at the end."""
    items.sort(key=lambda item: [folder not in item.path.parts for folder in LONG])


def pytest_collection_finish() -> None:
    """Spare the collector what lives to the end, all modules and tests: a tenth of the time."""
    gc.freeze()
    gc.enable()
    gc.set_threshold(50_000)


def pytest_sessionfinish() -> None:
    """Spare it at the end what lives still: there pytest collects five times."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def workers() -> Iterator[None]:
    """Let all services of a session share the processes that read for them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.polling.WorkerPool", KeptWorkers)
        yield
    KeptWorkers.end()


@pytest.fixture(scope="session", autouse=True)
def stores_in_memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let each be a copy of a store without content: to make its tables takes longer."""
    empty = str(tmp_path_factory.mktemp("store") / "empty.db")
    opening.prepare(empty)
    open_file = opening._open_file

    def opened(url: str, filled_from: str | None) -> SqliteDatabase:
        return open_file(url, empty if url == opening.MEMORY and not filled_from else filled_from)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "_open_file", opened)
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The DSN of a PostgreSQL server."""
    with postgres_server.server() as dsn:
        yield dsn


@pytest.fixture(params=["file", "server"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where an empty store can be: each kind of it."""
    if request.param == "file":
        yield str(tmp_path / "herald.db")
        return
    with postgres_server.store(request.getfixturevalue("postgres")) as dsn:
        yield dsn
