"""The commands: their names, their lines in the menu, and what answers them."""

from collections.abc import Awaitable, Callable

from msgspec import Struct
from msgspec.structs import replace

from bot import digests, match, render
from bot.chat import (
    access,
    admin,
    archive,
    brief,
    coverage,
    deadlines,
    doubts,
    endpoints,
    export,
    feed,
    filter_log,
    filters,
    groups,
    help_screens,
    matters,
    naming,
    pace,
    plain_answers,
    readings,
    receiving,
    schedule,
    search,
    settings,
    share_links,
    source_list,
    why,
    wizard,
)
from bot.chat.context import Answer, ChatContext, Request
from bot.chat.parsing import near_commands, query
from bot.i18n import N_
from bot.models.buttons import Area
from bot.models.chats import Filter
from bot.models.deliveries import PRIMARY, Button
from bot.monitoring import source_health


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
        (Button(request.gettext("Choose countries and themes"), Area.SETUP),),
        (Button(request.gettext("Everything, as a weekly digest"), Area.WEEKLY),),
        (Button(request.gettext("Show me an example"), Area.SAMPLE),),
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
        next_digest=digests.next_due(chat),
        listens=match.listens(chat, context.clock()),
        tally=await context.store.tally(request.chat),
        answering=answering,
        sources=len(context.sources),
    )


async def help_(context: ChatContext, request: Request, args: str) -> Answer:
    """Show what one needs first, with the rest behind buttons."""
    return help_screens.first(request, descriptions())


def descriptions() -> dict[str, str]:
    """Return the line of each command in Telegram's menu."""
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
    "follow": Command("Follow a law, bill or case: /follow C-123/24", matters.follow, sets=True),
    "matter": Command("Its time line: /matter C-123/24", matters.matter),
    "deadlines": Command("Dates ahead of what you follow", deadlines.deadlines),
    "why": Command("Why an item did not come: /why with its link", why.why),
    "seen": Command("A text as it was read: /seen CZ-2025-0001", readings.seen),
    "changes": Command("What has changed since: /changes CZ-2025-0001", readings.changes),
    "stats": Command("What the last weeks brought, in a picture", archive.stats),
    "feed": Command("What you follow in a feed reader: /feed 2", feed.feed, sets=True),
    "webhook": Command(
        "What you follow for your own programs: /webhook 2 https://…",
        endpoints.webhook,
        sets=True,
    ),
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
    "coverage": Command(
        "What is followed of a country, and what is missing: /coverage Czechia", coverage.coverage
    ),
    "export": Command("What you follow as a file: /export xlsx 2026", export.export),
    "brief": Command("A brief of a period to print: /brief week", brief.brief),
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
    if args.strip():
        await receiving.read_wordings()
    asked = await receiving.end_question(context, request)
    if command in admin.COMMANDS and access.is_admin(context, request):
        return await admin.COMMANDS[command](context, request, args)
    meant = _meant(command)
    if meant not in access.OPEN and not await access.is_welcome(context, request, args):
        return await access.refusal(context, request)
    request, title = await receiving.receive(
        context, request, in_asking_chat=meant in IN_ASKING_CHAT
    )
    if command == CANCEL:
        return request.say(CANCELLED if asked else NOTHING_ASKED)
    if refused := await receiving.refusal(context, request, title):
        return refused
    if meant in COMMANDS:
        answered = await run(context, request, meant, args)
    else:
        answered = await _answer_unknown(context, request, command, args)
    if meant != command:
        note = N_("I take /{written} for /{command}.")
        heading = render.say(request.locale, note, written=command, command=meant)
        answered = receiving.headed(answered, heading)
    return receiving.about_chat(request, title, answered)


async def run(context: ChatContext, request: Request, command: str, args: str) -> Answer:
    """Run a command of the menu for a request that was received (`receiving.receive`)."""
    called = COMMANDS[command]
    if called.sets and (refused := await groups.refusal_to_set(context, request)):
        return refused
    return await called.answer(context, request, args)


def _meant(command: str) -> str:
    """Return the command that is surely meant by one that may be mistyped, or else itself."""
    names = _near(command)
    if len(names) == 1 and near_commands.is_sure(command, names[0]) and names[0] not in REMOVING:
        return names[0]
    return command


def _near(command: str) -> tuple[str, ...]:
    """Return the commands that an unknown one may stand for."""
    return () if command in COMMANDS else near_commands.find_near(command, COMMANDS)


async def _answer_unknown(
    context: ChatContext, request: Request, command: str, args: str
) -> Answer:
    """Answer an unknown command: offer the nearest ones, or take it as words that are said without
    a command."""
    said = await plain_answers.understood(context, request, f"{command} {args}", COMMANDS)
    if request.is_private and said.kind in ("stop", "command"):
        return await plain_answers.answer(context, request, said, run)
    return plain_answers.offer_commands(request, command, _near(command), args)
