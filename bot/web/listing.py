"""Prepare what the pages of the archive show: facets with their counts, periods, records and
pages."""

import datetime as dt
from collections.abc import Mapping, Sequence

from msgspec import Struct

from bot.i18n import N_, Locale
from bot.models import Development
from bot.models.sources import Source
from bot.render import labels
from bot.web.index import ArchiveIndex, SelectionResult
from bot.web.selection import Selection

PER_PAGE = 50
"""Records on a page."""
SHOWN = 10
"""Values of a facet that are shown at once; the others are folded away."""
TITLES = {
    "country": N_("Country"),
    "theme": N_("Thematic area"),
    "type": N_("Development type"),
    "mention": N_("Country mentioned"),
    "source_type": N_("Type of source"),
    "source": N_("Source"),
}
"""The facets, in the order in which they stand on a page."""


class Value(Struct, frozen=True):
    """A value of a facet, which can be chosen."""

    text: str
    count: int
    is_chosen: bool
    label: str
    """In the form of `Filter.less`: `theme:return`."""


class FacetList(Struct, frozen=True):
    """A facet with its values, the most frequent first; those that are chosen stand before."""

    name: str
    title: str
    shown: Sequence[Value]
    folded: Sequence[Value]


class Period(Struct, frozen=True):
    """A period, which can be chosen."""

    text: str
    is_chosen: bool
    selection: Selection


class Listing(Struct, frozen=True, kw_only=True):
    """A page of the archive."""

    selection: Selection
    found: int
    """How many records are found on all its pages."""
    records: Sequence[Development]
    facets: Sequence[FacetList]
    periods: Sequence[Period]

    @property
    def pages(self) -> int:
        """Return how many pages there are, at least one."""
        return max(-(-self.found // PER_PAGE), 1)


async def list_records(
    index: ArchiveIndex,
    found: SelectionResult,
    sources: Mapping[str, Source],
    today: dt.date,
    to: Locale,
) -> Listing:
    """Return the page that a selection asks for. `sources`: by their ids."""
    selection = found.selection
    numbers = found.facets.newest(found.bits, (selection.page - 1) * PER_PAGE, PER_PAGE)
    return Listing(
        selection=selection,
        found=found.bits.bit_count(),
        records=await index.read(numbers, to),
        facets=_facet_lists(selection, found.facets.counts(found.choice), sources, to),
        periods=_periods(selection, today, to),
    )


def _facet_lists(
    selection: Selection,
    counts: Mapping[str, Mapping[str, int]],
    sources: Mapping[str, Source],
    to: Locale,
) -> list[FacetList]:
    """Return the facets as they stand beside a selection; `counts`: how many records each label
    would find."""
    lists = []
    for name, title in TITLES.items():
        chosen = [label for label in selection.labels if label.startswith(f"{name}:")]
        labels = {**dict.fromkeys(chosen, 0), **counts[name]}
        values = [
            Value(
                text=_text(label, sources, to),
                count=count,
                is_chosen=label in selection.labels,
                label=label,
            )
            for label, count in labels.items()
            if label.partition(":")[2]
        ]
        values.sort(key=lambda each: (not each.is_chosen, -each.count, to.sort_key(each.text)))
        shown = max(SHOWN, len(chosen))
        if values:
            lists.append(FacetList(name, to.gettext(title), values[:shown], values[shown:]))
    return lists


def _text(label: str, sources: Mapping[str, Source], to: Locale) -> str:
    facet, _, code = label.partition(":")
    if facet == "source" and code in sources:
        return sources[code].publisher
    return labels.label(facet, code, to)


def _periods(selection: Selection, today: dt.date, to: Locale) -> list[Period]:
    """Return the periods that can be chosen with one press."""
    quarter = _quarter(today)
    before = _quarter(quarter - dt.timedelta(days=1))
    offered: list[tuple[str, dt.date | None, dt.date | None]] = [
        (N_("any time"), None, None),
        (N_("last 7 days"), today - dt.timedelta(days=6), today),
        (N_("last 30 days"), today - dt.timedelta(days=29), today),
        (N_("this quarter"), quarter, today),
        (N_("last quarter"), before, quarter - dt.timedelta(days=1)),
        (N_("this year"), today.replace(month=1, day=1), today),
    ]
    return [
        Period(
            text=to.gettext(text),
            is_chosen=(selection.since, selection.until) == (since, until),
            selection=selection.within(since, until),
        )
        for text, since, until in offered
    ]


def _quarter(day: dt.date) -> dt.date:
    """Return the first day of the quarter that a day is in."""
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
