"""The page that says what is followed of each country, and what is known to be missing."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec import Struct

from bot import taxonomy
from bot.i18n import Locale
from bot.models.sources import Source, SourceState
from bot.monitoring import source_health
from bot.monitoring.coverage import NATIONAL_TYPES, Coverage, coverage_of_all


class Row(Struct, frozen=True):
    """What is followed of a country."""

    country: str
    """Its name; empty: of several countries at once."""
    counts: Sequence[int]
    """Its sources of each of the national types, then the others."""
    answering: int
    sources: int
    languages: Sequence[str]
    newest: dt.date | None
    gaps: Sequence[str]


def coverage_rows(
    sources: Sequence[Source],
    states: Mapping[str, SourceState],
    off: Collection[str],
    now: dt.datetime,
    to: Locale,
) -> list[Row]:
    """Return a row for each country, and one for what reports on several."""
    names = {source.id: source.publisher for source in sources}
    return [
        _row(each, states, names, now, to) for each in coverage_of_all(sources, states, now, off)
    ]


def columns(to: Locale) -> list[str]:
    """Return the headings of the counts."""
    labels = [to.gettext(taxonomy.label("source_type", code)) for code in NATIONAL_TYPES]
    return [*labels, to.gettext("others")]


def _row(
    told: Coverage,
    states: Mapping[str, SourceState],
    names: Mapping[str, str],
    now: dt.datetime,
    to: Locale,
) -> Row:
    counts = [told.types[code] for code in NATIONAL_TYPES]
    return Row(
        country=to.country(told.country) if told.country else "",
        counts=[*counts, len(told.sources) - sum(counts)],
        answering=told.answering,
        sources=len(told.sources),
        languages=[to.language(code) for code in told.languages],
        newest=told.newest.date() if told.newest else None,
        gaps=[*_missing(told, to), *_troubles(told, states, names, now, to)],
    )


def _missing(told: Coverage, to: Locale) -> Iterator[str]:
    """Yield which types and languages no source has."""
    if types := told.missing("type"):
        labels = [to.gettext(taxonomy.label("source_type", code)) for code in types]
        yield to.gettext("no source of this type: {types}", types=", ".join(labels))
    if languages := told.missing("language"):
        named = ", ".join(map(to.language, languages))
        yield to.gettext("no source in: {languages}", languages=named)


def _troubles(
    told: Coverage,
    states: Mapping[str, SourceState],
    names: Mapping[str, str],
    now: dt.datetime,
    to: Locale,
) -> Iterator[str]:
    """Yield what is wrong with each source that is not read, fails or is silent."""
    for gap in told.gaps:
        if gap.kind == "off":
            yield f"{names[gap.name]}: {to.gettext('switched off')}"
        elif gap.kind in ("failing", "silent"):
            yield f"{names[gap.name]}: {source_health.health(states.get(gap.name), now, to)}"
