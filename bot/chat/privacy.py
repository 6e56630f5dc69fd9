"""What is kept of a chat: told, handed over, erased."""

from msgspec.structs import replace

from bot import render
from bot.chat.answer import Answer, Button, File
from bot.chat.context import Office, Visit
from bot.chat.export import everything


async def privacy(office: Office, visit: Visit, said: str) -> Answer:
    """What is kept of a chat, and how to have it erased."""
    return Answer(render.reply("privacy", visit.tongue))


async def export_me(office: Office, visit: Visit, said: str) -> Answer:
    """All that is kept of the chat, as JSON."""
    kept = {
        "chat": await office.store.chat(visit.chat),
        "deliveries": await office.store.deliveries_of(visit.chat),
    }
    file = File("kept-of-this-chat.json", everything(kept))
    return Answer(render.reply("exported_me", visit.tongue), file=file)


async def forget(office: Office, visit: Visit, said: str) -> Answer:
    """Asks before everything kept of the chat is erased."""
    button = Button(visit.say("Erase everything"), "forget")
    keep = Button(visit.say("Keep it"), "keep")
    return Answer(render.reply("forget", visit.tongue), ((button, keep),))


async def forget_now(office: Office, visit: Visit) -> Answer:
    """Erases everything kept of the chat."""
    await office.store.forget_chat(visit.chat)
    forgotten = Answer(render.reply("forgotten", visit.tongue), in_place=True)
    return replace(forgotten, toast=visit.say("Erased."))
