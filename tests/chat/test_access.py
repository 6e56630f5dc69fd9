"""Every way in, for whoever was invited, was not invited, or is no admin of a group any more."""

import itertools
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio
from msgspec.structs import replace
from telegram import Update

from bot import match
from bot.chat.context import ChatContext
from bot.chat.handlers import Handlers
from bot.models.chats import Filter
from bot.pipeline.rules import RULES
from bot.store import open_store
from tests.fakes.recorded_bot import recorded_bot
from tests.samples import NOW, commit, development, source

INVITED, STRANGER, ADMIN = 2, 3, 1
GROUP, CHANNEL = -5, -1005
TITLE = "A title of news"
SECRET = "Secret watch"
"""The name of the filter of the group."""

Json = dict[str, Any]
_ids = itertools.count(1)


class World:
    """The bot of invited people, a group and a channel that one of them has set up, and what the
    bot calls."""

    def __init__(self, context: ChatContext) -> None:
        self.admins = {(GROUP, INVITED), (CHANNEL, INVITED)}
        self.context = replace(context, by_invitation=True, runs=self._runs, find=self._find)
        self._handlers = Handlers(self.context)
        self.bot, self.calls = recorded_bot()

    async def _runs(self, chat: int, person: int) -> bool:
        return (chat, person) in self.admins

    async def _find(self, name: int | str) -> tuple[int, str] | None:
        return {"@a_channel": (CHANNEL, "A channel"), GROUP: (GROUP, "A group")}.get(name)

    async def says(self, person: int, text: str, chat: int | None = None) -> str:
        message = {"text": text, "from": _person(person)}
        return await self._update("message", _message(chat or person, **message), "_message")

    async def presses(self, person: int, data: str, chat: int | None = None) -> str:
        press = {
            "id": "1", "from": _person(person), "chat_instance": "1", "data": data,
            "message": _message(chat or person),
        }  # fmt: skip
        return await self._update("callback_query", press, "_press")

    async def asks_inline(self, person: int, words: str) -> str:
        query = {"id": "1", "from": _person(person), "query": words, "offset": ""}
        return await self._update("inline_query", query, "_inline")

    async def adds(self, person: int, chat: int, old: str, new: str) -> str:
        me = {"id": 123, "is_bot": True, "first_name": "Herald"}
        old_member, new_member = (
            {"status": status, "user": me, **_RIGHTS.get(status, {})} for status in (old, new)
        )
        change = {
            "chat": _chat(chat), "from": _person(person), "date": 1,
            "old_chat_member": old_member, "new_chat_member": new_member,
        }  # fmt: skip
        return await self._update("my_chat_member", change, "_membership")

    async def _update(self, kind: str, body: Json, handle: str) -> str:
        """What the bot says to an update, and what it offers."""
        self.calls.clear()
        update = Update.de_json({"update_id": next(_ids), kind: body}, self.bot)
        bot = SimpleNamespace(bot=_Named(self.bot))
        await getattr(self._handlers, handle)(update, bot)
        return "\n".join(
            str(values.get(name, ""))
            for _, values in self.calls
            for name in ("text", "url", "results", "button")
        )


class _Named:
    """A bot that knows its name, which python-telegram-bot would ask Telegram for."""

    username = "herald"

    def __init__(self, bot: Any) -> None:
        self._bot = bot

    def __getattr__(self, name: str) -> Any:
        return getattr(self._bot, name)


_RIGHTS: dict[str, Json] = {
    "administrator": dict.fromkeys(
        "can_be_edited is_anonymous can_manage_chat can_delete_messages can_manage_video_chats "
        "can_restrict_members can_promote_members can_change_info can_invite_users "
        "can_edit_stories can_post_stories can_delete_stories can_post_messages".split(),
        True,
    ),
    "kicked": {"until_date": 0},
}


def _person(number: int) -> Json:
    return {"id": number, "is_bot": False, "first_name": "Ada", "language_code": "en"}


def _chat(number: int) -> Json:
    if number > 0:
        return {"id": number, "type": "private", "first_name": "Ada"}
    is_channel = number == CHANNEL
    return {
        "id": number,
        "type": "channel" if is_channel else "supergroup",
        "title": "A channel" if is_channel else "A group",
    }


def _message(chat: int, **values: Any) -> Json:
    return {"message_id": 1, "date": 1, "chat": _chat(chat), **values}


@pytest_asyncio.fixture
async def world() -> AsyncIterator[World]:
    async with open_store(":memory:", RULES) as store:
        await store.commit(commit(("k",), development(title=TITLE)), match.deliveries_for)
        made = World(ChatContext(store, [source()], lambda: NOW, admins=[ADMIN]))
        await made.context.change_chat(INVITED, lambda chat: replace(chat, is_invited=True))
        for chat in (GROUP, CHANNEL):
            kept = (Filter(id=1, countries=frozenset({"CZ"}), name=SECRET),)
            await made.context.change_chat(
                chat, lambda known, kept=kept: replace(known, filters=kept, keeper=INVITED)
            )
        yield made


# ------------------------------------------------------------------ by invitation

SAID = [
    "/start", "/start d_CZ-2025-0001", "/start g_5", "/start i_wrong", "/latest", "/search news",
    "/subscribe Czechia", "/export json", "/stats", "/sources", "/help", "/why CZ-2025-0001",
    "/channel @a_channel", "/nonsense", "/cancel", "CZ-2025-0001", "Czechia", "hello",
    "https://mv.example/k",
]  # fmt: skip
PRESSED = [
    "sample", "setup", "weekly", "s1:0:news", "p1:0:", "n1:why:CZ-2025-0001",
    "n1:more:CZ-2025-0001", "n1:cite:CZ-2025-0001", "f2:list:0", "x1:json", "o1:show:language",
]  # fmt: skip


@pytest.mark.parametrize("chat", [None, GROUP, -77])
async def test_who_was_not_invited_is_told_so_whatever_they_say(
    world: World, chat: int | None
) -> None:
    for text in SAID:
        if chat is None or (text.startswith("/") and text not in ("/nonsense", "/cancel")):
            told = await world.says(STRANGER, text, chat)
            assert "by invitation" in told, text
            assert TITLE not in told
            assert SECRET not in told


async def test_who_was_not_invited_is_told_so_whatever_they_press(world: World) -> None:
    for data in PRESSED:
        for chat in (None, -77, *(() if data.startswith("n1") else (GROUP,))):
            told = await world.presses(STRANGER, data, chat)
            assert "by invitation" in told, (data, chat)
            assert TITLE not in told


async def test_who_was_not_invited_finds_nothing_inline(world: World) -> None:
    told = await world.asks_inline(STRANGER, "news")
    assert "by invitation" in told
    assert TITLE not in told
    assert TITLE in await world.asks_inline(INVITED, "news")
    assert world.calls[-1][1]["is_personal"]


async def test_who_was_invited_is_answered_everywhere(world: World) -> None:
    for text in SAID:
        assert "by invitation" not in await world.says(INVITED, text)
    for data in PRESSED:
        assert "by invitation" not in await world.presses(INVITED, data)
    assert TITLE in await world.says(INVITED, "/search news")
    assert SECRET in await world.says(INVITED, "/filters", GROUP)
    assert TITLE in await world.says(ADMIN, "/start d_CZ-2025-0001")


async def test_what_a_group_was_sent_its_members_may_ask_about(world: World) -> None:
    for chat in (GROUP, CHANNEL):
        told = await world.presses(STRANGER, "n1:why:CZ-2025-0001", chat)
        assert "by invitation" not in told
        assert told
    assert "by invitation" in await world.says(STRANGER, "/filters", GROUP)


async def test_a_group_is_not_let_in_by_whoever_adds_the_bot(world: World) -> None:
    added = await world.adds(STRANGER, -77, "left", "member")
    assert "by invitation" in added
    assert "Thank you for having me" in await world.adds(INVITED, -78, "left", "member")
    world.admins.add((-77, STRANGER))
    assert "by invitation" in await world.says(STRANGER, "/subscribe Czechia", -77)
    assert (await world.context.store.chat(-77)).filters == ()


async def test_everybody_may_have_what_is_kept_of_them_erased(world: World) -> None:
    assert "I keep" in await world.says(STRANGER, "/privacy")
    asked = await world.says(STRANGER, "/forgetme")
    assert "erases" in asked
    assert "Erased" in await world.presses(STRANGER, f"of:{STRANGER}:erase")


# ------------------------------------------------------------------ a former admin


async def begin(world: World, how: str) -> None:
    """An invited admin speaks for a group or channel from private."""
    told = await world.says(INVITED, how)
    assert "now about" in told
    assert SECRET in await world.says(INVITED, "/filters")


@pytest.mark.parametrize("how", ["/channel @a_channel", "/start g_5"])
async def test_a_former_admin_reads_and_changes_nothing(world: World, how: str) -> None:
    await begin(world, how)
    chat = CHANNEL if "channel" in how else GROUP
    await world.says(INVITED, "/rename 1")
    before = await world.context.store.chat(chat)
    world.admins.clear()
    said = ["A new name", *SAID, "/filters", "/status", "/digest", "/unsubscribe all", "/settings",
            "/exportme", "/rename 1 Mine", "/filters 1", "/quiet", "/timezone"]  # fmt: skip
    alone = ("/start", "/channel", "/help", "/cancel", "/nonsense")
    for text in said:
        told = await world.says(INVITED, text)
        assert SECRET not in told, text
        assert text.startswith(alone) or "I do not see that you are an admin" in told, (text, told)
    for data in [*PRESSED, "f2:card:1", "f2:try:1", "f2:remove:1", "f2:undo:1", "t2:1:show"]:
        assert SECRET not in await world.presses(INVITED, data)
    after = await world.context.store.chat(chat)
    assert after == before


async def test_a_former_admin_goes_on_with_their_own_chat(world: World) -> None:
    await begin(world, "/channel @a_channel")
    world.admins.clear()
    await world.says(INVITED, "/filters")
    (keyboard,) = [values["reply_markup"] for _, values in world.calls]
    assert "here" in str(keyboard)
    assert "about this chat again" in await world.presses(INVITED, "here")
    assert "You follow nothing yet" in await world.says(INVITED, "/filters")


async def test_an_admin_again_may_go_on(world: World) -> None:
    await begin(world, "/channel @a_channel")
    admins, world.admins = world.admins, set()
    assert SECRET not in await world.says(INVITED, "/filters")
    world.admins = admins
    assert SECRET in await world.says(INVITED, "/filters")


# ------------------------------------------------------------------ the bot is removed


@pytest.mark.parametrize(("chat", "kind"), [(GROUP, "group"), (CHANNEL, "channel")])
async def test_a_removal_is_told_once_to_whoever_set_it_up(
    world: World, chat: int, kind: str
) -> None:
    await world.adds(STRANGER, chat, "administrator", "kicked")
    await world.adds(STRANGER, chat, "kicked", "left")
    (notice,) = await world.context.store.notices()
    assert (notice.chat, notice.kind) == (INVITED, "removed")
    assert world.calls == []
    status = await world.says(INVITED, "/status")
    assert f"Removed from the {kind} “A {kind}” on 16 Jan 2025" in status
    await world.adds(STRANGER, chat, "left", "administrator")
    assert "Removed from" not in await world.says(INVITED, "/status")
    assert not (await world.context.store.chat(chat)).suspended


async def test_who_speaks_for_what_is_lost_is_told_that(world: World) -> None:
    await begin(world, "/channel @a_channel")
    world.admins.clear()  # Telegram says nothing of a chat where the bot is not
    await world.adds(STRANGER, CHANNEL, "administrator", "left")
    for text in ("/status", "/filters", "Czechia"):
        assert "Removed from the channel “A channel”" in await world.says(INVITED, text)


async def test_what_nobody_has_set_up_is_told_to_nobody(world: World) -> None:
    await world.adds(STRANGER, -77, "member", "kicked")
    assert await world.context.store.notices() == []
