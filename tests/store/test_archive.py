"""What is listed to everybody, and what has changed of it."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from msgspec.structs import replace

from bot.models import Confidence, ReviewRule
from bot.models.archive import ArchiveEntry
from bot.models.deliveries import Delivery
from bot.pipeline.rules import RULES
from bot.store import RowStore, open_store
from tests.samples import NOW, commit, correction_of, development

RETURN = ("country:CZ", "source:", "theme:return", "type:Policy")


@pytest_asyncio.fixture
async def store(place: str) -> AsyncIterator[RowStore]:
    async with open_store(place, RULES) as opened:
        yield opened


async def _listed(store: RowStore) -> dict[int, ArchiveEntry]:
    """All entries, read two at a time."""
    found: dict[int, ArchiveEntry] = {}
    after: int | None = 0
    while after is not None:
        entries, after = await store.archive_entries(after, 2)
        found |= {entry.number: entry for entry in entries}
    return found


async def test_every_change_is_noted(store: RowStore) -> None:
    for key in "abc":
        day = dt.date(2025, 1, 10 + ord(key) - ord("a"))
        made = development(title=key, date=day, themes=("return",))
        await store.commit(commit((key,), made), None)
    listed = await _listed(store)
    assert [entry.day.day for entry in listed.values()] == [10, 11, 12]
    assert all(entry.labels == RETURN for entry in listed.values())
    first, *_ = await store.archived(listed)
    since = await store.last_archive_change()

    corrected = replace(first, themes=("borders",))
    await store.save_correction(corrected, correction_of(str(first.id)), NOW)

    changes = await store.archive_changes(since)
    assert changes
    assert [{*entry.labels} - {*RETURN} for entry in changes.entries] == [{"theme:borders"}]
    assert changes.last == await store.last_archive_change()
    assert await store.archive_changes(changes.last) == replace(changes, entries=())
    assert await store.find_numbers(["spolupráce"]) == frozenset(listed)
    assert await store.find_numbers(['"spolupráce v boji"', "spol*"]) == frozenset(listed)
    assert await store.find_numbers(["spolupráce", "azyl"]) == frozenset()
    assert await store.find_numbers(["spolupráce", "*"]) == frozenset()


async def test_words_are_found_also_beyond_the_newest(
    store: RowStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.word_index.RANKED", 1)
    for key in "abc":
        await store.commit(commit((key,), development(title=f"{key} visa")), None)
    assert len(await store.find_numbers(["visa"])) == 3


async def test_a_change_counts_from_its_commit_on(store: RowStore) -> None:
    await store.commit(commit(("a",), development(title="a")), None)
    before, loop, seen = await store.last_archive_change(), asyncio.get_running_loop(), list[int]()

    def ask_meanwhile(*_: object) -> list[Delivery]:
        asked = asyncio.run_coroutine_threadsafe(store.last_archive_change(), loop)
        seen.append(asked.result(5))
        return []

    await store.commit(commit(("b",), development(title="b")), ask_meanwhile)

    assert seen == [before]
    assert await store.last_archive_change() == before + 1


async def test_a_number_of_another_store_is_not_known(store: RowStore) -> None:
    await store.commit(commit(("a",), development(title="a")), None)
    assert await store.archive_changes(await store.last_archive_change() + 1) is None


async def test_what_waits_for_an_editor_is_not_listed(store: RowStore) -> None:
    doubted = development(confidence=Confidence(relevance=0.4))
    rule = ReviewRule(0.6, dt.timedelta(minutes=30))
    await store.commit(commit(("a",), doubted, review=rule), lambda *_: [])
    await store.commit(commit(("b",), doubted, review=rule), lambda *_: [])
    assert await _listed(store) == {}
    since = await store.last_archive_change()

    released, rejected = await store.reviews()
    await store.release(released.id, lambda *_: [], NOW)
    await store.reject(rejected.id, correction_of(rejected.development))

    changes = await store.archive_changes(since)
    assert changes
    assert [*await _listed(store)] == [entry.number for entry in changes.entries]
    assert len(changes.removed) == 1


async def test_who_missed_too_many_changes_reads_all(
    store: RowStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.archive.CHANGES_KEPT", 2)
    for key in "abcd":
        await store.commit(commit((key,), development(title=key)), None)
    last = await store.last_archive_change()
    assert await store.archive_changes(0) is None
    assert await store.archive_changes(last - 2)
