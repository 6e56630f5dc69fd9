"""A button changes what it was shown for, and nothing in another chat."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from msgspec.structs import replace

from bot import render
from bot.chat import callbacks, commands, messages, receiving
from bot.chat.context import Answer, ChatContext, Request
from bot.models.buttons import OF_ONE_CHAT, Area
from bot.models.chats import Chat
from bot.models.deliveries import BUTTON_LIMIT, Button
from bot.pipeline.rules import RULES
from bot.store import open_store
from tests.samples import NOW, source

PERSON, CHANNEL = 2**52 - 1, -1004294967295
HERE = Request(PERSON, PERSON)


@pytest_asyncio.fixture
async def context() -> AsyncIterator[ChatContext]:
    async with open_store(":memory:", RULES) as store:

        async def runs(chat: int, person: int) -> bool:
            return True

        async def find(name: int | str) -> tuple[int, str] | None:
            return CHANNEL, "Lawyers"

        made = ChatContext(store, [source(country=None)], lambda: NOW, runs=runs, find=find)
        for said in ("/subscribe Czechia", "/channel @lawyers", "/subscribe Czechia"):
            await says(made, said)
        yield made


async def says(context: ChatContext, text: str) -> Answer:
    if not text.startswith("/"):
        return await messages.answer_text(context, HERE, text)
    command, _, said = text[1:].partition(" ")
    return await commands.answer(context, HERE, command, said)


async def presses(context: ChatContext, answer: Answer, text: str) -> Answer:
    buttons = [one for row in answer.buttons for one in row]
    assert all(len(str(one.data).encode()) <= BUTTON_LIMIT for one in buttons)
    button = next(one for one in buttons if one.text == text)
    pressed = await callbacks.answer_press(context, HERE, str(button.data))
    assert pressed
    return pressed


async def asks(context: ChatContext, what: str) -> Answer:
    """Ask for the buttons that are tested."""
    said, *ways = what.split(" > ")
    answer = await says(context, said)
    for text in ways:
        answer = await presses(context, answer, text)
    return answer


async def kept(context: ChatContext) -> list[Chat]:
    """What the two chats have set."""
    chats = [await context.store.chat(each) for each in (PERSON, CHANNEL)]
    return [replace(each, **PASSING) for each in chats]


PASSING: dict[str, Any] = {
    "speaks_for": None,
    "speaks_for_title": "",
    "keeper": None,
    "seen": None,
    "filter_changes": (),
    "typed": "",
}
"""What is kept of a chat, but is nothing that it has set."""
BUTTONS = [
    ("/settings", "Without sound"),
    ("/settings > Time zone", "Europe/Athens"),
    ("/settings > Language", "Čeština"),
    ("/subscribe", "🇨🇿 Czechia"),
    ("asylum applications in Germany", "Follow"),
    ("/forgetme", "Erase everything"),
    ("stop", "Remove all filters"),
    ("/filters > 1", "Remove"),
    ("/filters > 1", "Pause"),
    ("/filters > 1 > When ▸", "Daily"),
    ("/digest", "Daily"),
    ("/digest > Urgent ▸", "Legislative"),
]


@pytest.mark.parametrize("asked_in", ["off", "@lawyers"])
@pytest.mark.parametrize(("what", "text"), BUTTONS)
async def test_a_button_does_nothing_in_another_chat(
    context: ChatContext, what: str, text: str, asked_in: str
) -> None:
    elsewhere = "@lawyers" if asked_in == "off" else "off"
    await says(context, f"/channel {asked_in}")
    answer = await asks(context, what)
    await says(context, f"/channel {elsewhere}")
    before = await kept(context)
    pressed = await presses(context, answer, text)
    assert await kept(context) == before
    assert pressed.toast == "These buttons were for another chat. Here is how it stands."
    assert "Czechia" in pressed.messages[0].plain
    assert ("Lawyers" in pressed.messages[0].plain) == (elsewhere == "@lawyers")

    await says(context, f"/channel {asked_in}")
    await presses(context, answer, text)
    changed = [was != now for was, now in zip(before, await kept(context), strict=True)]
    assert changed == [asked_in == "off", asked_in == "@lawyers"]


@pytest.mark.parametrize("area", sorted(OF_ONE_CHAT))
async def test_a_button_that_names_no_chat_is_of_the_one_it_stands_in(
    context: ChatContext, area: Area
) -> None:
    before = await kept(context)
    pressed = await callbacks.answer_press(context, HERE, f"{area}:1")
    assert pressed
    assert pressed.toast == "These buttons were for another chat. Here is how it stands."
    assert await kept(context) == before


async def test_buttons_that_have_no_room_to_name_their_chat_are_left_out(
    context: ChatContext,
) -> None:
    rows = ((Button("Search", f"{Area.COMMAND}:search:{'x' * 50}"), Button("Help", Area.HELP)),)
    request = replace(HERE, chat=CHANNEL, asked_from=PERSON)
    answer = Answer((replace(request.say("Hello").messages[0], buttons=rows),), buttons=rows)
    about = receiving.about_chat(request, "Lawyers", answer)
    assert about.buttons == about.messages[0].buttons == ((Button("Help", Area.HELP),),)


async def test_an_older_button_that_erases_asks_again(context: ChatContext) -> None:
    before = await kept(context)
    again = await callbacks.answer_press(context, HERE, "forget")
    assert again
    assert await kept(context) == before
    await presses(context, again, "Erase everything")
    assert await kept(context) == [before[0], Chat(id=CHANNEL)]


async def test_a_reminder_is_ended_in_the_chat_that_it_came_to(context: ChatContext) -> None:
    here, there = await kept(context)
    pressed = await callbacks.answer_press(context, HERE, f"{render.MUTE}:{here.filters[0].id}")
    assert pressed
    assert "reminds you no more" in str(pressed.toast)
    muted, unchanged = await kept(context)
    assert not muted.filters[0].reminds
    assert unchanged == there
