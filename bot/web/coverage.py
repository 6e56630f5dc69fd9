"""Show what is followed of each country on a page, and what is known to be missing."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec import Struct

from bot import taxonomy
from bot.i18n import Locale
from bot.models.sources import Source, SourceState
from bot.monitoring.coverage import NATIONAL_TYPES, Coverage, coverage_of_all


class CoverageRow(Struct, frozen=True):
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
) -> list[CoverageRow]:
    """Return a row for each country, and one for what reports on several."""
    names = {source.id: source.publisher for source in sources}
    return [_row(each, names, to) for each in coverage_of_all(sources, states, now, off)]


def columns(to: Locale) -> list[str]:
    """Return the headings of the counts."""
    labels = [to.gettext(taxonomy.label("source_type", code)) for code in NATIONAL_TYPES]
    return [*labels, to.gettext("others")]


def _row(told: Coverage, names: Mapping[str, str], to: Locale) -> CoverageRow:
    counts = [told.types[code] for code in NATIONAL_TYPES]
    return CoverageRow(
        country=to.country(told.country) if told.country else "",
        counts=[*counts, len(told.sources) - sum(counts)],
        answering=told.answering,
        sources=len(told.sources),
        languages=[to.language(code) for code in told.languages],
        newest=told.newest.date() if told.newest else None,
        gaps=[*_missing(told, to), *_troubles(told, names, to)],
    )


def _missing(told: Coverage, to: Locale) -> Iterator[str]:
    """Yield which types and languages no source has."""
    if types := told.missing("type"):
        labels = [to.gettext(taxonomy.label("source_type", code)) for code in types]
        yield to.gettext("no source of this type: {types}", types=", ".join(labels))
    if languages := told.missing("language"):
        named = ", ".join(map(to.language, languages))
        yield to.gettext("no source in: {languages}", languages=named)


def _troubles(told: Coverage, names: Mapping[str, str], to: Locale) -> Iterator[str]:
    """Yield which sources are not read, fail or are silent. What a server has said is left out:
    anybody reads this, and it may name hosts of whoever runs the bot."""
    for gap in told.gaps:
        if gap.kind == "off":
            yield f"{names[gap.name]}: {to.gettext('switched off')}"
        elif gap.kind == "failing":
            yield to.gettext("not answering: {names}", names=names[gap.name])
        elif gap.kind == "silent":
            silent = to.gettext("it answers, and has had no news for far longer than usual")
            yield f"{names[gap.name]}: {silent}"
