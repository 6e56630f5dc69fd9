"""Who changed which filter of a group, and how its admins undo it."""

import datetime as dt
import functools
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot import filter_changes, render, taxonomy
from bot.chat import callbacks, commands, filter_log, settings
from bot.chat.context import Answer, ChatContext, Request
from bot.i18n import LANGUAGES
from bot.jobs.periodic import InactiveChats
from bot.models import Notice
from bot.models.chats import Chat, Filter
from bot.models.pace import DAILY
from bot.pipeline.rules import RULES
from bot.store import open_store
from tests.fakes.telegram_html import utf16_length, visible
from tests.samples import NOW, source

ADA, BEN, STRANGER = 7, 8, 99
GROUP = -1001
CZ, DE, FR = (Filter(countries=frozenset({code})) for code in ("CZ", "DE", "FR"))


@pytest_asyncio.fixture
async def context() -> AsyncIterator[ChatContext]:
    async with open_store(":memory:", RULES) as store:

        async def runs(chat: int, person: int) -> bool:
            return person in (ADA, BEN)

        async def find(name: int | str) -> tuple[int, str] | None:
            return GROUP, "Lawyers"

        async def name_of(chat: int, person: int) -> str | None:
            return {ADA: "Ada <L>", BEN: "Ben"}.get(person)

        yield ChatContext(
            store, [source(country=None)], lambda: NOW, runs=runs, find=find, name_of=name_of
        )


async def says(context: ChatContext, person: int, text: str, chat: int = GROUP) -> Answer:
    command, _, said = text.partition(" ")
    return await commands.answer(context, Request(chat, person), command, said)


async def log(context: ChatContext, person: int = ADA) -> Answer:
    """The log as an admin sees it in private."""
    return await says(context, person, f"start {filter_log.LINKED}{-GROUP}", person)


async def presses(context: ChatContext, answer: Answer, text: str, person: int = ADA) -> Answer:
    button = next(one for row in answer.buttons for one in row if one.text == text)
    pressed = await callbacks.answer_press(context, Request(person, person), str(button.data))
    assert pressed
    return pressed


def told(answer: Answer) -> str:
    return "\n".join(message.plain for message in answer.messages)


async def countries(context: ChatContext) -> list[str]:
    chat = await context.store.chat(GROUP)
    return ["+".join(sorted(each.countries)) for each in chat.filters]


async def test_the_log_tells_who_did_what_and_undoes_it(context: ChatContext) -> None:
    for person, text in ((ADA, "subscribe Czechia"), (BEN, "subscribe Germany"),
                         (BEN, "unsubscribe 1")):  # fmt: skip
        await says(context, person, text)
    shown = await log(context)
    lines = [line for line in told(shown).splitlines() if ": " in line]
    assert lines[-3:] == ["Ben removed: Czechia", "Ben added: Germany", "Ada <L> added: Czechia"]
    assert await countries(context) == ["DE"]
    back = await presses(context, shown, "Undo 1")
    assert back.toast == "Undone."
    assert await countries(context) == ["CZ", "DE"]
    assert "Ada <L> added: Czechia" in told(back)  # to undo is a change, too
    again = await presses(context, back, "Undo 3")
    assert await countries(context) == ["CZ"]
    assert (await presses(context, again, "Undo 5")).toast == "Undone."
    assert await countries(context) == []


async def test_what_was_changed_again_is_not_undone(context: ChatContext) -> None:
    await says(context, ADA, "subscribe Czechia")
    shown = await log(context)
    await says(context, BEN, "rename 1 Dublin")
    refused = await presses(context, shown, "Undo 1")
    assert refused.toast == "That filter has changed again since."
    assert await countries(context) == ["CZ"]


async def test_undoing_brings_back_no_more_than_a_chat_can_have(context: ChatContext) -> None:
    await says(context, ADA, "subscribe Czechia")
    await says(context, ADA, "unsubscribe 1")
    many = tuple(Filter(id=n, words=(f"word{n}",)) for n in range(1, filter_log.LIMIT + 1))
    await context.store.change_chat(GROUP, lambda chat: replace(chat, filters=many))
    full = await presses(context, await log(context), "Undo 1")
    assert full.toast == (
        "You have 50 filters, which is as many as one chat can have. Remove one with /unsubscribe "
        "first."
    )
    assert (await context.store.chat(GROUP)).filters == many
    await context.store.change_chat(GROUP, lambda chat: replace(chat, filters=many[1:]))
    back = await presses(context, full, "Undo 1")
    assert back.toast == "Undone."
    assert len(await countries(context)) == filter_log.LIMIT


async def test_only_admins_see_it_and_in_private(context: ChatContext) -> None:
    await says(context, ADA, "subscribe Czechia")
    listed = await says(context, ADA, "filters")
    way = listed.buttons[-1][0]
    assert way.text == "Who changed what"
    group = Request(GROUP, ADA)
    opened = await callbacks.answer_press(context, group, str(way.data))
    assert opened
    assert (opened.messages, str(opened.url).partition("=")[2]) == ((), f"l_{-GROUP}")
    stranger = await callbacks.answer_press(context, replace(group, person=STRANGER), str(way.data))
    assert stranger
    assert (stranger.messages, stranger.is_alert, stranger.url) == ((), True, None)
    for payload in (f"l_{-GROUP}", "l_x", "l_", "l_²"):
        assert "Czechia" not in told(await says(context, STRANGER, f"start {payload}", STRANGER))


async def test_nothing_is_noted_of_a_private_chat(context: ChatContext) -> None:
    await says(context, ADA, "subscribe Czechia", ADA)
    assert (await context.store.chat(ADA)).filter_changes == ()
    listed = await says(context, ADA, "filters", ADA)
    assert [one.text for row in listed.buttons for one in row] == ["1", "Add a filter"]


async def test_an_anonymous_admin_has_no_name(context: ChatContext) -> None:
    request = Request(GROUP, None, is_anonymous_admin=True)
    await commands.answer(context, request, "subscribe", "Czechia")
    assert "An admin added: Czechia" in told(await log(context))


async def test_twenty_are_kept_for_ninety_days_and_erased_with_the_chat(tmp_path: Path) -> None:
    async with open_store(str(tmp_path / "herald.db"), RULES) as store:
        context = ChatContext(store, [], lambda: NOW)
        for number in range(30):
            change = functools.partial(replace, filters=(Filter(id=number),))
            await filter_log.change_filters(context, Request(GROUP, ADA), change)
    async with open_store(str(tmp_path / "herald.db"), RULES) as store:
        kept = (await store.chat(GROUP)).filter_changes
        assert len(kept) == filter_changes.KEPT
        assert kept[-1].after == (Filter(id=29),)
        for days, count in ((89, 20), (90, 0)):
            now = NOW + dt.timedelta(days=days)
            await InactiveChats(store, lambda now=now: now, lambda: None).run()
            assert len((await store.chat(GROUP)).filter_changes) == count
        await store.forget_chat(GROUP)
        assert await store.chat(GROUP) == Chat(id=GROUP)


async def test_who_is_erased_is_erased_from_the_logs(context: ChatContext) -> None:
    await says(context, BEN, "subscribe Czechia")
    await settings.forget_now(context, Request(BEN, BEN))
    (entry,) = (await context.store.chat(GROUP)).filter_changes
    assert entry.person is None
    assert "An admin added" in told(await log(context))


filters = st.lists(
    st.builds(Filter, id=st.integers(1, 5), name=st.sampled_from(["", "x"]), paused=st.booleans()),
    unique_by=lambda each: each.id,
).map(tuple)


@given(filters, filters)
def test_an_undone_change_leaves_what_was_there(
    before: tuple[Filter, ...], after: tuple[Filter, ...]
) -> None:
    order = {each.id: n for n, each in enumerate(before)}  # filters keep their order
    after = tuple(sorted(after, key=lambda each: order.get(each.id, len(order))))
    was = Chat(id=GROUP, filters=before)
    now = filter_changes.noted(was, replace(was, filters=after), ADA, NOW)
    if before == after:
        assert now.filter_changes == ()
        return
    (entry,) = now.filter_changes
    undone = filter_changes.undone(now, entry)
    assert undone
    assert undone.filters == before
    assert filter_changes.undone(undone, entry) is None


@pytest.mark.parametrize("data", ["k1:undo:x", "k1:undo:", "k1:undo:99999999999", "k1:x:0", "k1:"])
async def test_a_broken_button_is_an_old_one(context: ChatContext, data: str) -> None:
    assert await callbacks.answer_press(context, Request(ADA, ADA), data) is None


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_longest_log_is_one_message(context: ChatContext, language: str) -> None:
    wide = Filter(countries=frozenset(taxonomy.countries()), name="n" * 60)
    for number in range(filter_changes.KEPT):
        changed = replace(wide, id=1, name=f"{number} {wide.name}")
        change = functools.partial(replace, filters=(changed,))
        await filter_log.change_filters(context, Request(GROUP, ADA), change)
    await context.store.change_chat(ADA, lambda chat: replace(chat, language=language))
    context = replace(context, name_of=_long_name)
    shown = await log(context)
    (message,) = shown.messages
    assert utf16_length(visible(message.html)) <= render.LIMIT
    assert message.plain.count("→") == filter_changes.KEPT - 1


async def _long_name(chat: int, person: int) -> str | None:
    return "Ada " * 30


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"paused": True}, "Ben paused: Czechia"),
        ({"pace": DAILY}, "Ben changed when this comes: Czechia"),
        ({"name": "Watch"}, "Ben changed: Czechia → Watch: Czechia"),
        ({"countries": frozenset({"DE"})}, "Ben changed: Czechia → Germany"),
    ],
)
async def test_it_tells_what_was_changed(
    context: ChatContext, change: dict[str, Any], line: str
) -> None:
    await says(context, ADA, "subscribe Czechia")

    def changed(chat: Chat) -> Chat:
        return replace(chat, filters=tuple(replace(each, **change) for each in chat.filters))

    await filter_log.change_filters(context, Request(GROUP, BEN), changed)
    assert line in told(await log(context))
    if change.get("paused"):
        await filter_log.change_filters(
            context, Request(GROUP, ADA),
            lambda chat: replace(chat, filters=(replace(chat.filters[0], paused=False),)),
        )  # fmt: skip
        assert "Ada <L> resumed: Czechia" in told(await log(context))


@pytest.mark.parametrize(("asked_from", "people"), [(None, [None]), (ADA, [BEN])])
async def test_what_is_kept_is_handed_over_in_private_alone_with_who_it_was(
    context: ChatContext, asked_from: int | None, people: list[int | None]
) -> None:
    await says(context, BEN, "subscribe Czechia")
    answer = await settings.export_me(context, Request(GROUP, ADA, asked_from=asked_from), "")
    assert answer.file
    kept = json.loads(answer.file.content)["chat"]
    assert [entry["person"] for entry in kept["filter_changes"]] == people


async def test_who_is_forgotten_is_nobody_s_keeper_and_hears_no_more(context: ChatContext) -> None:
    await says(context, BEN, "subscribe Germany")
    assert (await context.store.chat(GROUP)).keeper == BEN
    await context.store.add_notice(Notice(kind="no_rights", chat=BEN))
    shared = await settings.export_me(context, Request(GROUP, ADA), "")
    assert shared.file
    assert f'"keeper": {BEN}'.encode() not in shared.file.content
    await settings.forget_now(context, Request(BEN, BEN))
    assert (await context.store.chat(GROUP)).keeper is None
    assert await context.store.notices() == []
