"""Tell what is followed of each country, and which gaps are known (pure)."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Literal

from msgspec import Struct

from bot import taxonomy
from bot.cldr import babel_data
from bot.models import SourceType
from bot.models.sources import Source, SourceState
from bot.monitoring import source_health
from bot.text.terms import list_language

NATIONAL_TYPES: tuple[SourceType, ...] = ("ministry", "agency", "court", "gazette", "parliament")
"""Where the law and the policy of a country are made: without any of them it lacks something."""

GapKind = Literal["type", "language", "failing", "silent", "off"]
"""`type`, `language`: no source of one; `failing`: not answered when last asked; `silent`: without
news for far longer than usual; `off`: switched off by an admin."""


class Gap(Struct, frozen=True):
    """Something that is known to be missing of a country."""

    kind: GapKind
    name: str
    """The type (`SourceType`), the language (ISO 639-1), or the id of the source."""
    since: dt.datetime | None = None
    """Since when the source fails, or has had no news."""


class Coverage(Struct, frozen=True, kw_only=True):
    """What is followed of a country, and what is missing."""

    country: str | None
    """None: what the sources that report on several countries cover together."""
    sources: tuple[Source, ...]
    answering: int
    """How many of the sources answered when they were last asked."""
    newest: dt.datetime | None
    """When news was last found in any of them."""
    gaps: tuple[Gap, ...]

    @property
    def types(self) -> Counter[SourceType]:
        """Return how many of the sources are of each type."""
        return Counter(source.type for source in self.sources if source.type)

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the languages (ISO 639-1) of the sources."""
        return tuple(sorted({_language(one.language) for one in self.sources if one.language}))

    def missing(self, kind: GapKind) -> tuple[str, ...]:
        """Return the names of the gaps of a kind."""
        return tuple(gap.name for gap in self.gaps if gap.kind == kind)


def coverage_of_all(
    sources: Sequence[Source],
    states: Mapping[str, SourceState],
    now: dt.datetime,
    off: Collection[str] = (),
) -> list[Coverage]:
    """Return what is followed of each EU+ country, in EUAA's order, of each other country that has
    a source, and of several at once. `off`: the ids of the sources that are switched off."""
    others = sorted({each.country for each in sources if each.country} - {*taxonomy.countries()})
    return [
        coverage_of(country, sources, states, now, off)
        for country in (*taxonomy.countries(), *others, None)
    ]


def coverage_of(
    country: str | None,
    sources: Iterable[Source],
    states: Mapping[str, SourceState],
    now: dt.datetime,
    off: Collection[str] = (),
) -> Coverage:
    """Return what is followed of a country, and which gaps are known."""
    own = tuple(each for each in sources if each.country == country)
    news = (state.news for each in own if (state := states.get(each.id)))
    read = [each for each in own if each.id not in off]
    known = [state for each in read if (state := states.get(each.id))]
    missing = _missing(country, read) if country else ()
    return Coverage(
        country=country,
        sources=own,
        answering=sum(source_health.is_well(one) and not one.stopped for one in known),
        newest=max(filter(None, news), default=None),
        gaps=(*missing, *_gaps_of_sources(own, states, now, off)),
    )


def _missing(country: str, sources: Collection[Source]) -> Iterator[Gap]:
    """Yield the types and the official languages that no source of a country has."""
    types = {each.type for each in sources}
    yield from (Gap("type", each) for each in NATIONAL_TYPES if each not in types)
    if sources:
        spoken = {_language(each.language) for each in sources if each.language}
        unspoken = sorted(_official_languages(country) - spoken)
        yield from (Gap("language", each) for each in unspoken)


def _gaps_of_sources(
    sources: Iterable[Source],
    states: Mapping[str, SourceState],
    now: dt.datetime,
    off: Collection[str],
) -> Iterator[Gap]:
    for each in sources:
        state = states.get(each.id)
        if each.id in off:
            yield Gap("off", each.id)
        elif state is None or state.polled is None:
            continue  # not read yet, so nothing is known of it
        elif state.stopped or not source_health.is_well(state):
            yield Gap("failing", each.id, state.failing)
        elif source_health.is_quiet(state, now):
            yield Gap("silent", each.id, state.news)


@lru_cache(maxsize=64)
def _official_languages(country: str) -> frozenset[str]:
    from babel.languages import get_official_languages

    with babel_data():
        by_law = get_official_languages(country)
        spoken = by_law or get_official_languages(country, de_facto=True)
    return frozenset(map(_language, spoken))


def _language(tag: str) -> str:
    """Return the language of a tag; those of Norway are one, as sources declare them."""
    return list_language(tag)
