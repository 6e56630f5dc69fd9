"""A feed that is suddenly all new: which of its items are told."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from bot import dedupe
from bot.dedupe.keys import item_identities
from bot.models.sources import Item, SourceState
from tests.samples import NOW

STATE = SourceState(
    id="cz",
    url="https://mv.example/rss",
    baseline=True,
    items=40,
    answered=NOW - dt.timedelta(days=1),
    gap=dt.timedelta(days=1),
)


def items(*days: int | None) -> tuple[Item, ...]:
    """Items published so many days ago, of which none was seen before."""
    return tuple(
        Item(
            source="cz",
            title=f"Azyl: zpráva {number}",
            url=f"https://new.example/{number}",
            published=None if day is None else NOW.date() - dt.timedelta(days=day),
        )
        for number, day in enumerate(days)
    )


def sent_and_held(*days: int | None) -> tuple[list[int], list[int]]:
    """The indexes of the items that are sent, and of those that are held."""
    feed = items(*days)
    records = [
        dedupe.ClassifiedItem(item=item, identity=identity)
        for item, identity in zip(feed, item_identities(feed), strict=True)
    ]
    dedupe.classify(records, ())
    dedupe.hold_bulk_republication(records, len(feed), (), STATE, NOW)
    statuses = [record.status for record in records]
    sent = [index for index, status in enumerate(statuses) if status == "new"]
    return sent, [index for index, status in enumerate(statuses) if status == "held"]


def test_the_newest_are_told_as_many_as_the_source_usually_publishes() -> None:
    sent, held = sent_and_held(*range(40))
    assert sorted(sent) == [0, 1, 2]  # today's, yesterday's, and that of the day before
    assert sorted(held) == list(range(3, 40))


def test_what_is_older_than_a_week_before_the_last_poll_is_not_told() -> None:
    sent, held = sent_and_held(*[30] * 39, 8)
    assert sent == [39]
    sent, held = sent_and_held(*[30] * 39, 9)
    assert (sent, len(held)) == ([], 40)


def test_items_without_a_date_count_as_new_as_can_be() -> None:
    sent, _ = sent_and_held(*[0] * 37, None, None, None)
    assert sorted(sent) == [37, 38, 39]


@given(st.lists(st.integers(0, 60) | st.none(), min_size=12, max_size=60))
def test_no_item_is_lost_and_none_is_told_before_a_newer_one(days: list[int | None]) -> None:
    sent, held = sent_and_held(*days)
    assert sorted(sent + held) == list(range(len(days)))
    ages = [-1 if day is None else day for day in days]
    assert not (sent and held) or max(ages[one] for one in sent) <= min(
        age for age in (ages[one] for one in held)
    )
