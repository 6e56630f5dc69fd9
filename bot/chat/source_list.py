"""/sources: the sources and whether they answer, page by page."""

from msgspec.structs import replace

from bot import render
from bot.chat.context import Answer, ChatContext, Request, joined, pages, rows
from bot.chat.parsing import query
from bot.models.deliveries import Button
from bot.monitoring import source_health

ON_PAGE = 20
PREFIX = "p1"
"""What the data of the buttons between pages begin with."""


async def sources(context: ChatContext, request: Request, args: str) -> Answer:
    """Show the sources, of all countries or of one, and whether they answer."""
    country = query.parse_country(args, request.language) if args.strip() else None
    if args.strip() and country is None:
        return _which_country(request, args)
    return await _page(context, request, country, 0)


async def _page(context: ChatContext, request: Request, country: str | None, first: int) -> Answer:
    states, off = await context.store.states(), await context.store.switched_off()
    now, to = context.clock(), request.locale
    followed = [source for source in context.sources if country in (None, source.country)]
    first = first if 0 <= first < len(followed) else 0
    shown = [
        (
            source,
            to.gettext("switched off")
            if source.id in off
            else source_health.health(states.get(source.id), now, to),
        )
        for source in followed[first : first + ON_PAGE]
    ]
    answer = request.reply(
        "sources", shown=shown, country=country, first=first, count=len(followed)
    )
    turns = pages(first, ON_PAGE, len(followed), lambda start: f"{PREFIX}:{start}:{country or ''}")
    return replace(answer, buttons=turns)


async def turn_page(context: ChatContext, request: Request, rest: str) -> Answer | None:
    """Show another page of the sources: `20:CZ`; None: there is no such button."""
    first, _, country = rest.partition(":")
    if not (first.isdecimal() and len(first) < 6):
        return None
    return replace(await _page(context, request, country or None, int(first)), in_place=True)


def _which_country(request: Request, args: str) -> Answer:
    """Say that words are no country, with a button for each that may be meant."""
    reading = query.read_filter(args, language=request.language)
    unclear = reading.doubts or (query.UnknownPhrase(args.strip()),)
    options = [option for each in unclear for option in each.options]
    near = dict.fromkeys(code for option in options for code in sorted(option.countries))
    buttons = [Button(render.place(code, request.locale), f"{PREFIX}:0:{code}") for code in near]
    hint = request.say("Say a country: <code>/sources Czechia</code>, or /sources for all.")
    named = request.reply("doubts", doubts=unclear)
    messages = (joined(*named.messages, *hint.messages),)
    return replace(named, messages=messages, buttons=rows(buttons, 1))
