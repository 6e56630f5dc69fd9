"""Answer what people say without a command: what was understood, with buttons that go on."""

from collections.abc import Awaitable, Callable, Collection

from msgspec.structs import replace

from bot import render
from bot.chat import button_text, filter_preview, filters, query, search
from bot.chat.context import Answer, ChatContext, Request
from bot.chat.moments import find_period
from bot.chat.plain_words import Said, understand
from bot.i18n import N_
from bot.models import Filter
from bot.models.deliveries import DANGER, Button
from bot.models.pace import WEEKLY

PREFIX = "u1"
"""What the buttons begin with that follow what was said: `u1:now:<text>`, `u1:weekly:<text>`."""
RUN = "c1"
"""What the buttons begin with that run a command: `c1:<command>:<arguments>`."""
Run = Callable[[ChatContext, Request, str, str], Awaitable[Answer]]
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
            return await _found(context, request, said.text)
    return await _offer(context, request, said.text)


async def on_button(context: ChatContext, request: Request, rest: str) -> Answer | None:
    """Follow what was said; None: there is no such button any more."""
    pace, _, token = rest.partition(":")
    text = await button_text.text_of(context, request, token)
    wanted = to_filter(context, request, text) if text else None
    if wanted is None:
        return None
    if pace == "weekly":
        wanted = replace(wanted, pace=WEEKLY)
    return replace(await filters.save(context, request, wanted), in_place=True)


async def run_button(
    context: ChatContext, request: Request, command: str, args: str, text: str
) -> Button:
    """Return the button that runs a command."""
    data = await button_text.data(context, request, f"{RUN}:{command}", args)
    return Button(text, data)


# ------------------------------------------------------------------ what is wanted


def to_filter(context: ChatContext, request: Request, text: str) -> Filter | None:
    """Return the filter of what was said: what names no label is looked for as words; None:
    nothing can be."""
    _, labels = find_period(text, context.clock().date(), request.language)
    sources = {source.id for source in context.sources}
    read = query.parse_filter(labels, sources, request.language)
    if not isinstance(read, Filter):
        for doubt in read:
            labels = labels.replace(doubt.text, f', "{doubt.text}",', 1)
        read = query.parse_filter(labels, sources, request.language)
    return read if isinstance(read, Filter) and labels.strip(' ,"') else None


async def _offer(context: ChatContext, request: Request, text: str) -> Answer:
    """Tell as what labels were understood, and offer to follow them."""
    wanted = to_filter(context, request, text)
    if wanted is None or _is_sentence(wanted, text):
        return await _not_understood(context, request, text)
    preview = await filter_preview.count(context, wanted)
    chat = await context.store.chat(request.chat)
    answer = request.reply(
        "plain_words", filter=wanted, found=preview, pace=wanted.pace or chat.pace
    )
    look = await run_button(context, request, "search", text, request.gettext("Search"))
    follow, weekly = await _ways_to_follow(context, request, text)
    return replace(answer, buttons=((follow,), (look, weekly)))


async def _found(context: ChatContext, request: Request, text: str) -> Answer:
    """Search the archive, and offer to follow what was searched for."""
    answer = await search.search(context, request, text)
    if to_filter(context, request, text) is None:
        return answer
    ways = await _ways_to_follow(context, request, text)
    return replace(answer, buttons=(*answer.buttons, ways))


async def _ways_to_follow(
    context: ChatContext, request: Request, text: str
) -> tuple[Button, Button]:
    now = await button_text.data(context, request, f"{PREFIX}:now", text)
    weekly = await button_text.data(context, request, f"{PREFIX}:weekly", text)
    return (
        Button(request.gettext("Follow"), now),
        Button(request.gettext("As a weekly digest"), weekly),
    )


def _is_sentence(wanted: Filter, text: str) -> bool:
    """Return whether a filter names nothing but the words of a sentence."""
    is_unnamed = replace(wanted, words=(), pace=None) == Filter()
    return is_unnamed and bool(wanted.words) and len(text.split()) > FEW_WORDS


# ------------------------------------------------------------------ anything else


async def _ask_to_stop(context: ChatContext, request: Request) -> Answer:
    chat = await context.store.chat(request.chat)
    if not chat.filters:
        return request.say(
            "This chat follows nothing, so nothing comes. /forgetme erases what is kept of it."
        )
    choices = (
        ("pause", "", request.gettext("Pause")),
        ("unsubscribe", "all", request.gettext("Remove all filters")),
        ("filters", "", request.gettext("Change what comes")),
    )
    pause, remove, change = [await run_button(context, request, *one) for one in choices]
    buttons = (pause, replace(remove, style=DANGER), change)
    answer = request.say("Shall nothing more come? A pause lasts until you /resume.")
    return replace(answer, buttons=tuple((button,) for button in buttons))


async def _not_understood(context: ChatContext, request: Request, text: str) -> Answer:
    look = await run_button(context, request, "search", text, request.gettext("Search for it"))
    help_ = await run_button(context, request, "help", "", request.gettext("Help"))
    choose = Button(request.gettext("Choose countries and themes"), "setup")
    hint = N_(
        "Say countries and themes, such as <code>Czechia, Germany, return</code>; /help lists the "
        "rest."
    )
    if not text.strip():
        return replace(request.say(hint), buttons=((choose,), (help_,)))
    answer = request.not_understood(text, hint)
    return replace(answer, buttons=((look,), (choose,), (help_,)))


async def offer_commands(
    context: ChatContext, request: Request, written: str, names: Collection[str], args: str
) -> Answer:
    """Say that there is no such command, and offer those that may be meant."""
    answer = request.say(
        "There is no command /{command}. /help lists them all.", command=render.brief(written)
    )
    if not request.is_private:
        return answer
    shown = render.brief(args) if args.strip() else ""
    buttons = [
        (await run_button(context, request, name, args, f"/{name} {shown}".strip()),)
        for name in names
    ]
    return replace(answer, buttons=tuple(buttons))
