"""Backups: whole, while somebody writes; restored where nothing is lost by it."""

import sqlite3
import threading
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.models import Chat, Filter
from bot.store import alone, open_store
from bot.store.copies import back_up, restore
from tests.samples import delivery, development, harvest


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "herald.db"


async def fill(store: Path, chat: int = 1) -> None:
    async with open_store(str(store)) as opened:
        await opened.change_chat(chat, lambda known: Chat(id=chat, filters=(Filter(id=1),)))
        await opened.commit(
            harvest(("k",), development()), lambda made: [delivery(development=str(made.id))]
        )


async def test_what_is_restored_is_all_that_was_there(store: Path, tmp_path: Path) -> None:
    await fill(store)
    copy, other = tmp_path / "copy.db", tmp_path / "new" / "herald.db"
    back_up(store, copy)
    assert not (tmp_path / "copy.db-wal").exists()
    restore(copy, other)
    async with open_store(str(store)) as before, open_store(str(other)) as after:
        assert await after.developments() == await before.developments()
        assert await after.chats() == await before.chats()
        assert await after.tally() == await before.tally()
        assert await after.known(["k"]) == {"k"}


async def test_a_backup_is_whole_while_the_bot_writes(store: Path, tmp_path: Path) -> None:
    async with open_store(str(store)) as opened:
        for chat in range(1, 40):
            await opened.change_chat(chat, lambda known: Chat(id=known.id, paused=True))
            if chat % 10 == 0:
                copy = tmp_path / f"{chat}.db"
                worker = threading.Thread(target=back_up, args=(store, copy))
                worker.start()
                await opened.change_chat(1000 + chat, lambda known: Chat(id=known.id, paused=True))
                worker.join()
                async with open_store(str(copy)) as copied:
                    assert len(await copied.chats()) >= chat


async def test_nothing_is_overwritten(store: Path, tmp_path: Path) -> None:
    await fill(store)
    copy = tmp_path / "copy.db"
    back_up(store, copy)
    with pytest.raises(StoreError, match="is there already"):
        back_up(store, copy)
    with pytest.raises(StoreError, match="holds something"):
        restore(copy, store)


async def test_an_empty_store_gives_way_and_a_running_bot_does_not(
    store: Path, tmp_path: Path
) -> None:
    await fill(store)
    copy, other = tmp_path / "copy.db", tmp_path / "other.db"
    back_up(store, copy)
    async with open_store(str(other)):
        """A store without anything in it."""
    with alone(str(other)), pytest.raises(StoreError, match="another bot runs"):
        restore(copy, other)
    restore(copy, other)
    async with open_store(str(other)) as opened:
        assert len(await opened.chats()) == 1


@pytest.mark.parametrize(
    "content", [None, b"", b"no database", b"SQLite format 3\0" + b"\xff" * 9000]
)
async def test_what_is_no_backup_is_refused_and_changes_nothing(
    store: Path, tmp_path: Path, content: bytes | None
) -> None:
    copy = tmp_path / "copy.db"
    if content is not None:
        copy.write_bytes(content)
    with pytest.raises(StoreError, match=r"copy\.db"):
        restore(copy, store)
    restored = [path for path in tmp_path.glob("herald.db*") if path.suffix != ".lock"]  # noqa: ASYNC240
    assert restored == []


async def test_a_damaged_backup_is_refused(store: Path, tmp_path: Path) -> None:
    await fill(store)
    copy = tmp_path / "copy.db"
    back_up(store, copy)
    raw = copy.read_bytes()
    copy.write_bytes(raw[: len(raw) // 2])
    with pytest.raises(StoreError, match=r"copy\.db"):
        restore(copy, store.with_name("new.db"))


def test_a_store_that_is_none_gives_no_backup(tmp_path: Path) -> None:
    (tmp_path / "herald.db").touch()
    with pytest.raises(StoreError, match="not a store"):
        back_up(tmp_path / "herald.db", tmp_path / "copy.db")
    with pytest.raises(StoreError, match="cannot be written"):
        sqlite3.connect(tmp_path / "x.db").close()
        (tmp_path / "file").touch()
        _fill_plainly(tmp_path / "good.db")
        back_up(tmp_path / "good.db", tmp_path / "file" / "copy.db")


def _fill_plainly(path: Path) -> None:
    from bot.store.rows import RowDB
    from bot.store.sqlite import SqliteEngine

    with RowDB(SqliteEngine(str(path))) as db:
        db.table("meta").insert({"name": "schema", "version": 1})
