"""/brief: the developments of a period as a document."""

import datetime as dt
import io
import threading
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from msgspec.structs import replace

from bot.chat import messages
from bot.chat.context import Answer
from bot.models.brief import BriefTemplates
from bot.render import chart
from tests.chat.day import DAY, HERE, Day, told
from tests.samples import NOW


def paragraphs(answer: Answer) -> list[str]:
    assert answer.file is not None
    assert answer.file.name.endswith(".docx")
    return [each.text for each in Document(io.BytesIO(answer.file.content)).paragraphs]


async def test_it_is_of_what_the_chat_follows(day: Day) -> None:
    await day.tells("Nový zákon")
    await day.tells("Jinde", country="DE")
    answer = await day.says("/brief week")
    assert told(answer).startswith("Czechia, 10 Jan 2025 – 16 Jan 2025: 1 development.")
    said = paragraphs(answer)
    assert "Nový zákon" in said
    assert "Jinde" not in said


async def test_words_say_of_what_it_is(day: Day) -> None:
    await day.tells("Jinde", country="DE")
    assert "Jinde" in paragraphs(await day.says("/brief 01.01–31.01 DE, SK"))
    assert "Germany, Slovakia" in told(await day.says("/brief 01.01–31.01 DE, SK"))


async def test_markdown_comes_by_a_button(day: Day) -> None:
    await day.tells("Nový zákon")
    answer = await day.presses(await day.says("/brief week"), "MD")
    assert answer.file is not None
    assert answer.file.name == "brief-2025-01-10-2025-01-16.md"
    assert "#### Nový zákon".encode() in answer.file.content
    assert paragraphs(await day.presses(answer, "DOCX"))


async def test_without_words_it_asks_for_the_period(day: Day) -> None:
    await day.tells("Nový zákon")
    asked = await day.says("/brief")
    for name in ("A week", "This month"):
        assert "Nový zákon" in paragraphs(await day.presses(asked, name))
    assert "Nothing is recorded from 1 Dec 2024" in told(await day.presses(asked, "Last month"))


async def test_its_period_ends_with_the_day_that_it_is_for_the_chat(day: Day) -> None:
    day.now = dt.datetime(2025, 1, 16, 23, 30, tzinfo=dt.UTC)
    await day.tells("Nový zákon")
    assert "11 Jan 2025 – 17 Jan 2025" in told(await day.says("/brief week"))


@pytest.mark.parametrize("command", ["/brief week", "/stats"])
async def test_others_are_answered_while_its_picture_is_drawn(
    day: Day, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    drawn = list[threading.Thread]()
    png = chart.png

    def noted(*facts: Any) -> bytes | None:
        drawn.append(threading.current_thread())
        return png(*facts)

    monkeypatch.setattr(chart, "png", noted)
    await day.tells("Nový zákon")
    assert (await day.says(command)).file is not None
    assert len(drawn) == 1
    assert drawn[0] is not threading.main_thread()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ("Czechia", "I found no period in it."),
        ("week, azzyl", "azzyl"),
        ("2019", "Nothing is recorded from 1 Jan 2019 to 31 Dec 2019 for: Czechia"),
    ],
)
async def test_what_it_cannot_give_is_said(day: Day, args: str, said: str) -> None:
    await day.tells("Nový zákon")
    answer = await day.says(f"/brief {args}")
    assert answer.file is None
    assert said in told(answer)


async def test_templates_of_the_operator_are_used(day: Day, tmp_path: Path) -> None:
    await day.tells("Nový zákon")
    own = tmp_path / "own.md"
    own.write_text("Own: {{ brief.total }}")
    templates = BriefTemplates(word=str(tmp_path / "none.docx"), markdown=str(own))
    answer = await day.says("/brief week")
    day.context = replace(day.context, brief_templates=templates)
    pressed = await day.presses(answer, "MD")
    assert pressed.file is not None
    assert pressed.file.content == b"Own: 1"
    assert "template of briefs cannot be used" in told(await day.says("/brief week"))


@pytest.mark.parametrize("text", ["brief week", "a brief of the last week", "Bericht Woche"])
async def test_it_may_be_asked_for_without_a_command(day: Day, text: str) -> None:
    await day.tells("Nový zákon", date=NOW.date() - 5 * DAY)
    answer = await messages.answer_text(day.context, HERE, text)
    assert "Nový zákon" in paragraphs(answer)
