"""What is removed comes back where it was, in whatever order it is undone."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.chat.removal import KEPT, restored, without
from bot.models.chats import Chat, Filter
from bot.pipeline.rules import RULES
from bot.store import open_store
from bot.store.database import Access

ORDERS = st.lists(st.integers(0, 7), max_size=24)


def chat(*ids: int) -> Chat:
    return Chat(id=1, filters=tuple(Filter(id=each, name=f"{each}") for each in ids))


def ids(chat: Chat) -> list[int]:
    return [each.id for each in chat.filters]


@given(st.integers(1, 8), ORDERS, st.permutations(range(8)))
def test_every_removal_can_be_undone_in_any_order(
    count: int, removals: list[int], undone: list[int]
) -> None:
    before = chat(*range(count))
    after = before
    for each in removals:
        after = without(after, {each})
    for each in undone:
        after = restored(after, each)
    assert after == before


@given(st.lists(st.tuples(st.sampled_from(["add", "remove", "undo"]), st.integers(0, 7))))
def test_what_was_never_removed_keeps_its_order(deeds: list[tuple[str, int]]) -> None:
    now, touched = chat(*range(8)), set[int]()
    for number, (deed, each) in enumerate(deeds, 100):
        if deed == "add":
            now = replace(now, filters=(*now.filters, Filter(id=number)))
        elif deed == "remove":
            now = without(now, {each})
            touched.add(each)
        else:
            now = restored(now, each)
        assert len(set(ids(now))) == len(ids(now))
    assert [each for each in ids(now) if each not in touched] == [
        each for each in (*range(8), *range(100, 100 + len(deeds))) if each in ids(now)
        and each not in touched
    ]  # fmt: skip


def test_what_was_removed_at_once_comes_back_at_once() -> None:
    before = replace(chat(1, 2, 3), filters=chat(1, 2, 3).filters)
    gone = without(before, {1, 2, 3})
    assert ids(gone) == []
    with_another = replace(gone, filters=(Filter(id=9),))
    assert ids(restored(with_another, 1)) == [1, 2, 3, 9]
    assert restored(with_another, 2) == with_another


def test_what_was_made_anew_is_not_brought_back_twice() -> None:
    gone = without(chat(1, 2), {1})
    anew = replace(gone, filters=(*gone.filters, Filter(id=1, name="anew")))
    assert restored(anew, 1).filters == anew.filters
    assert ids(restored(without(anew, {1}), 1)) == [2, 1]


def test_only_so_many_removed_filters_are_kept() -> None:
    gone = without(chat(*range(KEPT + 9)), set(range(KEPT + 9)))
    assert len(gone.removed_filters) == KEPT
    assert ids(restored(gone, 0)) == [*range(9, KEPT + 9)]


async def test_a_chat_that_was_stored_with_one_removed_filter_is_read() -> None:
    async with open_store(":memory:", RULES) as store:
        await store.change_chat(1, lambda known: replace(known, filters=chat(1).filters))

        def as_before(tables: Any) -> None:
            tables.db.rows("chats").update({"removed": {"id": 2, "countries": ["CZ"]}})

        await store.executor.run(Access.WRITES, as_before)
        assert ids(await store.chat(1)) == [1]
        assert (await store.chat(1)).removed_filters == ()
