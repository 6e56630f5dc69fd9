"""/language: which language the bot speaks, and what texts are translated into."""

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from msgspec.structs import replace

from bot.chat import callbacks, commands
from bot.chat.context import Answer, ChatContext, Request
from bot.models.chats import Chat
from bot.models.translations import Translation
from bot.pipeline.rules import RULES
from bot.store import open_store
from tests.samples import NOW, citation, commit, delivery, development, source, title_of

CHAT = 1001
HERE = Request(CHAT, CHAT)
LAW = development(
    title="Zákon o azyle",
    country="SK",
    sources=(citation(title_native="Zákon o azyle", language="sk"),),
    translations={"cs": Translation(title="Azylový zákon", summary=None, by="x", origin="machine")},
)


@pytest_asyncio.fixture
async def context(request: pytest.FixtureRequest) -> AsyncIterator[ChatContext]:
    """A chat where texts can be translated into the languages of the fixture's parameter."""
    targets = getattr(request, "param", ("en", "cs", "de"))
    async with open_store(":memory:", RULES) as store:
        yield ChatContext(store, [source()], lambda: NOW, targets=lambda: targets)


async def says(context: ChatContext, command: str, said: str = "") -> Answer:
    return await commands.answer(context, HERE, command, said)


async def presses(context: ChatContext, data: str) -> Answer | None:
    return await callbacks.answer_press(context, HERE, data)


def offered(answer: Answer | None) -> list[str]:
    """The buttons beside those of the languages that the bot speaks."""
    assert answer
    buttons = [button for row in answer.buttons for button in row]
    return [button.text for button in buttons if str(button.data).startswith("o1:texts:")]


async def chat(context: ChatContext) -> Chat:
    return await context.store.chat(CHAT)


async def test_texts_come_in_english_until_something_else_is_chosen(context: ChatContext) -> None:
    await says(context, "language", "cs")
    choices = ["Texty: English", "Texty: Čeština", "Texty: jak vyšly"]
    assert offered(await says(context, "language")) == [f"✓ {choices[0]}", *choices[1:]]
    answer = await presses(context, "o1:texts:cs")
    assert offered(answer) == [choices[0], f"✓ {choices[1]}", choices[2]]
    assert (await chat(context)).texts == "cs"
    assert "Texty: Čeština" in (await says(context, "settings")).messages[0].plain
    assert offered(await presses(context, "o1:texts:"))[2] == f"✓ {choices[2]}"
    assert (await chat(context)).texts == ""


@pytest.mark.parametrize(
    ("context", "choices"),
    [((), []), (("en",), ["✓ Texty: English", "Texty: jak vyšly"])],
    indirect=["context"],
)
async def test_only_what_an_engine_can_is_offered(context: ChatContext, choices: list[str]) -> None:
    await says(context, "language", "cs")
    assert offered(await says(context, "language")) == choices
    await presses(context, "o1:texts:cs")
    assert (await chat(context)).texts == "en"
    assert ("Texty" in (await says(context, "settings")).messages[0].plain) is bool(choices)


@pytest.mark.parametrize(("language", "texts"), [("de", "de"), ("fr", "en")])
async def test_texts_follow_the_language_where_an_engine_can(
    context: ChatContext, language: str, texts: str
) -> None:
    await says(context, "language", "cs")
    await says(context, "language", "de")
    assert (await chat(context)).texts == "en"  # which is what was chosen
    await presses(context, "o1:texts:de")
    await says(context, "language", language)
    assert (await chat(context)).texts == texts


async def test_who_reads_czech_by_their_telegram_alone_is_sent_it_in_a_czech_frame(
    context: ChatContext,
) -> None:
    await callbacks.answer_press(context, replace(HERE, language="cs"), "o1:texts:cs")
    assert await chat(context) == Chat(id=CHAT, language="cs", texts="cs")


async def test_what_was_chosen_is_exported_and_erased(context: ChatContext) -> None:
    await says(context, "language", "cs")
    await presses(context, "o1:texts:cs")
    file = (await says(context, "exportme")).file
    assert file
    assert json.loads(file.content)["chat"]["texts"] == "cs"
    await presses(context, f"of:{CHAT}:erase")
    assert await chat(context) == Chat(id=CHAT)


async def test_the_archive_speaks_in_the_words_that_were_chosen(context: ChatContext) -> None:
    await says(context, "subscribe", "everything")
    await context.store.commit(
        commit(("a",), LAW), lambda made, *_: [delivery(development=str(made.id), chat=CHAT)]
    )
    await says(context, "language", "cs")
    assert title_of((await says(context, "latest")).messages[0].plain) == LAW.title
    await presses(context, "o1:texts:cs")
    assert title_of((await says(context, "latest")).messages[0].plain) == "Azylový zákon"
    assert "Azylový zákon" in (await says(context, "search", "azylový")).messages[0].plain
    cited = await presses(context, "n1:cite:SK-2025-0001")
    assert cited
    assert "Zákon o azyle" in cited.messages[0].plain
    assert "Azylový zákon" not in cited.messages[0].plain
