"""/coverage: what is followed of each country, on the screen of a phone."""

import datetime as dt
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from msgspec.structs import replace

from bot.chat import callbacks, commands
from bot.chat.context import ChatContext, Request
from bot.config import Config
from bot.i18n import LANGUAGES
from bot.models.sources import PollCommit, SourceState
from bot.pipeline.rules import RULES
from bot.store import open_store
from bot.text import readable
from tests.samples import NOW, source

DAY = dt.timedelta(days=1)
HERE = Request(chat=1, person=1, language="en")
PHONE = 30
"""Characters of a line that a narrow phone shows of preformatted text."""
SOURCES = [
    source(id="cz-mv", type="ministry"),
    source(id="cz-us", type="court", publisher="Constitutional Court"),
    source(id="de-bgbl", type="gazette", country="DE", language="de", publisher="Law Gazette"),
    source(id="eu-cjeu", type="court", country=None, language="en", publisher="Court of Justice"),
]
STATES = [
    SourceState(id="cz-mv", url="", polled=NOW, news=NOW - 20 * DAY, gap=2 * DAY),
    SourceState(id="cz-us", url="", polled=NOW, news=NOW - 3 * DAY),
    SourceState(
        id="de-bgbl",
        url="",
        polled=NOW,
        failures=2,
        failing=NOW - DAY,
        error="ServerDisconnectedError: HTTP 500",
        cause="server",
    ),
]


@pytest_asyncio.fixture
async def context() -> AsyncIterator[ChatContext]:
    async with open_store(":memory:", RULES) as store:
        for state in STATES:
            await store.commit(PollCommit(state=state, at=NOW), lambda *_: ())
        yield ChatContext(store, SOURCES, lambda: NOW)


async def told(context: ChatContext, args: str, language: str = "en") -> str:
    request = Request(chat=1, person=1, language=language)
    answer = await commands.answer(context, request, "coverage", args)
    return "\n".join(message.plain for message in answer.messages)


async def test_a_country_is_told_with_its_gaps(context: ChatContext) -> None:
    assert (await told(context, "Czechia")).splitlines() == [
        "What is followed of Czechia",
        "2 of 2 sources answered when last asked",
        "Languages: Czech",
        "Last news found: 13.01.2025 12:00 UTC",
        "",
        "Ministries and governments",
        "• Ministry of the Interior: answered 1 min ago; quiet for 20 days, usually news every "
        "2 days",
        "",
        "Courts",
        "• Constitutional Court: answered 1 min ago; last news 3 days ago",
        "",
        "Known gaps",
        "• no source of this type: Agencies, Official gazettes, Parliaments",
        "• Ministry of the Interior: answered 1 min ago; quiet for 20 days, usually news every "
        "2 days",
    ]


async def test_a_failing_source_and_one_that_is_off_are_gaps(context: ChatContext) -> None:
    assert "• Law Gazette: failing since 15.01.2025 12:00" in await told(context, "Germany")
    await context.store.switch_source("de-bgbl", is_on=False)
    gaps = (await told(context, "Germany")).partition("Known gaps")[2]
    assert "Official gazettes" in gaps
    assert "• Law Gazette: switched off" in gaps


@pytest.mark.parametrize("command", ["coverage", "sources"])
async def test_a_cause_is_said_in_the_words_of_the_reader(
    context: ChatContext, command: str
) -> None:
    answer = await commands.answer(context, replace(HERE, language="de"), command, "Germany")
    said = "\n".join(message.plain for message in answer.messages)
    assert "(2-mal in Folge): der Server hat einen Fehler" in said
    assert "ServerDisconnectedError" not in said


async def test_a_country_without_any_source_is_told(context: ChatContext) -> None:
    text = await told(context, "Liechtenstein")
    assert "no source of this type: Ministries and governments, Agencies, Courts" in text


async def test_another_word_is_asked_about(context: ChatContext) -> None:
    answer = await commands.answer(context, HERE, "coverage", "Germny")
    ((button,),) = answer.buttons
    shown = await callbacks.answer_press(context, HERE, str(button.data))
    assert shown is not None
    assert shown.messages[0].plain.startswith("What is followed of Germany")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_table_of_all_countries_fits_a_phone(context: ChatContext, language: str) -> None:
    context = ChatContext(context.store, Config().all_sources(), lambda: NOW)
    answer = await commands.answer(
        context, Request(chat=1, person=1, language=language), "coverage", ""
    )
    (message,) = answer.messages
    table = readable(message.html.partition("<pre>")[2].partition("</pre>")[0]).splitlines()
    assert len(table) > 30
    assert all(len(line) <= PHONE for line in table)
    assert {line.find("/") for line in table[1:]} <= {17, 18}
    assert len(message.plain) < 4096


async def test_a_row_counts_the_sources_of_each_type(context: ChatContext) -> None:
    rows = {line[:2]: line for line in (await told(context, "")).splitlines() if "/" in line}
    assert rows["CZ"] == "CZ 1 · 1 · · ·   2/2   3"
    assert rows["DE"] == "DE · · · 1 · ·   0/1   ·"
    assert "LI" not in rows
    assert rows["**"] == "** · · 1 · · ·   0/1   ·"


async def test_more_than_nine_sources_of_a_type_are_counted(context: ChatContext) -> None:
    many = [source(id=f"cz-{n}", type="ministry") for n in range(12)]
    context = ChatContext(context.store, [*SOURCES, *many], lambda: NOW)
    lines = (await told(context, "")).splitlines()
    assert [line for line in lines if line.startswith(("    M", "CZ", "DE"))] == [
        "    M A C G P +",
        "CZ 13 · 1 · · ·  2/14   3",
        "DE  · · · 1 · ·   0/1   ·",
    ]
