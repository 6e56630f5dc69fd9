"""/feed: the secret addresses of a filter, for feed readers, calendars and other programs."""

import secrets

from msgspec.structs import replace

from bot.chat import filters
from bot.chat.context import Answer, ChatContext, Request
from bot.i18n import N_
from bot.models.chats import Filter
from bot.models.deliveries import DANGER

WITHDRAW = "unfeed"
"""The action of the button that takes the addresses of a filter back."""
TOKEN_BYTES = 24
"""Random bytes of a token: nobody guesses 192 bits."""
FORMS = ("atom", "json", "ics")
NONE_HERE = N_(
    "This bot serves no feeds: who runs it has not turned its archive on. /export sends files."
)
WHICH = N_("Which one? <code>/feed 1</code> gives the addresses of filter 1.")


async def feed(context: ChatContext, request: Request, args: str) -> Answer:
    """Show the addresses of the filter that is named, or of the only one."""
    if not context.archive_url:
        return request.say(NONE_HERE)
    chat = await context.store.chat(request.chat)
    is_only = len(chat.filters) == 1 and not args.strip()
    kept = filters.filter_by_number(chat, "1" if is_only else args)
    if kept is None:
        return await filters.which(context, request, chat, args, WHICH)
    token = await context.store.open_feed(chat.id, kept.id, secrets.token_urlsafe(TOKEN_BYTES))
    addresses = [f"{context.archive_url}/f/{token}.{form}" for form in FORMS]
    answer = request.reply("feed", filter=kept, addresses=addresses)
    text = request.gettext("Take the addresses back")
    take_back = filters.button(request, text, WITHDRAW, kept.id)
    return replace(answer, buttons=((replace(take_back, style=DANGER),),))


async def withdraw(context: ChatContext, request: Request, kept: Filter) -> Answer:
    """Take the addresses of a filter back: nobody reads it under them any more."""
    await context.store.close_feed(request.chat, kept.id)
    answer = request.say(
        "The addresses lead nowhere now. /feed makes new ones for the filter “{filter}”.",
        filter=kept,
    )
    return replace(answer, in_place=True)
