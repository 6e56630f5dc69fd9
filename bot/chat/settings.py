"""/settings and /language: how the bot talks to a chat, in one place."""

from msgspec.structs import replace

from bot import render
from bot.chat.answer import Answer, Button, rows
from bot.chat.context import Office, Visit
from bot.i18n import LANGUAGES, tongue

PREFIX = "o1"


async def settings(office: Office, visit: Visit, said: str = "") -> Answer:
    """What is set, with a button for each."""
    chat = await office.store.chat(visit.chat)
    sound = visit.say("With sound") if chat.silent else visit.say("Without sound")
    buttons = (
        (
            Button(visit.say("Language"), f"{PREFIX}:show:language"),
            Button(visit.say("Time zone"), f"{PREFIX}:show:zone"),
        ),
        (
            Button(visit.say("Digest"), f"{PREFIX}:show:digest"),
            Button(sound, f"{PREFIX}:silent:{'off' if chat.silent else 'on'}"),
        ),
    )
    messages = render.reply("settings", visit.tongue, chat=chat, language=visit.tongue.name)
    return Answer(messages, buttons, in_place=True)


async def language(office: Office, visit: Visit, said: str) -> Answer:
    """Sets the language, by its code or its name; alone: offers all."""
    if not said.strip():
        choices = [Button(tongue(code).name, f"{PREFIX}:language:{code}") for code in LANGUAGES]
        return Answer(render.reply("language", visit.tongue), rows(choices, 2), in_place=True)
    wanted = said.strip().lower()
    code = next((each for each in LANGUAGES if wanted in (each, tongue(each).name.lower())), None)
    if code is None:
        return Answer(render.reply("bad_language", visit.tongue, said=said.strip()))
    await office.store.change_chat(visit.chat, lambda chat: replace(chat, language=code))
    spoken = replace(visit, language=code)
    return Answer(render.reply("language_set", spoken.tongue))


async def pressed(office: Office, visit: Visit, what: str, value: str) -> Answer | None:
    """What comes of a button of the settings; None: there is no such button."""
    if what == "language":
        return replace(await language(office, visit, value), in_place=True)
    if what == "silent":
        is_silent = value == "on"
        await office.store.change_chat(visit.chat, lambda chat: replace(chat, silent=is_silent))
        return await settings(office, visit)
    return None
