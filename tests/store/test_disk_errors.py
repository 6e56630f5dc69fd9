"""A disk that is full, a file that may not be written, one that is torn: a clear word, and nothing
lost of what was acknowledged."""

import asyncio
import shutil
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import StoreError
from bot.models import Development
from bot.pipeline.rules import RULES
from bot.store import RowStore, open_store
from bot.store.sqlite import store_error
from tests.release import examples
from tests.samples import commit, delivery, development, everything


async def _recorded(store: RowStore, title: str) -> None:
    def deliveries_for(made: Development, *_: object) -> list[object]:
        return [delivery(development=str(made.id))]

    await store.commit(commit((title,), development(title=title)), deliveries_for)  # type: ignore[arg-type]


async def _set_pragma(store: RowStore, pragma: str) -> None:
    """Has SQLite see the file as it would be then."""
    loop, threads = asyncio.get_running_loop(), store.executor
    await loop.run_in_executor(threads.pool, lambda: threads.engine().connection.execute(pragma))


async def _titles(path: Path) -> set[str]:
    async with open_store(str(path), RULES) as store:
        return {made.title for made in await store.developments()}


async def test_a_full_disk_loses_nothing_and_is_gone_on_from(tmp_path: Path) -> None:
    path = tmp_path / "herald.db"
    async with open_store(str(path), RULES) as store:
        await store.change_chat(1, lambda chat: everything())
        await _recorded(store, "before")
        await _set_pragma(store, "PRAGMA max_page_count = 1")
        with pytest.raises(StoreError, match=r"herald.db: .*full; nothing.*make room on the disk"):
            for number in range(500):
                await _recorded(store, f"while it is full {number} {'x' * 2000}")
        titles = {made.title for made in await store.developments()}
        tally = await store.tally()
        await _set_pragma(store, "PRAGMA max_page_count = 1073741823")
        await _recorded(store, "afterwards")
        assert (await store.tally()).pending == tally.pending + 1
    assert await _titles(path) == titles | {"afterwards"}


def test_a_start_on_a_full_disk_says_so() -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
    assert "make room on the disk" in str(store_error("herald.db", error))


async def test_a_file_that_may_not_be_written_is_reported_and_still_read(tmp_path: Path) -> None:
    path = tmp_path / "herald.db"
    async with open_store(str(path), RULES) as store:
        await _recorded(store, "before")
        await _set_pragma(store, "PRAGMA query_only = 1")
        with pytest.raises(StoreError, match=r"readonly.*let the bot's user write"):
            await store.check_writable()
        assert [made.title for made in await store.developments()] == ["before"]


async def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be made for the store"):
        async with open_store(str(tmp_path / "file" / "herald.db"), RULES):
            pass


async def test_a_file_that_is_something_else_is_reported_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "herald.db"
    path.write_text("a shopping list\n" * 100)
    with pytest.raises(StoreError, match="restore"):
        async with open_store(str(path), RULES):
            pass
    assert path.read_text().startswith("a shopping list")


async def test_a_file_that_is_damaged_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "herald.db"
    async with open_store(str(path), RULES) as store:
        for number in range(30):
            await _recorded(store, f"development {number} {'x' * 2000}")
    damaged = bytearray(path.read_bytes())
    damaged[4096:] = b"\xff" * (len(damaged) - 4096)
    path.write_bytes(damaged)
    with pytest.raises(StoreError, match=r"malformed.*move the file away.*restore"):
        await _titles(path)


@pytest.fixture(scope="module")
def torn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store as a dying machine leaves it: part of it in the log that stands beside the file."""
    folder = tmp_path_factory.mktemp("torn")

    async def fill() -> None:
        async with open_store(str(folder / "herald.db"), RULES) as store:
            for number in range(5):
                await _recorded(store, f"development {number}")
            for name in ("herald.db", "herald.db-wal"):
                shutil.copy(folder / name, folder / f"left-{name}")

    asyncio.run(fill())
    return folder


@settings(max_examples=examples(20))
@given(kept=st.floats(0, 1), garbage=st.binary(max_size=64))
def test_a_torn_log_leaves_a_store_that_reads(torn: Path, kept: float, garbage: bytes) -> None:
    """Wherever the last write broke off, what stands before it is whole."""
    path = torn / "herald.db"
    for left in torn.glob("herald.db*"):
        left.unlink()
    shutil.copy(torn / "left-herald.db", path)
    log = (torn / "left-herald.db-wal").read_bytes()
    (torn / "herald.db-wal").write_bytes(log[: int(len(log) * kept)] + garbage)
    titles = asyncio.run(_titles(path))
    assert titles == {f"development {number}" for number in range(len(titles))}


def test_a_whole_log_loses_nothing(torn: Path) -> None:
    path = torn / "herald.db"
    for left in torn.glob("herald.db*"):
        left.unlink()
    shutil.copy(torn / "left-herald.db", path)
    shutil.copy(torn / "left-herald.db-wal", torn / "herald.db-wal")
    assert len(asyncio.run(_titles(path))) == 5
