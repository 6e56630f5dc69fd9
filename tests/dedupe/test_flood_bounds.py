"""Feeds that are suddenly all new, and which of their news are sent."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from bot import dedupe
from bot.dedupe.keys import item_identities
from bot.models.sources import Item, SourceState
from tests.samples import NOW, item

DAY = dt.timedelta(days=1)


class Flood(NamedTuple):
    """The indexes of the items of a flood that are sent, and of those that are held."""

    news: list[int]
    held: list[int]


def feed(*ages: int) -> list[Item]:
    """Items published so many days before now, the oldest first."""
    return [
        item(title=f"Zpráva {age}", guid=f"new {age}", url=f"https://mv.example/new/{age}",
             published=(NOW - age * DAY).date())
        for age in ages
    ]  # fmt: skip


def flood(
    items: Sequence[Item],
    *,
    before: int = 20,
    answered: dt.datetime = NOW - DAY,
    gap: dt.timedelta = DAY,
    known: Sequence[int] = (),
    total: int | None = None,
) -> Flood | None:
    """The decision on a feed whose items are all news; `known` are those of a known title."""
    identities = item_identities(items)
    records = [
        dedupe.ClassifiedItem(item=item, identity=identity, status="new")
        for item, identity in zip(items, identities, strict=True)
    ]
    state = SourceState(
        id="cz", url="https://mv.example/rss", items=before, answered=answered, gap=gap
    )
    titles = {identities[index].title for index in known}
    dedupe.hold_bulk_republication(
        records, len(items) if total is None else total, titles, state, NOW
    )
    statuses = [record.status for record in records]
    news = [index for index, status in enumerate(statuses) if status == "new"]
    held = [index for index, status in enumerate(statuses) if status == "held"]
    return None if len(news) == len(items) else Flood(news, held)


def test_the_newest_of_a_flood_are_sent_up_to_three_times_the_usual_volume() -> None:
    decision = flood(feed(*range(11, -1, -1)))
    assert decision == Flood(news=[9, 10, 11], held=list(range(9)))


def test_news_of_a_flood_older_than_a_week_before_the_last_poll_are_held() -> None:
    decision = flood(feed(*range(20, 8, -1), 8), gap=dt.timedelta(hours=8))
    assert decision == Flood(news=[12], held=list(range(12)))


def test_news_of_a_known_title_are_neither_sent_nor_held() -> None:
    decision = flood(feed(*range(11, -1, -1)), known=[0, 11])
    assert decision == Flood(news=[8, 9, 10], held=list(range(1, 8)))


def test_a_feed_that_keeps_more_than_a_fifth_of_its_items_is_no_flood() -> None:
    items = feed(*range(11, -1, -1))
    assert flood(items, total=12 + 4) is not None
    assert flood(items, total=12 + 5) is None


def test_few_news_are_a_flood_only_when_three_titles_are_known() -> None:
    items = feed(*range(9, -1, -1))
    assert flood(items, known=[0, 1]) is None
    assert flood(items, known=[0, 1, 2]) == Flood(news=list(range(3, 10)), held=[])
    assert flood(items, before=9, known=[0, 1, 2]) == Flood(news=list(range(3, 10)), held=[])


def test_ten_news_are_no_flood_and_eleven_are() -> None:
    assert flood(feed(*range(9, -1, -1))) is None
    assert flood(feed(*range(10, -1, -1))) == Flood(news=[8, 9, 10], held=list(range(8)))


def test_a_feed_of_fewer_than_ten_items_before_is_no_flood() -> None:
    assert flood(feed(*range(11, -1, -1)), before=9) is None
    assert flood(feed(*range(11, -1, -1)), before=10) is not None


def test_after_a_long_silence_as_many_news_as_usual_are_no_flood() -> None:
    assert flood(feed(*range(11, -1, -1)), answered=NOW - 4 * DAY) is None


def test_the_usual_volume_follows_the_gap_between_news_and_is_at_least_one() -> None:
    items = feed(*range(11, -1, -1))
    twice_as_often = flood(items, gap=DAY / 2)
    assert twice_as_often == Flood(news=list(range(6, 12)), held=list(range(6)))
    rarely = flood(items, gap=30 * DAY)
    assert rarely == Flood(news=[11], held=list(range(11)))
