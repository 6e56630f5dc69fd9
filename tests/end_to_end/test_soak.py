"""Two weeks around the end of summer time: every piece of news reaches every chat once."""

import datetime as dt
from pathlib import Path

from tests.end_to_end.soak_run import (
    AT_ONCE,
    BLOCKING,
    COUNTRIES,
    DAILY,
    NIGHTS,
    ONE_COUNTRY,
    WEEKLY,
    Soak,
)
from tests.fakes.workers import InlineWorkers

BEGINS = dt.datetime(2025, 10, 13, 22, tzinfo=dt.UTC)


async def test_weeks_of_trouble_lose_nothing_and_repeat_nothing(tmp_path: Path) -> None:
    tick = dt.timedelta(minutes=30)
    soak = Soak(tmp_path, BEGINS, ministries=3, workers=InlineWorkers(), tick=tick)
    async for _ in soak.run(days=16):
        pass
    tally = await soak.settle()
    assert (tally.pending, tally.failed, tally.suspended) == (0, 0, 0)
    assert soak.kills == len(soak.uncertain) == tally.uncertain == 1
    assert_all_were_heard(soak)
    assert {hour for hour, _ in soak.messenger.hours[NIGHTS]} <= {*range(7, 22)}


def assert_all_were_heard(soak: Soak) -> None:
    """Each piece of news by each chat that wants it, once; a digest brings what is older than its
    last one. What comes while a chat blocks the bot is not owed to it."""
    lost = {delivery.chat for delivery in soak.uncertain}
    ages = {DAILY: dt.timedelta(days=3), WEEKLY: dt.timedelta(days=10)}
    for chat in (AT_ONCE, ONE_COUNTRY, DAILY, WEEKLY, NIGHTS, BLOCKING):
        heard = soak.messenger.heard[chat]
        assert set(heard.values()) <= {1}, "something was said twice"
        told_by_now = soak.now - ages.get(chat, dt.timedelta(days=2))
        wanted = {
            number
            for number, (country, published) in soak.ministries.published.items()
            if (chat != ONE_COUNTRY or country == COUNTRIES[0])
            and BEGINS + dt.timedelta(days=1) < published < told_by_now
        }
        assert wanted
        missing = wanted - heard.keys()
        assert chat == BLOCKING or len(missing) <= (chat in lost), (chat, missing)
