"""Reminders of dates ahead: once, at their time, to whom they are of use."""

import datetime as dt
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from msgspec.structs import replace

from bot.chat import commands
from bot.chat.context import Answer
from bot.jobs.reminders import ReminderJob
from bot.models import DateAhead
from bot.pipeline.rules import RULES
from bot.store import open_store
from tests.chat.day import CHAT, HERE, Day, told
from tests.samples import NOW

LAW = NOW.date() + dt.timedelta(days=20)
SENTENCE = f"Zákon platí od {LAW}."
AHEAD = DateAhead(kind="in_force", day=LAW, words=f"{LAW}", sentence=SENTENCE)
DAY = dt.timedelta(days=1)


@pytest_asyncio.fixture
async def day() -> AsyncIterator[Day]:
    async with open_store(":memory:", RULES) as store:
        made = Day(store)
        made.jobs = (*made.jobs, ReminderJob(store, lambda: made.now, lambda: None))  # type: ignore[assignment]
        made.now = NOW.replace(hour=12)
        await made.says("/subscribe Czechia")
        yield made


async def heard(day: Day, days: int) -> list[tuple[int, str]]:
    """What the chat hears in some days, hour by hour, each with how many days are left."""
    found = list[tuple[int, str]]()
    for _ in range(days * 8):
        texts = await day.passes(dt.timedelta(hours=3))
        found += [((LAW - day.now.date()).days, text) for text in texts]
    return found


async def test_a_month_is_told_of_a_week_before_it_begins(day: Day) -> None:
    first = NOW.date().replace(month=2, day=1)
    month = replace(AHEAD, day=first, precision="month")
    await day.tells("Zákon", ahead=(month,))
    ((left, text),) = await heard(day, 25)
    assert left == 7 + (LAW - first).days
    assert "In 7 days · February 2025 (in force)" in text


async def test_it_comes_a_week_and_a_day_before_and_only_once(day: Day) -> None:
    await day.tells("Zákon", ahead=(AHEAD,))
    (week, eve) = await heard(day, 25)
    assert (week[0], eve[0]) == (7, 1)
    assert "In 7 days" in week[1]
    assert "(in force)" in week[1]
    assert SENTENCE in week[1]
    assert "Tomorrow" in eve[1]
    rows = await day.store.deliveries_of(CHAT)
    assert [row.state for row in rows if row.kind == "reminder"] == ["sent", "sent"]
    assert (await day.store.tally(CHAT)).matched == 3


async def test_it_answers_the_message_of_its_development(day: Day) -> None:
    await day.tells("Zákon", ahead=(AHEAD,))
    news = await day.store.news_delivery("CZ-2025-0001", CHAT)
    assert news
    await heard(day, 14)
    assert day.transport.destinations[-1].reply_to == news.message_id


async def test_a_filter_reminds_no_more_after_the_button_under_a_reminder(day: Day) -> None:
    await day.tells("Zákon", ahead=(AHEAD,))
    await heard(day, 14)
    _, message = day.transport.delivered[-1]
    pressed = await day.presses(Answer((message,), buttons=message.buttons), "No reminders")
    assert "/filters turns it on again" in str(pressed.toast)
    assert await heard(day, 8) == []


async def test_reminders_are_turned_off_and_on_at_a_filter(day: Day) -> None:
    card = await day.says("/filters 1")
    off = await day.presses(card, "No reminders")
    assert [one.reminds for one in (await day.chat()).filters] == [False]
    on = await day.presses(off, "Remind me")
    assert [one.reminds for one in (await day.chat()).filters] == [True]
    assert "Czechia" in told(on)


@pytest.mark.parametrize(
    "facts",
    [
        {"country": "DE"},
        {"ahead": (replace(AHEAD, day=None, words="do 15 dnů"),)},
        {"ahead": (replace(AHEAD, day=NOW.date() + DAY),)},  # the news itself has told of it
    ],
)
async def test_nobody_is_reminded_of_what_is_of_no_use(day: Day, facts: dict[str, object]) -> None:
    await day.tells("Zákon", **{"ahead": (AHEAD,), **facts})
    assert await heard(day, 25) == []


async def test_after_a_pause_no_date_is_told_that_is_over(day: Day) -> None:
    await day.tells("Zákon", ahead=(AHEAD,))
    await commands.answer(day.context, HERE, "pause", "30d")
    await heard(day, 25)
    await commands.answer(day.context, HERE, "resume", "")
    assert [text for text in await day.passes() if "⏰" in text] == []
    rows = [row for row in await day.store.deliveries_of(CHAT) if row.kind == "reminder"]
    assert {row.state for row in rows} == {"withdrawn"}


async def test_a_reminder_that_was_missed_comes_late_but_not_too_late(day: Day) -> None:
    await day.tells("Zákon", ahead=(AHEAD,))
    day.now += 14 * DAY  # the service was off for a day
    (late,) = await day.passes()
    assert "In 6 days" in late
    day.now += 4 * DAY
    assert await day.passes() == []
