"""Keep what the bot has asked a chat, until a command, the question's Cancel, or ten minutes end
it."""

import datetime as dt

from msgspec.structs import replace

from bot.chat.context import ChatContext, Request
from bot.models.chats import Chat

OPEN_FOR = dt.timedelta(minutes=10)
"""How long the next message is taken as the answer: later nobody remembers having been asked."""


async def ask(context: ChatContext, chat: int, question: str) -> None:
    """Note what a chat is asked, in place of what it was asked before."""
    until = context.clock() + OPEN_FOR
    await context.change_chat(
        chat, lambda chat: replace(chat, pending_question=question, question_until=until)
    )


async def take(context: ChatContext, chat: Chat) -> str | None:
    """End what a chat was asked, and return it; None: it was asked nothing, or too long ago."""
    if chat.pending_question is None:
        return None
    await context.change_chat(
        chat.id, lambda chat: replace(chat, pending_question=None, question_until=None)
    )
    is_open = chat.question_until is not None and context.clock() < chat.question_until
    return chat.pending_question if is_open else None


def is_called_off(request: Request, text: str) -> bool:
    """Return whether a message is no answer but ends the question, as its button would."""
    return text.strip().lower() in ("cancel", request.gettext("Cancel").lower())
