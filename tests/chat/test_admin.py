"""What who runs the service does in the chat, and what strangers cannot."""

import datetime as dt
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from msgspec.structs import replace

from bot.chat import callbacks, commands, messages
from bot.chat.context import Answer, ChatContext, Request
from bot.chat.corrections import with_labels
from bot.dedupe.changes import revise
from bot.jobs.periodic import MONTH, YEAR, InactiveChats
from bot.models.chats import Filter
from bot.models.sources import PollCommit, PollReport, SourceState
from bot.pipeline.rules import RULES
from bot.store import open_store
from tests.samples import NOW, citation, commit, delivery, development, source

ADMIN, READER = Request(1, 1), Request(2, 2)


@pytest_asyncio.fixture
async def context() -> AsyncIterator[ChatContext]:
    async def tried(name: str) -> PollReport:
        return PollReport(source=name, result="new", items=9, new=2, problems=("one bad item",))

    async with open_store(":memory:", RULES) as store:
        yield ChatContext(store, [source()], lambda: NOW, admins=[1], try_source=tried)


async def says(context: ChatContext, request: Request, text: str) -> str:
    command, _, said = text.removeprefix("/").partition(" ")
    return read(await commands.answer(context, request, command, said))


def read(answer: Answer | None) -> str:
    assert answer is not None
    return "\n".join(message.plain for message in answer.messages)


async def published(context: ChatContext, **changes: object) -> str:
    (made,), _ = await context.store.commit(commit(("k",), development(**changes)), lambda *_: ())
    return str(made.id)


@pytest.mark.parametrize(
    "command",
    [
        "/admin",
        "/ledger",
        "/correct CZ-2025-0001 return",
        "/announce x",
        "/invite",
    ],
)
async def test_strangers_run_nothing(context: ChatContext, command: str) -> None:
    assert "There is no command" in await says(context, READER, command)
    assert "There is no command" in await says(context, Request(-1, 1), command)


async def test_a_stranger_switches_no_source(context: ChatContext) -> None:
    assert "I take /source for /sources" in await says(context, READER, "/source cz off")
    assert await context.store.switched_off() == frozenset()


async def test_a_server_that_hides_its_news_is_shown_though_it_answers(
    context: ChatContext,
) -> None:
    state = SourceState(id="cz", url=source().url, polled=NOW, stuck=NOW)
    await context.store.commit(PollCommit(state=state, at=NOW), None)
    told = await says(context, ADMIN, "/admin")
    assert "1 of 1 answered when last asked" in told
    assert "cz: its server says “not modified” (304) in spite of news" in told
    assert "“not modified” (304)" in await says(context, READER, "/sources")


# ------------------------------------------------------------------ backups


async def test_the_age_of_the_newest_backup_is_told(context: ChatContext) -> None:
    assert "backup" not in await says(context, ADMIN, "/admin")
    for age, told in (
        (None, "No backup has been made yet."),
        (dt.timedelta(hours=5, minutes=20), "Newest backup: 16.01.2025 06:40 UTC, 5 h ago"),
    ):
        known = replace(context, backup_age=lambda age=age: age)
        assert told in await says(known, ADMIN, "/admin")


async def test_people_hear_how_long_backups_keep_what_they_erase(context: ChatContext) -> None:
    assert "backups" not in await says(context, READER, "/privacy")
    told = await says(replace(context, backups_kept=7), READER, "/privacy")
    assert "My daily backups still hold what was erased less than 7 days ago." in told
    assert "I forget after a year." in told


# ------------------------------------------------------------------ labels


async def test_labels_are_set_right_and_what_was_sent_is_edited(context: ChatContext) -> None:
    number = await published(context)
    await context.store.change_chat(2, lambda chat: replace(chat, filters=(Filter(id=1),)))
    await context.store.enqueue([delivery(development=number, chat=2)])
    (owed,) = await context.store.claim_deliveries(NOW, 9)
    await context.store.save_delivery(replace(owed, state="sent", settled=NOW, message_id=5))
    told = await says(context, ADMIN, f"/correct {number} return, legislative")
    assert "Thematic area(s): Return of former applicants\nDevelopment type: Legislative" in told
    (edit,) = await context.store.claim_deliveries(NOW, 9)
    assert edit.kind == "edit"
    (kept,) = await context.store.corrections()
    assert (kept.before, kept.after) == (("general", "Policy"), ("return", "Legislative"))


@pytest.mark.parametrize("said", ["", "CZ-1999-0001 return", "CZ-2025-0001", "CZ-2025-0001 xyzzy"])
async def test_what_cannot_be_corrected_changes_nothing(context: ChatContext, said: str) -> None:
    await published(context)
    expected = "no development" if "1999" in said else "/correct CZ-2025-0001"
    assert expected in await says(context, ADMIN, f"/correct {said}")
    assert await context.store.corrections() == []


def test_what_was_set_right_stays_when_its_source_tells_it_anew() -> None:
    before = with_labels(development(id="CZ-2025-0001"), Filter(themes=frozenset({"return"})))
    draft = development(title="Other words", sources=(citation(title_native="Other words"),))
    made, _ = revise(before, draft)
    assert (made.themes, made.is_corrected, made.title) == (("return",), True, "Other words")


# ------------------------------------------------------------------ sources


async def test_a_source_is_switched_off_and_on_and_tried(context: ChatContext) -> None:
    assert "switched off" in await says(context, ADMIN, "/source cz off")
    assert await context.store.switched_off() == {"cz"}
    assert "(Czechia): switched off" in await says(context, READER, "/sources")
    assert "switched off" not in await says(context, ADMIN, "/source cz on")
    assert await context.store.switched_off() == frozenset()
    told = await says(context, ADMIN, "/source cz try")
    assert "Tried now: new, 9 items, 2 new; one bad item" in told
    assert "There is no source “nope”" in await says(context, ADMIN, "/source nope")


# ------------------------------------------------------------------ announcements


async def test_an_announcement_is_shown_counted_and_then_sent_once(context: ChatContext) -> None:
    for chat in (2, 3):
        await context.store.change_chat(chat, lambda known: replace(known, filters=(Filter(id=1),)))
    shown = await commands.answer(context, ADMIN, "announce", "Malta <is> covered too")
    assert "This goes to 2 chats" in read(shown)
    assert "Malta &lt;is&gt; covered" in shown.messages[0].html
    assert await context.store.claim_deliveries(NOW, 9) == []
    send = str(shown.buttons[0][0].data)
    assert "2 chats now" in read(await callbacks.answer_press(context, ADMIN, send))
    assert "Nothing was sent" in read(await callbacks.answer_press(context, ADMIN, send))
    owed = await context.store.claim_deliveries(NOW, 9)
    assert [(row.chat, row.text) for row in owed] == [
        (2, "Malta <is> covered too"),
        (3, "Malta <is> covered too"),
    ]
    assert await callbacks.answer_press(context, READER, send) is None


async def test_an_announcement_for_nobody_or_too_long_is_told_so(context: ChatContext) -> None:
    assert "nobody would get it" in await says(context, ADMIN, "/announce x")
    await context.store.change_chat(2, lambda known: replace(known, filters=(Filter(id=1),)))
    assert "at most 2000 characters" in await says(context, ADMIN, f"/announce {'x' * 2001}")
    assert "at most" not in await says(context, ADMIN, f"/announce {'x' * 2000}")


async def test_an_announcement_may_be_thought_better_of(context: ChatContext) -> None:
    await context.store.change_chat(2, lambda known: replace(known, filters=(Filter(id=1),)))
    shown = await commands.answer(context, ADMIN, "announce", "x")
    cancel = str(shown.buttons[0][1].data)
    assert "Nothing was sent" in read(await callbacks.answer_press(context, ADMIN, cancel))
    assert "/announce" in await says(context, ADMIN, "/announce")


# ------------------------------------------------------------------ invitations


async def test_who_is_not_invited_may_only_ask_what_is_kept(context: ChatContext) -> None:
    context = replace(context, by_invitation=True)
    assert "by invitation" in await says(context, READER, "/start")
    assert "by invitation" in await says(context, READER, "/subscribe Czechia")
    assert "by invitation" in read(await callbacks.answer_press(context, READER, "setup"))
    assert "I keep" in await says(context, READER, "/privacy")
    for said in ("CZ-2025-0001", "Czechia"):
        assert "by invitation" in read(await messages.answer_text(context, READER, said))
    assert "There is no development" in read(
        await messages.answer_text(context, ADMIN, "CZ-2025-0001")
    )
    assert "Hello" in await says(context, ADMIN, "/start")


async def test_an_invitation_lets_one_in_once(context: ChatContext) -> None:
    context = replace(context, by_invitation=True)
    payload = (await says(context, ADMIN, "/invite")).rpartition("start=")[2].strip()
    assert len(payload) <= 64
    assert "Hello" in await says(context, READER, f"/start {payload}")
    assert "Saved" in await says(context, READER, "/subscribe Czechia")
    assert "by invitation" in await says(context, Request(3, 3), f"/start {payload}")
    assert "Only admins" in await says(context, Request(-9, 2), "/subscribe Czechia")


# ------------------------------------------------------------------ a year without a sign


async def test_an_unused_chat_is_asked_once_and_then_forgotten(context: ChatContext) -> None:
    now = NOW
    inactive_chats = InactiveChats(context.store, lambda: now, lambda: None)
    await context.store.change_chat(2, lambda chat: replace(chat, filters=(Filter(id=1),)))
    await inactive_chats.run()
    now += YEAR
    for _ in range(2):
        await inactive_chats.run()
    (asked,) = await context.store.notices()
    assert asked.chat == 2
    now += MONTH - dt.timedelta(days=1)
    await inactive_chats.run()
    assert len(await context.store.chats()) == 1
    now += dt.timedelta(days=1)
    await inactive_chats.run()
    assert await context.store.chats() == []


async def test_a_word_in_time_keeps_a_chat(context: ChatContext) -> None:
    now = NOW + YEAR
    inactive_chats = InactiveChats(context.store, lambda: now, lambda: None)
    await context.store.change_chat(
        2, lambda chat: replace(chat, filters=(Filter(id=1),), seen=NOW.date())
    )
    await inactive_chats.run()
    later = replace(context, clock=lambda: now)
    await commands.answer(later, READER, "status", "")
    assert (await context.store.chat(2)).warned is None
    now += 2 * MONTH
    await inactive_chats.run()
    assert len(await context.store.chats()) == 1


# ------------------------------------------------------------------ the ledger


async def test_what_was_matched_on_each_day_adds_up(context: ChatContext) -> None:
    yesterday = NOW - dt.timedelta(days=1)
    states = (
        ("sent", {}), ("sent", {"within": "digest 1"}), ("uncertain", {}), ("failed", {}),
        ("pending", {}), ("collected", {}), ("suspended", {}), ("withdrawn", {}),
    )  # fmt: skip
    rows = [
        delivery(development=f"CZ-2025-{n:04}", state=state, created=yesterday, **more)
        for n, (state, more) in enumerate(states, 1)
    ]
    edit = delivery(development="CZ-2025-0001", kind="edit", created=yesterday)
    await context.store.enqueue([*rows, delivery(development="CZ-2025-0100")])
    await context.store.enqueue([edit])
    assert (await says(context, ADMIN, "/ledger")).splitlines() == [
        "Matched = delivered",
        "16.01. 1 = 0 + 0 + 0 + 0 + 1",
        "15.01. 7 = 1 + 1 + 1 + 1 + 3",
        "",
        "matched = sent + digest + uncertain + given up + waiting",
        "Not among them: 1 that no filter of their chats wanted any more.",
        "/admin shows what is left to decide.",
    ]


async def test_a_state_that_has_no_place_in_the_ledger_is_told(context: ChatContext) -> None:
    unknown = delivery(state="lost")
    await context.store.enqueue([unknown])
    told = await says(context, ADMIN, "/ledger")
    assert "16.01. 1 ≠ 0 + 0 + 0 + 0 + 0" in told
    assert "These days do not add up: 16 Jan 2025" in told


async def test_days_long_ago_are_not_in_the_ledger(context: ChatContext) -> None:
    await context.store.enqueue([delivery(created=NOW - dt.timedelta(days=14))])
    assert "Nothing was matched in the last 14 days." in await says(context, ADMIN, "/ledger")
