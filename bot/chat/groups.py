"""Set up groups and channels, for those who may.

In a group its admins decide, in a few words; menus are continued in private, so that nobody's chat
is filled. There, and for a channel, the private chat speaks for the other one until told to stop.
Whether a person runs a chat is asked of Telegram each time.
"""

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Any

from msgspec.structs import replace
from telegram.constants import ChatMemberStatus
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot import render
from bot.chat import access
from bot.chat.context import Answer, ChatContext, Request
from bot.i18n import N_
from bot.models import Notice
from bot.models.buttons import Area
from bot.models.chats import Chat, LostChat
from bot.models.deliveries import Button
from bot.text import one_line

CONTINUED = "g_"
"""What the payload of a link begins with that continues a group's setting-up in private."""
NOT_YOURS = N_(
    "You are no admin there, or I am not there myself. Add me to the group or channel first (a "
    "channel: as an admin who may post), then try again. /channel tells how."
)
STOP = ("off", "stop", "me", "back")
LOST_LIMIT = 20
"""Groups and channels that the bot was removed from, of one person."""


async def channel(context: ChatContext, request: Request, args: str) -> Answer:
    """Set up a channel or group from the private chat: `@name`, or a link to it; `off` ends it."""
    name = "@" + args.strip().removeprefix("https://").removeprefix("t.me/").removeprefix("@")
    if not request.is_private:
        return continue_in_private(context, request)
    if name == "@":
        how = request.say(
            "To set up a channel: make me an admin there who may post. Then pick it with the "
            "button at your keyboard, forward me a post of it, or say <code>/channel "
            "@its_name</code>.",
            N_("For a group, pick it in the same way, or type /subscribe there."),
        )
        return replace(how, picks_chat=True)
    if name[1:].lower() in STOP:
        return await stop(context, request)
    if chat := await context.find(name):
        return await _speak_for(context, request, *chat)
    return request.say(
        "I do not find “{said}”.",
        N_(
            "Make me an admin of the channel first, and say its public name: <code>/channel "
            "@its_name</code>"
        ),
        said=render.brief(args),
    )


def private_link(context: ChatContext, request: Request) -> str:
    """Return the link that lets the private chat of whoever opens it set up a group."""
    return context.link(f"{CONTINUED}{-request.chat}")


def continue_in_private(context: ChatContext, request: Request) -> Answer:
    """Invite whoever runs a group to go on in private."""
    # So that nobody's chat is filled with menus.
    button = Button(request.gettext("Continue in private"), url=private_link(context, request))
    answer = request.say(
        "To keep this group quiet, its admins choose in private.",
        N_("In a few words it also works here: <code>/subscribe Czechia, return</code>"),
    )
    return replace(answer, buttons=((button,),))


async def continue_here(context: ChatContext, request: Request, number: str) -> Answer:
    """Go on in private with the set-up of a group."""
    is_number = number.isdecimal() and len(number) < 20
    return await set_up(context, request, -int(number) if is_number else 0)


async def set_up(context: ChatContext, request: Request, chat: int) -> Answer:
    """Let the private chat set up the group or channel of an id, where its person may."""
    found = await context.find(chat) if request.is_private and chat else None
    return await _speak_for(context, request, *found) if found else request.say(NOT_YOURS)


async def may_set(context: ChatContext, request: Request) -> bool:
    """Return whether whoever asks may change the chat that it is about; an anonymous admin may."""
    if request.chat > 0 or request.is_anonymous_admin:
        return True
    return request.person is not None and await context.runs(request.chat, request.person)


async def refusal_to_set(context: ChatContext, request: Request) -> Answer | None:
    """Return the answer to whoever may not change what a group follows; None: they may. Who asks
    from private was seen to be an admin when they were received."""
    if request.asked_from is not None or await may_set(context, request):
        return None
    return request.say(
        "Only admins of this group may change what it follows. /start in private follows "
        "something for you alone."
    )


async def refusal(context: ChatContext, request: Request, title: str) -> Answer | None:
    """Return the answer to whoever asks from private about a group or channel of which they are no
    admin any more; None: they may ask."""
    if await may_set(context, request):
        return None
    here = Button(request.gettext("Speak about this chat again"), Area.OWN_CHAT)
    asking_chat = await context.store.chat(request.asked_from or request.chat)
    if any(each.chat == request.chat for each in asking_chat.lost_chats):
        answer = request.reply("lost_chats", chat=asking_chat)
    else:
        answer = request.say(
            "I do not see that you are an admin of “{title}”, so I say nothing of it here. "
            "/channel tells how an admin sets it up.",
            title=title,
        )
    return replace(answer, buttons=((here,),))


async def greeting(context: ChatContext, request: Request) -> Answer:
    """Return the greeting of a group that the bot was added to."""
    if not await access.is_welcome(context, request):
        return await access.refusal(context, request)
    return request.say(
        "Thank you for having me here. Admins of this group tell me what it wants to hear of: "
        "<code>/subscribe Czechia, Germany, return</code>; in a topic, I send to that topic. "
        "Everybody may press the buttons under what I send. /help lists the rest."
    )


async def on_removed(
    context: ChatContext, chat: int, title: str, at: dt.datetime, *, is_channel: bool
) -> None:
    """Tell whoever set up a group or channel, once, that the bot was removed from it."""
    keeper = (await context.store.chat(chat)).keeper
    if keeper is None:
        return
    lost = LostChat(chat=chat, title=title[:100], is_channel=is_channel, at=at)
    await context.change_chat(
        keeper, lambda known: replace(known, lost_chats=(*_others(known, chat), lost)[-LOST_LIMIT:])
    )
    values: dict[str, str | int] = {
        "title": lost.title,
        "type": "channel" if is_channel else "group",
    }
    await context.store.add_notice(Notice(kind="removed", values=values, chat=keeper))


async def on_added(context: ChatContext, chat: int) -> None:
    """Forget that the bot was removed from a group or channel."""
    keeper = (await context.store.chat(chat)).keeper
    if keeper is not None:
        await context.change_chat(
            keeper, lambda known: replace(known, lost_chats=_others(known, chat))
        )


def _others(known: Chat, chat: int) -> tuple[LostChat, ...]:
    return tuple(each for each in known.lost_chats if each.chat != chat)


async def _speak_for(context: ChatContext, request: Request, chat: int, title: str) -> Answer:
    """Let the private chat set up another one from now on, where its person may."""
    if request.person is None or not await context.runs(chat, request.person):
        return request.say(NOT_YOURS)
    asking_chat = request.asked_from or request.chat
    await context.change_chat(
        asking_chat, lambda record: replace(record, speaks_for=chat, speaks_for_title=title[:100])
    )
    await context.change_chat(chat, lambda record: replace(record, keeper=request.person))
    start = Button(request.gettext("Choose countries"), Area.SETUP)
    answer = request.say(
        "What you say here is now about <b>{title}</b>: /subscribe, /filters, /digest, "
        "/settings. <code>/channel off</code> ends it.",
        title=title,
    )
    return replace(answer, buttons=((start,),))


async def stop(context: ChatContext, request: Request, args: str = "") -> Answer:
    """Let the private chat speak for itself again."""
    asking_chat = request.asked_from or request.chat
    await context.change_chat(
        asking_chat, lambda record: replace(record, speaks_for=None, speaks_for_title="")
    )
    return request.say(
        "What you say here is about this chat again. /filters shows what it follows."
    )


_RUN = {ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR}


def admin_check(bot: ExtBot[Any]) -> Callable[[int, int], Awaitable[bool]]:
    """Return the check whether a person is an admin of a chat; it asks Telegram each time."""

    async def is_admin(chat: int, person: int) -> bool:
        try:
            member = await bot.get_chat_member(chat, person)
        except TelegramError:
            return False
        return member.status in _RUN

    return is_admin


def chat_lookup(bot: ExtBot[Any]) -> Callable[[int | str], Awaitable[tuple[int, str] | None]]:
    """Return the look-up of a chat's id and title, by its id or its public `@name`; None: the bot
    sees none."""

    async def look_up(name: int | str) -> tuple[int, str] | None:
        try:
            chat = await bot.get_chat(name)
        except TelegramError:
            return None
        return chat.id, one_line(chat.title or "") or str(name)

    return look_up


def name_lookup(bot: ExtBot[Any]) -> Callable[[int, int], Awaitable[str | None]]:
    """Return the look-up of a person's name in a chat, as Telegram shows it now; None: it is not
    known any more."""

    async def look_up(chat: int, person: int) -> str | None:
        try:
            member = await bot.get_chat_member(chat, person)
        except TelegramError:
            return None
        return member.user.full_name

    return look_up
