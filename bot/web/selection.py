"""Parse the address of a page of the archive: labels, words, a period and a page.

`/?country=CZ&theme=return&theme=borders&q=charter+flight&since=2026-07-01&page=2`
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import urlencode

from msgspec import Struct
from msgspec.structs import replace

from bot import taxonomy
from bot.errors import QueryError
from bot.i18n import Locale
from bot.render.labels import label_of
from bot.text import one_line, shorten
from bot.web.facets import FACETS

LONGEST = 200
"""Letters of the words that are looked for."""
MOST_LABELS = 100
MOST_PAGES = 100_000
EARLIEST, LATEST = dt.date(1900, 1, 1), dt.date(2199, 12, 31)
"""Days that may be asked for: a year of weeks before and after them is on the calendar, too."""

_WORDS = re.compile(r'"[^"]+"|[^\s"]+')
_SOURCE = re.compile(r"[a-z0-9-]{1,64}")

_EXPECTED: Mapping[str, tuple[Callable[[str], object], str]] = {
    "country": (taxonomy.is_country, "an ISO 3166-1 code such as CZ"),
    "theme": (
        lambda code: code in (*taxonomy.themes(), *taxonomy.topics()),
        "the code of a thematic area such as return",
    ),
    "type": (lambda code: code in taxonomy.types(), "Legislative, Institutional or Policy"),
    "mention": (taxonomy.is_country, "an ISO 3166-1 code such as AL"),
    "source_type": (
        lambda code: code in taxonomy.source_types(),
        "a type of sources such as court",
    ),
    "source": (_SOURCE.fullmatch, "the id of a source such as cz-mv"),
}
"""Which values each facet has, and how they are described."""


class Selection(Struct, frozen=True, kw_only=True):
    """What is looked for in the archive."""

    labels: frozenset[str] = frozenset()
    """In the form of `Filter.less`: `theme:return`. Any of those of one facet, for each facet."""
    text: str = ""
    """Words and "phrases", as they are typed."""
    since: dt.date | None = None
    until: dt.date | None = None
    page: int = 1

    @property
    def words(self) -> list[str]:
        """Return the words and phrases of the text."""
        return _WORDS.findall(self.text)

    def with_label(self, label: str) -> "Selection":
        """Return the selection with a label chosen, or no longer so; from its first page."""
        return replace(self, labels=self.labels ^ {label}, page=1)

    def within(self, since: dt.date | None, until: dt.date | None) -> "Selection":
        """Return the selection with another period, from its first page."""
        return replace(self, since=since, until=until, page=1)

    def on_page(self, page: int) -> "Selection":
        """Return another page of the selection."""
        return replace(self, page=page)

    def fields(self) -> list[tuple[str, str]]:
        """Return the names and values of its parameters, always in the same order."""
        labels = (label.split(":", 1) for label in sorted(self.labels, key=_label_order))
        others = (
            ("q", self.text),
            ("since", str(self.since or "")),
            ("until", str(self.until or "")),
            ("page", str(self.page) if self.page > 1 else ""),
        )
        return [(facet, value) for facet, value in (*labels, *others) if value]

    def described(self, to: Locale) -> str:
        """Return what is selected in words, without the page: `Czechia, Return · lety`."""
        labels = [label_of(label, to) for label in sorted(self.labels, key=_label_order)]
        period = [to.day(day) for day in (self.since, self.until) if day]
        return " · ".join(filter(None, (", ".join(labels), self.text, " – ".join(period))))

    def query(self) -> str:
        """Return the parameters as they stand in an address, with the `?`; none: nothing."""
        fields = self.fields()
        return f"?{urlencode(fields)}" if fields else ""


def read_selection(parameters: Iterable[tuple[str, str]]) -> Selection:
    """Return what the parameters of an address ask for; those of other names are left alone.

    Raises QueryError: it names the parameter, what stands there and what is expected.
    """
    labels = set[str]()
    selection = Selection()
    for name, value in parameters:
        if name in FACETS and value:
            labels.add(_read_label(name, value))
        elif name == "q":
            selection = replace(selection, text=_read_text(value))
        elif name in ("since", "until") and value:
            selection = replace(selection, **{name: _read_day(name, value)})
        elif name == "page" and value:
            selection = replace(selection, page=_read_page(value))
    if len(labels) > MOST_LABELS:
        raise QueryError("labels", f"{len(labels)} of them", f"at most {MOST_LABELS}")
    if selection.since and selection.until and selection.since > selection.until:
        raise QueryError("until", str(selection.until), f"a day from {selection.since} on")
    return replace(selection, labels=frozenset(labels))


def _read_label(facet: str, value: str) -> str:
    is_known, expected = _EXPECTED[facet]
    if not is_known(value):
        raise QueryError(facet, value, expected)
    return f"{facet}:{value}"


def _read_text(value: str) -> str:
    text = one_line(value)
    if len(text) > LONGEST:
        raise QueryError("q", shorten(text, 40), f"at most {LONGEST} letters")
    return text


def _read_day(name: str, value: str) -> dt.date:
    try:
        day = dt.date.fromisoformat(value)
    except ValueError:
        raise QueryError(name, value, "a day such as 2026-07-01") from None
    if not EARLIEST <= day <= LATEST:
        raise QueryError(name, value, f"a day from {EARLIEST} to {LATEST}")
    return day


def _read_page(value: str) -> int:
    is_number = value.isascii() and value.isdigit() and len(value) <= len(str(MOST_PAGES))
    if not is_number or not 0 < int(value) <= MOST_PAGES:
        raise QueryError("page", shorten(value, 40), f"a number from 1 to {MOST_PAGES}")
    return int(value)


def _label_order(label: str) -> tuple[int, str]:
    return FACETS.index(label.partition(":")[0]), label
