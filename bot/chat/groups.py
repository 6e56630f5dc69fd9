"""Groups and channels: who may set them up, and where.

In a group its admins decide, in a few words; menus are continued in private, so that nobody's chat
is filled. There, and for a channel, the private chat speaks for the other one until told to stop.
Whether a person runs a chat is asked of Telegram each time.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from msgspec.structs import replace
from telegram.constants import ChatMemberStatus
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot import render
from bot.chat.context import Answer, ChatContext, Request
from bot.i18n import N_
from bot.models.deliveries import Button
from bot.text import one_line

CONTINUED = "g_"
"""What the payload of a link begins with that continues a group's setting-up in private."""
NOT_YOURS = N_(
    "You are no admin there, or I am not there myself. Add me to the group or channel first (a "
    "channel: as an admin who may post), then try again. /channel tells how."
)
STOP = ("off", "stop", "me", "back")


async def channel(context: ChatContext, request: Request, args: str) -> Answer:
    """Set up a channel or group from the private chat: `@name`, or a link to it; `off` ends it."""
    name = "@" + args.strip().removeprefix("https://").removeprefix("t.me/").removeprefix("@")
    if not request.is_private:
        return continue_in_private(context, request)
    if name == "@":
        return request.say(
            "To set up a channel: make me an admin there who may post, then say here "
            "<code>/channel @its_name</code>. For a group, type /subscribe there."
        )
    if name[1:].lower() in STOP:
        return await _stop(context, request)
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


def continue_in_private(context: ChatContext, request: Request) -> Answer:
    """Invite whoever runs a group to go on in private."""
    # So that nobody's chat is filled with menus.
    link = context.link(f"{CONTINUED}{-request.chat}")
    button = Button(request.gettext("Continue in private"), url=link)
    answer = request.say(
        "To keep this group quiet, its admins choose in private.",
        N_("In a few words it also works here: <code>/subscribe Czechia, return</code>"),
    )
    return replace(answer, buttons=((button,),))


async def continue_here(context: ChatContext, request: Request, number: str) -> Answer:
    """Go on in private with the set-up of a group."""
    chat = await context.find(-int(number)) if number.isdecimal() and len(number) < 20 else None
    if chat is None or not request.is_private:
        return request.say(NOT_YOURS)
    return await _speak_for(context, request, *chat)


async def may_set(context: ChatContext, request: Request) -> bool:
    """Return whether whoever asks may change the chat that it is about; an anonymous admin may."""
    if request.chat > 0 or request.is_anonymous_admin:
        return True
    return request.person is not None and await context.runs(request.chat, request.person)


async def _speak_for(context: ChatContext, request: Request, chat: int, title: str) -> Answer:
    """Let the private chat set up another one from now on, where its person may."""
    if request.person is None or not await context.runs(chat, request.person):
        return request.say(NOT_YOURS)
    asking_chat = request.asked_from or request.chat
    await context.change_chat(
        asking_chat, lambda record: replace(record, speaks_for=chat, speaks_for_title=title[:100])
    )
    await context.change_chat(chat, lambda record: replace(record, keeper=request.person))
    start = Button(request.gettext("Choose countries"), "setup")
    answer = request.say(
        "What you say here is now about <b>{title}</b>: /subscribe, /filters, /digest, "
        "/settings. <code>/channel off</code> ends it.",
        title=title,
    )
    return replace(answer, buttons=((start,),))


async def _stop(context: ChatContext, request: Request) -> Answer:
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
