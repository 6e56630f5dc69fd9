"""Draw the map of the archive: how much there is of each country and theme, and in each week."""

import datetime as dt
import math
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from bot.i18n import Locale
from bot.render import labels
from bot.web.facets import FacetIndex
from bot.web.index import SelectionResult
from bot.web.selection import Selection

WEEKS = 53
"""That are shown where no period is chosen, and at most."""
MOST_THEMES = 14
"""Columns: the most frequent themes."""
LARGEST = 13.0
"""Radius of the largest circle; the area of a circle is in proportion to its number."""


class Cell(Struct, frozen=True):
    """How much there is of a country and a theme."""

    count: int
    radius: float
    selection: Selection


class MapRow(Struct, frozen=True):
    """A country, with a cell for each theme."""

    country: str
    text: str
    count: int
    cells: Sequence[Cell]


class Week(Struct, frozen=True):
    """How much there is in a week."""

    first: dt.date
    count: int
    share: float
    """Of the fullest week, from 0 to 1."""


class Map(Struct, frozen=True):
    """A map: its rows, their columns, and its weeks."""

    selection: Selection
    themes: Sequence[str]
    rows: Sequence[MapRow]
    weeks: Sequence[Week]


def draw_map(asked: SelectionResult, today: dt.date, to: Locale) -> Map:
    """Return the map of what a selection finds in its period, or else in the last year."""
    facets, until = asked.facets, asked.selection.until or today
    since = asked.selection.since or until - dt.timedelta(weeks=WEEKS) + dt.timedelta(days=1)
    selection = asked.selection.within(since, until)
    choice = replace(asked.choice, since=since, until=until)
    found = facets.choose(choice)
    counts = facets.counts(replace(choice, labels=frozenset()))
    themes = _most_frequent(counts["theme"], selection, "theme")[:MOST_THEMES]
    countries = _most_frequent(counts["country"], selection, "country")
    table = facets.table(found, countries, themes)
    most = max((count for row in table for count in row), default=0)
    rows = [
        MapRow(
            country=country.partition(":")[2],
            text=labels.label_of(country, to),
            count=(found & facets.having(country)).bit_count(),
            cells=[
                Cell(count, _radius(count, most), _of_both(selection, country, theme))
                for theme, count in zip(themes, row, strict=True)
            ],
        )
        for country, row in zip(countries, table, strict=True)
    ]
    columns = [theme.partition(":")[2] for theme in themes]
    return Map(
        selection, columns, [row for row in rows if row.count], _weeks(facets, found, since, until)
    )


def _most_frequent(counts: dict[str, int], selection: Selection, facet: str) -> list[str]:
    chosen = {label for label in selection.labels if label.startswith(f"{facet}:")}
    labels = sorted(counts, key=lambda label: (-counts[label], label))
    return [
        label for label in labels if label.partition(":")[2] and (not chosen or label in chosen)
    ]


def _of_both(selection: Selection, country: str, theme: str) -> Selection:
    others = {label for label in selection.labels if not label.startswith(("country:", "theme:"))}
    return replace(selection, labels=frozenset(others | {country, theme}), page=1)


def _radius(count: int, most: int) -> float:
    return round(LARGEST * math.sqrt(count / most), 1) if most else 0.0


def _weeks(facets: FacetIndex, found: int, since: dt.date, until: dt.date) -> list[Week]:
    number = min((until - since).days // 7 + 1, WEEKS)
    first = until - dt.timedelta(weeks=number) + dt.timedelta(days=1)
    counts = facets.weeks(found, first, number)
    most = max(counts, default=0) or 1
    return [
        Week(first + dt.timedelta(weeks=week), count, count / most)
        for week, count in enumerate(counts)
    ]
