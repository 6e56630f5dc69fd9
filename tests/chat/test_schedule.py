"""Pauses and quiet hours: said, pressed, and what comes of them in the store."""

import datetime as dt

import pytest
from msgspec.structs import replace

from bot.chat import messages
from bot.chat.context import Answer
from bot.jobs.pauses import MANY, EndOfPauses
from bot.models.chats import Chat
from tests.chat.day import CHAT, DAY, HERE, Day, told
from tests.samples import everything


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


async def test_a_pause_that_ends_by_itself_offers_what_came(day: Day) -> None:
    assert "Then I tell you what came meanwhile" in told(await day.says("/pause 3d"))
    await day.tells("Novela jedna", "Dohoda dva")
    assert await day.passes(2 * DAY) == []
    (offer,) = await day.passes(DAY)
    assert offer == "2 developments came while you were away. What shall I send of them?"
    (_, message) = day.transport.delivered[-1]
    chosen = await day.presses(Answer((message,), buttons=message.buttons), "Everything")
    assert "2 developments come now" in told(chosen)
    assert len(await day.passes()) == 2
    assert (await day.chat()).paused is False
    day.transport.delivered.clear()
    await day.tells("Zákon tři")
    assert day.transport.titles == [(CHAT, "Zákon tři")]
    assert await day.passes(30 * DAY) == []


async def test_what_came_after_a_pause_was_not_missed(day: Day) -> None:
    await day.says("/pause 1d")
    await day.tells("Novela jedna")
    (_,) = await day.passes(DAY)
    (_, message) = day.transport.delivered[-1]
    day.now += DAY
    await day.tells("Rückkehr", country="DE")
    await day.says("/subscribe everything")
    await day.presses(Answer((message,), buttons=message.buttons), "Everything")
    (told_late,) = await day.passes()
    assert "Novela jedna" in told_late


async def test_a_pause_in_which_nothing_came_ends_silently(day: Day) -> None:
    await day.says("/pause 3d")
    assert await day.passes(4 * DAY) == []
    assert (await day.chat()).paused_until is None


async def test_the_end_of_a_pause_is_told_once_whatever_breaks(day: Day) -> None:
    await day.says("/pause 3d")
    await day.tells("Novela jedna")
    day.now += 3 * DAY
    end = EndOfPauses(day.store, lambda: day.now, lambda: None)
    paused = await day.chat()
    await end.run()
    await day.store.change_chat(CHAT, lambda _: paused)  # as if it had been stopped in between
    await end.run()
    assert len(await day.passes()) == 1
    assert await day.passes(DAY) == []


async def test_a_pause_that_was_changed_ends_when_it_was_set_to(day: Day) -> None:
    await day.says("/pause 3d")
    await day.says("/pause 5d")
    await day.tells("Novela jedna")
    assert await day.passes(4 * DAY) == []
    await day.says("/resume")
    assert await day.passes(4 * DAY) == []


async def test_a_channel_gets_what_came_in_a_digest_and_no_question(day: Day) -> None:
    channel = -1001
    await day.store.change_chat(channel, lambda chat: everything(id=channel))
    await day.store.change_chat(CHAT, lambda chat: Chat(id=CHAT))
    until = day.now + DAY
    await day.store.change_chat(
        channel, lambda chat: replace(chat, paused=True, paused_until=until, away=day.now)
    )
    await day.tells("Novela jedna", "Dohoda dva")
    (digest,) = await day.passes(DAY)
    assert digest.startswith("Digest, ")
    assert "Novela jedna" in digest
    assert "Dohoda dva" in digest
    assert await day.passes(DAY) == []


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


NIGHT = dt.datetime(2025, 1, 16, 22, tzinfo=dt.UTC)


async def test_a_night_with_much_ends_with_a_digest(day: Day) -> None:
    await day.says("/quiet 22:00-07:00")
    day.now = NIGHT
    await day.tells(*(f"Zpráva {number} o ničem" for number in range(MANY + 1)))
    await day.tells("Novela jedna")
    assert await day.passes(dt.timedelta(hours=1)) == []
    parts = await day.passes(dt.timedelta(hours=7))
    assert f"{MANY + 2} developments" in parts[0]
    assert "Novela jedna" in parts[-1]
    assert len(parts) == 1
    assert (await day.store.tally()).waiting == 0
    day.transport.delivered.clear()
    await day.tells("Dohoda dva")
    assert day.transport.titles == [(CHAT, "Dohoda dva")]


async def test_a_night_with_little_ends_with_each_alone(day: Day) -> None:
    await day.says("/quiet 22:00-07:00")
    day.now = NIGHT
    await day.tells(*(f"Zpráva {number} o ničem" for number in range(MANY)))
    assert len(await day.passes(dt.timedelta(hours=9))) == MANY


async def test_by_day_much_comes_as_ever(day: Day) -> None:
    await day.says("/quiet 22:00-07:00")
    await day.tells(*(f"Zpráva {number} o ničem" for number in range(MANY + 1)))
    assert len(day.transport.delivered) == MANY + 1


async def test_what_is_urgent_at_night_comes_in_the_morning_and_once(day: Day) -> None:
    await day.says("/subscribe Germany, daily 18:00")
    await day.says("/digest urgent legislative")
    await day.says("/quiet 22:00-07:00")
    assert await day.passes(NIGHT - day.now) == []
    await day.tells(*(f"Zpráva {number} o ničem" for number in range(MANY + 1)))
    await day.tells("Asylgesetz", country="DE", type="Legislative")
    await day.tells("Rückkehr", country="DE")
    assert await day.passes(dt.timedelta(hours=1)) == []
    morning = "\n".join(await day.passes(dt.timedelta(hours=8)))
    assert f"{MANY + 1} developments" in morning
    assert morning.count("Asylgesetz") == 1
    assert "Rückkehr" not in morning
    (evening,) = await day.passes(dt.timedelta(hours=11))
    assert "Rückkehr" in evening
    assert "Asylgesetz" not in evening
    assert (await day.store.tally()).waiting == 0


async def test_much_that_is_urgent_waits_for_no_digest(day: Day) -> None:
    await day.says("/digest weekly fri 18:00")
    await day.says("/digest urgent legislative")
    await day.says("/quiet 22:00-07:00")
    day.now = NIGHT
    titles = [f"Zákon {number} o ničem" for number in range(MANY + 1)]
    await day.tells(*titles, type="Legislative")
    assert await day.passes(dt.timedelta(hours=1)) == []
    assert len(await day.passes(dt.timedelta(hours=8))) == MANY + 1
    assert (await day.store.tally()).waiting == 0


async def test_a_zone_that_is_not_known_has_those_it_may_be_as_buttons(day: Day) -> None:
    answer = await day.says("/timezone Viena")
    assert "I do not know a time zone “Viena”" in told(answer)
    assert "Your time zone: Europe/Vienna" in told(await day.presses(answer, "Europe/Vienna"))
    assert (await day.says("/timezone xyzzy")).buttons == ()


async def test_the_month_of_a_search_begins_by_the_clocks_of_the_chat(day: Day) -> None:
    day.now = dt.datetime(2025, 1, 31, 23, 30, tzinfo=dt.UTC)
    await day.says("/timezone Europe/Prague")
    typed = await messages.answer_text(day.context, HERE, "Germany this month")
    for answer in (await day.says("/search Germany, this month"), typed):
        assert "since 1 Feb 2025" in told(answer)
