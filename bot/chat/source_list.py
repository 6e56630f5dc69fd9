"""/sources: the sources and whether they answer, page by page."""

from msgspec import Struct
from msgspec.structs import replace

from bot import render, taxonomy
from bot.chat.context import Answer, ChatContext, Request, joined, pages, rows
from bot.chat.parsing import query
from bot.chat.parsing.filter_parts import merge
from bot.models import SourceType
from bot.models.buttons import Area
from bot.models.chats import Filter
from bot.models.deliveries import Button
from bot.models.sources import Source
from bot.monitoring import source_health
from bot.render.causes import cause_text

ON_PAGE = 20


class Wanted(Struct, frozen=True):
    """Which sources are to be shown: those of a country, of a type; None: of any."""

    country: str | None = None
    type: SourceType | None = None

    def has(self, source: Source) -> bool:
        """Return whether a source is to be shown."""
        return self.country in (None, source.country) and self.type in (None, source.type)


async def sources(context: ChatContext, request: Request, args: str) -> Answer:
    """Show the sources, all or those of a country or of a type, and whether they answer."""
    wanted = read_wanted(args, request.language)
    if wanted is None:
        hint = request.say("Say a country: <code>/sources Czechia</code>, or /sources for all.")
        return which_country(request, args, hint, f"{Area.SOURCE_LIST}:0")
    return await _page(context, request, wanted)


def read_wanted(args: str, language: str | None) -> Wanted | None:
    """Return which sources are asked for: `Czechia`, `courts`, `courts in Germany`; None: words of
    something else, or of several."""
    named = list[Filter]()
    for phrase in query.phrases(args):
        readings = (query.parse_filter(said, (), language) for said in (f"source {phrase}", phrase))
        read = next((each for each in readings if isinstance(each, Filter)), None)
        if read is None:
            return None
        named.append(read)
    asked = merge(named)
    countries, types = asked.countries, asked.source_types
    is_other = asked != Filter(countries=countries, source_types=types)
    if is_other or len(countries) > 1 or len(types) > 1:
        return None
    return Wanted(next(iter(countries), None), next(iter(types), None))


async def _page(context: ChatContext, request: Request, wanted: Wanted, first: int = 0) -> Answer:
    states, off = await context.store.states(), await context.store.switched_off()
    now, to = context.clock(), request.locale
    followed = [source for source in context.sources if wanted.has(source)]
    first = first if 0 <= first < len(followed) else 0
    shown = [
        (
            source,
            to.gettext("switched off")
            if source.id in off
            else source_health.health(states.get(source.id), now, to, cause_text),
        )
        for source in followed[first : first + ON_PAGE]
    ]
    answer = request.reply(
        "sources",
        shown=shown,
        country=wanted.country,
        source_type=wanted.type,
        first=first,
        count=len(followed),
    )
    chosen = f"{wanted.country or ''}:{wanted.type or ''}"
    turns = pages(
        first, ON_PAGE, len(followed), lambda start: f"{Area.SOURCE_LIST}:{start}:{chosen}"
    )
    return replace(answer, buttons=turns)


async def turn_page(context: ChatContext, request: Request, rest: str) -> Answer | None:
    """Show another page of the sources: `20:CZ:court`; None: there is no such button."""
    first, _, chosen = rest.partition(":")
    country, _, type_ = chosen.partition(":")
    if not (first.isdecimal() and len(first) < 6):
        return None
    known = next((code for code in taxonomy.source_types() if code == type_), None)
    wanted = Wanted(country or None, known)
    return replace(await _page(context, request, wanted, int(first)), in_place=True)


def which_country(request: Request, args: str, hint: Answer, button: str) -> Answer:
    """Say that words are no country, with a button for each that may be meant. `button`: what its
    data begin with."""
    reading = query.read_filter(args, language=request.language)
    unclear = reading.doubts or (query.UnknownPhrase(args.strip()),)
    options = [option for each in unclear for option in each.options]
    near = dict.fromkeys(code for option in options for code in sorted(option.countries))
    buttons = [Button(render.place(code, request.locale), f"{button}:{code}") for code in near]
    named = request.reply("doubts", doubts=unclear)
    messages = (joined(*named.messages, *hint.messages),)
    return replace(named, messages=messages, buttons=rows(buttons, 1))
