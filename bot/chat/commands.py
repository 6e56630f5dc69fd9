"""Dispatch commands, buttons and other text to what answers them."""

import datetime as dt
from collections.abc import Awaitable, Callable

from msgspec import Struct
from msgspec.structs import replace

from bot import match, render
from bot.chat import (
    access,
    admin,
    archive,
    corrections,
    deadlines,
    doubts,
    export,
    filter_log,
    filters,
    groups,
    help_screens,
    naming,
    near_commands,
    pace,
    plain_answers,
    query,
    questions,
    review,
    schedule,
    search,
    settings,
    share_links,
    source_list,
    why,
    wizard,
)
from bot.chat.context import Answer, ChatContext, Request
from bot.i18n import N_
from bot.models import Filter
from bot.models.deliveries import PRIMARY, Button, Message
from bot.models.pace import WEEKLY
from bot.monitoring import source_health
from bot.urls import find_link

SEEN_EVERY = dt.timedelta(days=7)
"""The resolution of `Chat.seen`: it is rewritten at most once in this time."""


class Command(Struct, frozen=True):
    """A command: its line in Telegram's menu, its handler, and whether it changes what the chat is
    sent: then only admins of a group may use it."""

    description: str
    answer: Callable[[ChatContext, Request, str], Awaitable[Answer]]
    sets: bool = False


_LINKS: tuple[tuple[str, Callable[[ChatContext, Request, str], Awaitable[Answer]]], ...] = (
    (archive.LINKED, archive.show),
    (archive.ASKED, archive.ask),
    (groups.CONTINUED, groups.continue_here),
    (filter_log.LINKED, filter_log.open_log),
)
"""What the payloads of deep links begin with, and what they open."""


async def start(context: ChatContext, request: Request, args: str) -> Answer:
    """Greet, or open what the payload of a deep link asks for."""
    for beginning, open_ in _LINKS:
        if args.startswith(beginning):
            return await open_(context, request, args.removeprefix(beginning))
    if shared := share_links.filter_from_payload(args):
        return _offer(request, shared, args)
    chat = await context.store.chat(request.chat)
    buttons = (
        (Button(request.gettext("Choose countries and themes"), "setup"),),
        (Button(request.gettext("Everything, as a weekly digest"), "weekly"),),
        (Button(request.gettext("Show me an example"), "sample"),),
    )
    greeting = request.reply("start", filters=len(chat.filters))
    listens = match.listens(chat, context.clock())
    if listens and (missed := await schedule.offer(context, request)):
        return replace(missed, messages=(*greeting.messages, *missed.messages))
    return replace(greeting, buttons=buttons if request.is_private else buttons[:1])


def _offer(request: Request, shared: Filter, payload: str) -> Answer:
    """Offer a filter that somebody shares; nothing is saved before it is wanted."""
    take = Button(request.gettext("Save it"), share_links.button_data(payload), style=PRIMARY)
    return replace(request.reply("shared_filter", filter=shared), buttons=((take,),))


async def subscribe(context: ChatContext, request: Request, args: str) -> Answer:
    """Save the filter that the arguments describe, or tell which words are not understood; without
    any, begin the guided set-up."""
    if not args.strip(" ,"):
        return await wizard.begin(context, request)
    known = {source.id for source in context.sources}
    reading = query.read_filter(args, known, request.language)
    if reading.doubts:
        return doubts.ask(request, reading)
    if foreign := doubts.foreign(reading.filter, context.sources):
        return doubts.ask_mentions(request, reading.filter, foreign)
    return await filters.save(context, request, reading.filter)


async def status(context: ChatContext, request: Request, args: str) -> Answer:
    """Show the settings, the deliveries, and whether the sources answer."""
    chat = await context.store.chat(request.chat)
    states = await context.store.states()
    answering = sum(source_health.is_well(states.get(source.id)) for source in context.sources)
    return request.reply(
        "status",
        chat=chat,
        listens=match.listens(chat, context.clock()),
        tally=await context.store.tally(request.chat),
        answering=answering,
        sources=len(context.sources),
    )


async def help_(context: ChatContext, request: Request, args: str) -> Answer:
    """Show what one needs first, with the rest behind buttons."""
    return help_screens.first(request, _descriptions())


async def _of_help(context: ChatContext, request: Request, rest: str) -> Answer | None:
    return help_screens.screen(request, _descriptions(), rest)


def _descriptions() -> dict[str, str]:
    return {name: command.description for name, command in COMMANDS.items()}


COMMANDS: dict[str, Command] = {
    "start": Command("Begin, with a guided set-up", start),
    "subscribe": Command(
        "Follow countries, themes, types: /subscribe Czechia, return", subscribe, sets=True
    ),
    "filters": Command("What you follow", filters.list_filters),
    "unsubscribe": Command(
        "Stop following: /unsubscribe 2, or all", filters.unsubscribe, sets=True
    ),
    "rename": Command("Name a filter: /rename 2 Dublin watch", naming.rename, sets=True),
    "latest": Command("The newest developments you follow: /latest 5", archive.latest),
    "search": Command("Search the archive: /search Czechia, detention", search.search),
    "deadlines": Command("Dates ahead of what you follow", deadlines.deadlines),
    "why": Command("Why an item did not come: /why with its link", why.why),
    "stats": Command("What the last weeks brought, in a picture", archive.stats),
    "digest": Command(
        "When things come: /digest daily 08:00, or weekly mon", pace.digest, sets=True
    ),
    "pause": Command("Send nothing for a while: /pause 3d", schedule.pause, sets=True),
    "resume": Command("Send again", schedule.resume, sets=True),
    "quiet": Command("Hours of quiet: /quiet 22:00-07:00", schedule.quiet, sets=True),
    "status": Command("Your settings, deliveries, and the sources' health", status),
    "sources": Command(
        "The sources, and whether they answer: /sources Czechia", source_list.sources
    ),
    "export": Command("What you follow as a file: /export xlsx 2026", export.export),
    "settings": Command("Language, time zone, digest, sound", settings.settings, sets=True),
    "language": Command("In which language I speak", settings.language, sets=True),
    "timezone": Command("Your time zone: /timezone Europe/Prague", schedule.timezone, sets=True),
    "channel": Command("Set up a channel or group from here: /channel @name", groups.channel),
    "privacy": Command("What is kept of you", settings.privacy),
    "exportme": Command("All that is kept of you, as a file", settings.export_me, sets=True),
    "forgetme": Command("Erase everything kept of you", settings.forget, sets=True),
    "help": Command("What I can do, and all commands", help_),
}


IN_ASKING_CHAT = ("channel", "start", "help", "privacy")
"""Commands that are about the chat they are given in, also where it speaks for another."""
CANCEL = "cancel"
"""What ends a question as its button does; no command of the menu."""
CANCELLED = N_("Nothing was changed. /filters shows what you follow.")
NOTHING_ASKED = N_("I have asked you nothing. /help lists what you can say.")
REMOVING = ("unsubscribe", "forgetme")
"""Commands that are not run for a mistyped one."""


async def answer(context: ChatContext, request: Request, command: str, args: str) -> Answer:
    """Answer a command, which ends what the bot has asked."""
    asked = await _end_question(context, request)
    if command in admin.COMMANDS and access.is_admin(context, request):
        return await admin.COMMANDS[command](context, request, args)
    if command not in access.OPEN and not await _is_welcome(context, request, args):
        return await access.refusal(context, request)
    request, title = await _receive(context, request, in_asking_chat=command in IN_ASKING_CHAT)
    if command == CANCEL:
        return request.say(CANCELLED if asked else NOTHING_ASKED)
    called = COMMANDS.get(command)
    if called is None:
        answered = await _answer_mistyped(context, request, command, args)
        return _with_heading(request, title, answered)
    if refused := await groups.refusal(context, request, title, sets=called.sets):
        return refused
    return _with_heading(request, title, await called.answer(context, request, args))


async def _answer_mistyped(
    context: ChatContext, request: Request, command: str, args: str
) -> Answer:
    """Answer a command that there is not: as the one that is surely meant, else by offering the
    nearest ones, or as what is said without a slash."""
    names = () if command in admin.COMMANDS else near_commands.find_near(command, COMMANDS)
    if len(names) == 1 and near_commands.is_sure(command, names[0]) and names[0] not in REMOVING:
        note = N_("I take /{written} for /{command}.")
        heading = render.say(request.locale, note, written=command, command=names[0])
        return _headed(await answer(context, request, names[0], args), heading)
    said = await plain_answers.understood(context, request, f"{command} {args}", COMMANDS)
    if request.is_private and said.kind in ("stop", "command") and said.command != command:
        return await plain_answers.answer(context, request, said, answer)
    return plain_answers.offer_commands(request, command, names, args)


async def answer_text(context: ChatContext, request: Request, args: str) -> Answer:
    """Answer words without a command: what the bot has asked, or whatever they mean."""
    if not await _is_welcome(context, request):
        return await access.refusal(context, request)
    asked = await _end_question(context, request) if args.strip() else None
    request, title = await _receive(context, request)
    if refused := await groups.refusal(context, request, title):
        return refused
    if asked and questions.is_called_off(request, args):
        return request.say(CANCELLED)
    question, _, rest = (asked or "").partition(":")
    if answered := _QUESTIONS.get(question):
        return _with_heading(request, title, await answered(context, request, rest, args))
    return await _answer_words(context, request, title, args)


async def _answer_words(context: ChatContext, request: Request, title: str, args: str) -> Answer:
    """Answer a link, or numbers of developments, with what they name; other words as a person would
    understand them."""
    if find_link(args):
        return _with_heading(request, title, await why.on_link(context, request, args))
    if numbers := query.parse_numbers(args):
        return await archive.show(context, request, *numbers)
    said = await plain_answers.understood(context, request, args, COMMANDS)
    return _with_heading(request, title, await plain_answers.answer(context, request, said, answer))


async def _answer_name(context: ChatContext, request: Request, number: str, name: str) -> Answer:
    return await naming.set_name(context, request, int(number), name)


_QUESTIONS: dict[str, Callable[[ChatContext, Request, str, str], Awaitable[Answer]]] = {
    naming.RENAME: _answer_name,
    wizard.QUESTION: wizard.answer_question,
}
"""What the bot asks, by the word before its colon, and who takes the next message as the answer."""


async def answer_forward(context: ChatContext, request: Request, channel: int, text: str) -> Answer:
    """Answer a post that was forwarded: whoever runs its channel sets that up; others are answered
    what its text says."""
    if request.person is not None and await context.runs(channel, request.person):
        return await answer_chat(context, request, channel)
    return await answer_text(context, request, text)


async def answer_chat(context: ChatContext, request: Request, chat: int) -> Answer:
    """Set up the channel or group that a person has picked."""
    if not await access.is_welcome(context, request):
        return await access.refusal(context, request)
    request, _ = await _receive(context, request, in_asking_chat=True)
    return await groups.set_up(context, request, chat)


async def answer_press(context: ChatContext, request: Request, data: str) -> Answer | None:
    """Answer a button; None: there is no such button any more."""
    area, _, rest = data.partition(":")
    if decide := _ADMIN_AREAS.get(area):
        return await decide(context, request, rest)
    is_news = area == render.NEWS
    is_open = area in access.OPEN_BUTTONS
    if not (is_open or await _is_welcome(context, request, under_post=is_news)):
        return await access.refusal(context, request)
    in_asking_chat = is_news or area == groups.HERE
    request, title = await _receive(context, request, in_asking_chat=in_asking_chat)
    if is_news:
        action, _, number = rest.partition(":")
        return await archive.on_button(context, request, action, number)
    if refused := await groups.refusal(context, request, title):
        return refused
    if read := _READING_AREAS.get(area):
        return await read(context, request, rest)
    act = _AREAS.get(area)
    return await _setting(context, request, title, act, rest) if act else None


async def _setting(
    context: ChatContext, request: Request, title: str, act: "_OnButton", rest: str
) -> Answer | None:
    """Answer a button that shows or changes what a chat has set, where whoever presses may."""
    if request.asked_from is None and not await groups.may_set(context, request):
        toast = request.gettext("Only its admins may change what this group follows.")
        return Answer((), toast=toast, is_alert=True)
    reply = await act(context, request, rest)
    return _with_heading(request, title, reply) if reply else None


async def _run(context: ChatContext, request: Request, rest: str) -> Answer | None:
    """Run the command of a button."""
    command, _, args = rest.partition(":")
    if command not in COMMANDS:
        return None
    return replace(await answer(context, request, command, args), in_place=True)


async def _begin(context: ChatContext, request: Request, rest: str) -> Answer:
    return await wizard.begin(context, request)


async def _of_setup(context: ChatContext, request: Request, rest: str) -> Answer | None:
    press = wizard.parse_button(f"{wizard.PREFIX}:{rest}")
    return await wizard.on_button(context, request, press) if press else None


async def _weekly(context: ChatContext, request: Request, rest: str) -> Answer:
    return replace(await filters.save(context, request, Filter(pace=WEEKLY)), in_place=True)


async def _put_right(context: ChatContext, request: Request, rest: str) -> Answer:
    """Run /subscribe with words that are put right."""
    return replace(await subscribe(context, request, rest), in_place=True)


async def _take(context: ChatContext, request: Request, rest: str) -> Answer | None:
    shared = share_links.filter_from_button(rest)
    if shared is None:
        return None
    return replace(await filters.save(context, request, shared), in_place=True)


async def _keep(context: ChatContext, request: Request, rest: str) -> Answer:
    return replace(request.say("Nothing was erased. /privacy tells what is kept."), in_place=True)


async def _of_filter(context: ChatContext, request: Request, rest: str) -> Answer | None:
    action, _, number = rest.partition(":")
    if not number.isdecimal() or len(number) > 10:
        return None
    filter_id = int(number)
    act = _ON_FILTER.get(action)
    if act is None:
        return await filters.on_button(context, request, action, filter_id)
    kept = filters.filter_by_id(await context.store.chat(request.chat), filter_id)
    if kept is None:
        return await filters.card(context, request, filter_id)
    return await act(context, request, kept)


_ON_FILTER: dict[str, Callable[[ChatContext, Request, Filter], Awaitable[Answer]]] = {
    "edit": wizard.begin,
    "rename": naming.ask_name,
    "keep": naming.keep_name,
}
"""What the buttons of a filter do that are answered by other files than `filters`."""


_OnButton = Callable[[ChatContext, Request, str], Awaitable[Answer | None]]
_ADMIN_AREAS: dict[str, _OnButton] = {
    admin.PREFIX: admin.on_button,
    review.PREFIX: review.on_button,
    corrections.PREFIX: corrections.on_button,
}
"""What admins may press, in the language that they have set in Telegram."""
_READING_AREAS: dict[str, _OnButton] = {
    "sample": archive.sample,
    search.PREFIX: search.turn_page,
    help_screens.PREFIX: _of_help,
    archive.OLDER: archive.turn_older,
    deadlines.PREFIX: deadlines.on_button,
    why.PREFIX: why.on_button,
    source_list.PREFIX: source_list.turn_page,
}
"""What everybody in a group may press."""
_AREAS: dict[str, _OnButton] = {
    "setup": _begin,
    "weekly": _weekly,
    doubts.PREFIX: _put_right,
    share_links.PREFIX: _take,
    share_links.OLD_PREFIX: _take,
    "forget": settings.forget_now,
    "keep": _keep,
    wizard.PREFIX: _of_setup,
    filters.PREFIX: _of_filter,
    filter_log.PREFIX: filter_log.on_button,
    schedule.PREFIX: schedule.on_button,
    pace.PREFIX: pace.on_button,
    settings.PREFIX: settings.on_button,
    plain_answers.RUN: _run,
    export.PREFIX: export.export,
    groups.HERE: groups.stop,
}


def old_button(request: Request) -> Answer:
    """Answer a button of an older message, which does nothing any more."""
    toast = request.gettext("This button is from an older message.")
    answer = request.say(
        "This button is from an older message. /filters shows what you follow, /start begins anew."
    )
    return replace(answer, toast=toast)


# ------------------------------------------------------------------ who comes in


async def _is_welcome(
    context: ChatContext, request: Request, payload: str = "", *, under_post: bool = False
) -> bool:
    """Return whether whoever asks may use the bot; where it is open to everybody nothing is read
    for that."""
    return not context.by_invitation or await access.is_welcome(
        context, request, payload, under_post=under_post
    )


async def _end_question(context: ChatContext, request: Request) -> str | None:
    """Return what the chat was asked, which what it says now ends."""
    chat = await context.store.chat(request.chat)
    return await questions.take(context, chat) if chat.pending_question else None


async def _receive(
    context: ChatContext, request: Request, *, in_asking_chat: bool = False
) -> tuple[Request, str]:
    """Note that somebody is there, and return the request in the chat's language; about the chat
    that the private chat speaks for, with its title, unless `in_asking_chat`."""
    chat = await context.store.chat(request.chat)
    if chat.suspended:
        await context.store.unsuspend_chat(request.chat, context.clock())
    today = context.clock().date()
    if chat.filters and (chat.warned or chat.seen is None or today - chat.seen >= SEEN_EVERY):
        await context.change_chat(request.chat, lambda chat: replace(chat, seen=today, warned=None))
    language = chat.language or request.language
    request = replace(request, language=language, texts=chat.texts, is_short=chat.short)
    if in_asking_chat or chat.speaks_for is None or not request.is_private:
        return request, ""
    return replace(request, chat=chat.speaks_for, asked_from=request.chat), chat.speaks_for_title


def _with_heading(request: Request, title: str, answer_: Answer) -> Answer:
    """Return an answer with the title of the chat that it is about, where that is another one."""
    if not title:
        return answer_
    return _headed(answer_, render.say(request.locale, N_("About {title}:"), title=title))


def _headed(answer_: Answer, heading: Message) -> Answer:
    """Return an answer with a heading above its first message."""
    if not answer_.messages:
        return answer_
    first, *others = answer_.messages
    headed = replace(
        first, html=f"<i>{heading.html}</i>\n{first.html}", plain=f"{heading.plain}\n{first.plain}"
    )
    return replace(answer_, messages=(headed, *others))
