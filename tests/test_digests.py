"""When the digests of a chat are due, and what each contains."""

import datetime as dt
from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot import digests
from bot.digests.contents import compose_digests
from bot.models.chats import Chat, Filter
from bot.models.deliveries import ComposedDigests, Delivery
from bot.models.pace import AT_ONCE, DAILY, WEEKLY, Pace
from tests.samples import NOW, delivery, development

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
SILENT = Pace(kind="silent")
LATE = Pace(kind="daily", minute=18 * 60)
PACES = (None, AT_ONCE, SILENT, DAILY, LATE, WEEKLY)


def chat_of(*paces: Pace | None, **settings: object) -> Chat:
    filters = tuple(Filter(id=number, pace=pace) for number, pace in enumerate(paces, 1))
    chat = Chat(id=1, filters=filters, **settings)  # type: ignore[arg-type]
    return digests.reschedule(Chat(id=1), chat, NOW)


def collected(number: int, *filters: int) -> Delivery:
    name = f"CZ-2025-{number:04}"
    return replace(delivery(development=name, state="collected"), id=number, filters=filters)


def compose(chat: Chat, rows: Iterable[Delivery], now: dt.datetime) -> ComposedDigests:
    rows = [*rows]
    made = {row.development: development(id=row.development) for row in rows}
    return compose_digests(chat, rows, made, (), now)


def contents(composed: ComposedDigests) -> list[tuple[str, tuple[str, ...]]]:
    """How often each digest comes, and the last digits of what is in it."""
    return [
        (part.digest.every, tuple(item[-1] for item in part.digest.items))
        for part in composed.parts
        if part.digest and not part.digest.is_picture
    ]


def test_each_pace_has_its_digest() -> None:
    chat = chat_of(DAILY, WEEKLY, AT_ONCE, SILENT, DAILY, None)
    assert [each.pace for each in chat.digests] == [DAILY, WEEKLY]
    assert chat.digest_due == min(each.due for each in chat.digests)
    assert chat_of(AT_ONCE, SILENT, None).digest_due is None
    assert [each.pace for each in chat_of(None, pace=LATE).digests] == [LATE]


def test_digests_of_different_hours_are_composed_apart() -> None:
    chat = chat_of(DAILY, LATE)
    late, early = (each.due for each in reversed(chat.digests))
    assert NOW < late < early  # the next morning
    rows = [collected(1, 1), collected(2, 2)]
    evening = compose(chat, rows, late)
    assert contents(evening) == [("day", ("2",))]
    morning = compose(evening.chat, rows[:1], early)
    assert contents(morning) == [("day", ("1",))]
    assert morning.chat.digest_due == late + DAY


def test_what_two_digests_want_is_in_the_sooner_alone() -> None:
    chat = chat_of(DAILY, WEEKLY)
    rows = [collected(1, 1, 2), collected(2, 2)]
    daily = compose(chat, rows, chat.digests[0].due)
    assert contents(daily) == [("day", ("1",))]
    weekly = compose(daily.chat, rows[1:], chat.digests[1].due)
    assert ("week", ("2",)) in contents(weekly)


def test_digests_that_are_due_together_are_told_apart_and_share_nothing() -> None:
    chat = chat_of(DAILY, WEEKLY)
    rows = [collected(1, 1, 2), collected(2, 2)]
    both = compose(chat, rows, chat.digests[1].due)
    assert contents(both) == [("day", ("1",)), ("week", ("2",))]
    assert len({(part.development, part.revision) for part in both.parts}) == len(both.parts)


def test_topics_of_a_group_have_their_own_digests() -> None:
    filters = tuple(Filter(id=number, thread=number, pace=DAILY) for number in (1, 2))
    chat = digests.reschedule(Chat(id=-1), Chat(id=-1, filters=filters), NOW)
    rows = [collected(1, 1), collected(2, 2), collected(3, 1, 2)]
    composed = compose(chat, rows, NOW + DAY)
    assert contents(composed) == [("day", ("1", "3")), ("day", ("2",))]


def test_what_was_collected_comes_with_the_digest_of_the_new_pace() -> None:
    before = chat_of(DAILY)
    filters = (replace(before.filters[0], pace=WEEKLY),)
    after = digests.reschedule(before, replace(before, filters=filters), NOW + HOUR)
    rows = [collected(1, 1)]
    morning = compose(after, rows, before.digests[0].due)
    assert contents(morning) == []
    assert morning.unwanted == ()
    assert [each.pace for each in morning.chat.digests] == [WEEKLY]
    (weekly,) = morning.chat.digests
    composed = compose(morning.chat, rows, weekly.due)
    assert contents(composed) == [("week", ("1",))]
    assert composed.parts[0].digest
    assert composed.parts[0].digest.since == NOW  # as what is in it was collected since then


def test_what_was_collected_comes_at_once_where_the_new_pace_has_no_digest() -> None:
    before = chat_of(DAILY, DAILY)
    filters = (replace(before.filters[0], pace=AT_ONCE), before.filters[1])
    after = digests.reschedule(before, replace(before, filters=filters), NOW + HOUR)
    assert after.digest_due == NOW + HOUR
    composed = compose(after, [collected(1, 1), collected(2, 2), collected(3, 1, 2)], NOW + HOUR)
    assert contents(composed) == [("once", ("1", "3"))]
    assert composed.chat.digest_due == before.digest_due


def test_a_paused_chat_keeps_what_was_collected_until_it_listens() -> None:
    before = chat_of(DAILY)
    paused = replace(before, paused=True)
    changed = replace(paused, filters=(replace(paused.filters[0], pace=AT_ONCE),))
    after = digests.reschedule(paused, changed, NOW + HOUR)
    rows = [collected(1, 1)]
    waiting = compose(after, rows, NOW + 2 * DAY)
    assert (contents(waiting), waiting.within) == ([], {})
    assert waiting.chat.digest_due is not None
    assert waiting.chat.digest_due > NOW + 2 * DAY  # else it would seem to be late
    resumed = digests.reschedule(waiting.chat, replace(waiting.chat, paused=False), NOW + 2 * DAY)
    composed = compose(resumed, rows, NOW + 2 * DAY)
    assert contents(composed) == [("once", ("1",))]


def test_what_is_called_for_a_time_is_left_alone_by_other_changes() -> None:
    called = digests.add_extra(chat_of(AT_ONCE), NOW + HOUR)
    changed = digests.reschedule(called, replace(called, language="cs"), NOW)
    assert changed.digest_due == NOW + HOUR
    rows = [collected(1, 1)]
    assert contents(compose(changed, rows, NOW + HOUR)) == [("once", ("1",))]


def test_a_filter_that_comes_back_finds_its_digest_as_it_was() -> None:
    before = chat_of(DAILY, WEEKLY)
    without = digests.reschedule(before, replace(before, filters=before.filters[1:]), NOW + HOUR)
    assert without.digest_due == before.digest_due
    back = digests.reschedule(without, replace(without, filters=before.filters), NOW + 2 * HOUR)
    assert back == before


def test_what_only_a_removed_filter_wanted_is_withdrawn_when_its_digest_is_due() -> None:
    before = chat_of(DAILY)
    without = digests.reschedule(before, replace(before, filters=()), NOW + HOUR)
    composed = compose(without, [collected(1, 1)], before.digests[0].due)
    assert composed.parts == ()
    assert composed.unwanted == (1,)
    assert composed.chat.digest_due is None


def test_another_time_zone_moves_every_digest() -> None:
    chat = chat_of(DAILY, LATE)
    moved = digests.reschedule(chat, replace(chat, timezone="Europe/Athens"), NOW)
    assert [b.due - a.due for a, b in zip(chat.digests, moved.digests, strict=True)] == [-HOUR] * 2


wanting = st.frozensets(st.integers(1, 4), min_size=1)


@given(
    st.lists(st.sampled_from(PACES), min_size=4, max_size=4),
    st.lists(wanting, max_size=9),
    st.lists(st.tuples(st.integers(1, 4), st.sampled_from(PACES), st.integers(1, 60)), max_size=4),
)
def test_whatever_paces_change_all_that_was_collected_comes_once(
    paces: list[Pace | None],
    wanted: list[frozenset[int]],
    changes: list[tuple[int, Pace | None, int]],
) -> None:
    chat, now = chat_of(*paces), NOW
    collecting = {number for number, pace in enumerate(paces, 1) if pace and pace.is_digest}
    left = {n: collected(n, *each) for n, each in enumerate(wanted, 1) if each <= collecting}
    expected = sorted(row.development for row in left.values())
    came: list[str] = []

    def passes(length: dt.timedelta) -> None:
        nonlocal chat, now
        until = now + length
        while chat.digest_due and chat.digest_due <= until:
            now = max(now, chat.digest_due)
            composed = compose(chat, [*left.values()], now)
            chat = composed.chat
            came.extend(item for part in composed.parts for item in part.digest.items)  # type: ignore[union-attr]
            for number in composed.within:
                del left[number]
            assert composed.unwanted == ()
        now = until

    for number, pace, hours in changes:
        passes(hours * HOUR)
        filters = tuple(
            replace(each, pace=pace) if each.id == number else each for each in chat.filters
        )
        chat = digests.reschedule(chat, replace(chat, filters=filters), now)
    passes(8 * DAY)
    assert sorted(came) == expected


def test_the_next_digest_is_one_that_a_filter_wants() -> None:
    monday = Pace(kind="weekly", minute=480)
    friday = replace(monday, weekday=4)
    before = chat_of(monday)
    filters = tuple(replace(each, pace=friday) for each in before.filters)
    after = digests.reschedule(before, replace(before, filters=filters), NOW)
    due = digests.next_due(after)
    assert due is not None
    assert due.weekday() == 4
