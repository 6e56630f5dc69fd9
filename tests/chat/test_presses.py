"""A press in a group or channel is answered to whoever pressed: nothing is posted there."""

import datetime as dt
import re
from collections.abc import AsyncIterator, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio
from msgspec.structs import replace
from telegram import CallbackQuery, User

from bot import render
from bot.chat import admin, callbacks, commands, messages, sending, share_links
from bot.chat.context import Answer, ChatContext, Request
from bot.chat.handlers import Handlers
from bot.i18n import LANGUAGES, locale_for
from bot.models import Confidence, DateAhead, Evidence, Review, Stage, buttons
from bot.models.buttons import Area
from bot.models.chats import Filter
from bot.models.deliveries import ALERT_LIMIT, DANGER, PRIMARY, Button
from bot.pipeline.rules import RULES
from bot.store import open_store
from tests.fakes.recorded_bot import recorded_bot
from tests.samples import NOW, as_read, commit, development, source

ADMIN, STRANGER = 1, 99
CHANNEL, GROUP = -1001, -5
NEWS = development(
    topics=("borders",),
    own_references=("C-1/24",),
    stage=Stage(kind="decided", words="Rozsudek."),
    ahead=(DateAhead(kind="appeal", day=dt.date(2025, 2, 1), words="1.2.", sentence="Do 1.2."),),
    evidence=Evidence(topics=("hranice",) * 30, type=("zákon",)),
)
TWO_PAGES = "A sentence of forty letters on one page. " * 90
SHARED = str(share_links.payload(Filter(countries=frozenset({"CZ"}))))
COMMANDS = [
    ("start", SHARED),
    *((name, "") for name in (*commands.COMMANDS, *admin.COMMANDS)),
    *(("subscribe", said) for said in ("Czechia", "everything", "x")),
    *((command, "") for command in ("filters", "deadlines")),
    *(
        ("search", "news"),
        ("coverage", "Germny"),
        ("matter", "C-1/24"),
        ("why", "https://nowhere.example/1"),
        ("channel", "@a_channel"),
        ("announce", "Hello"),
        ("pause", "3d"),
        ("webhook", "1 https://example.org/hook"),
    ),
    *(("digest", said) for said in ("daily", "weekly")),
]


@pytest_asyncio.fixture
async def context() -> AsyncIterator[ChatContext]:
    async with open_store(":memory:", RULES) as store:

        async def runs(chat: int, person: int) -> bool:
            return person == ADMIN

        async def find(name: int | str) -> tuple[int, str] | None:
            return CHANNEL, "A channel"

        for number in range(12):
            key, made = (f"k{number}",), replace(NEWS, title=f"News {number}")
            texts = {key: (*as_read("Short.", key[0]), *as_read(TWO_PAGES, key[0], source="b"))}
            await store.commit(commit(key, made, texts=texts), lambda *_: ())
        many = [source(id=f"cz{number}") for number in range(30)]
        yield ChatContext(store, many, lambda: NOW, [ADMIN], runs, find)


async def press(
    context: ChatContext, data: str, chat: int, *, language: str = "en", date: int = 1
) -> list[tuple[str, dict[str, Any]]]:
    """What the bot calls when somebody presses a button under a post."""
    bot, calls = recorded_bot()
    kind = {CHANNEL: "channel", GROUP: "supergroup"}.get(chat, "private")
    query = CallbackQuery.de_json(
        {
            "id": "1",
            "from": {
                "id": STRANGER,
                "is_bot": False,
                "first_name": "A",
                "language_code": language,
            },
            "chat_instance": "1",
            "data": data,
            "message": {"message_id": 1, "date": date, "chat": {"id": chat, "type": kind}},
        },
        bot,
    )
    update: Any = SimpleNamespace(callback_query=query)
    handlers = Handlers(context)
    await handlers._press(update, SimpleNamespace(bot=bot))  # type: ignore[arg-type]
    return calls


_found: list[Button] = []


async def every_button(context: ChatContext) -> list[Button]:
    """The buttons that were found first: they are the same in every store."""
    if not _found:
        _found.extend(await _find_buttons(context))
    return _found


async def _find_buttons(context: ChatContext) -> list[Button]:
    """One button of each form that the bot can make: found by giving every command, and pressing
    every button of the answers."""
    number = str((await context.store.developments(limit=1))[0].id)
    waiting = Review(id=1, development=number, due=NOW)
    doubted = replace(NEWS, id=number, confidence=Confidence(others=("return", "borders")))
    found = {
        "of an older version": Button("", f"{Area.SHARED_BEFORE}:{SHARED}"),
        "of a version that named no chat": Button("", Area.FORGET),
        "about a source that is lost": Button("", f"{Area.SOURCES}:take:1:0"),
        "of a former admin": Button("", Area.OWN_CHAT),
    }
    new = list(_buttons(Answer((
        render.development(doubted, locale_for("en")),
        render.review(doubted, waiting, locale_for("en")),
    ))))  # fmt: skip
    for said in ("Czechia, return", "stop"):
        new += _buttons(await messages.answer_text(context, Request(ADMIN, ADMIN), said))
    for chat in (ADMIN, GROUP):
        here = Request(chat, ADMIN)
        for command, said in COMMANDS:
            new += _buttons(await commands.answer(context, here, command, said))
            while new:
                data = (button := new.pop()).data
                if data and _form(data) not in found:
                    found[_form(data)] = button
                    if answer := await callbacks.answer_press(context, here, data):
                        new += _buttons(answer)
    return list(found.values())


def _buttons(answer: Answer) -> Iterator[Button]:
    for rows in (answer.buttons, *(message.buttons for message in answer.messages)):
        for row in rows:
            yield from row


def _form(data: str) -> str:
    return re.sub(r"[A-Z]{2}-\d{4}-\d+|\d{2,}|[+-]\w+", "*", data)


@pytest.mark.parametrize("chat", [CHANNEL, GROUP])
async def test_no_press_of_a_stranger_posts_anything(context: ChatContext, chat: int) -> None:
    found = await every_button(context)
    areas = {buttons.parse(str(button.data))[1] for button in found}
    assert areas == set(Area)
    await context.store.change_chat(chat, lambda each: replace(each, filters=(Filter(id=1),)))
    for data in (re.sub(r"^of:-?\d+", f"of:{chat}", str(button.data)) for button in found):
        (method, answered), *more = await press(context, data, chat)
        assert method == "answerCallbackQuery", data
        assert len(answered.get("text", "")) <= ALERT_LIMIT
        if re.match(r"(s1|p1|g1|h1|l1|j1|z1):|d1:\d", data):  # pages of what was asked there
            assert [name for name, _ in more] == ["editMessageText"]
        else:
            assert answered.get("text") or answered.get("url"), data
            assert more == []


async def test_what_cannot_be_changed_any_more_goes_on_in_private(context: ChatContext) -> None:
    ((method, answered),) = await press(context, "s1:10:news", GROUP, date=0)
    assert (method, answered["url"].partition("=")[2]) == ("answerCallbackQuery", "g_5")


@pytest.mark.parametrize(
    "action", ["cite", "more", "follow", "wrong", "theme", "show", "seen", "changes"]
)
async def test_what_a_post_is_asked_is_answered_in_private(
    context: ChatContext, action: str
) -> None:
    number = str((await context.store.developments(limit=1))[0].id)
    ((_, answered),) = await press(context, f"n1:{action}:{number}", CHANNEL)
    payload = answered["url"].partition("?start=")[2]
    assert re.fullmatch("[A-Za-z0-9_-]{1,64}", payload)
    told = await commands.answer(context, Request(STRANGER, STRANGER), "start", payload)
    told_by = {
        "cite": "To cite it",
        "show": "Development type",
        "seen": "As seen",
        "changes": "from reading 1",
    }
    wanted = told_by.get(action, "What about “News")
    assert wanted in told.messages[0].plain
    assert await context.store.notices() == []


async def test_why_is_an_alert_of_whole_lines(context: ChatContext) -> None:
    filter_ = Filter(id=1, countries=frozenset({"CZ"}))
    await context.store.change_chat(CHANNEL, lambda chat: replace(chat, filters=(filter_,)))
    number = str((await context.store.developments(limit=1))[0].id)
    ((_, answered),) = await press(context, f"n1:why:{number}", CHANNEL)
    assert answered["text"] == "Filter 1: Czechia"
    assert answered["show_alert"] is True


@pytest.mark.parametrize("chat", [CHANNEL, GROUP, STRANGER])
async def test_a_failure_is_told_in_the_language_of_the_chat(
    context: ChatContext, chat: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(context.store, "development", broken)
    for language in LANGUAGES:
        await _fails_in(context, chat, language)


async def _fails_in(context: ChatContext, chat: int, language: str) -> None:
    await context.store.change_chat(chat, lambda each: replace(each, language=language))
    calls = await press(context, "n1:why:CZ-2025-0001", chat, language="it")
    said = Request(chat, language=language).say(
        "Something went wrong on my side; it has been noted. Please try again."
    )
    text = said.messages[0].plain
    if chat == STRANGER:
        assert [(name, values.get("text")) for name, values in calls] == [
            ("answerCallbackQuery", None), ("sendMessage", text),
        ]  # fmt: skip
    else:
        ((name, values),) = calls
        assert (name, values["text"], values["show_alert"]) == ("answerCallbackQuery", text, True)


async def test_what_saves_and_what_removes_looks_so(context: ChatContext) -> None:
    texts: dict[str | None, set[str]] = {PRIMARY: set(), DANGER: set(), None: set()}
    for button in await every_button(context):
        texts[button.style].add(button.text)
    assert {"Approve", "Save", "Save it"} <= texts[PRIMARY]
    assert {"Erase everything", "Not relevant", "Remove"} <= texts[DANGER]


@pytest.mark.parametrize("refused", [(), ("url",), ("callback_query_id",)])
async def test_a_link_that_telegram_does_not_open_is_shown(refused: tuple[str, ...]) -> None:
    bot, calls = recorded_bot(*refused)
    query = CallbackQuery("1", User(STRANGER, "A", is_bot=False), "1")
    query.set_bot(bot)
    url = "https://t.me/herald_bot?start=n_cite_CZ-2025-0001"
    await sending.answer_press(bot, Request(CHANNEL), query, Answer((), url=url), "")
    shown = [{key: values.get(key) for key in ("url", "text")} for _, values in calls]
    opened, told = {"url": url, "text": None}, {"url": None, "text": url}
    assert shown == ([opened, told] if refused == ("url",) else [opened])
