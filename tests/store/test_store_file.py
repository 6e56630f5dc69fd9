# ruff: noqa: ASYNC240 - a test may wait for its disk
"""The file of a store: one that is lost is told, what it held is saved while a bot has it open."""

import datetime as dt
import shutil
import sqlite3
from collections import namedtuple
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import DamageError, StoreError
from bot.pipeline.rules import RULES
from bot.store import RowStore, exists, lock, open_store
from bot.store.backup import restore
from bot.store.backup_folder import BackupFolder
from bot.store.damage import Damage
from bot.store.store_file import StoreFile, open_store_file
from tests.samples import NOW, everything

DAY = dt.timedelta(days=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "herald.db"


async def _make(path: Path, **options: bool) -> None:
    async with open_store(str(path), RULES, **options) as store:
        await store.change_chat(1, lambda chat: everything())


async def _chats(path: Path) -> int:
    async with open_store(str(path), RULES) as store:
        return len(await store.chats())


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _replace_by_another_database(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE other (field)")


@pytest.mark.parametrize("lose", [Path.unlink, _empty, _replace_by_another_database])
async def test_no_store_is_begun_where_one_was(path: Path, lose: object) -> None:
    await _make(path)
    lose(path)  # type: ignore[operator]
    with pytest.raises(StoreError, match=r"herald\.db: .* there was a store; .*restore.*--new"):
        await _make(path)
    if lose is not _replace_by_another_database:
        with pytest.raises(StoreError, match="there was a store"):
            exists(str(path))
    await _make(path, is_new=True)
    assert await _chats(path) == 1


async def test_a_first_store_begins_by_itself(path: Path) -> None:
    assert not exists(str(path))
    _empty(path)  # as where somebody mounts one file into a container
    await _make(path)
    await _make(path)


async def test_a_backup_takes_the_place_of_a_store_that_is_lost(path: Path) -> None:
    await _make(path)
    with open_store_file(path, Damage().note) as file:
        copy = BackupFolder(file, 1).make(NOW)
    path.unlink()
    with pytest.raises(StoreError, match=rf"policy-herald restore {copy}"):
        await _make(path)
    restore(copy, str(path))
    assert await _chats(path) == 1


async def test_a_lock_that_cannot_be_made_is_told(path: Path) -> None:
    await _make(path)
    lock_file = path.with_name("herald.db.lock")
    lock_file.unlink()
    lock_file.mkdir()
    with pytest.raises(StoreError, match="cannot be written beside"), lock(str(path)):
        pass
    lock_file.rmdir()
    with pytest.raises(OSError, match="of what runs inside"), lock(str(path)):
        raise OSError("of what runs inside")


# ---------------------------------------------------------------- while a bot runs


@pytest.fixture
async def store(path: Path) -> AsyncIterator[RowStore]:
    async with open_store(str(path), RULES) as store:
        await store.change_chat(1, lambda chat: everything())
        yield store


@pytest.fixture
def file(store: RowStore, path: Path) -> Iterator[StoreFile]:
    with open_store_file(path, store.note_damage) as file:
        yield file


@pytest.mark.parametrize("suffix", ["", "-wal", "-shm"])
async def test_a_file_that_is_deleted_under_the_bot_is_told(
    store: RowStore, file: StoreFile, suffix: str
) -> None:
    assert file.problem() is None
    lost = Path(f"{file.path}{suffix}")
    lost.rename(moved := lost.with_name("moved"))
    assert file.problem() == f"{lost} was deleted"
    shutil.copy(moved, lost)
    assert file.problem() == f"{lost} was replaced by another file"
    moved.rename(lost)
    assert file.problem() is None
    assert store.damage is None


async def test_a_file_that_is_cut_short_is_damaged(store: RowStore, file: StoreFile) -> None:
    await store.change_chat(2, lambda chat: everything(id=2))
    with closing(sqlite3.connect(file.path)) as other:
        other.execute("PRAGMA wal_checkpoint(PASSIVE)")
    assert file.problem() is None
    raw = file.path.read_bytes()
    with file.path.open("r+b") as open_file:
        open_file.truncate(len(raw) // 2 // 4096 * 4096)
    file.problem()
    assert store.damage


async def test_a_file_that_somebody_has_vacuumed_is_well(store: RowStore, file: StoreFile) -> None:
    with closing(sqlite3.connect(file.path)) as other:
        other.execute(
            "INSERT INTO invitations (doc) VALUES (json_object('token', hex(randomblob(99999))))"
        )
        other.commit()
        other.execute("PRAGMA wal_checkpoint(PASSIVE)")
        assert file.problem() is None
        other.execute("DELETE FROM invitations")
        other.commit()
        size = file.path.stat().st_size
        other.execute("VACUUM")
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert file.path.stat().st_size < size
    assert file.problem() is None
    assert store.damage is None


async def test_what_a_deleted_file_held_is_in_a_backup(store: RowStore, file: StoreFile) -> None:
    for found in file.path.parent.glob("herald.db*"):
        found.unlink()
    await store.change_chat(2, lambda chat: everything(id=2))
    copy = BackupFolder(file, 7).make(NOW)
    assert await _chats(copy) == 2


# ---------------------------------------------------------------- a backup a day


async def test_the_newest_backups_are_kept(store: RowStore, file: StoreFile) -> None:
    folder = BackupFolder(file, 3)
    assert folder.newest(NOW) is None
    (folder_path := file.path.parent / "backups").mkdir()
    own = folder_path / "herald-before-the-upgrade.db"
    shutil.copy(file.path, own)
    (folder_path / "herald-2025-01-01T000000Z.db.part").write_bytes(b"left by a crash")
    made = [folder.make(NOW + day * DAY) for day in range(5)]
    assert folder.newest(NOW + 9 * DAY) == NOW + 4 * DAY
    assert folder.newest(NOW + 3 * DAY) == NOW + 3 * DAY
    assert {*folder_path.iterdir()} == {own, *made[-3:]}  # what is not ours stays
    assert {await _chats(copy) for copy in made[-3:]} == {1}


async def test_a_damaged_store_takes_the_place_of_no_backup(
    path: Path,
) -> None:
    await _make(path)
    with open_store_file(path, Damage().note) as file:
        good = BackupFolder(file, 1).make(NOW)
    with closing(sqlite3.connect(path)) as other:
        (root,) = other.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'developments'"
        ).fetchone()
    with path.open("r+b") as torn:
        torn.seek((root - 1) * 4096)
        torn.write(b"\xff" * 4096)
    damage = Damage()
    with (
        open_store_file(path, damage.note) as file,
        pytest.raises(DamageError, match="would be of a store that is damaged"),
    ):
        BackupFolder(file, 1).make(NOW + DAY)
    assert damage.error
    assert [*good.parent.iterdir()] == [good]


async def test_a_backup_leaves_the_store_room(
    store: RowStore, file: StoreFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage(10**9, 10**9 - 1000, 1000))
    with pytest.raises(StoreError, match=r"0 MB are free.*make room"):
        BackupFolder(file, 1).make(NOW)


async def test_a_folder_of_backups_that_cannot_be_made_is_told(
    store: RowStore, file: StoreFile
) -> None:
    (file.path.parent / "backups").write_text("a file")
    with pytest.raises(StoreError, match="backups: cannot be made for backups"):
        BackupFolder(file, 1).make(NOW)
