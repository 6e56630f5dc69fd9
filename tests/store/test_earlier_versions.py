"""A store of each earlier version, as the program of that time has written it, is opened.

Each file of `earlier` is the SQL of a store in which two chats had subscribed and been sent a
development; a new version of the schema adds one, before it changes anything.
"""

import sqlite3
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot import match
from bot.chat.parsing.query import parse_search
from bot.pipeline.rules import RULES
from bot.store import RowStore, open_store
from bot.store.damage import require_whole
from bot.store.schema import VERSION
from tests.samples import NOW, commit, development

EARLIER = sorted((Path(__file__).parent / "earlier").glob("schema-*.dump"))


def _written(dump: Path, folder: Path) -> str:
    """The address of the store of a dump."""
    file = folder / "herald.db"
    with sqlite3.connect(file) as connection:
        connection.executescript(dump.read_text())
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
