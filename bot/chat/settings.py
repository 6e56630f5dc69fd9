"""/settings, /language, /privacy: how the bot talks to a chat, and what is kept of it."""

from collections.abc import Collection

import msgspec
from msgspec.structs import replace

from bot import render, wordings
from bot.chat import endpoints, filter_log, pace, schedule
from bot.chat.context import Answer, ChatContext, File, Request, rows, ticked
from bot.chat.parsing.keywords import without_passed
from bot.filter_changes import without_people
from bot.i18n import LANGUAGES, N_, locale_for
from bot.models.buttons import Area
from bot.models.chats import Chat
from bot.models.deliveries import DANGER, Button
from bot.reader_language import AS_PUBLISHED, IN_ENGLISH


async def settings(context: ChatContext, request: Request, args: str = "") -> Answer:
    """Show what is set, with a button for each."""
    chat = await context.store.chat(request.chat)
    sound = request.gettext("With sound") if chat.silent else request.gettext("Without sound")
    buttons = (
        (
            Button(request.gettext("Language"), f"{Area.SETTINGS}:show:language"),
            Button(request.gettext("Time zone"), f"{Area.SETTINGS}:show:zone"),
        ),
        (
            Button(request.gettext("Digest"), f"{Area.SETTINGS}:show:digest"),
            Button(sound, f"{Area.SETTINGS}:silent:{'off' if chat.silent else 'on'}"),
        ),
        (
            Button(
                ticked(request.gettext("Short messages"), when=chat.short),
                f"{Area.SETTINGS}:short:{'off' if chat.short else 'on'}",
            ),
        ),
    )
    texts = _texts_in(request, chat.texts) if _text_choices(context, request) else ""
    answer = request.reply("settings", chat=chat, language=request.locale.name, texts=texts)
    return replace(answer, buttons=buttons, in_place=True)


async def language(context: ChatContext, request: Request, args: str) -> Answer:
    """Set the language, by its code or its name; without arguments, offer all, and what texts are
    translated into."""
    if not args.strip():
        return await _offer_languages(context, request)
    code = parse_language(args)
    if code is None:
        return request.say("I do not speak “{said}” yet.", "/language", said=render.brief(args))
    targets = context.targets()
    await context.change_chat(request.chat, lambda chat: _speaking(chat, code, targets))
    return replace(request, language=code).say(
        "From now on I speak English.", N_("/settings has the other settings.")
    )


def parse_language(text: str) -> str | None:
    """Return the language of the bot that words name (pure): `in English`, `німецькою`."""
    found = map(wordings.find_language, without_passed(text.strip()))
    return next(filter(None, found), None)


async def _offer_languages(context: ChatContext, request: Request) -> Answer:
    chat = await context.store.chat(request.chat)
    languages = [
        Button(locale_for(code).name, f"{Area.SETTINGS}:language:{code}") for code in LANGUAGES
    ]
    texts = [
        Button(
            ticked(_texts_in(request, target), when=target == chat.texts),
            f"{Area.SETTINGS}:texts:{target}",
        )
        for target in _text_choices(context, request)
    ]
    translated = [N_("The last buttons set what texts are translated into.")] if texts else []
    answer = request.say(
        "In which language shall I speak? Developments keep the words of their publishers.",
        *translated,
    )
    return replace(answer, buttons=(*rows(languages, 2), *rows(texts, 1)), in_place=True)


def _text_choices(context: ChatContext, request: Request) -> list[str]:
    """Return what texts can be translated into for whoever asks; nothing where no engine is set
    up."""
    targets, own = context.targets(), request.locale.code
    if not targets:
        return []
    return [IN_ENGLISH, *([own] if own in targets and own != IN_ENGLISH else []), AS_PUBLISHED]


def _texts_in(request: Request, target: str) -> str:
    if target == AS_PUBLISHED:
        return request.gettext("Texts: as published")
    return request.gettext("Texts: {language}", language=locale_for(target).name)


def _reading(chat: Chat, target: str) -> Chat:
    """Return a chat with what texts are translated into; the bot speaks that language, too, also
    where it was known from Telegram alone."""
    is_own = target not in (IN_ENGLISH, AS_PUBLISHED)
    return replace(chat, texts=target, language=target if is_own else chat.language)


def _speaking(chat: Chat, code: str, targets: Collection[str]) -> Chat:
    """Return a chat with another language; what was translated into its own language is translated
    into that one, where an engine can."""
    texts = chat.texts
    if texts not in (IN_ENGLISH, AS_PUBLISHED):
        texts = code if code in targets else IN_ENGLISH
    return replace(chat, language=code, texts=texts)


async def on_button(context: ChatContext, request: Request, data: str) -> Answer | None:
    """Handle a button of the settings; None: there is no such button."""
    what, _, value = data.partition(":")
    shows = {"language": language, "zone": schedule.timezone, "digest": pace.digest}
    if what == "show" and value == "settings":
        return await settings(context, request)
    if what == "show" and value in shows:
        return replace(await shows[value](context, request, ""), in_place=True)
    if what == "language":
        return replace(await language(context, request, value), in_place=True)
    if what == "texts" and value in _text_choices(context, request):
        await context.change_chat(request.chat, lambda chat: _reading(chat, value))
        return await language(context, request, "")
    if what in ("silent", "short"):
        change = {what: value == "on"}
        await context.change_chat(request.chat, lambda chat: replace(chat, **change))
        return await settings(context, request)
    return None


# ------------------------------------------------------------------ what is kept


async def privacy(context: ChatContext, request: Request, args: str) -> Answer:
    """Tell what is stored of a chat, and how to have it erased."""
    return request.reply("privacy", backup_days=context.backups_kept)


async def export_me(context: ChatContext, request: Request, args: str) -> Answer:
    """Send all that is stored of the chat, as JSON."""
    chat = await context.store.chat(request.chat)
    if not request.is_private:  # everybody there reads it
        chat = without_people(chat)
    kept = {
        "holds": "what is kept of this chat; the texts of news are kept for all alike",
        "chat": chat,
        "feeds": await context.store.feeds_of(request.chat),
        "deliveries": await context.store.deliveries_of(request.chat),
        "webhooks": [
            {
                "endpoint": endpoints.without_secret(endpoint),
                "deliveries": await context.store.deliveries_of(endpoint.id),
            }
            for endpoint in await context.store.endpoints_of(request.chat)
        ],
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
    button = Button(request.gettext("Erase everything"), Area.ERASE, style=DANGER)
    keep = Button(request.gettext("Keep it"), Area.KEEP)
    answer = request.say(
        "This erases the filters, the settings and the history of this chat, at once and for good."
    )
    return replace(answer, buttons=((button, keep),))


async def forget_now(context: ChatContext, request: Request, args: str = "") -> Answer:
    """Erase all that is stored of the chat."""
    await context.store.forget_chat(request.chat)
    await filter_log.forget_person(context, request.chat)
    answer = request.say("Erased. Nothing about this chat is kept. /start begins again.")
    return replace(answer, toast=request.gettext("Erased."), in_place=True)
