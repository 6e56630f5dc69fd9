"""What is said in private about a channel is received once: in the language of who speaks, about
the chat that is meant, and only from its admins."""

import datetime as dt
import threading
from collections.abc import AsyncIterator
from functools import lru_cache

import pytest
import pytest_asyncio
from msgspec.structs import replace

from bot.chat import callbacks, commands, messages, questions, receiving
from bot.chat.context import Answer, ChatContext, Request
from bot.models.chats import Filter
from bot.pipeline.rules import RULES
from bot.store import open_store
from tests.samples import NOW, source

PERSON = 7
CHANNEL = -1001
HERE = Request(PERSON, PERSON)
LONG_AGO = NOW.date() - dt.timedelta(days=370)


class Admins(set[int]):
    async def run(self, chat: int, person: int) -> bool:
        return person in self


@pytest.fixture
def admins() -> Admins:
    return Admins({PERSON})


@pytest_asyncio.fixture
async def context(admins: Admins) -> AsyncIterator[ChatContext]:
    """A person with a Czech private chat sets up a German channel, which was asked whether it is
    still there, and in which nothing may be sent."""
    async with open_store(":memory:", RULES) as store:
        made = ChatContext(store, [source()], lambda: NOW, runs=admins.run)
        await store.change_chat(
            PERSON,
            lambda chat: replace(
                chat, language="cs", speaks_for=CHANNEL, speaks_for_title="A channel"
            ),
        )
        await store.change_chat(
            CHANNEL,
            lambda chat: replace(
                chat, language="de", filters=(Filter(id=1),), seen=LONG_AGO, warned=NOW.date()
            ),
        )
        await store.suspend_chat(CHANNEL, "blocked", NOW)
        yield made


async def says(context: ChatContext, text: str) -> Answer:
    """What is answered to a command, to words, or to a button by its data."""
    if text.startswith("/"):
        command, _, args = text[1:].partition(" ")
        return await commands.answer(context, HERE, command, args)
    if text.startswith("of:"):
        answer = await callbacks.answer_press(context, HERE, text)
        assert answer is not None
        return answer
    return await messages.answer_text(context, HERE, text)


def read(answer: Answer) -> str:
    return "\n".join(message.plain for message in answer.messages)


ABOUT_THE_CHANNEL = ["/filters", "/filtres", "filters", f"of:{CHANNEL}:c1:filters:"]


@pytest.mark.parametrize("said", ABOUT_THE_CHANNEL)
async def test_what_is_asked_in_private_is_answered_in_its_language(
    context: ChatContext, said: str
) -> None:
    told = await says(context, said)
    asked = await says(context, "/filters")
    assert read(told).endswith(read(asked).partition("\n")[2])
    assert told.buttons == asked.buttons


@pytest.mark.parametrize("said", ABOUT_THE_CHANNEL)
async def test_speaking_of_a_channel_in_private_does_not_end_its_suspension(
    context: ChatContext, said: str
) -> None:
    await says(context, said)
    assert (await context.store.chat(CHANNEL)).suspended


@pytest.mark.parametrize(
    "said", ["/stop", "/filtres", "/nonsense", "filters", f"of:{CHANNEL}:c1:filters:"]
)
async def test_who_is_no_admin_any_more_learns_nothing_by_any_words(
    context: ChatContext, admins: Admins, said: str
) -> None:
    admins.clear()
    refused = read(await says(context, "/filters"))
    assert "A channel" in refused
    assert read(await says(context, said)) == refused
    assert (await context.store.chat(CHANNEL)).suspended


@pytest.mark.parametrize(("slip", "command"), [("/strat", "/start"), ("/hlep", "/help")])
async def test_a_slip_is_about_the_chat_that_its_command_is_about(
    context: ChatContext, admins: Admins, slip: str, command: str
) -> None:
    admins.clear()
    meant = read(await says(context, command))
    assert "A channel" not in meant
    assert read(await says(context, slip)).partition("\n")[2] == meant


@pytest.mark.parametrize("said", ABOUT_THE_CHANNEL)
async def test_a_channel_that_is_run_from_private_is_in_use(
    context: ChatContext, said: str
) -> None:
    await says(context, said)
    channel = await context.store.chat(CHANNEL)
    assert (channel.seen, channel.warned) == (NOW.date(), None)


async def test_who_is_no_admin_any_more_keeps_no_channel(
    context: ChatContext, admins: Admins
) -> None:
    admins.clear()
    await says(context, "/filters")
    channel = await context.store.chat(CHANNEL)
    assert (channel.seen, channel.warned) == (LONG_AGO, NOW.date())


async def test_a_first_filter_answers_whether_a_chat_is_still_there(context: ChatContext) -> None:
    """A chat that follows nothing is asked, too."""
    await context.store.change_chat(9, lambda chat: replace(chat, warned=NOW.date()))
    await commands.answer(context, Request(9, 9), "subscribe", "Czechia")
    assert (await context.store.chat(9)).warned is None


async def test_a_button_that_runs_a_command_ends_what_was_asked_in_private(
    context: ChatContext,
) -> None:
    await questions.ask(context, PERSON, "rename:1")
    await says(context, f"of:{CHANNEL}:c1:filters:")
    assert (await context.store.chat(PERSON)).pending_question is None


@pytest.mark.parametrize("text", ["/subscribe Czechia", "What of Czechia?"])
async def test_the_words_of_labels_are_read_beside_the_event_loop(
    context: ChatContext, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes a second, once: others would wait, and the lease of a replica may end."""
    threads: list[threading.Thread] = []

    def read_anew() -> object:
        threads.append(threading.current_thread())
        return ()

    read = lru_cache(read_anew)
    monkeypatch.setattr(receiving, "index", read)
    for _ in range(2):
        if text.startswith("/"):
            await commands.answer(context, HERE, *text[1:].split())
        else:
            await messages.answer_text(context, HERE, text)
    (thread,) = threads
    assert thread is not threading.main_thread()
