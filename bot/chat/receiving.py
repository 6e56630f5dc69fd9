"""Receive a message or a press: check access, and find its language, the chat that it is about, and
the question that it answers."""

import asyncio
import datetime as dt

from msgspec.structs import replace

from bot import render
from bot.chat import groups, questions
from bot.chat.context import Answer, ChatContext, Request
from bot.i18n import N_
from bot.models import buttons
from bot.models.chats import Chat
from bot.models.deliveries import BUTTON_LIMIT, Button, Buttons, Message
from bot.wordings.index import index

SEEN_EVERY = dt.timedelta(days=7)
"""The resolution of `Chat.seen`: it is rewritten at most once in this time."""


async def end_question(context: ChatContext, request: Request) -> str | None:
    """Return what the chat that they speak in was asked, which what it says now ends."""
    chat = await context.store.chat(request.asked_from or request.chat)
    return await questions.take(context, chat) if chat.pending_question else None


async def receive(
    context: ChatContext, request: Request, *, in_asking_chat: bool = False
) -> tuple[Request, str]:
    """Note that somebody is there, and return the request in the chat's language; about the chat
    that the private chat speaks for, with its title, unless `in_asking_chat`."""
    chat = await context.store.chat(request.chat)
    if chat.suspended:
        await context.store.unsuspend_chat(request.chat, context.clock())
    await _note_use(context, chat)
    language = chat.language or request.language
    request = replace(request, language=language, texts=chat.texts, is_short=chat.short)
    if in_asking_chat or chat.speaks_for is None or not request.is_private:
        return request, ""
    return replace(request, chat=chat.speaks_for, asked_from=request.chat), chat.speaks_for_title


async def read_wordings() -> None:
    """Read the words that labels are called by, unless they are read: beside the event loop, since
    that takes half a second of CPU, for which other chats and the lease of a replica would wait."""
    if not index.cache_info().currsize:
        await asyncio.to_thread(index)


async def refusal(context: ChatContext, request: Request, title: str) -> Answer | None:
    """Return the answer to whoever may not ask about a chat from private (`groups.refusal`); None:
    they may, and that chat is in use, though perhaps nobody presses a button there."""
    if request.asked_from is None:
        return None
    if refused := await groups.refusal(context, request, title):
        return refused
    await _note_use(context, await context.store.chat(request.chat))
    return None


async def _note_use(context: ChatContext, chat: Chat) -> None:
    """Note that a chat is in use, which also answers whether it is still there."""
    today = context.clock().date()
    if chat.filters and (chat.warned or chat.seen is None or today - chat.seen >= SEEN_EVERY):
        await context.change_chat(chat.id, lambda chat: replace(chat, seen=today, warned=None))


def about_chat(request: Request, title: str, answer_: Answer) -> Answer:
    """Return an answer that is about another chat than the one it is given in with that chat's
    title above it, and with buttons that name it."""
    if request.asked_from is None:
        return answer_
    messages = (replace(each, buttons=_naming(request, each.buttons)) for each in answer_.messages)
    named = replace(answer_, messages=tuple(messages), buttons=_naming(request, answer_.buttons))
    if not title:
        return named
    return headed(named, render.say(request.locale, N_("About {title}:"), title=title))


def _naming(request: Request, shown: Buttons) -> Buttons:
    """Return buttons that name the chat of a request where they act on it; those that have no room
    for that are left out."""
    rows = (tuple(each for button in row if (each := _name_chat(request, button))) for row in shown)
    return tuple(filter(None, rows))


def _name_chat(request: Request, button: Button) -> Button | None:
    named, area, _ = buttons.parse(button.data or "")
    if named is not None or area not in buttons.OF_ONE_CHAT:
        return button
    data = request.about_chat(str(button.data))
    return replace(button, data=data) if len(data.encode()) <= BUTTON_LIMIT else None


def headed(answer_: Answer, heading: Message) -> Answer:
    """Return an answer with a heading above its first message."""
    if not answer_.messages:
        return answer_
    first, *others = answer_.messages
    headed = replace(
        first, html=f"<i>{heading.html}</i>\n{first.html}", plain=f"{heading.plain}\n{first.plain}"
    )
    return replace(answer_, messages=(headed, *others))
