"""/settings and /language: how the bot talks to a chat, in one place."""

from msgspec.structs import replace

from bot import render
from bot.chat.answer import Answer, Button, rows
from bot.chat.context import ChatContext, Request
from bot.i18n import LANGUAGES, locale_for

PREFIX = "o1"


async def settings(context: ChatContext, request: Request, said: str = "") -> Answer:
    """What is set, with a button for each."""
    chat = await context.store.chat(request.chat)
    sound = request.gettext("With sound") if chat.silent else request.gettext("Without sound")
    buttons = (
        (
            Button(request.gettext("Language"), f"{PREFIX}:show:language"),
            Button(request.gettext("Time zone"), f"{PREFIX}:show:zone"),
        ),
        (
            Button(request.gettext("Digest"), f"{PREFIX}:show:digest"),
            Button(sound, f"{PREFIX}:silent:{'off' if chat.silent else 'on'}"),
        ),
    )
    messages = render.reply("settings", request.locale, chat=chat, language=request.locale.name)
    return Answer(messages, buttons, in_place=True)


async def language(context: ChatContext, request: Request, said: str) -> Answer:
    """Sets the language, by its code or its name; alone: offers all."""
    if not said.strip():
        choices = [Button(locale_for(code).name, f"{PREFIX}:language:{code}") for code in LANGUAGES]
        return Answer(render.reply("language", request.locale), rows(choices, 2), in_place=True)
    wanted = said.strip().lower()
    code = next(
        (each for each in LANGUAGES if wanted in (each, locale_for(each).name.lower())), None
    )
    if code is None:
        return Answer(render.reply("bad_language", request.locale, said=said.strip()))
    await context.store.change_chat(request.chat, lambda chat: replace(chat, language=code))
    spoken = replace(request, language=code)
    return Answer(render.reply("language_set", spoken.locale))


async def pressed(context: ChatContext, request: Request, what: str, value: str) -> Answer | None:
    """What comes of a button of the settings; None: there is no such button."""
    if what == "language":
        return replace(await language(context, request, value), in_place=True)
    if what == "silent":
        is_silent = value == "on"
        await context.store.change_chat(request.chat, lambda chat: replace(chat, silent=is_silent))
        return await settings(context, request)
    return None
