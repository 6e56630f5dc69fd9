"""Answer what people say without a command: say what was understood, with buttons that go on."""

import datetime as dt
from collections.abc import Awaitable, Callable, Collection

from msgspec.structs import replace

from bot import render
from bot.chat import doubts, filter_preview, search
from bot.chat.context import Answer, ChatContext, Request, joined
from bot.chat.parsing import query
from bot.chat.parsing.filter_parts import merge
from bot.chat.parsing.moments import find_period
from bot.chat.parsing.plain_words import Said, understand
from bot.chat.parsing.query import FilterReading
from bot.i18n import N_
from bot.models.buttons import Area
from bot.models.chats import Filter
from bot.models.deliveries import BUTTON_LIMIT, DANGER, Button
from bot.models.pace import WEEKLY

Run = Callable[[ChatContext, Request, str, str], Awaitable[Answer]]
QUOTES = frozenset('"„“”«»')
FEW_WORDS = 2
"""Words that name nothing, of which somebody may want to hear; more are a sentence."""


async def understood(
    context: ChatContext, request: Request, text: str, commands: Collection[str]
) -> Said:
    """Return what a person means in a chat. `commands`: their names."""
    chat = await context.store.chat(request.chat)
    return understand(text, context.clock(), chat.timezone, request.language, tuple(commands))


async def answer(context: ChatContext, request: Request, said: Said, run: Run) -> Answer:
    """Answer what was said; `run` answers a command."""
    match said.kind:
        case "greeting":
            return await run(context, request, "start", "")
        case "command":
            return await run(context, request, said.command, said.text)
        case "thanks":
            return request.say("You are welcome.")
        case "stop":
            return await _ask_to_stop(context, request)
        case "search":
            answered = await _found(context, request, said)
        case _:
            answered = await _offer(context, request, said)
    if answered is None and said.greets:
        return await run(context, request, "start", "")
    return answered or _not_understood(request, said.text)


def _run_button(text: str, command: str, args: str = "") -> tuple[Button, ...]:
    """Return the button that runs a command; none, where it cannot hold the arguments."""
    return _button(text, f"{Area.COMMAND}:{command}:{args}")


def _button(text: str, data: str) -> tuple[Button, ...]:
    is_held = len(data.encode()) <= BUTTON_LIMIT
    return (Button(text, data),) if is_held else ()


# ------------------------------------------------------------------ what is wanted


async def _offer(context: ChatContext, request: Request, said: Said) -> Answer | None:
    """Tell as what labels were understood, and offer to follow them; None: it is a sentence that
    names none."""
    reading = _read(context, request, said.text, await context.today_in(request.chat))
    if any(doubt.options for doubt in reading.doubts):
        return doubts.ask(request, reading)
    wanted = _with_words(reading)
    preview = await filter_preview.count(context, wanted)
    if _is_sentence(reading, said, is_found=preview.count > 0):
        return None
    chat = await context.store.chat(request.chat)
    answer = request.reply(
        "plain_words", filter=wanted, found=preview, pace=wanted.pace or chat.pace
    )
    follow = _ways_to_follow(request, wanted)
    if not follow:
        written = query.write_filter(wanted)
        hint = request.say("To follow that, send <code>/subscribe {said}</code>", said=written)
        answer = replace(answer, messages=(joined(*answer.messages, *hint.messages),))
    searched = query.write_filter(replace(wanted, pace=None))
    look = _run_button(request.gettext("Search"), "search", searched)
    return replace(answer, buttons=tuple(filter(None, (follow, look))))


def _read(context: ChatContext, request: Request, text: str, today: dt.date) -> FilterReading:
    """Read the labels of what was said, without its period."""
    _, labels = find_period(text, today, request.language)
    return query.read_filter(labels, {source.id for source in context.sources}, request.language)


def _with_words(reading: FilterReading) -> Filter:
    """Return what is wanted: what names no label is looked for as words."""
    words = (Filter(words=query.findable([doubt.text])) for doubt in reading.doubts)
    return merge((reading.filter, *words))


async def _found(context: ChatContext, request: Request, said: Said) -> Answer | None:
    """Search the archive, and offer to follow what was searched for; None: it is a sentence that
    names nothing and is not found."""
    today = await context.today_in(request.chat)
    period, _ = find_period(said.text, today, request.language)
    reading = _read(context, request, said.text, today)
    labels = [] if reading.filter == Filter() else [query.write_filter(reading.filter)]
    words = " ".join(doubt.text for doubt in reading.doubts)
    asked = ", ".join(filter(None, (*labels, words, period.written() if period else "")))
    if _is_sentence(reading, said) and not await search.finds(context, request, asked):
        return None
    answer = await search.search(context, request, asked)
    follow = _ways_to_follow(request, _with_words(reading))
    return replace(answer, buttons=(*answer.buttons, *([follow] if follow else [])))


def _ways_to_follow(request: Request, wanted: Filter) -> tuple[Button, ...]:
    """Return the buttons that follow what is wanted; none, where they cannot hold it."""
    if wanted == Filter():
        return ()
    weekly = replace(wanted, pace=WEEKLY)
    ways = ((request.gettext("Follow"), wanted), (request.gettext("As a weekly digest"), weekly))
    return tuple(
        button
        for label, followed in ways
        for button in _button(label, f"{Area.DOUBT}:{query.write_filter(followed)}")
    )


def _is_sentence(reading: FilterReading, said: Said, *, is_found: bool = False) -> bool:
    """Return whether words name nothing, and are several that are found nowhere, or many; behind a
    greeting, one that is found nowhere."""
    few = FEW_WORDS if is_found else 0 if said.greets else 1
    is_unnamed = replace(reading.filter, pace=None) == Filter() and QUOTES.isdisjoint(said.text)
    return is_unnamed and any(len(doubt.text.split()) > few for doubt in reading.doubts)


# ------------------------------------------------------------------ anything else


async def _ask_to_stop(context: ChatContext, request: Request) -> Answer:
    chat = await context.store.chat(request.chat)
    if not chat.filters:
        return request.say(
            "This chat follows nothing, so nothing comes. /forgetme erases what is kept of it."
        )
    remove = f"{Area.COMMAND}:unsubscribe:all"
    buttons = (
        _run_button(request.gettext("Pause"), "pause"),
        (Button(request.gettext("Remove all filters"), remove, style=DANGER),),
        _run_button(request.gettext("Change what comes"), "filters"),
    )
    answer = request.say("Shall nothing more come? A pause lasts until you /resume.")
    return replace(answer, buttons=buttons)


def _not_understood(request: Request, text: str) -> Answer:
    look = _run_button(request.gettext("Search for it"), "search", text)
    help_ = _run_button(request.gettext("Help"), "help")
    choose = Button(request.gettext("Choose countries and themes"), Area.SETUP)
    hint = N_(
        "Say countries and themes, such as <code>Czechia, Germany, return</code>; /help lists the "
        "rest."
    )
    if not text.strip():
        return replace(request.say(hint), buttons=((choose,), help_))
    answer = request.not_understood(text, hint)
    return replace(answer, buttons=(*([look] if look else []), (choose,), help_))


def offer_commands(request: Request, written: str, names: Collection[str], args: str) -> Answer:
    """Say that there is no such command, and offer those that may be meant."""
    answer = request.say(
        "There is no command /{command}. /help lists them all.", command=render.brief(written)
    )
    if not request.is_private:
        return answer
    shown = render.brief(args) if args.strip() else ""
    rows = (_run_button(f"/{name} {shown}".strip(), name, args) for name in names)
    return replace(answer, buttons=tuple(filter(None, rows)))
