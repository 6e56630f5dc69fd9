"""Decide who may use the bot: everybody, or whoever was invited (`telegram.access`).

It is asked at each way in: commands, words, presses, links, inline queries, and groups and channels
that somebody adds the bot to.
"""

from msgspec.structs import replace

from bot.chat.context import Answer, ChatContext, Request
from bot.i18n import N_
from bot.models.buttons import Area

INVITED = "i_"
"""What the payload of an invitation begins with."""
OPEN = ("privacy", "exportme", "forgetme")
"""Commands that everybody may give, also where the bot is by invitation."""
OPEN_BUTTONS = (Area.FORGET, Area.ERASE, Area.KEEP)
"""Their buttons."""
BY_INVITATION = N_("This bot is by invitation. Ask who runs it for a link.")


NOT_INVITED = N_("This bot is by invitation")
"""On a button over inline results, which takes few characters."""


def is_admin(context: ChatContext, request: Request) -> bool:
    """Return whether a request comes from one of the admins, in private."""
    return request.is_private and request.person in context.admins


async def is_welcome(
    context: ChatContext, request: Request, payload: str = "", *, under_post: bool = False
) -> bool:
    """Return whether whoever asks may use the bot: everybody may, or admins and whoever was
    invited. `payload`: of the link that they came by; `under_post`: whether they press a button
    under what the chat was sent, which all its readers may where who set it up was invited."""
    if not context.by_invitation or request.person in context.admins:
        return True
    token = payload.removeprefix(INVITED)
    if payload.startswith(INVITED) and await context.store.redeem_invitation(token):
        await context.change_chat(request.chat, lambda chat: replace(chat, is_invited=True))
    here = await context.store.chat(request.chat)
    if here.is_invited:
        return True
    # An anonymous admin speaks as the group.
    speaks_as_chat = under_post or request.is_anonymous_admin
    people = {request.person, here.keeper if speaks_as_chat else None} - {None}
    return any([each in context.admins or await _is_invited(context, each) for each in people])


async def _is_invited(context: ChatContext, person: int | None) -> bool:
    return person is not None and (await context.store.chat(person)).is_invited


async def refusal(context: ChatContext, request: Request) -> Answer:
    """Return the answer to whoever was not invited."""
    chat = await context.store.chat(request.chat)
    return replace(request, language=chat.language or request.language).say(BY_INVITATION)
