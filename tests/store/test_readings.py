"""Readings: what sources said, when, and with which hash, in each database."""

import base64
import datetime as dt
import hashlib
import itertools
import zlib
from collections.abc import AsyncIterator

import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tinydb import where

from bot import evidence
from bot.models import PageText
from bot.models.readings import Reading, Received
from bot.pipeline.rules import RULES
from bot.ports.store import Store
from bot.store import open_store
from bot.store.database import Access
from bot.store.open import open_engine
from bot.store.tinydb_rows import RowDB, encode
from tests.samples import NOW, as_read, citation, commit, delivery, development

HOUR = dt.timedelta(hours=1)
ANSWER = Received(at=NOW, url="https://mv.example/k", headers={"ETag": '"1"'}, sha256="0" * 64)


@pytest_asyncio.fixture
async def store(place: str) -> AsyncIterator[Store]:
    async with open_store(place, RULES) as store:
        brought = commit(("k",), development(), texts={("k",): as_read("Krátce.")})
        await store.commit(brought, lambda made, *_: [delivery(development=str(made.id))])
        yield store


async def _recheck(store: Store, at: dt.datetime, text: str | None) -> None:
    """Record a check of the page that finds a text; None: that it is gone."""
    (page,) = await store.watched_pages("cz")
    (made,) = await store.developments()
    if text is None:
        answer = Received(at=at, url=page.url, status=404)
        checked = replace(page, seen=at, instead=answer)
    else:
        answer = replace(ANSWER, at=at)
        read = PageText(title="Zpráva", text=text, received=answer)
        checked = replace(page, seen=at, read=at, reading=read, instead=None)
    await store.record_recheck(checked, made, None)


async def test_each_reading_is_kept_and_the_last_one_of_a_place_prolonged(store: Store) -> None:
    for hours, text in enumerate(["První.", "První.", "Druhé.", None, None, "Druhé."]):
        await _recheck(store, NOW + hours * HOUR, text)
    kept = await store.readings("CZ-2025-0001")
    assert [(one.place, one.text, one.is_gone) for one in kept] == [
        ("list", "Krátce.", False),
        ("page", "První.", False),
        ("page", "Druhé.", False),
        ("page", "", True),
        ("page", "Druhé.", False),
    ]
    _, first, second, gone, _ = kept
    assert (first.at, first.seen) == (NOW, NOW + HOUR)
    assert first.received == ANSWER
    assert first.sha256 == hashlib.sha256("Zpráva\n\nPrvní.".encode()).hexdigest()
    assert (second.at, second.seen) == (NOW + 2 * HOUR, NOW + 2 * HOUR)
    assert (gone.at, gone.seen) == (NOW + 3 * HOUR, NOW + 4 * HOUR)
    assert gone.received == Received(at=gone.at, url="https://mv.example/k", status=404)
    assert await store.readings("CZ-2025-0002") == []


async def test_a_check_that_failed_is_no_reading(store: Store) -> None:
    await _recheck(store, NOW, "První.")
    (page,) = await store.watched_pages("cz")
    (made,) = await store.developments()
    await store.record_recheck(replace(page, seen=NOW + HOUR), made, None)
    _, first = await store.readings("CZ-2025-0001")
    assert first.seen == NOW


async def test_a_store_of_version_8_keeps_its_texts(place: str) -> None:
    text = "Nakonec zmínili Frontex."
    packed = base64.b64encode(zlib.compress(text.encode())).decode()
    row = {"source": "cz", "url": "https://mv.example/clanek", "language": "cs", "packed": packed}
    async with open_store(place, RULES):
        """Makes the tables."""
    with open_engine(place) as engine, engine.transaction(Access.WRITES):
        db = RowDB(engine)
        db.rows("meta").update({"version": 8}, where("name") == "schema")
        made = development(id="CZ-2025-0001", sources=(citation(source="cz"),))
        db.rows("developments").insert({**encode(made), "day": "2025-01-16"})
        for number in (1, 2):
            db.rows("texts").insert({"development": f"CZ-2025-000{number}", **row})
    async with open_store(place, RULES) as store:
        (kept,) = await store.readings("CZ-2025-0001")
        assert (kept.text, kept.at, kept.place) == (text, None, None)
        assert kept.sha256 == hashlib.sha256(text.encode()).hexdigest()
        assert await store.words_in("CZ-2025-0001", ["Frontex"]) == {"Frontex"}
    with open_engine(place) as engine, engine.transaction(Access.READS):
        assert not engine.has_table("texts")


def test_huge_texts_leave_room_for_the_first_and_the_last() -> None:
    kept = list[Reading]()
    for number in range(30):
        text = f"{number} ".ljust(100_000, "a")
        new = Reading(source="cz", url="u", place="page", text=text, sha256=f"{number}")
        kept, _ = evidence.with_reading(kept, new)
    assert [int(each.sha256) for each in kept] == [*range(10), *range(20, 30)]


readings = st.builds(
    lambda place, text, hours, is_gone: Reading(
        source="cz",
        url="u",
        place=place,
        at=NOW + hours * HOUR,
        seen=NOW + hours * HOUR,
        text="" if is_gone else text,
        sha256=evidence.text_hash("", "" if is_gone else text),
        is_gone=is_gone,
    ),
    st.sampled_from(["list", "page"]),
    st.sampled_from(["a", "b", "c"]),
    st.integers(0, 999),
    st.booleans(),
)


@given(st.lists(readings, max_size=130))
def test_the_first_and_the_last_readings_are_kept(given: list[Reading]) -> None:
    every, kept = list[Reading](), list[Reading]()
    for reading in given:
        kept, is_other = evidence.with_reading(kept, reading)
        every += [reading] if is_other else []
        assert kept[-1].at == reading.at or not is_other
    assert len(kept) == min(len(every), evidence.MOST)
    assert [one.at for one in kept[: evidence.FIRST]] == [one.at for one in every[: evidence.FIRST]]
    for place in ("list", "page"):
        own = [one.sha256 for one in kept[evidence.FIRST :] if one.place == place]
        assert all(one != other for one, other in itertools.pairwise(own))
