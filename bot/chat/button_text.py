"""The text that a button acts on: in its data where it fits, else kept for the chat, which holds
one such text."""

import zlib

from msgspec.structs import replace

from bot.chat.context import ChatContext, Request
from bot.models.deliveries import BUTTON_LIMIT

TEXT_LIMIT = 2000
HELD = "#"
"""What stands before the checksum of a text that is kept; no text begins with it."""


async def data(context: ChatContext, request: Request, prefix: str, text: str) -> str:
    """Return the data of a button that acts on a text."""
    text = text.strip()[:TEXT_LIMIT].lstrip(HELD)
    whole = f"{prefix}:{text}"
    if len(whole.encode()) <= BUTTON_LIMIT:
        return whole
    await context.change_chat(request.chat, lambda chat: replace(chat, typed=text))
    return f"{prefix}:{HELD}{_checksum(text)}"


async def text_of(context: ChatContext, request: Request, rest: str) -> str | None:
    """Return the text of a button, whose data is `rest` after its prefix; None: it is not kept any
    more."""
    if not rest.startswith(HELD):
        return rest
    typed = (await context.store.chat(request.chat)).typed
    return typed if rest == f"{HELD}{_checksum(typed)}" else None


def _checksum(text: str) -> str:
    return f"{zlib.crc32(text.encode()):x}"
