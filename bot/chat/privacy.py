"""What is kept of a chat: told, handed over, erased."""

from msgspec.structs import replace

from bot import render
from bot.chat.answer import Answer, Button, File
from bot.chat.context import ChatContext, Request
from bot.chat.export import everything


async def privacy(context: ChatContext, request: Request, said: str) -> Answer:
    """What is kept of a chat, and how to have it erased."""
    return Answer(render.reply("privacy", request.locale))


async def export_me(context: ChatContext, request: Request, said: str) -> Answer:
    """All that is kept of the chat, as JSON."""
    kept = {
        "chat": await context.store.chat(request.chat),
        "deliveries": await context.store.deliveries_of(request.chat),
    }
    file = File("kept-of-this-chat.json", everything(kept))
    return Answer(render.reply("exported_me", request.locale), file=file)


async def forget(context: ChatContext, request: Request, said: str) -> Answer:
    """Asks before everything kept of the chat is erased."""
    button = Button(request.gettext("Erase everything"), "forget")
    keep = Button(request.gettext("Keep it"), "keep")
    return Answer(render.reply("forget", request.locale), ((button, keep),))


async def forget_now(context: ChatContext, request: Request) -> Answer:
    """Erases everything kept of the chat."""
    await context.store.forget_chat(request.chat)
    forgotten = Answer(render.reply("forgotten", request.locale), in_place=True)
    return replace(forgotten, toast=request.gettext("Erased."))
