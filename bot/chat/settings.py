"""/settings, /language, /privacy: how the bot talks to a chat, and what is kept of it."""

import msgspec
from msgspec.structs import replace

from bot import render
from bot.chat import schedule
from bot.chat.context import Answer, ChatContext, File, Request, rows, ticked
from bot.i18n import LANGUAGES, N_, locale_for
from bot.models.deliveries import Button

PREFIX = "o1"


async def settings(context: ChatContext, request: Request, args: str = "") -> Answer:
    """Show what is set, with a button for each."""
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
        (
            Button(
                ticked(request.gettext("Short messages"), when=chat.short),
                f"{PREFIX}:short:{'off' if chat.short else 'on'}",
            ),
        ),
    )
    answer = request.reply("settings", chat=chat, language=request.locale.name)
    return replace(answer, buttons=buttons, in_place=True)


async def language(context: ChatContext, request: Request, args: str) -> Answer:
    """Set the language, by its code or its name; without arguments, offer all."""
    if not args.strip():
        choices = [Button(locale_for(code).name, f"{PREFIX}:language:{code}") for code in LANGUAGES]
        answer = request.say(
            "In which language shall I speak? Developments keep the words of their publishers."
        )
        return replace(answer, buttons=rows(choices, 2), in_place=True)
    name = args.strip().lower()
    code = next((each for each in LANGUAGES if name in (each, locale_for(each).name.lower())), None)
    if code is None:
        return request.say("I do not speak “{said}” yet.", "/language", said=render.brief(args))
    await context.store.change_chat(request.chat, lambda chat: replace(chat, language=code))
    return replace(request, language=code).say("From now on I speak English.")


async def on_button(context: ChatContext, request: Request, data: str) -> Answer | None:
    """Handle a button of the settings; None: there is no such button."""
    what, _, value = data.partition(":")
    shows = {"language": language, "zone": schedule.timezone, "digest": schedule.digest}
    if what == "show" and value in shows:
        return replace(await shows[value](context, request, ""), in_place=True)
    if what == "language":
        return replace(await language(context, request, value), in_place=True)
    if what in ("silent", "short"):
        change = {what: value == "on"}
        await context.store.change_chat(request.chat, lambda chat: replace(chat, **change))
        return await settings(context, request)
    return None


# ------------------------------------------------------------------ what is kept


async def privacy(context: ChatContext, request: Request, args: str) -> Answer:
    """Tell what is stored of a chat, and how to have it erased."""
    return request.reply("privacy")


async def export_me(context: ChatContext, request: Request, args: str) -> Answer:
    """Send all that is stored of the chat, as JSON."""
    kept = {
        "holds": "what is kept of this chat; the texts of news are kept for all alike",
        "chat": await context.store.chat(request.chat),
        "deliveries": await context.store.deliveries_of(request.chat),
    }
    text = msgspec.json.format(msgspec.json.encode(kept), indent=2)
    file = File("kept-of-this-chat.json", text)
    answer = request.say(
        "This is all that I keep of this chat.",
        N_("The texts of news are not in it: they are kept once, for all chats alike."),
    )
    return replace(answer, file=file)


async def forget(context: ChatContext, request: Request, args: str) -> Answer:
    """Ask before all that is stored of the chat is erased."""
    button = Button(request.gettext("Erase everything"), "forget")
    keep = Button(request.gettext("Keep it"), "keep")
    answer = request.say(
        "This erases the filters, the settings and the history of this chat, at once and for good."
    )
    return replace(answer, buttons=((button, keep),))


async def forget_now(context: ChatContext, request: Request, args: str = "") -> Answer:
    """Erase all that is stored of the chat."""
    await context.store.forget_chat(request.chat)
    answer = request.say("Erased. Nothing about this chat is kept. /start begins again.")
    return replace(answer, toast=request.gettext("Erased."), in_place=True)
