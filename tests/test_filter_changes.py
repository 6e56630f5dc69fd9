"""What is undone leaves filters as and where they were, in whatever order changes are undone."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.filter_changes import KEPT, noted, undone
from bot.models.chats import Chat, Filter
from tests.samples import NOW

ORDERS = st.lists(st.integers(0, 7), max_size=24)


def chat(*ids: int) -> Chat:
    return Chat(id=1, filters=tuple(Filter(id=each, name=f"{each}") for each in ids))


def ids(chat: Chat) -> list[int]:
    return [each.id for each in chat.filters]


def without(chat: Chat, gone: set[int]) -> Chat:
    filters = tuple(each for each in chat.filters if each.id not in gone)
    return noted(chat, replace(chat, filters=filters), None, NOW)


def restored(chat: Chat, removed: int) -> Chat:
    """A chat after the last removal of a filter is undone."""
    for entry in reversed(chat.filter_changes):
        if removed in {each.id for each in entry.before}:
            return undone(chat, entry) or chat
    return chat


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
    assert after.filters == before.filters


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
    gone = without(chat(1, 2, 3), {1, 2, 3})
    assert ids(gone) == []
    with_another = replace(gone, filters=(Filter(id=9),))
    assert ids(restored(with_another, 2)) == [1, 2, 3, 9]


def test_what_was_made_anew_is_not_brought_back_twice() -> None:
    gone = without(chat(1, 2, 3), {1, 3})
    anew = replace(gone, filters=(*gone.filters, Filter(id=1, name="anew")))
    back = restored(anew, 1)
    assert [(each.id, each.name) for each in back.filters] == [(2, "2"), (3, "3"), (1, "anew")]
    assert restored(back, 1) == back
    assert ids(restored(without(anew, {1}), 1)) == [2, 1]


def test_of_filters_that_follow_one_another_each_is_brought_back() -> None:
    gone = without(without(chat(1, 2), {2}), {1})
    first, last = gone.filter_changes
    round_ = (first, replace(last, follows=(2,)))  # as when others have changed them unnoted
    assert ids(restored(replace(gone, filter_changes=round_), 1)) == [1]


def test_only_so_many_changes_are_kept() -> None:
    now = chat(*range(KEPT + 9))
    for each in range(KEPT + 9):
        now = without(now, {each})
    for each in range(KEPT + 9):
        now = restored(now, each)
    assert ids(now) == [*range(9, KEPT + 9)]


@given(st.permutations(range(4)))
def test_changes_of_a_group_are_undone_in_any_order(order: list[int]) -> None:
    before = replace(chat(1, 2, 3), id=-1)
    renamed = replace(before.filters[1], name="other")
    steps = (
        (before.filters[0], renamed, before.filters[2]),
        (renamed, before.filters[2]),
        (renamed, before.filters[2], Filter(id=9)),
        (renamed, Filter(id=9)),
    )
    now = before
    for filters in steps:
        now = noted(now, replace(now, filters=filters), 7, NOW + dt.timedelta(minutes=1))
    entries = now.filter_changes
    for each in order:
        now = undone(now, entries[each]) or now
    assert now.filters == before.filters
