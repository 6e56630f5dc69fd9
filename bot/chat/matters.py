"""/follow and /matter: a law, a bill or a case by its number, and its time line."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from bot import render, taxonomy
from bot.chat import archive, filters
from bot.chat.context import Answer, ChatContext, Request, pages
from bot.chat.parsing import query
from bot.dedupe.matters import told_once
from bot.enrich.reference_forms import read_numbers
from bot.i18n import N_
from bot.models import Development
from bot.models.buttons import Area
from bot.models.chats import Chat, Filter
from bot.models.deliveries import BUTTON_LIMIT, Button, Buttons
from bot.search import Search

SHOWN = 5
"""Stages on a page of a time line, so that their sentences fit a message."""
LOOKED_AT = 20
"""Developments among which those are looked for that a number is of, where no stage is known."""
NAMED = 6
"""Countries that are named where a number may be of several."""
EU = "EU"
HOW = N_(
    "Say its number as it is published: <code>/follow C-123/24</code>, <code>/follow sněmovní tisk "
    "512</code>, <code>/follow Germany, BT-Drs. 20/1234</code>; or that of a record: <code>/follow "
    "CZ-2026-0001</code>. /matter shows its time line."
)


class Meant(NamedTuple):
    """What a number that somebody has typed may mean."""

    numbers: tuple[str, ...]
    country: str | None = None
    """Where only texts about one country name it so."""


async def follow(context: ChatContext, request: Request, args: str) -> Answer:
    """Follow all later stages of a law, a bill or a case."""
    chat, said = await context.store.chat(request.chat), args.strip()
    if not said:
        return _followed(request, chat)
    if development := await archive.by_number(context, said):
        return await archive.follow(context, request, development)
    match meant := _meant(said, chat):
        case []:
            return request.not_understood(said, HOW)
        case [one]:
            return await _follow(context, request, one)
        case _:
            return _which(request, said, meant)


async def matter(context: ChatContext, request: Request, args: str) -> Answer:
    """Show the time line of a law, a bill or a case, by its number or that of a record."""
    said = args.strip()
    chat = await context.store.chat(request.chat)
    if development := await archive.by_number(context, said):
        if development.matter is None:
            return await _time_line(context, request, str(development.id), [development])
        return await _of_name(context, request, development.matter)
    meant = _meant(said, chat) if said else []
    for number in (number for one in meant for number in one.numbers):
        if known := await context.store.matter_of_number(number):
            return await _of_name(context, request, known)
        if about := await _about(context, number):
            return await _time_line(context, request, number, about)
    if not meant:
        hint = N_("Say its number, or that of a record: <code>/matter C-123/24</code>.")
        return request.not_understood(said, hint) if said else request.say(hint)
    return replace(
        request.say(
            "Nothing is recorded yet about <b>{number}</b>. You can follow it all the same.",
            number=", ".join(meant[0].numbers),
        ),
        buttons=_follow_button(request, said),
    )


async def on_button(context: ChatContext, request: Request, rest: str) -> Answer | None:
    """Show a page of a time line: `CZ-2025-0001:5`, `C-123/24:5`; None: there is no such button."""
    name, _, first = rest.rpartition(":")
    if not (first.isdecimal() and len(first) < 5):
        return None
    return replace(await _of_name(context, request, name, int(first)), in_place=True)


async def _of_name(context: ChatContext, request: Request, name: str, first: int = 0) -> Answer:
    """Show the stages of a matter, or else what is about a number."""
    found = await context.store.stages(name) or await _about(context, name)
    return await _time_line(context, request, name, found, first)


async def _time_line(
    context: ChatContext,
    request: Request,
    name: str,
    found: Sequence[Development],
    first: int = 0,
) -> Answer:
    """Show a page of a time line. `name`: what the buttons that turn its pages call it."""
    stages = told_once(found)
    if not stages:
        return request.say("It is not in the archive any more.")
    first = first if first < len(stages) else 0
    shown = [request.read(each) for each in stages[first : first + SHOWN]]
    numbers = dict.fromkeys(number for each in stages for number in each.own_references)
    messages = render.time_line(shown, numbers, first, len(stages), request.locale, context.link)
    turns = pages(first, SHOWN, len(stages), lambda at: f"{Area.MATTER}:{name}:{at}")
    chat = await context.store.chat(request.chat)
    is_followed = any(not one.references.isdisjoint(numbers) for one in chat.filters)
    follow_it = _follow_button(request, str(stages[0].id)) if numbers and not is_followed else ()
    return Answer(messages, buttons=(*turns, *follow_it))


async def _about(context: ChatContext, number: str) -> list[Development]:
    """Return what is about a number although it tells no stage."""
    wanted = Search(filter=Filter(references=frozenset({number})))
    found, _ = await context.store.search(wanted, 0, LOOKED_AT)
    return [each for each in found if number in each.own_references]


async def _follow(context: ChatContext, request: Request, meant: Meant) -> Answer:
    countries = frozenset({meant.country}) if meant.country else frozenset[str]()
    wanted = Filter(references=frozenset(meant.numbers), countries=countries)
    answer = await filters.save(context, request, wanted)
    known = await context.store.matter_of_number(meant.numbers[0])
    if known is None:
        return answer
    button = Button(request.gettext("Time line"), f"{Area.MATTER}:{known}:0")
    return replace(answer, buttons=(*answer.buttons, (button,)))


def _follow_button(request: Request, said: str) -> Buttons:
    data = f"{Area.COMMAND}:follow:{said}"
    if len(data.encode()) > BUTTON_LIMIT:
        return ()
    return ((Button(request.gettext("Follow this"), data),),)


def _followed(request: Request, chat: Chat) -> Answer:
    """Tell which numbers a chat follows, and how to follow one."""
    numbers = sorted({number for one in chat.filters for number in one.references})
    heading = [N_("You follow: <b>{numbers}</b>.")] if numbers else []
    return request.say(*heading, HOW, numbers=render.brief(", ".join(numbers)))


def _which(request: Request, said: str, meant: Sequence[Meant]) -> Answer:
    """Ask of which country a number is, with commands that say it."""
    named = [each for each in meant if each.country][:NAMED]
    return request.say(
        "“{said}” may be of several countries. Say which: {commands}",
        said=render.brief(said),
        commands="; ".join(
            f"/follow {request.locale.country(str(each.country))}, {said}" for each in named
        ),
    )


def _meant(said: str, chat: Chat) -> list[Meant]:
    """Return what a number may mean: in the country that is named before it, in any text, or else
    in the countries that the chat follows."""
    before, _, rest = said.replace("·", ",", 1).partition(",")
    if rest and (country := query.parse_country(before)):
        return _in_countries(rest, [country])
    if numbers := _numbers(said, None):
        return [Meant(numbers)]
    followed = sorted({country for one in chat.filters for country in one.countries})
    return _in_countries(said, followed) or _in_countries(said, (*taxonomy.countries(), EU))


def _in_countries(said: str, countries: Iterable[str]) -> list[Meant]:
    found = {country: _numbers(said, country) for country in countries}
    return [Meant(numbers, country) for country, numbers in found.items() if numbers]


def _numbers(said: str, country: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.name for each in read_numbers(said, country)))
