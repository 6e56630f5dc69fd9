"""What the bot has asked ends: with its answer, a command, Cancel, or time."""

import datetime as dt
from pathlib import Path

import pytest

from bot.chat import callbacks, commands, messages
from bot.chat.context import Answer, ChatContext, Request
from bot.pipeline.rules import RULES
from bot.store import open_store
from tests.samples import NOW, source

CHAT = 1001
HERE = Request(CHAT, CHAT)


class Talk:
    """A chat with the bot on a clock of its own, whose store can be closed and opened again."""

    def __init__(self, path: Path) -> None:
        self._url, self.now = str(path), NOW

    async def says(self, text: str, here: Request = HERE) -> Answer:
        async with open_store(self._url, RULES) as store:
            context = ChatContext(store, [source()], lambda: self.now)
            if not text.startswith("/"):
                return await messages.answer_text(context, here, text)
            command, _, args = text.removeprefix("/").partition(" ")
            return await commands.answer(context, here, command, args)

    async def presses(self, answer: Answer, text: str) -> Answer:
        (data,) = [button.data for row in answer.buttons for button in row if button.text == text]
        async with open_store(self._url, RULES) as store:
            context = ChatContext(store, [source()], lambda: self.now)
            reply = await callbacks.answer_press(context, HERE, str(data))
        assert reply is not None
        return reply

    async def name(self) -> str:
        async with open_store(self._url, RULES) as store:
            return (await store.chat(CHAT)).filters[0].name


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    return Talk(tmp_path / "herald.db")


def read(answer: Answer) -> str:
    return "\n".join(message.plain for message in answer.messages)


async def asked(talk: Talk) -> Answer:
    await talk.says("/subscribe Czechia")
    answer = await talk.says("/rename")
    assert "Your next message is the name" in read(answer)
    return answer


async def test_the_next_message_is_the_name_also_after_a_restart(talk: Talk) -> None:
    await asked(talk)
    talk.now += dt.timedelta(minutes=9, seconds=59)
    assert "Filter 1: Home" in read(await talk.says("Home"))
    assert await talk.name() == "Home"


async def test_after_ten_minutes_it_is_a_message_like_any_other(talk: Talk) -> None:
    await asked(talk)
    talk.now += dt.timedelta(minutes=10)
    assert "Filter 1: Home" not in read(await talk.says("Home"))
    assert await talk.name() == ""


@pytest.mark.parametrize("command", ["/help", "/filters", "/nonsense", "/start"])
async def test_a_command_ends_it(talk: Talk, command: str) -> None:
    await asked(talk)
    await talk.says(command)
    await talk.says("Home")
    assert await talk.name() == ""


@pytest.mark.parametrize("said", ["Cancel", "cancel ", "/cancel"])
async def test_it_is_called_off_by_typing(talk: Talk, said: str) -> None:
    await asked(talk)
    assert "Home" not in read(await talk.says(said))
    await talk.says("Home")
    assert await talk.name() == ""


async def test_it_is_called_off_by_a_press_which_shows_the_filter(talk: Talk) -> None:
    card = await talk.presses(await asked(talk), "Cancel")
    assert card.in_place
    assert "Filter 1" in read(card)
    await talk.says("Home")
    assert await talk.name() == ""


async def test_a_question_of_the_set_up_is_called_off_by_typing_too(talk: Talk) -> None:
    screen = await talk.says("/subscribe")
    for text in ("Themes ▸", "Types, words, sources ▸", "Words …"):
        screen = await talk.presses(screen, text)
    assert "Nothing was changed" in read(await talk.says("Cancel"))
    assert "Nothing was changed" not in read(await talk.says("Cancel"))


async def test_it_is_called_off_in_the_readers_language(talk: Talk) -> None:
    await talk.says("/subscribe Czechia")
    await talk.says("/language cs")
    question = await talk.says("/rename 1")
    (cancel,) = [button.text for row in question.buttons for button in row]
    assert cancel != "Cancel"
    await talk.says(cancel)
    assert await talk.name() == ""


async def test_an_announcement_waits_as_long(talk: Talk) -> None:
    async with open_store(talk._url, RULES) as store:
        now = NOW
        context = ChatContext(store, [source()], lambda: now, admins=[CHAT])
        await commands.answer(context, HERE, "subscribe", "Czechia")
        shown = await commands.answer(context, HERE, "announce", "Malta too")
        now += dt.timedelta(minutes=10)
        told = await callbacks.answer_press(context, HERE, str(shown.buttons[0][0].data))
        assert "Nothing was sent" in read(told or Answer(()))
