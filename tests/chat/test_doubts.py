from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import callbacks, commands, doubts
from bot.chat.context import Answer, ChatContext, Request
from bot.chat.parsing import query
from bot.i18n import LANGUAGES
from bot.models.buttons import Area
from bot.models.chats import Filter
from bot.models.deliveries import BUTTON_LIMIT, Button
from bot.pipeline.rules import RULES
from bot.store import open_store
from tests.chat.parsing.test_query import FILTERS
from tests.samples import NOW, source

CHAT = 1001
HERE = Request(CHAT, CHAT, language="en")
LONG = "mentions Albania, mentions Turkey, words Lampedusa, words Pantelleria, words Linosa"


@pytest_asyncio.fixture
async def context() -> AsyncIterator[ChatContext]:
    async with open_store(":memory:", RULES) as store:
        yield ChatContext(store, [source(), source(id="de", country="DE")], lambda: NOW)


async def follow(context: ChatContext, said: str, language: str = "en") -> Answer:
    request = Request(CHAT, CHAT, language=language)
    return await commands.answer(context, request, "subscribe", said)


def buttons(answer: Answer) -> list[Button]:
    return [button for row in answer.buttons for button in row]


async def saved(context: ChatContext) -> tuple[Filter, ...]:
    return (await context.store.chat(CHAT)).filters


async def press(context: ChatContext, button: Button) -> str:
    answer = await callbacks.answer_press(context, HERE, button.data or "")
    assert answer is not None
    assert answer.in_place
    return "\n".join(message.plain for message in answer.messages)


async def test_a_button_finishes_the_command(context: ChatContext) -> None:
    asked = await follow(context, "Chzechia, return, daily 9:00")
    first, *_ = buttons(asked)
    assert first.text == "Czechia · Return · daily 09:00"
    assert await saved(context) == ()
    assert "Saved as filter 1" in await press(context, first)
    (kept,) = await saved(context)
    wanted = query.parse_filter("CZ, return, daily 9:00")
    assert isinstance(wanted, Filter)
    assert (kept.countries, kept.themes, kept.pace) == (
        wanted.countries, wanted.themes, wanted.pace
    )  # fmt: skip


async def test_several_doubts_are_put_right_at_once(context: ChatContext) -> None:
    asked = await follow(context, "Chzechia, detension, Germny, policy")
    assert [button.text for button in buttons(asked)] == [
        "Czechia, Germany · Detention · Policy",
        "Policy",
    ]


@pytest.mark.parametrize("said", ["frontex", "Frontex!", "blah", "CJEU"])
async def test_a_word_of_no_vocabulary_is_offered_to_look_for(
    context: ChatContext, said: str
) -> None:
    asked = await follow(context, f"Poland, {said}")
    word = said.strip("!")
    assert [button.text for button in buttons(asked)] == [f"Poland · “{word}”", "Poland"]
    await press(context, buttons(asked)[0])
    (kept,) = await saved(context)
    assert (kept.countries, kept.words) == (frozenset({"PL"}), (word,))


async def test_a_word_that_is_only_loosely_a_themes_is_asked(context: ChatContext) -> None:
    asked = await follow(context, "refugees")
    assert await saved(context) == ()
    shown = [button.text for button in buttons(asked)]
    assert "Temporary protection" in shown
    assert shown[-1] == "“refugees”"


async def test_a_slip_behind_a_keyword_is_put_right_with_it(context: ChatContext) -> None:
    asked = await follow(context, "Germany, without retrun")
    assert [button.text for button in buttons(asked)] == [
        "Germany · without Return of former applicants",
        "Germany · without “retrun”",
        "Germany",
    ]
    asked = await follow(context, "mentions Albnia")
    assert [button.text for button in buttons(asked)] == ["mentions Albania"]


async def test_a_sentence_is_no_word_to_look_for(context: ChatContext) -> None:
    assert buttons(await follow(context, "will somebody tell me more about the xyzzy")) == []


async def test_what_fits_into_no_button_can_be_copied(context: ChatContext) -> None:
    asked = await follow(context, f"Chzechia, {LONG}")
    (message,) = asked.messages
    assert buttons(asked) == []
    assert '/subscribe CZ, mentions AL, mentions TR, "Lampedusa"' in message.plain
    assert "Nothing was saved yet." in message.plain


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("said", ["Syria, return", "UK", "🇸🇾"])
async def test_a_country_of_no_source_is_asked_to_be_mentioned(
    context: ChatContext, said: str, language: str
) -> None:
    asked = await follow(context, said, language)
    assert await saved(context) == ()
    first, *others = buttons(asked)
    assert len(others) == said.count(",")
    await press(context, first)
    (kept,) = await saved(context)
    assert (kept.countries, kept.mentions) == (frozenset(), {"GB" if said == "UK" else "SY"})


async def test_a_country_with_a_source_of_its_own_is_followed(context: ChatContext) -> None:
    async with open_store(":memory:", RULES) as store:
        covered = ChatContext(store, [source(id="gb", country="GB")], lambda: NOW)
        assert buttons(await follow(covered, "UK")) == []
        assert len(await saved(covered)) == 1


async def test_the_union_is_no_country_to_mention(context: ChatContext) -> None:
    asked = await follow(context, "EU, return")
    assert [button.text for button in buttons(asked)] == ["Return"]


async def test_a_country_without_a_source_is_not_promised(context: ChatContext) -> None:
    (told,) = (await follow(context, "Malta")).messages
    assert "None of my sources covers Malta yet. You will hear of it when one does." in " ".join(
        told.plain.split()
    )
    assert "published from now on" not in told.plain
    (told,) = (await follow(context, "Malta, Germany")).messages
    assert "published from now on" in told.plain


async def test_a_country_that_is_misspelt_after_sources_has_a_button(context: ChatContext) -> None:
    asked = await commands.answer(context, HERE, "sources", "Germny")
    (button,) = buttons(asked)
    assert button.text == "🇩🇪 Germany"
    shown = await callbacks.answer_press(context, HERE, button.data or "")
    assert shown is not None
    assert "Germany" in shown.messages[0].plain


@given(FILTERS, st.sampled_from(["xyzzy", "Chzechia", "refugees"]), st.sampled_from(LANGUAGES))
def test_every_button_fits_and_holds_its_filter_whole(
    filter_: Filter, said: str, language: str
) -> None:
    reading = query.read_filter(f"{query.write_filter(filter_)}, {said}", {"cz-mv", "de"})
    asked = doubts.ask(Request(CHAT, CHAT, language=language), reading)
    for button in buttons(asked):
        prefix, _, words = (button.data or "").partition(":")
        assert prefix == Area.DOUBT
        assert len((button.data or "").encode()) <= BUTTON_LIMIT
        again = query.read_filter(words, {"cz-mv", "de"}, language)
        assert again.doubts == ()
