"""Pauses and quiet hours: said, pressed, and what comes of them in the store."""

import datetime as dt

import pytest

from tests.chat.day import CHAT, Day, told


@pytest.mark.parametrize(("choice", "heard"), [("Nothing", 0), ("Headlines", 0), ("Everything", 2)])
async def test_what_came_during_a_pause_is_offered_afterwards(
    day: Day, choice: str, heard: int
) -> None:
    await day.tells("Before")
    day.transport.delivered.clear()
    await day.says("/pause")
    day.now += dt.timedelta(hours=1)
    await day.tells("Novela jedna", "Dohoda dva")
    assert day.transport.delivered == []
    day.now += dt.timedelta(hours=1)
    resumed = await day.says("/resume")
    assert "2 developments came while you were away" in told(resumed)
    chosen = await day.presses(resumed, choice)
    assert ("Novela jedna" in told(chosen)) == (choice == "Headlines")
    assert "Before" not in told(chosen)
    assert len(await day.passes()) == heard
    assert (await day.chat()).away is None
    again = await day.presses(resumed, choice)
    assert "Novela jedna" not in told(again)
    assert await day.passes() == []


async def test_quiet_hours_hold_what_comes_until_they_end(day: Day) -> None:
    assert "Between 22:00 and 07:00" in told(await day.says("/quiet 22:00-07:00"))
    day.now = dt.datetime(2025, 1, 16, 22, tzinfo=dt.UTC)
    await day.tells("Novela jedna")
    assert day.transport.delivered == []
    assert (await day.store.backlog(day.now)).oldest is None
    assert len(await day.passes(dt.timedelta(hours=9))) == 1
    assert "No quiet hours" in told(await day.says("/quiet off"))
    for nonsense in ("", "22", "25-30", "7-7"):
        assert "/quiet 22:00-07:00" in told(await day.says(f"/quiet {nonsense}"))


async def test_messages_may_come_without_a_sound(day: Day) -> None:
    settings = await day.says("/settings")
    await day.presses(settings, "Without sound")
    await day.tells("Novela jedna")
    assert [each.silent for each in day.transport.destinations] == [True]


async def test_messages_may_come_short(day: Day) -> None:
    settings = await day.presses(await day.says("/settings"), "Short messages")
    assert "Messages are short" in told(settings)
    assert any(button.text == "✓ Short messages" for row in settings.buttons for button in row)
    kept = (await day.says("/exportme")).file
    assert kept is not None
    assert b'"short": true' in kept.content
    await day.tells("Novela jedna", summary="One. Two. Three.")
    short = (
        "🇨🇿 Czechia · General · Policy · CZ-2025-0001\nNovela jedna\n\nOne. Two.\n\n"
        "Ministry of the Interior (https://mv.example/k1)"
    )
    assert [message.plain for _, message in day.transport.delivered] == [short]
    assert told(await day.says("/latest")) == short
    assert "Source(s)" in told(await day.says("/start d_CZ-2025-0001"))
    await day.presses(settings, "Short messages")
    assert "Source(s)" in told(await day.says("/latest"))


async def test_what_is_held_at_night_is_not_stuck_in_the_morning(day: Day) -> None:
    await day.says("/quiet 22:00-07:00")
    day.now = dt.datetime(2025, 1, 16, 22, tzinfo=dt.UTC)
    await day.tells("Novela jedna")
    day.now = dt.datetime(2025, 1, 17, 6, 30, tzinfo=dt.UTC)
    oldest = (await day.store.backlog(day.now)).oldest
    assert oldest == dt.datetime(2025, 1, 17, 6, tzinfo=dt.UTC)


async def test_who_comes_back_is_offered_what_they_missed(day: Day) -> None:
    await day.store.suspend_chat(CHAT, "blocked", day.now)
    day.now += dt.timedelta(hours=1)
    await day.tells("Novela jedna")
    assert "1 development came while you were away" in told(await day.says("/start"))
