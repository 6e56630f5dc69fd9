"""What people say without a command is understood where a person would, and answered with buttons
that go on."""

import datetime as dt
import tomllib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.chat import callbacks, commands, messages
from bot.chat.commands import COMMANDS
from bot.chat.context import Answer, ChatContext, Request
from bot.chat.parsing import near_commands, plain_words, query
from bot.chat.parsing.moments import find_end, find_period
from bot.chat.parsing.pace_words import parse_said
from bot.chat.parsing.plain_words import Said
from bot.data_files import read_data
from bot.i18n import LANGUAGES, locale_for
from bot.models.chats import Chat, Filter
from bot.models.deliveries import BUTTON_LIMIT
from bot.models.pace import DAILY, WEEKLY
from bot.pipeline.rules import RULES
from bot.store import open_store
from bot.urls import find_link
from tests.samples import NOW, citation, commit, development, source

CHAT = 1001
HERE = Request(CHAT, CHAT)
SENTENCES: dict[str, list[tuple[str, str]]] = tomllib.loads(
    Path(__file__).with_name("plain_sentences.toml").read_text(encoding="utf-8")
)


@pytest_asyncio.fixture
async def context() -> AsyncIterator[ChatContext]:
    async with open_store(":memory:", RULES) as store:

        async def runs(chat: int, person: int) -> bool:
            return True

        async def find(name: int | str) -> tuple[int, str] | None:
            return -1001, "A channel"

        sources = [source(), source(id="de", country="DE")]
        yield ChatContext(store, sources, lambda: NOW, [7], runs, find)


async def says(context: ChatContext, text: str, request: Request = HERE) -> Answer:
    return await messages.answer_text(context, request, text)


async def orders(context: ChatContext, text: str, request: Request = HERE) -> Answer:
    command, _, args = text.removeprefix("/").partition(" ")
    return await commands.answer(context, request, command, args)


async def presses(context: ChatContext, answer: Answer, text: str) -> Answer:
    data = buttons(answer)[text]
    assert len(data.encode()) <= BUTTON_LIMIT
    pressed = await callbacks.answer_press(context, HERE, data)
    assert pressed is not None
    return pressed


def buttons(answer: Answer) -> dict[str, str]:
    return {button.text: str(button.data) for row in answer.buttons for button in row}


def read(answer: Answer) -> str:
    return "\n\n".join(message.plain for message in answer.messages)


async def chat(context: ChatContext) -> Chat:
    return await context.store.chat(CHAT)


async def publish(context: ChatContext, title: str, day: dt.date, country: str = "CZ") -> None:
    cited = citation(title_native=title, url=f"https://mv.example/{title}")
    made = development(title=title, date=day, country=country, themes=("return",), sources=(cited,))
    await context.store.commit(commit((title,), made), lambda *_: ())


# ------------------------------------------------------------------ labels


async def test_labels_are_named_and_followed_with_a_press(context: ChatContext) -> None:
    answer = await says(context, "Czechia, Germany, return")
    assert "I understand: Germany, Czechia" in read(answer).replace(
        "Czechia, Germany", "Germany, Czechia"
    )
    assert not (await chat(context)).filters
    await presses(context, answer, "Follow")
    (saved,) = (await chat(context)).filters
    assert (saved.countries, saved.themes) == (frozenset({"CZ", "DE"}), frozenset({"return"}))
    assert saved.pace is None


async def test_labels_are_followed_as_a_weekly_digest(context: ChatContext) -> None:
    await presses(context, await says(context, "Czechia, return"), "As a weekly digest")
    (saved,) = (await chat(context)).filters
    assert saved.pace == WEEKLY


async def test_labels_are_searched_for(context: ChatContext) -> None:
    await publish(context, "Nový zákon", dt.date(2025, 1, 10))
    found = await presses(context, await says(context, "Czechia, return"), "Search")
    assert "Nový zákon" in read(found)


async def test_buttons_hold_what_a_long_text_names(context: ChatContext) -> None:
    text = ", ".join(("Czechia", "Germany", "Austria", "Poland", "Slovakia", "Hungary", "return"))
    answer = await says(context, text)
    before = await chat(context)
    await presses(context, answer, "Follow")
    saved = (await chat(context)).filters[0]
    assert (len(saved.countries), saved.themes) == (6, frozenset({"return"}))
    assert "return" in read(await presses(context, answer, "Search")).lower()
    assert not before.filters  # and nothing else was stored of it


async def test_what_no_button_holds_is_said_as_a_command(context: ChatContext) -> None:
    text = ", ".join(f'"{letter * 30}"' for letter in "abcdef")
    answer = await says(context, text)
    assert not buttons(answer)
    assert f"/subscribe {text[:40]}" in read(answer)


async def test_a_word_that_names_nothing_is_looked_for(context: ChatContext) -> None:
    answer = await says(context, "zzyzx")
    await presses(context, answer, "Follow")
    assert (await chat(context)).filters[0].words == ("zzyzx",)


async def test_what_is_no_sentence_of_mine_can_be_searched_for(context: ChatContext) -> None:
    answer = await says(context, "qwe rty uiop asdf")
    assert "I do not understand “qwe rty uiop asdf”." in read(answer)
    assert list(buttons(answer)) == ["Search for it", "Choose countries and themes", "Help"]
    assert "Nothing is recorded for" in read(await presses(context, answer, "Search for it"))


@pytest.mark.parametrize("text", ["", "<b>", "x" * 4096, "😀", "/", "?" * 400, "a " * 2000])
async def test_anything_is_answered(context: ChatContext, text: str) -> None:
    answer = await says(context, text)
    assert read(answer).strip()
    assert all(len(data.encode()) <= BUTTON_LIMIT for data in buttons(answer).values())


# ------------------------------------------------------------------ periods


async def test_a_question_is_a_search_in_its_period(context: ChatContext) -> None:
    for title, day in (("Old", dt.date(2024, 11, 30)), ("Asked", dt.date(2024, 12, 9)),
                       ("New", dt.date(2025, 1, 9))):  # fmt: skip
        await publish(context, title, day)
    answer = await says(context, "what about Czechia last month?")
    text = read(answer)
    assert "Czechia · 1 Dec 2024 – 31 Dec 2024" in text
    assert "Asked" in text
    assert "Old" not in text
    assert "New" not in text
    await presses(context, answer, "Follow")
    assert (await chat(context)).filters[0].countries == {"CZ"}
    since = read(await orders(context, "/search Czechia, since December"))
    assert "since 1 Dec 2024" in since
    assert "Asked" in since
    assert "New" in since
    assert "Old" not in since
    one = read(await says(context, "what happened on 9 January 2025"))
    assert "everything · 9 Jan 2025" in one
    assert "Asked" not in one


async def test_a_country_whose_code_is_a_preposition_is_searched_for(context: ChatContext) -> None:
    text = read(await says(context, "news from Austria since September"))
    assert "Austria · since 1 Sept 2024" in text


async def test_a_search_in_a_period_is_turned_page_by_page(context: ChatContext) -> None:
    for number in range(12):
        await publish(context, f"News {number}", dt.date(2025, 1, 1 + number))
    answer = await says(context, "Czechia this year")
    assert "1 to 10 of 12" in read(answer)
    turned = await presses(context, answer, "▸")
    assert "News 0" in read(turned)


# ------------------------------------------------------------------ commands


async def test_stop_asks_and_offers_a_pause(context: ChatContext) -> None:
    assert "follows nothing" in read(await says(context, "stop"))
    await orders(context, "/subscribe Czechia")
    answer = await says(context, "Stop!")
    assert "Shall nothing more come?" in read(answer)
    assert (await chat(context)).filters
    await presses(context, answer, "Pause")
    assert (await chat(context)).paused
    await presses(context, answer, "Remove all filters")


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("pause 2 days", dt.datetime(2025, 1, 18, 12, tzinfo=dt.UTC)),
        ("/pause 1 week", dt.datetime(2025, 1, 23, 12, tzinfo=dt.UTC)),
        ("/pause until monday", dt.datetime(2025, 1, 19, 23, tzinfo=dt.UTC)),
        ("/pause until 5 December", dt.datetime(2025, 12, 4, 23, tzinfo=dt.UTC)),
        ("/pause tomorrow", dt.datetime(2025, 1, 16, 23, tzinfo=dt.UTC)),
    ],
)
async def test_a_pause_ends_when_it_is_said(
    context: ChatContext, text: str, until: dt.datetime
) -> None:
    await (orders if text.startswith("/") else says)(context, text)
    assert (await chat(context)).paused_until == until


@pytest.mark.parametrize("said", ["until never", "until 5 December 2035", "5", "until 31 June"])
async def test_a_pause_without_an_end_is_not_begun(context: ChatContext, said: str) -> None:
    assert "I do not understand" in read(await orders(context, f"/pause {said}"))
    assert not (await chat(context)).paused


@pytest.mark.parametrize("text", ["/digest 9", "/digest at 9", "/digest 9am", "digest 9:00"])
async def test_a_digest_at_an_hour_is_daily(context: ChatContext, text: str) -> None:
    await (orders if text.startswith("/") else says)(context, text)
    assert (await chat(context)).pace == replace(DAILY, minute=9 * 60)


@pytest.mark.parametrize("text", ["/digest mondays", "/digest weekly", "digest every monday"])
async def test_a_digest_on_a_day_is_weekly(context: ChatContext, text: str) -> None:
    await (orders if text.startswith("/") else says)(context, text)
    assert (await chat(context)).pace == WEEKLY


@pytest.mark.parametrize("text", ["wie geht es dir denn?", "how are you bot"])
async def test_who_greets_and_names_nothing_is_greeted(context: ChatContext, text: str) -> None:
    request = replace(HERE, language="de" if text.startswith("wie") else "en")
    greeting = read(await commands.answer(context, request, "start", ""))
    assert read(await says(context, text, request)) == greeting


async def test_a_question_that_names_nothing_is_said_not_to_be_understood(
    context: ChatContext,
) -> None:
    answer = await says(context, "what is your favourite colour?")
    assert "I do not understand “favourite colour?”" in read(answer)
    assert "/subscribe" not in str(answer.buttons)


async def test_a_slip_of_a_command_is_run_and_told(context: ChatContext) -> None:
    text = read(await orders(context, "/subcribe Czechia"))
    assert text.startswith("I take /subcribe for /subscribe.")
    assert (await chat(context)).filters


async def test_what_removes_is_never_run_for_a_slip(context: ChatContext) -> None:
    await orders(context, "/subscribe Czechia")
    answer = await orders(context, "/unsubscibe all")
    assert (await chat(context)).filters
    assert "/unsubscribe all" in buttons(answer)
    assert "There is no command /forgetmee" in read(await orders(context, "/forgetmee"))


async def test_a_command_that_is_not_near_enough_is_offered(context: ChatContext) -> None:
    answer = await orders(context, "/abos Czechia")
    assert "There is no command /abos" in read(answer)
    answer = await orders(context, "/subscripe_me Czechia")
    assert not (await chat(context)).filters
    await presses(context, answer, "/subscribe Czechia")
    assert (await chat(context)).filters


async def test_a_command_in_another_language_is_understood(context: ChatContext) -> None:
    czech = replace(HERE, language="cs")
    assert "/subscribe" in read(await orders(context, "/pomoc", czech))
    await orders(context, "/pauza 2 dny", czech)
    assert (await chat(context)).paused_until == NOW + dt.timedelta(days=2)


async def test_in_a_group_a_slip_is_offered_no_buttons(context: ChatContext) -> None:
    answer = await orders(context, "/unsubscibe all", Request(-5, 7))
    assert not answer.buttons


async def test_what_is_said_about_a_channel_is_headed_once(context: ChatContext) -> None:
    await commands.answer(context, HERE, "channel", "@a_channel")
    for text in ("Czechia", "help", "/subcribe Czechia"):
        answer = await (orders if text.startswith("/") else says)(context, text)
        assert read(answer).count("About A channel:") == 1
    assert len((await context.store.chat(-1001)).filters) == 1


# ------------------------------------------------------------------ ten languages


def meant(text: str, language: str) -> str:
    """What a sentence is understood as, in the words of the file."""
    if find_link(text):
        return "link"
    if query.parse_numbers(text):
        return "number"
    said = plain_words.understand(text, NOW, "UTC", language, tuple(COMMANDS))
    if call := query.parse_command(text):
        (name,) = near_commands.find_near(call.command, COMMANDS)
        said = Said("command", call.words, name)
    if said.kind == "command":
        return f"/{said.command} {_arguments(said, language)}".strip()
    return said.kind if said.kind in ("stop", "greeting", "thanks") else _labels(said, language)


def _arguments(said: Said, language: str) -> str:
    if said.command == "pause" and said.text:
        return f"{find_end(said.text, NOW, 'UTC', language):%Y-%m-%d %H:%M}"
    if said.command == "digest" and (pace := parse_said(said.text, language)):
        day = "mon " if pace == WEEKLY else ""
        kind = {"daily": "day", "weekly": "week"}[pace.kind]
        return f"{kind} {day}{pace.minute // 60:02}:{pace.minute % 60:02}"
    return said.text


def _labels(said: Said, language: str) -> str:
    period, rest = find_period(said.text, NOW.date(), language)
    reading = query.read_filter(rest, (), language)
    found = reading.filter
    if said.kind == "labels" and len(rest.split()) > 1 and found == Filter():
        return "unknown"
    labels = (*sorted(found.countries), *sorted(found.themes | found.topics), *sorted(found.types))
    words = (f"“{doubt.text}”" for doubt in reading.doubts)
    days = [period.written()] if period else []
    pace = [found.pace.kind] if found.pace else []
    return " ".join((said.kind, *labels, *words, *pace, *days))


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_understood_as_by_a_person(language: str) -> None:
    sentences = [(text, want.replace("follow", "labels")) for text, want in SENTENCES[language]]
    missed = [text for text, want in sentences if meant(text, language) != want]
    assert len(missed) <= 0.12 * len(sentences), missed


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_term_that_is_said_alone_is_understood(language: str) -> None:
    terms = read_data("plain_words", dict[str, dict[str, list[str]]])[language]
    for name in (*plain_words.ALONE, *plain_words.SMALL_TALK):
        for term in terms[name]:
            said = plain_words.understand(term, NOW, "UTC", language, tuple(COMMANDS))
            assert (term, said.command or said.kind) == (term, name)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_answers_are_in_the_readers_language(context: ChatContext, language: str) -> None:
    gettext = locale_for(language).gettext
    answer = await says(context, "return", replace(HERE, language=language))
    assert list(buttons(answer)) == [
        gettext(text) for text in ("Follow", "As a weekly digest", "Search")
    ]


@given(st.text(max_size=120), st.sampled_from(LANGUAGES))
def test_nothing_that_is_said_breaks_it(text: str, language: str) -> None:
    said = plain_words.understand(text, NOW, "Europe/Prague", language, tuple(COMMANDS))
    assert said.kind in ("greeting", "thanks", "stop", "command", "labels", "search")


@given(st.sampled_from([name for name in COMMANDS if len(name) >= near_commands.LEAST]), st.data())
def test_a_command_with_one_slip_is_near(name: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(name) - 2))
    slips = {
        name[:place] + name[place + 1 :],
        name[:place] + "q" + name[place:],
        name[:place] + "q" + name[place + 1 :],
        name[:place] + name[place + 1] + name[place] + name[place + 2 :],
    }
    for slip in slips - {name}:
        assert near_commands.is_sure(slip, name), slip


@pytest.mark.parametrize("one", ["stats", "status", "start"])
def test_commands_that_are_near_one_another_are_both_offered(one: str) -> None:
    assert len(near_commands.find_near("stat", COMMANDS)) == 2
    assert near_commands.find_near(one, COMMANDS)[0] == one
