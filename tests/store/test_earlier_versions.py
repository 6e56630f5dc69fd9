"""A store of each earlier version, as the program of that time has written it, is opened.

Each file of `earlier` is the SQL of a store in which two chats had subscribed and been sent a
development; a new version of the schema adds one, before it changes anything.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot import match
from bot.chat.parsing.query import parse_search
from bot.enrich.reference_forms import find_numbers
from bot.errors import StoreError
from bot.models.chats import Filter
from bot.pipeline.rules import RULES
from bot.search import Search
from bot.store import RowStore, lock, open_store, stored_version
from bot.store.backup import migrate
from bot.store.damage import require_whole
from bot.store.database import Access
from bot.store.open import open_engine
from bot.store.schema import VERSION
from bot.store.tinydb_rows import RowDB
from tests.fakes import postgres_server
from tests.samples import NOW, commit, development

EARLIER = sorted((Path(__file__).parent / "earlier").glob("schema-*.dump"))


def _written(dump: Path, folder: Path, references: str = "[]") -> str:
    """The address of the store of a dump. `references`: what its filters want and its developments
    name, as JSON."""
    sql = dump.read_text().replace('references":[]', f'references":{references}')
    file = folder / "herald.db"
    with sqlite3.connect(file) as connection:
        connection.executescript(sql)
    connection.close()
    return str(file)


def test_every_earlier_version_is_kept() -> None:
    assert [dump.stem for dump in EARLIER] == [f"schema-{n}" for n in range(1, VERSION)]


@pytest.mark.parametrize("dump", EARLIER, ids=lambda dump: dump.stem)
async def test_it_is_opened_with_all_it_holds(dump: Path, tmp_path: Path) -> None:
    address = _written(dump, tmp_path)
    async with open_store(address, RULES) as store:
        await _holds_all(store)
        await _goes_on(store)
    require_whole(Path(address))
    async with open_store(address, RULES) as store:  # once more, as what it is now
        assert len(await store.chats()) == 2


async def test_it_is_refused_where_it_is_not_to_be_changed(tmp_path: Path) -> None:
    address = _written(EARLIER[-1], tmp_path)
    with pytest.raises(StoreError, match=r"earlier version.*`policy-herald run` brings it"):
        async with open_store(address, RULES, migrates=False):
            pass
    assert stored_version(address) == VERSION - 1


async def test_it_is_not_changed_under_a_bot_that_runs_on_it(tmp_path: Path) -> None:
    address = _written(EARLIER[-1], tmp_path)
    with lock(address), pytest.raises(StoreError, match="another bot runs on this store"):
        async with open_store(address, RULES):
            pass
    assert stored_version(address) == VERSION - 1


@pytest.fixture
def place(postgres: str) -> Iterator[str]:
    """A place on a server without a store."""
    with postgres_server.database(postgres) as dsn:
        yield dsn


# Since schema 9 the index of words is as it is today, and not made anew.
@pytest.mark.parametrize("dump", [EARLIER[0], EARLIER[7]], ids=lambda dump: dump.stem)
async def test_a_server_that_holds_it_is_brought_up_to_date(
    dump: Path, place: str, tmp_path: Path
) -> None:
    """With the documents of that time, in tables without the indexes of that time."""
    with (
        sqlite3.connect(_written(dump, tmp_path)) as file,
        open_engine(place) as server,
        server.transaction(Access.WRITES),
    ):
        named = "SELECT name, sql FROM sqlite_master WHERE type = 'table'"
        for table, sql in file.execute(named).fetchall():
            if "doc TEXT" in sql:
                server.make_table(table)
                rows = file.execute(f"SELECT doc FROM {table} ORDER BY id")
                RowDB(server).rows(table).insert_multiple(json.loads(doc) for (doc,) in rows)
    file.close()
    async with open_store(place, RULES) as store:
        await _holds_all(store)
        await _goes_on(store)


@pytest.mark.parametrize("dump", [EARLIER[0], EARLIER[-1]], ids=lambda dump: dump.stem)
async def test_its_file_stays_as_it_is_when_it_is_copied_to_a_server(
    dump: Path, place: str, tmp_path: Path
) -> None:
    address = _written(dump, tmp_path)
    before = _content(address)
    migrate(Path(address), place)
    assert _content(address) == before
    async with open_store(place, RULES) as store:
        await _holds_all(store)
        await _goes_on(store)


def _content(address: str) -> list[str]:
    with closing(sqlite3.connect(address)) as file:
        return list(file.iterdump())


async def _holds_all(store: RowStore) -> None:
    one, other = await store.chats()
    assert [one.id, other.id] == [1001, 1002]
    assert one.filters[0].countries == {"CZ"}
    assert len(other.filters) == 1
    made = await store.developments()
    assert len(made) == 3
    assert all(each.country == "CZ" and each.sources[0].url for each in made)
    sent = await store.deliveries("sent", 9)
    assert {delivery.chat for delivery in sent} == {1001, 1002}
    _, found = await store.search(parse_search("přijímací středisko"), 0, 9)
    assert found == 1
    assert len((await store.archive_entries(0, 9))[0]) == 3
    (state,) = (await store.states()).values()
    assert state.id == "cz-mv"


async def _goes_on(store: RowStore) -> None:
    """It takes what a poll brings, and enqueues it for the chats that want it."""
    news = commit(("new",), replace(development(), title="Nová zpráva o azylu"))
    news = replace(news, state=replace(news.state, id="cz-other"), at=NOW)
    _, deliveries = await store.commit(news, match.deliveries_for)
    assert {delivery.chat for delivery in deliveries} <= {1001, 1002}
    assert 1001 in {delivery.chat for delivery in deliveries}


@pytest.mark.parametrize(
    ("saved", "name"),
    [
        ("CELEX 32024R1348", "EU 2024/1348"),
        ("CELEX 32003R0343", "EU 343/2003"),
        ("CELEX 32013L0032", "EU 2013/32"),
        ("CELEX 52023PC0250", "COM(2023) 250"),
        ("CELEX 62024CJ0123", "C-123/24"),
        ("CELEX 62024TO0123", "T-123/24"),
        ("sněmovní tisk 123", "sněmovní tisk 123"),
    ],
)
async def test_what_follows_a_number_follows_it_under_the_name_of_today(
    saved: str, name: str, tmp_path: Path
) -> None:
    address = _written(EARLIER[7], tmp_path, f'["{saved}"]')
    assert [each.name for each in find_numbers(saved)] == [name]
    async with open_store(address, RULES) as store:
        for chat in await store.chats():
            assert chat.filters[0].references == {name}
        wanted = Search(filter=Filter(references=frozenset({name})))
        (made, *_), found = await store.search(wanted, 0, 9)
    assert found == 3
    assert made.references == made.own_references == (name,)
