"""Damage of a file: found at the start, noted when a step meets it, never written on over."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from tinydb import where

from bot import match
from bot.errors import DamageError, StoreError
from bot.models import Development
from bot.models.chats import Chat
from bot.pipeline.rules import RULES
from bot.store import RowStore, examine, open_store
from bot.store.damage import require_whole
from bot.store.database import Access
from bot.store.open import open_engine
from bot.store.tinydb_rows import RowDB
from tests.fakes import postgres_server
from tests.samples import NOW, as_read, commit, delivery, development, everything

PAGE = 4096
LONG = " ".join(f"slovo{number}" for number in range(9000))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A store with a page of each kind: leaves, inner pages, indexes, long documents."""
    place = tmp_path_factory.mktemp("whole") / "herald.db"

    async def fill() -> None:
        async with open_store(str(place), RULES) as store:
            await store.change_chat(1, lambda chat: everything())
            for number in range(20):
                made = development(title=f"development {number}", summary=LONG[: number * 900])
                texts = {(str(number),): as_read(made.summary, str(number))}
                await store.commit(commit((str(number),), made, texts=texts), _delivered)  # type: ignore[arg-type]

    asyncio.run(fill())
    return place.read_bytes()


@pytest.fixture
def path(tmp_path: Path, whole: bytes) -> Path:
    place = tmp_path / "herald.db"
    place.write_bytes(whole)
    return place


def _delivered(made: Development, *_: object) -> list[object]:
    return [delivery(development=str(made.id))]


def _root(path: Path, name: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        found = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        (number,) = connection.execute(found, (name,)).fetchone()
    return int(number)


def _overflow(path: Path) -> int:
    """The number of a page that holds nothing but part of a long document."""
    raw = path.read_bytes()
    pages = (
        number for number in range(1, len(raw) // PAGE) if b"slovo" in _page(raw, number)[4:99]
    )
    return next(number + 1 for number in pages if _page(raw, number)[0] == 0)


def _page(raw: bytes, index: int) -> bytes:
    return raw[index * PAGE : (index + 1) * PAGE]


def _tear(path: Path, number: int, content: bytes, start: int = 0) -> None:
    raw = bytearray(path.read_bytes())
    at = (number - 1) * PAGE + start
    raw[at : at + len(content)] = content
    path.write_bytes(raw)


@pytest.mark.parametrize("content", [bytes(PAGE), b"\xff" * PAGE, b"\x0d\x00" * (PAGE // 2)])
@pytest.mark.parametrize(
    "name",
    [
        "developments",
        "chats",
        "deliveries",
        "seen",
        "developments.day",
        "seen.key",
        "sqlite_master",
    ],
)
def test_a_torn_page_is_found(path: Path, name: str, content: bytes) -> None:
    require_whole(path)
    _tear(
        path, 1 if name == "sqlite_master" else _root(path, name), content, 100 * (name[0] == "s")
    )
    with pytest.raises(DamageError, match=r"herald\.db: .*restore"):
        require_whole(path)


def test_a_torn_page_of_a_long_document_is_found(path: Path) -> None:
    # SQLite's own check does not: such a page has no form.
    _tear(path, _overflow(path), bytes(2000), start=1000)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA quick_check").fetchall() == [("ok",)]
    with pytest.raises(DamageError, match=r"rows of .* hold no document"):
        require_whole(path)


def test_a_file_that_was_cut_short_is_found(path: Path) -> None:
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) // PAGE // 2 * PAGE])
    with pytest.raises(DamageError):
        require_whole(path)


def test_what_is_no_database_is_found(tmp_path: Path) -> None:
    (tmp_path / "herald.db").write_text("a shopping list\n" * 1000)
    with pytest.raises(DamageError, match="not a database"):
        require_whole(tmp_path / "herald.db")
    require_whole(tmp_path / "none.db")


async def _is_ill(store: RowStore) -> bool:
    """Whether damage stays noted after a step that has met none."""
    await store.add_invitation("token")
    return store.damage is not None


async def test_damage_that_a_step_reads_is_noted_and_stays(path: Path) -> None:
    _tear(path, _root(path, "developments"), b"\xff" * PAGE)
    async with open_store(str(path), RULES) as store:
        assert not await _is_ill(store)
        with pytest.raises(DamageError, match="malformed"):
            await store.developments()
        assert await _is_ill(store)


async def test_damage_that_a_step_writes_to_is_noted_and_stays(path: Path) -> None:
    _tear(path, _root(path, "deliveries"), b"\xff" * PAGE)
    async with open_store(str(path), RULES) as store:
        with pytest.raises(DamageError, match="malformed"):
            await store.enqueue([delivery(development="CZ-2025-9999")])  # type: ignore[list-item]
        assert await _is_ill(store)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE developments SET doc = replace(doc, '\"themes\"', '\"tehmes\"')",
        "UPDATE readings SET doc = json_replace(doc, '$.packed', 'AAAA')",
        "UPDATE developments SET doc = cast(x'7b22ff22' || substr(doc, 3) AS text)",
    ],
)
async def test_damage_of_the_schema_or_of_documents_is_noted(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for (index,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'developments'"
        ).fetchall():
            connection.execute(f'DROP INDEX "{index}"')
        connection.execute(statement)
    async with open_store(str(path), RULES) as store:
        with pytest.raises(DamageError):
            for made in await store.developments():
                await store.words_in(str(made.id), ["slovo"])
        assert await _is_ill(store)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DROP TABLE chats", "no table chats"),
        ("DROP TABLE words", "no table words"),
        ("UPDATE meta SET doc = json_set(doc, '$.version', 'x')", "its version is 'x'"),
    ],
)
async def test_a_store_that_lacks_something_is_not_opened(
    path: Path, statement: str, said: str
) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)
    with pytest.raises(DamageError, match=said):
        async with open_store(str(path), RULES):
            pass
    with pytest.raises(DamageError, match=said):
        examine(str(path))


def test_a_row_that_is_no_document_is_found(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO invitations (doc) VALUES ('[1]')")
    with pytest.raises(DamageError, match="1 rows of invitations"):
        require_whole(path)


def test_a_disk_that_cannot_be_read_is_no_damage(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "herald.db")) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    (tmp_path / "herald.db-wal").mkdir()
    with pytest.raises(StoreError, match="nothing of this step was written") as raised:
        require_whole(tmp_path / "herald.db")
    assert not isinstance(raised.value, DamageError)


async def test_a_table_that_a_server_has_lost_is_damage(postgres: str) -> None:
    with postgres_server.database(postgres) as place:
        async with open_store(place, RULES) as store:
            assert not await _is_ill(store)
            with psycopg.connect(place, autocommit=True) as other:
                other.execute("DROP TABLE chats")
            with pytest.raises(DamageError, match='"chats" does not exist'):
                await store.chats()
            assert await _is_ill(store)


async def test_a_chat_that_cannot_be_read_holds_up_no_other(
    place: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_store(place, RULES) as store:
        for chat in (1, 2, 3):
            await store.change_chat(chat, lambda chat: everything(id=chat.id, digest_due=NOW))
            await store.open_feed(chat, 7, f"token {chat}")
    with open_engine(place) as engine, engine.transaction(Access.WRITES):
        RowDB(engine).rows("chats").update({"quiet": "at night"}, where("id") == 2)
    async with open_store(place, RULES) as store:
        _, owed = await store.commit(commit(("a",), development()), match.deliveries_for)
        assert {each.chat for each in owed} == {1, 3}
        assert {each.chat for each in await store.claim_deliveries(NOW, 9)} == {1, 3}
        for chats in (await store.chats(), await store.digests_due(NOW)):
            assert [chat.id for chat in chats] == [1, 3]
        await store.remove_expired(NOW)
        assert await store.feeds_of(2) == {7: "token 2"}
        assert store.damage is None
        assert "chat 2 cannot be read" in caplog.text
        with pytest.raises(DamageError):
            await store.chat(2)
        await store.forget_chat(2)
        assert await store.chat(2) == Chat(id=2)


async def test_other_errors_are_no_damage(path: Path) -> None:
    async with open_store(str(path), RULES) as store:
        with (
            closing(sqlite3.connect(path, timeout=0)) as other,
            pytest.raises(StoreError, match="locked"),
        ):
            await _without_patience(store)
            other.execute("BEGIN IMMEDIATE")
            await store.add_invitation("token")
        assert not await _is_ill(store)


async def _without_patience(store: RowStore) -> None:
    engine, pool = store.executor.engine, store.executor.pool
    pool.submit(lambda: engine().connection.execute("PRAGMA busy_timeout = 0")).result()
