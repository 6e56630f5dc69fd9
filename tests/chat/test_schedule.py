"""Pauses, digests, quiet: said, pressed, and what comes of them in the store."""

import datetime as dt
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.chat import commands, pace
from bot.chat.context import Answer, ChatContext, Request
from bot.jobs.outbox import Outbox
from bot.jobs.periodic import DigestJob
from bot.models import Chat, Development
from bot.models.deliveries import Delivery, Tally
from bot.models.pace import AT_ONCE, DAILY, WEEKLY, Pace
from bot.models.sources import SourceState
from bot.pipeline.rules import RULES
from bot.ports.store import Store
from bot.store import open_store
from tests.fakes.transport import FakeTransport
from tests.samples import NOW, audience_of, commit, development, source

CHAT = 1001
HERE = Request(CHAT, CHAT)
DAY = dt.timedelta(days=1)
EIGHT = dt.datetime(2025, 1, 17, 7, tzinfo=dt.UTC)
"""The next eight o'clock in Brussels."""


class Day:
    """A chat, ministries, and a clock that is set by hand."""

    def __init__(self, store: Store) -> None:
        self.store, self.now, self.transport, self.count = store, NOW, FakeTransport(), 0
        sources = [source(), source(id="de", country="DE")]
        self.context = ChatContext(store, sources, lambda: self.now)
        self.outbox = Outbox(store, self.transport, lambda: self.now)
        self.editor = DigestJob(store, sources, lambda: self.now, lambda: None)

    async def says(self, text: str) -> Answer:
        command, _, said = text.removeprefix("/").partition(" ")
        return await commands.answer(self.context, HERE, command, said)

    async def presses(self, answer: Answer, text: str) -> Answer:
        buttons = [button for row in answer.buttons for button in row]
        data = next(button.data for button in buttons if text in button.text)
        pressed = await commands.answer_press(self.context, HERE, str(data))
        assert pressed is not None
        return pressed

    async def tells(self, *titles: str, **changes: object) -> None:
        """Ministries publish, and what is owed is sent."""
        audience = await audience_of(self.store)

        def owed(made: Development, *_: object) -> list[Delivery]:
            return [
                Delivery(
                    development=str(made.id),
                    chat=told.chat,
                    filters=told.filters,
                    state="collected" if told.is_collected else "pending",
                    due=self.now,
                    created=self.now,
                )
                for told in audience.recipients(made, self.now)
            ]

        for title in titles:
            self.count += 1
            facts = {"title": title, "recorded": self.now, **changes}
            await self.store.commit(commit((f"k{self.count}",), development(**facts)), owed)
        await self.passes()

    async def passes(self, length: dt.timedelta = dt.timedelta()) -> list[str]:
        """What the chat has heard after some time."""
        self.now += length
        await self.editor.run()
        before = len(self.transport.delivered)
        await self.outbox.drain()
        return [message.plain for _, message in self.transport.delivered[before:]]

    async def chat(self) -> Chat:
        return await self.store.chat(CHAT)


@pytest_asyncio.fixture
async def day() -> AsyncIterator[Day]:
    async with open_store(":memory:", RULES) as store:
        made = Day(store)
        await made.says("/subscribe Czechia")
        yield made


def told(answer: Answer) -> str:
    return "\n".join(message.plain for message in answer.messages)


# ------------------------------------------------------------------ digests


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("daily 08:00", DAILY),
        ("daily", DAILY),
        ("Daily 7.30", Pace(kind="daily", minute=450)),
        ("daily 17h", Pace(kind="daily", minute=1020)),
        ("every day at 17h", Pace(kind="daily", minute=1020)),
        ("weekly mon 08:00", WEEKLY),
        ("weekly 9:15 Friday", Pace(kind="weekly", weekday=4, minute=555)),
        ("weekly", WEEKLY),
        ("Denně v 17:30", Pace(kind="daily", minute=1050)),
        ("týdně v pátek 9:00", Pace(kind="weekly", weekday=4, minute=540)),
        ("щотижня пт 9:00", Pace(kind="weekly", weekday=4, minute=540)),
        ("wöchentlich Sonntag", Pace(kind="weekly", weekday=6)),
        ("off", AT_ONCE),
        ("at once", AT_ONCE),
        ("silent", Pace(kind="silent")),
        ("", None),
        ("daily 25:00", None),
        ("daily mon", None),
        ("weekly mon tue", None),
        ("monthly", None),
        ("weekly soon", None),
        ("silent 8:00", None),
    ],
)
def test_a_pace_is_understood(said: str, meant: Pace | None) -> None:
    assert pace.parse_said(said) == meant


async def test_what_is_collected_comes_together_at_its_hour(day: Day) -> None:
    assert "every day at 08:00" in told(await day.says("/digest daily 08:00"))
    await day.tells("Novela jedna", "Dohoda dva")
    assert day.transport.delivered == []
    assert (await day.store.tally()) == Tally(collected=2)
    assert "2 of them for the digest" in told(await day.says("/status"))
    (digest,) = await day.passes(EIGHT - day.now)
    assert digest.splitlines()[:3] == ["Daily digest, 17 Jan 2025", "2 developments", ""]
    assert "🇨🇿 General · Novela jedna (https://t.me/bot?start=d_CZ-2025-0001)" in digest
    assert await day.store.tally() == Tally(sent=3, last_sent=EIGHT)
    assert await day.passes(dt.timedelta(hours=2)) == []


async def test_a_digest_that_was_missed_comes_late_and_once(day: Day) -> None:
    await day.says("/digest daily 08:00")
    await day.tells("Novela jedna")
    assert len(await day.passes(3 * DAY)) == 1
    assert await day.passes(dt.timedelta(hours=1)) == []
    assert (await day.chat()).digest_due > day.now  # type: ignore[operator]


async def test_a_day_without_news_is_quiet_and_a_week_is_not(day: Day) -> None:
    await day.says("/digest daily 08:00")
    assert await day.passes(DAY) == []
    await day.says("/digest weekly mon 08:00")
    (digest,) = await day.passes(7 * DAY)
    assert "Weekly digest" in digest
    assert "0 developments" in digest
    assert "Czechia: none · 0 of 1 sources answered" in digest


async def test_a_weekly_digest_begins_with_a_picture(day: Day) -> None:
    await day.says("/digest weekly mon 08:00")
    await day.tells("Novela jedna")
    caption, digest = await day.passes(7 * DAY)
    assert "by country and week" in caption
    assert "Novela jedna" in digest
    picture, text = (message.picture for _, message in day.transport.delivered)
    assert picture is not None
    assert picture.startswith(b"\x89PNG")
    assert text is None
    assert await day.store.tally() == Tally(sent=3, last_sent=day.now)


async def test_silence_is_told_from_blindness(day: Day) -> None:
    await day.says("/digest daily 08:00")
    failing = SourceState(id="cz", url="", polled=NOW, failures=3, failing=NOW, error="HTTP 503")
    made = development(title="Elsewhere", country="DE")
    await day.store.commit(commit(("de",), made, state=failing), lambda *_: ())
    (digest,) = await day.passes(DAY)
    assert "Czechia: none · 0 of 1 sources answered · cz failing since 16 Jan 2025" in digest


async def test_legislation_may_come_at_once(day: Day) -> None:
    digest = await day.says("/digest daily 08:00")
    await day.presses(await day.presses(digest, "Urgent"), "Legislative")
    await day.tells("Zákon o azylu", type="Legislative")
    await day.tells("Dohoda")
    assert day.transport.titles == [(CHAT, "Zákon o azylu")]
    (told_together,) = await day.passes(DAY)
    assert "Dohoda" in told_together
    assert "Zákon" not in told_together


async def test_when_digests_end_what_was_collected_comes_in_a_last_one(day: Day) -> None:
    await day.says("/digest daily 08:00")
    await day.tells("Novela jedna")
    await day.says("/digest off")
    (last,) = await day.passes()
    assert last.startswith("Digest, ")
    await day.tells("Dohoda dva")
    assert day.transport.titles[-1] == (CHAT, "Dohoda dva")


async def test_what_no_filter_wants_any_more_is_in_no_digest(day: Day) -> None:
    await day.says("/digest daily 08:00")
    await day.tells("Novela jedna")
    await day.says("/unsubscribe 1")
    await day.says("/subscribe Germany")
    assert await day.passes(DAY) == []
    assert await day.store.tally() == Tally(withdrawn=1)


async def test_many_developments_come_in_parts_and_each_once(day: Day) -> None:
    await day.says("/digest daily 08:00")
    titles = [f"Novela {number} zákona {number} {'x' * 200}" for number in range(40)]
    await day.tells(*titles)
    parts = await day.passes(DAY)
    assert len(parts) == 3
    assert "(1/3)" in parts[0]
    lines = [line for part in parts for line in part.splitlines() if line.startswith("🇨🇿")]
    assert len({line.split()[4] for line in lines}) == len(lines) == 40
    assert (await day.store.tally()).sent == 43


async def test_a_pause_holds_digests_too(day: Day) -> None:
    await day.says("/digest daily 08:00")
    await day.tells("Novela jedna")
    await day.says("/pause")
    assert await day.passes(DAY) == []
    await day.says("/resume")
    (digest,) = await day.passes(DAY)
    assert "Novela jedna" in digest


async def test_another_time_zone_moves_the_digest(day: Day) -> None:
    await day.says("/digest daily 08:00")
    assert (await day.chat()).digest_due == EIGHT
    await day.says("/timezone Europe/Athens")
    assert (await day.chat()).digest_due == EIGHT - dt.timedelta(hours=1)


async def test_buttons_set_the_digest_as_words_do(day: Day) -> None:
    shown = await day.presses(await day.says("/digest"), "Weekly")
    shown = await day.presses(shown, "09:00")
    assert (await day.chat()).pace == Pace(kind="weekly", minute=540)
    assert "✓ 09:00" in [button.text for row in shown.buttons for button in row]
    await day.presses(shown, "At once")
    assert (await day.chat()).pace.kind == "at_once"


# ------------------------------------------------------------------ pauses, quiet


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
