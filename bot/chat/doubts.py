"""Ask about words that are not understood, with a button for each corrected command."""

import string
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from bot import render, taxonomy
from bot.chat.context import Answer, Request, rows
from bot.chat.parsing.filter_parts import merge
from bot.chat.parsing.query import FilterReading, UnknownPhrase, findable, write_filter
from bot.models.buttons import Area
from bot.models.chats import Filter
from bot.models.deliveries import BUTTON_LIMIT, Button
from bot.models.sources import Source

UNION = "EU"
"""Named so often that a mention of it says nothing; it is none of the countries mentioned."""
CHOICES = 6
WORDS = 3
"""Words of the longest phrase that is offered as one to look for: a longer one is a sentence."""
MARKS = string.punctuation + "…¿¡"
"""What may touch a word and is no part of it."""
BUTTON_TEXT = 60
"""UTF-16 units of a button's text."""


def ask(request: Request, reading: FilterReading) -> Answer:
    """Name the words that are not understood, and offer what they may mean; nothing is saved."""
    return _offer(request, _choices(reading), "not_understood", doubts=reading.doubts)


def ask_mentions(request: Request, filter_: Filter, uncovered: frozenset[str]) -> Answer:
    """Ask whether countries that no source covers are to be mentioned: developments of their own
    would never come."""
    rest = replace(filter_, countries=filter_.countries - uncovered)
    mentioned = uncovered - {UNION}
    offered = [replace(rest, mentions=rest.mentions | mentioned)] if mentioned else []
    if UNION in uncovered or _is_bounded(rest):
        offered.append(rest)
    return _offer(
        request,
        offered,
        "outside_sources",
        countries=sorted(uncovered),
        mentioned=sorted(mentioned),
    )


def _offer(request: Request, offered: Sequence[Filter], template: str, **values: object) -> Answer:
    """Answer with a button for each filter; those that fit into none can be copied."""
    buttons = [button for each in offered if (button := _button(request, each))]
    copies = [write_filter(each) for each in offered if not _button(request, each)]
    answer = request.reply(template, copies=copies, has_buttons=bool(buttons), **values)
    return replace(answer, buttons=rows(buttons, 1))


def foreign(filter_: Filter, sources: Sequence[Source]) -> frozenset[str]:
    """Return the countries of a filter of which no source can tell: those beside the EU+ countries
    that have none of their own."""
    # A source without a country finds an EU+ country in each item (`enrich.names.find_country`).
    covered = {source.country for source in sources}
    return filter_.countries - covered - set(taxonomy.countries())


def _choices(reading: FilterReading) -> list[Filter]:
    """Return the filters that may be meant: with each option of the only doubt, or with the first
    of every doubt; and what is understood, alone."""
    options = [[*_options(doubt)] for doubt in reading.doubts]
    if len(options) == 1:
        adds = options[0][:CHOICES]
    else:
        adds = [merge(each[0] for each in options)] if all(options) else []
    whole = [merge((reading.filter, each)) for each in adds]
    return list(filter(_is_bounded, dict.fromkeys((*whole, reading.filter))))


def _is_bounded(filter_: Filter) -> bool:
    """Return whether a filter wants less than everything."""
    return filter_ != Filter(name=filter_.name, pace=filter_.pace)


def _options(doubt: UnknownPhrase) -> Iterable[Filter]:
    """Yield what words may add: what is near, and at last the words themselves, to look for; of
    symbols alone nothing."""
    yield from doubt.options
    words = findable([doubt.text.strip(MARKS)])
    if not words:
        yield Filter()
    elif len(doubt.text.split()) <= WORDS and not any(map(_is_led, doubt.options)):
        yield Filter(words=words)


def _is_led(filter_: Filter) -> bool:
    """Return whether a filter is of words behind a keyword: `without retrun`, `mentions Albnia`."""
    named = (filter_.less, filter_.without, filter_.mentions, filter_.sources, filter_.source_types)
    return any(named)


def _button(request: Request, filter_: Filter) -> Button | None:
    """Return the button that saves a filter; None: it does not fit."""
    data = request.about_chat(f"{Area.DOUBT}:{write_filter(filter_)}")
    if len(data.encode()) > BUTTON_LIMIT:
        return None
    text = render.description(filter_, request.locale, is_short=True)
    if filter_.pace:
        text += f" · {render.pace_label(filter_.pace, request.locale)}"
    return Button(render.clip(text, BUTTON_TEXT), data)
