"""Compose a brief: developments of a period by country and theme, and what was read for it."""

import asyncio
import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec import Struct

from bot import match, render, taxonomy
from bot.config.schema import BriefConfig
from bot.i18n import N_, Locale, locale_for
from bot.models import Development
from bot.models.brief import (
    Brief,
    BriefCountry,
    BriefCoverage,
    BriefDate,
    BriefRecord,
    BriefTemplates,
    BriefTheme,
)
from bot.models.chats import Filter
from bot.models.sources import Source, SourceState
from bot.monitoring.coverage import Coverage, coverage_of
from bot.ports.store import Store
from bot.reader_language import Reader, as_read, language_read
from bot.render import chart

LIMIT = 200
"""Developments of one brief: some eighty pages."""
DATES = 60
"""Dates ahead that are listed."""
CHART_TITLE = N_("Developments by country and week")


class BriefRequest(Struct, frozen=True, kw_only=True):
    """A request for a brief: its period, and which developments are in it."""

    since: dt.date
    until: dt.date
    filters: Sequence[Filter] = (Filter(),)
    """A development is of it that any of them wants."""


class BriefSources(Struct, frozen=True, kw_only=True):
    """The sources that are read, their states, and the ids of those that are switched off."""

    sources: Sequence[Source]
    states: Mapping[str, SourceState]
    off: Collection[str] = ()


def templates_of(config: BriefConfig) -> BriefTemplates:
    """Return the operator's own templates."""
    return BriefTemplates(config.word_template, config.markdown_template)


async def make_brief(
    store: Store,
    asked: BriefRequest,
    sources: Sequence[Source],
    now: dt.datetime,
    reader: Reader,
) -> Brief:
    """Return the brief of a store's developments, in the languages of a `reader`."""
    weeks = chart.first_day(asked.until)
    wants = match.any_wants(asked.filters)
    found = await store.developments(wants, min(asked.since, weeks), asked.until)
    read = BriefSources(
        sources=sources, states=await store.states(), off=await store.switched_off()
    )
    # In a thread: its picture takes half a second, in which others would wait.
    return await asyncio.to_thread(compose, found, asked, read, reader, now)


def compose(
    found: Sequence[Development],
    asked: BriefRequest,
    read: BriefSources,
    reader: Reader,
    now: dt.datetime,
) -> Brief:
    """Return the brief of developments, given newest first; those before its period are in its
    picture alone."""
    to = locale_for(reader.language)
    within = [each for each in found if _day(each, asked.until) >= asked.since]
    shown = within[:LIMIT]
    records = _records(_ordered(shown, to), reader)
    countries = _by_country(records)
    asked_text = "; ".join(render.description(each, to) for each in asked.filters)
    return Brief(
        asked=asked_text[:1].upper() + asked_text[1:],
        since=asked.since,
        until=asked.until,
        made=now,
        countries=countries,
        notes=tuple(itertools.chain.from_iterable(each.development.sources for each in records)),
        ahead=_ahead(records, now.date()),
        coverage=_coverage(asked, read, now, {each.code for each in countries}, to),
        shown=len(shown),
        total=len(within),
        chart=chart.png(found, asked.until, to, CHART_TITLE) if shown else None,
        chart_text=_in_words(found, asked.until, to),
    )


def _day(development: Development, otherwise: dt.date) -> dt.date:
    recorded = development.recorded.date() if development.recorded else otherwise
    return development.date or recorded


# ------------------------------------------------------------------ records


def _ordered(developments: Sequence[Development], to: Locale) -> list[Development]:
    """Return developments by the names of their countries and the order of their themes; of those
    alike, the newest first. Those of no single country come last."""
    themes = {code: place for place, code in enumerate((*taxonomy.themes(), *taxonomy.topics()))}

    def place(development: Development) -> tuple[object, ...]:
        country = development.country
        name = to.sort_key(to.country(country)) if country else ()
        return country is None, name, themes.get(_theme(development), len(themes))

    return sorted(developments, key=place)


def _theme(development: Development) -> str:
    return next(iter((*development.themes, *development.topics)), "general")


def _records(ordered: Iterable[Development], reader: Reader) -> list[BriefRecord]:
    first, records = 1, list[BriefRecord]()
    for development in ordered:
        after = first + len(development.sources)
        language = language_read(development, reader)
        notes = tuple(range(first, after))
        records.append(BriefRecord(as_read(development, reader), language, notes))
        first = after
    return records


def _by_country(records: Iterable[BriefRecord]) -> tuple[BriefCountry, ...]:
    grouped: dict[str | None, dict[str, list[BriefRecord]]] = defaultdict(lambda: defaultdict(list))
    for record in records:
        grouped[record.development.country][_theme(record.development)].append(record)
    return tuple(
        BriefCountry(code, tuple(BriefTheme(theme, tuple(of)) for theme, of in themes.items()))
        for code, themes in grouped.items()
    )


def _ahead(records: Iterable[BriefRecord], today: dt.date) -> tuple[BriefDate, ...]:
    """Return the dates from today on that records tell, the next one first."""
    dates = (
        BriefDate(date, record)
        for record in records
        for date in record.development.ahead
        if date.last is not None and date.last >= today
    )
    return tuple(sorted(dates, key=lambda each: each.date.order)[:DATES])


# ------------------------------------------------------------------ what was read


def _coverage(
    asked: BriefRequest,
    read: BriefSources,
    now: dt.datetime,
    present: Collection[str | None],
    to: Locale,
) -> tuple[BriefCoverage, ...]:
    """Return what was read of each country that is asked for; without any, of each that has a
    source."""
    wanted = {country for each in asked.filters for country in each.countries}
    if any(not each.countries for each in asked.filters):
        wanted = set()
    followed = wanted or {each.country for each in read.sources if each.country}
    codes = sorted(followed, key=lambda code: to.sort_key(to.country(code)))
    several = [None] if any(each.country is None for each in read.sources) else []
    covered = (
        coverage_of(code, read.sources, read.states, now, read.off) for code in (*codes, *several)
    )
    return tuple(_covered(each, each.country not in present) for each in covered)


def _covered(coverage: Coverage, is_silent: bool) -> BriefCoverage:  # noqa: FBT001
    names = {each.id: each.publisher for each in coverage.sources}
    failing, off = (
        tuple(dict.fromkeys(names[id_] for id_ in coverage.missing(kind)))
        for kind in ("failing", "off")
    )
    return BriefCoverage(
        country=coverage.country,
        sources=len(coverage.sources),
        answering=coverage.answering,
        failing=failing,
        off=off,
        silent=is_silent,
    )


def _in_words(found: Sequence[Development], until: dt.date, to: Locale) -> str:
    """Return the description of the picture, for readers who do not see it."""
    _, rows = chart.table(found, until)
    counted = (f"{chart.name(country, to)} {sum(counts)}" for country, counts in rows)
    return f"{to.gettext(CHART_TITLE)}: {', '.join(counted)}"
