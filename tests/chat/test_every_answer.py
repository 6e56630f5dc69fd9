"""Every command and every button, in every state: each answer says what is the case and what to do
next, in the reader's language."""

import datetime as dt
import re
from collections.abc import AsyncIterator, Iterator
from functools import lru_cache
from itertools import product

import pytest
import pytest_asyncio
from msgspec.structs import replace

from bot import match
from bot.chat import admin, callbacks, commands
from bot.chat.context import Answer, ChatContext, Request
from bot.chat.parsing.query import parse_filter
from bot.i18n import locale_for
from bot.models.chats import Filter
from bot.pipeline.rules import RULES
from bot.store import open_store
from tests.fakes.telegram_html import utf16_length, visible
from tests.release import some_of
from tests.samples import NOW, as_read, commit, development, source
from tools.catalogues import kept, labels

PERSON, OTHER, GROUP, CHANNEL = 1001, 1002, -1001, -1002
PLACES = {
    "private": Request(PERSON, PERSON, language="cs"),
    "group": Request(GROUP, PERSON, language="cs"),
    "group of another": Request(GROUP, OTHER, language="cs"),
    "channel": Request(PERSON, PERSON, language="cs"),  # which the private chat speaks for
}
FILTERS: dict[str, tuple[str, ...]] = {
    "none": (),
    "one": ("Czechia",),
    "long": (
        ", ".join(f'"{number}{"w" * 70}", without {number}{"v" * 70}' for number in range(20)),
    ),
    "many": tuple(f'Czechia, "word{number}"' for number in range(12)),
}
ARGUMENTS = ("", "99", "<b>&", "slovo " * 80)
"""Of every command: none, a wrong number, no number, and too many words."""
FURTHER = (
    ("start", "d_CZ-2025-0001"), ("start", "d_nothing"), ("start", "g_5"), ("start", "g_1002"),
    ("start", "s_nothing"), ("start", "x" * 64), ("search", "CZ-2025-0001, CZ-1999-0001"),
    ("filters", "1"), ("unsubscribe", "1"), ("unsubscribe", "1 99"), ("unsubscribe", "all"),
    ("rename", "1"), ("rename", "1 Doma"), ("rename", f"1 {'dlouhé ' * 99}"),
    ("digest", "1"), ("digest", "99 weekly"), ("digest", "1 nikdy"), ("digest", "urgent xyzzy"),
    ("brief", ""), ("brief", "week"), ("brief", "1999"), ("brief", "CZ"), ("brief", "week x"),
    ("export", "csv"), ("export", "xlsx 1999"), ("export", "csv 2025-01-01 2024-01-01"),
    ("channel", "@kanal"), ("channel", "kanal"), ("channel", "@nikde"), ("channel", "off"),
    ("source", "c"), ("source", "cz"), ("source", "cz off"), ("source", "cz nikdy"),
    ("seen", "CZ-2025-0001"), ("seen", "CZ-2025-0002 1"), ("seen", "CZ-2025-0002 99"),
    ("changes", "CZ-2025-0001"), ("changes", "CZ-2025-0002"), ("changes", "CZ-1999-0001 1 2"),
    ("correct", "CZ-2025-0001"), ("correct", "CZ-2025-0001 xyzzy"), ("correct", "CZ-2025-0001 CZ"),
    ("correct", "CZ-2025-0001 return"), ("announce", "Něco"), ("invite", ""),
)  # fmt: skip
COMMANDS = (*commands.COMMANDS, *admin.COMMANDS, "nonsense", "cancel")
STATES = [
    *product(("private",), FILTERS),
    *product(list(PLACES)[1:], some_of(("one", "none"), one_in=2)),
]
NOT_UNDERSTOOD = "I do not understand “{said}”."
KNOWN = {*commands.COMMANDS, *admin.COMMANDS}


@pytest_asyncio.fixture
async def context() -> AsyncIterator[ChatContext]:
    async with open_store(":memory:", RULES) as store:

        async def runs(chat: int, person: int) -> bool:
            return person == PERSON

        async def find(name: int | str) -> tuple[int, str] | None:
            return (CHANNEL, "Kanál") if name in ("@kanal", CHANNEL) else None

        for day in range(1, 13):
            made = development(title=f"Zpráva {day}", date=dt.date(2025, 1, day))
            texts = {(f"k{day}",): as_read("Krátce.", f"k{day}")}
            brought = commit((f"k{day}",), made, texts=texts if day > 1 else {})
            await store.commit(brought, match.deliveries_for)
        yield ChatContext(store, [source()], lambda: NOW, [PERSON], runs, find)


async def prepare(context: ChatContext, place: str, filters: str) -> Request:
    """Follows something in a place, and returns the request of whoever speaks there."""
    request = PLACES[place]
    chat = CHANNEL if place == "channel" else request.chat
    if place == "channel":
        await context.store.change_chat(
            PERSON, lambda chat: replace(chat, speaks_for=CHANNEL, speaks_for_title="Kanál")
        )
    kept = _filters(filters)
    await context.store.change_chat(chat, lambda chat: replace(chat, filters=kept, language="cs"))
    return request


@lru_cache(maxsize=len(FILTERS))
def _filters(name: str) -> tuple[Filter, ...]:
    kept = (parse_filter(said) for said in FILTERS[name])
    return tuple(replace(each, id=n) for n, each in enumerate(kept, 1) if isinstance(each, Filter))


@pytest.mark.parametrize(("place", "filters"), STATES)
async def test_every_command_says_what_is_the_case_and_what_to_do_next(
    context: ChatContext, place: str, filters: str
) -> None:
    complaints = list[str]()
    for command, args in (*product(COMMANDS, ARGUMENTS), *FURTHER):
        request = await prepare(context, place, filters)
        answer = await commands.answer(context, request, command, args)
        complaints += complaints_about(answer, f"/{command} {args[:30]}")
    assert not complaints, "\n".join(complaints)


@pytest.mark.parametrize(("place", "filters"), STATES)
async def test_every_button_leads_on(context: ChatContext, place: str, filters: str) -> None:
    """Every button of every answer, and those of what follows, are pressed once."""
    request = await prepare(context, place, filters)
    pressed, found, complaints = set[str](), list[str](), list[str]()
    for command in (*commands.COMMANDS, *admin.COMMANDS):
        found += _data(await commands.answer(context, request, command, ""))
    while found:
        data = found.pop()
        if _kind(data) in pressed:
            continue
        pressed.add(_kind(data))
        await prepare(context, place, filters)
        answer = await callbacks.answer_press(context, request, data)
        if answer is None:
            complaints.append(f"{data}: not answered")
        else:
            complaints += complaints_about(answer, data)
            found += _data(answer)
    assert not complaints, "\n".join(complaints)
    assert len(pressed) > (0 if place == "group of another" else 24)


def _data(answer: Answer) -> Iterator[str]:
    rows = [*answer.buttons, *(row for message in answer.messages for row in message.buttons)]
    return (button.data for row in rows for button in row if button.data)


def _kind(data: str) -> str:
    """What a button does, whichever filter, country or hour it names; a set-up's whole screen."""
    return re.sub(r"\d+|[+-][A-Za-z_]+|Europe/\w+", "#", data)


def complaints_about(answer: Answer, asked: str) -> Iterator[str]:
    """What is wrong with an answer to somebody who reads Czech."""
    if answer.url:  # which opens a private chat
        return
    for message in answer.messages:
        if not 0 < utf16_length(visible(message.html).strip()) <= 4096:
            yield f"{asked}: empty or too long"
    whole = "\n".join([*(message.plain for message in answer.messages), answer.toast or ""])
    if not whole.strip():
        yield f"{asked}: nothing is said"
    if any(sign in whole for sign in ("“”", "„“", "{", "}")):
        yield f"{asked}: a placeholder without a value in {whole}"
    is_aside = asked.startswith(("n1:why", "n1:cite", "n1:wrong"))  # what was asked stands there
    if not (is_aside or _leads_on(answer, whole)):
        yield f"{asked}: nothing to do next in {whole}"
    if ":" in asked and locale_for("cs").gettext_raw(NOT_UNDERSTOOD).partition("„")[0] in whole:
        yield f"{asked}: a button that is not understood: {whole}"
    is_other = "o1:language" in asked
    yield from (
        f"{asked}: English: {each}" for each in _english() if each in whole and not is_other
    )


def _leads_on(answer: Answer, whole: str) -> bool:
    """Whether there is something to press, to open or to say next."""
    links = any(button.url for row in answer.buttons for button in row) or "start=" in whole
    is_named = any(name in KNOWN for name in re.findall(r"/([a-z]+)", whole))
    return bool(answer.file or answer.toast or any(_data(answer)) or links or is_named)


@lru_cache(maxsize=1)
def _english() -> tuple[str, ...]:
    """What only English sentences of the bot hold: no examples to type, no labels of EUAA's."""
    own, segments = set(labels()), set[str]()
    for text in kept("cs"):
        english = text.id[0] if isinstance(text.id, tuple) else str(text.id)
        if english not in own and locale_for("cs").gettext_raw(english) != english:
            bare = re.sub(r"<code>.*?</code>|</?\w+>", "\n", english, flags=re.DOTALL)
            segments.update(re.split(r"\{\w+\}|%\(\w+\)s|\n|/\w+[^.:;\n]*", bare))
    return tuple(one.strip() for one in segments if len(one.strip()) > 15 and " " in one.strip())
