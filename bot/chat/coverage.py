"""/coverage: what is followed of each country, and what is known to be missing."""

import datetime as dt
from collections.abc import Sequence

from msgspec.structs import replace

from bot import taxonomy
from bot.chat.context import Answer, ChatContext, Request
from bot.chat.parsing import query
from bot.chat.source_list import which_country
from bot.i18n import N_, Locale
from bot.models.buttons import Area
from bot.models.sources import Source, SourceState
from bot.monitoring import source_health
from bot.monitoring.coverage import NATIONAL_TYPES, Coverage, Gap, coverage_of, coverage_of_all
from bot.render.causes import cause_text

COLUMNS = N_("MACGP+")
"""The letters of the columns: ministries, agencies, courts, gazettes, parliaments, others."""
NONE = "·"
SEVERAL = "**"
"""Stands for the code of a country in the row of the sources that report on several."""


async def coverage(context: ChatContext, request: Request, args: str) -> Answer:
    """Show a table of all countries, or what is followed of one, and which gaps are known."""
    if not args.strip():
        return await _table(context, request)
    country = query.parse_country(args, request.language)
    if country is None:
        hint = request.say("Say a country: <code>/coverage Czechia</code>, or /coverage for all.")
        return which_country(request, args, hint, Area.COVERAGE)
    return await _of_country(context, request, country)


async def on_button(context: ChatContext, request: Request, rest: str) -> Answer | None:
    """Show what is followed of a country; None: there is no such button."""
    if not taxonomy.is_country(rest):
        return None
    return replace(await _of_country(context, request, rest), in_place=True)


async def _of_country(context: ChatContext, request: Request, country: str) -> Answer:
    states, off = await context.store.states(), await context.store.switched_off()
    now, to = context.clock(), request.locale
    told = coverage_of(country, context.sources, states, now, off)
    read = [each for each in told.sources if each.id not in off]
    by_type = {
        code: [
            (each, source_health.health(states.get(each.id), now, to, cause_text))
            for each in read
            if each.type == code
        ]
        for code in taxonomy.source_types()
    }
    return request.reply(
        "coverage_country",
        country=country,
        answering=told.answering,
        count=len(told.sources),
        languages=[to.language(code) for code in told.languages],
        newest=told.newest,
        groups=[(code, listed) for code, listed in by_type.items() if listed],
        types=[to.gettext(taxonomy.label("source_type", code)) for code in told.missing("type")],
        unspoken=[to.language(code) for code in told.missing("language")],
        troubled=_troubled(told, states, now, to),
    )


def _troubled(
    told: Coverage, states: dict[str, SourceState], now: dt.datetime, to: Locale
) -> list[tuple[Source, str]]:
    """Return the sources that are gaps, each with what is wrong with it."""
    by_id = {each.id: each for each in told.sources}

    def trouble(gap: Gap) -> str:
        is_off = gap.kind == "off"
        return (
            to.gettext("switched off")
            if is_off
            else source_health.health(states.get(gap.name), now, to, cause_text)
        )

    return [(by_id[gap.name], trouble(gap)) for gap in told.gaps if gap.name in by_id]


async def _table(context: ChatContext, request: Request) -> Answer:
    states, off = await context.store.states(), await context.store.switched_off()
    now, to = context.clock(), request.locale
    told = coverage_of_all(context.sources, states, now, off)
    shown = [each for each in told if each.sources]
    letters = request.gettext(COLUMNS)
    labels = [
        *(to.gettext(taxonomy.label("source_type", code)) for code in NATIONAL_TYPES),
        to.gettext("others"),
    ]
    head, *figures = _aligned([[*letters], *map(_figures, shown)])
    return request.reply(
        "coverage",
        head=f"   {head}",
        rows=[_row(each, line, now) for each, line in zip(shown, figures, strict=True)],
        legend=[f"{letter} {label}" for letter, label in zip(letters, labels, strict=True)],
        empty=[to.country(each.country) for each in told if each.country and not each.sources],
        several=SEVERAL if any(each.sources for each in told if not each.country) else "",
    )


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines of a table, whose columns are as wide as their longest cells."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        " ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows
    ]


def _figures(told: Coverage) -> list[str]:
    """Return how many sources a country has of each type, and of others."""
    counts = [told.types[code] for code in NATIONAL_TYPES]
    counts.append(len(told.sources) - sum(counts))
    return [str(count) if count else NONE for count in counts]


def _row(told: Coverage, figures: str, now: dt.datetime) -> str:
    """Return a row of the table, of at most 30 characters: the sources of each type, how many of
    all answer, and for how many days there was no news."""
    answering = f"{told.answering}/{len(told.sources)}"
    days = str((now - told.newest).days) if told.newest else NONE
    return f"{told.country or SEVERAL} {figures} {answering:>5} {days:>3}"
