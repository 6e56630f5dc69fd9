"""Backups: whole, while somebody writes; restored where nothing is lost by it."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.chat.parsing.query import parse_search
from bot.errors import StoreError
from bot.models.chats import Chat, Filter
from bot.pipeline.rules import RULES
from bot.store import lock, open_store
from bot.store.backup import back_up, migrate, restore
from tests.fakes import postgres_server
from tests.samples import as_read, commit, delivery, development


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "herald.db"


async def fill(store: Path | str, chat: int = 1) -> None:
    async with open_store(str(store), RULES) as opened:
        await opened.change_chat(chat, lambda known: Chat(id=chat, filters=(Filter(id=1),)))
        await opened.commit(
            commit(("k",), development(), texts={("k",): as_read("Na konci zmínili Frontex.")}),
            lambda made, *_: [delivery(development=str(made.id))],
        )


async def are_the_same(one: str, other: str) -> None:
    async with open_store(one, RULES) as before, open_store(other, RULES) as after:
        assert await after.developments() == await before.developments() != []
        assert await after.chats() == await before.chats()
        assert await after.tally() == await before.tally()
        assert await after.deliveries(None, 99) == await before.deliveries(None, 99)
        assert await after.known_keys(["k"]) == {"k"}
        (kept,) = await before.readings("CZ-2025-0001")
        assert await after.readings("CZ-2025-0001") == [kept]
        for store in (before, after):
            assert (await store.search(parse_search("frontex"), 0, 1))[1] == 1
        (one_more,), _ = await after.commit(commit(("new",), development()), lambda *_: ())
        assert one_more.id == "CZ-2025-0002"


async def test_what_is_restored_is_all_that_was_there(place: str, tmp_path: Path) -> None:
    await fill(place)
    copy, other = tmp_path / "copy.db", tmp_path / "new" / "herald.db"
    back_up(place, copy)
    assert not (tmp_path / "copy.db-wal").exists()
    restore(copy, str(other))
    with closing(sqlite3.connect(other)) as restored:
        indexes = "SELECT name FROM sqlite_master WHERE type = 'index'"
        assert ("readings.development",) in restored.execute(indexes).fetchall()
    await are_the_same(place, str(other))


async def test_a_backup_is_restored_into_an_empty_store_of_any_kind(
    place: str, tmp_path: Path
) -> None:
    await fill(tmp_path / "first.db")
    back_up(str(tmp_path / "first.db"), tmp_path / "copy.db")
    restore(tmp_path / "copy.db", place)
    with pytest.raises(StoreError, match="holds something"):
        restore(tmp_path / "copy.db", place)
    await are_the_same(str(tmp_path / "first.db"), place)


async def test_a_store_in_a_file_migrates_to_a_server(store: Path, postgres: str) -> None:
    await fill(store)
    async with open_store(str(store), RULES) as opened:
        await opened.change_chat(2, lambda known: replace(known, paused=True))
        await opened.forget_chat(2)
    with postgres_server.database(postgres) as database:
        with lock(str(store)), pytest.raises(StoreError, match="another bot runs"):
            migrate(store, database)
        copied = migrate(store, database)
        assert (copied["chats"], copied["developments"], copied["deliveries"]) == (1, 1, 1)
        with pytest.raises(StoreError, match="holds something"):
            migrate(store, database)
        await are_the_same(str(store), database)


async def test_a_preview_is_of_a_copy_of_any_store(place: str) -> None:
    await fill(place)
    async with open_store(":memory:", RULES, filled_from=place) as copy:
        await copy.forget_chat(1)
    async with open_store(place, RULES) as kept:
        assert len(await kept.chats()) == 1


async def test_a_backup_is_whole_while_the_bot_writes(store: Path, tmp_path: Path) -> None:
    async with open_store(str(store), RULES) as opened:
        for chat in range(1, 40):
            await opened.change_chat(chat, lambda known: Chat(id=known.id, paused=True))
            if chat % 10 == 0:
                copy = tmp_path / f"{chat}.db"
                worker = threading.Thread(target=back_up, args=(str(store), copy))
                worker.start()
                await opened.change_chat(1000 + chat, lambda known: Chat(id=known.id, paused=True))
                worker.join()
                async with open_store(str(copy), RULES) as copied:
                    assert len(await copied.chats()) >= chat


async def test_nothing_is_overwritten(store: Path, tmp_path: Path) -> None:
    await fill(store)
    copy = tmp_path / "copy.db"
    back_up(str(store), copy)
    with pytest.raises(StoreError, match="is there already"):
        back_up(str(store), copy)
    with pytest.raises(StoreError, match="holds something"):
        restore(copy, str(store))


async def test_an_empty_store_gives_way_and_a_running_bot_does_not(
    store: Path, tmp_path: Path
) -> None:
    await fill(store)
    copy, other = tmp_path / "copy.db", tmp_path / "other.db"
    back_up(str(store), copy)
    async with open_store(str(other), RULES):
        """A store without anything in it."""
    with lock(str(other)), pytest.raises(StoreError, match="another bot runs"):
        restore(copy, str(other))
    restore(copy, str(other))
    async with open_store(str(other), RULES) as opened:
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
        restore(copy, str(store))
    restored = [path for path in tmp_path.glob("herald.db*") if path.suffix != ".lock"]  # noqa: ASYNC240
    assert restored == []


async def test_a_damaged_backup_is_refused(store: Path, tmp_path: Path) -> None:
    await fill(store)
    copy = tmp_path / "copy.db"
    back_up(str(store), copy)
    raw = copy.read_bytes()
    copy.write_bytes(raw[: len(raw) // 2])
    with pytest.raises(StoreError, match=r"copy\.db"):
        restore(copy, str(store.with_name("new.db")))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE words_data SET block = zeroblob(length(block)) WHERE id > 10",
        "UPDATE indexed SET entry = zeroblob(length(entry))",
    ],
)
async def test_a_torn_index_of_words_is_made_anew(
    store: Path, tmp_path: Path, statement: str
) -> None:
    await fill(store)
    with closing(sqlite3.connect(store)) as torn, torn:
        torn.execute(statement)
    copy, other = tmp_path / "copy.db", tmp_path / "other.db"
    back_up(str(store), copy)
    restore(copy, str(other))
    async with open_store(str(other), RULES) as opened:
        (found,), _ = await opened.search(parse_search("frontex"), 0, 1)
        changed = commit(
            ("k",), found, updates=((("k",), found),), developments=(),
            texts={("k",): as_read("Frontex tam zůstane.")},
        )  # fmt: skip
        await opened.commit(changed, None)
        assert (await opened.search(parse_search("frontex"), 0, 1))[1] == 1
        assert opened.damage is None


def test_a_store_that_is_none_gives_no_backup(tmp_path: Path) -> None:
    (tmp_path / "herald.db").touch()
    with pytest.raises(StoreError, match="not a store"):
        back_up(str(tmp_path / "herald.db"), tmp_path / "copy.db")
    with pytest.raises(StoreError, match="cannot be written"):
        sqlite3.connect(tmp_path / "x.db").close()
        (tmp_path / "file").touch()
        _fill_plainly(tmp_path / "good.db")
        back_up(str(tmp_path / "good.db"), tmp_path / "file" / "copy.db")


def _fill_plainly(path: Path) -> None:
    from bot.store.sqlite import SqliteDatabase
    from bot.store.tinydb_rows import RowDB

    with RowDB(SqliteDatabase(str(path))) as db:
        db.table("meta").insert({"name": "schema", "version": 1})
