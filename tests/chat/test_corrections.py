"""Labels that trusted people set right with two presses."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot import render, taxonomy
from bot.chat import callbacks
from bot.chat.context import Answer, ChatContext, Request
from bot.i18n import LANGUAGES, locale_for
from bot.models import Confidence, Notice
from bot.pipeline.rules import RULES
from bot.store import open_store
from tests.samples import NOW, commit, development

ADMIN, EDITOR, READER, REVIEW_CHAT = 1, 2, 3, -30
LIKELY = Confidence(themes=(0.4,), others=("return", "borders"))


@pytest_asyncio.fixture
async def context() -> AsyncIterator[ChatContext]:
    async with open_store(":memory:", RULES) as store:

        async def runs(chat: int, person: int) -> bool:
            return (chat, person) == (REVIEW_CHAT, EDITOR)

        yield ChatContext(store, (), lambda: NOW, (ADMIN,), runs, review_chat=REVIEW_CHAT)


async def publish(context: ChatContext, **changes: object) -> str:
    made = development(**{"confidence": LIKELY, **changes})
    (recorded,), _ = await context.store.commit(commit((made.title,), made), lambda *_: ())
    return str(recorded.id)


async def press(
    context: ChatContext, data: str, person: int = ADMIN, chat: int = 0
) -> Answer | None:
    return await callbacks.answer_press(context, Request(chat or person, person), data)


def named(answer: Answer | None) -> list[str]:
    assert answer
    return [button.text for row in answer.buttons for button in row]


def data_of(answer: Answer | None, text: str) -> str:
    assert answer
    return next(str(one.data) for row in answer.buttons for one in row if one.text == text)


@pytest.mark.parametrize("person", [ADMIN, EDITOR])
async def test_two_presses_set_a_label_right(context: ChatContext, person: int) -> None:
    number = await publish(context)
    menu = await press(context, f"n1:more:{number}", person)
    likely = await press(context, data_of(menu, "A label is wrong"), person)
    assert named(likely) == [
        "Return of former applicants", "Borders and irregular migration",
        "Legislative", "Institutional", "All themes ▸",
    ]  # fmt: skip
    done = await press(context, data_of(likely, "Return of former applicants"), person)
    assert done
    assert (done.toast, done.in_place) == ("Done: Return of former applicants, Policy", True)
    corrected = await context.store.development(number)
    assert corrected
    assert (corrected.themes, corrected.type, corrected.is_corrected) == (
        ("return",),
        "Policy",
        True,
    )
    (kept,) = await context.store.corrections()
    assert (kept.before, kept.after) == (("general", "Policy"), ("return", "Policy"))
    assert await context.store.notices() == []


@pytest.mark.parametrize(
    ("code", "themes", "topics", "type_"),
    [
        ("return", ("return",), (), "Policy"),
        ("borders", ("general",), ("borders",), "Policy"),
        ("Legislative", ("general",), (), "Legislative"),
    ],
)
async def test_what_is_not_named_stays(
    context: ChatContext, code: str, themes: tuple[str], topics: tuple[str, ...], type_: str
) -> None:
    number = await publish(context)
    await press(context, f"e1:{number}:{code}")
    made = await context.store.development(number)
    assert made
    assert (made.themes, made.topics, made.type) == (themes, topics, type_)


async def test_all_labels_are_behind_a_button(context: ChatContext) -> None:
    number = await publish(context)
    whole = await press(context, f"e1:{number}:all")
    labels = len(taxonomy.themes()) + len(taxonomy.topics()) + len(taxonomy.types())
    assert len(named(whole)) == labels - len(("general", "Policy"))
    unsure = await publish(context, title="Another one", confidence=None)
    assert named(await press(context, f"n1:wrong:{unsure}")) == named(whole)


async def test_a_reader_reports_and_changes_nothing(context: ChatContext) -> None:
    number = await publish(context)
    told = await press(context, f"n1:wrong:{number}", READER)
    assert told
    assert told.buttons == ()
    assert await press(context, f"e1:{number}:return", READER) is None
    made = await context.store.development(number)
    assert made
    assert not made.is_corrected
    (notice,) = await context.store.notices()
    (message,) = render.notices([notice, notice])
    ((button,),) = message.buttons
    assert (button.text, named(await press(context, str(button.data)))[0]) == (
        number, "Return of former applicants",
    )  # fmt: skip


def test_under_notices_stands_each_development_once() -> None:
    def reported(number: int) -> Notice:
        values: dict[str, str | int] = {"development": f"CZ-{number}", "labels": "", "title": ""}
        return Notice(kind="label_reported", values=values)

    (message,) = render.notices([reported(n // 2) for n in range(40)] + [Notice(kind="rival")])
    texts = [row[0].text for row in message.buttons]
    assert texts == [f"CZ-{number}" for number in range(render.REPORTED)]
    assert render.notices([Notice(kind="rival")])[0].buttons == ()


@pytest.mark.parametrize("data", ["e1:", "e1:CZ-1999-0001:return", "e1:X:all", "e1:x:x:x"])
async def test_a_button_of_nothing_changes_nothing(context: ChatContext, data: str) -> None:
    answer = await press(context, data)
    assert answer is None or answer.toast


@pytest.mark.parametrize("language", LANGUAGES)
async def test_it_is_offered_in_every_language(context: ChatContext, language: str) -> None:
    number = await publish(context)
    request = Request(ADMIN, ADMIN, language=language)
    answer = await callbacks.answer_press(context, request, f"n1:wrong:{number}")
    to = locale_for(language)
    assert named(answer)[0] == render.label("theme", "return", to)
