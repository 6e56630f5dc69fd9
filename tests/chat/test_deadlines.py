"""/deadlines: what is ahead for the filters of a chat, and as a calendar."""

import datetime as dt

import icalendar
import pytest

from bot.chat import deadlines
from bot.chat.context import Answer
from bot.models import DateAhead, DateKind
from tests.chat.day import HERE, Day, told
from tests.samples import NOW

TODAY = NOW.date()


def ahead(days: int, kind: DateKind = "in_force") -> DateAhead:
    """A date some days from today, in a sentence of its own."""
    day = TODAY + dt.timedelta(days=days)
    return DateAhead(kind=kind, day=day, words=f"{day}", sentence=f"Platí od {day}, & dále.")


PERIOD = DateAhead(kind="appeal", day=None, words="do 15 dnů", sentence="Odvolat se lze do 15 dnů.")


def events(answer: Answer) -> list[icalendar.Event]:
    assert answer.file is not None
    assert answer.file.name.endswith(".ics")
    return list(icalendar.Calendar.from_ical(answer.file.content).walk("VEVENT"))  # type: ignore[arg-type]


async def test_the_next_one_comes_first_with_its_sentence_and_link(day: Day) -> None:
    await day.tells("Pozdější", ahead=(ahead(30),))
    await day.tells("Dřívější", ahead=(ahead(5, "comments"), PERIOD))
    text = told(await day.says("/deadlines"))
    assert text.index("Dřívější") < text.index("Pozdější")
    assert "(comments due)" in text
    assert ahead(5).sentence in text
    assert "start=d_CZ-2025-0002" in text
    assert "do 15 dnů" not in text  # a period has no day to be sorted by


async def test_what_is_past_or_not_followed_is_not_listed(day: Day) -> None:
    await day.tells("Dnes", ahead=(ahead(0),))
    await day.tells("Včera", ahead=(ahead(-1),))
    await day.tells("Jinde", ahead=(ahead(5),), country="DE")
    text = told(await day.says("/deadlines"))
    assert "Dnes" in text
    assert "Včera" not in text
    assert "Jinde" not in text


async def test_nothing_ahead_is_said(day: Day) -> None:
    await day.tells("Zpráva")
    assert "No dates ahead are known" in told(await day.says("/deadlines"))


async def test_many_are_turned_page_by_page(day: Day) -> None:
    for number in range(1, 9):
        await day.tells(f"Novela {number}.", ahead=(ahead(number),))
    first = await day.says("/deadlines")
    assert "Novela 6." in told(first)
    assert "Novela 7." not in told(first)
    second = await day.presses(first, "▸")
    assert "7 to 8 of 8" in told(second)
    assert "Novela 7." in told(second)
    assert "Novela 6." in told(await day.presses(second, "◂"))


async def test_the_calendar_has_each_date_as_a_whole_day(day: Day) -> None:
    await day.tells("Novela; zákona, č. 5", ahead=(ahead(5), ahead(9), ahead(-3), PERIOD))
    made = events(await day.presses(await day.says("/deadlines"), ".ics"))
    assert [event["dtstart"].dt for event in made] == [
        TODAY + dt.timedelta(days=5), TODAY + dt.timedelta(days=9),
    ]  # fmt: skip
    (first, second) = made
    assert first["dtend"].dt - first["dtstart"].dt == dt.timedelta(days=1)
    assert first["summary"] == "Novela; zákona, č. 5 (in force)"
    assert ahead(5).sentence in first["description"]
    assert "https://mv.example/" in first["url"]
    assert first["uid"] != second["uid"]


@pytest.mark.parametrize("data", ["99999", "x", ""])
async def test_an_odd_button_breaks_nothing(day: Day, data: str) -> None:
    answer = await deadlines.on_button(day.context, HERE, data)
    assert answer is None or "No dates ahead" in told(answer)
