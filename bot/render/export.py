"""Developments for other programs, in each format of `FORMATS`; and as they are cited.

To add a format, write its function and add it to the table: it then works in the chat (/export) and
on the command line (`policy-herald export --format`). The spreadsheet has a module of its own.
"""

import csv as csv_
import datetime as dt
import io
from collections.abc import Callable, Sequence

import msgspec

from bot.i18n import Locale
from bot.models import Development
from bot.render.citation import ris
from bot.render.dates_ahead import plain_dates
from bot.render.feed import FeedInfo, atom_feed
from bot.render.spreadsheet import xlsx
from bot.render.templates import environment

COLUMNS = (
    "id title summary date country themes topics type publisher publisher_native published "
    "title_native title_en language url ahead"
).split()


def markdown(record: Development) -> str:
    """Return a development as Markdown, in the form of EUAA's records."""
    template = environment("en", markup=False).get_template("development.md.j2")
    return template.render(record=record).strip()


def atom(records: Sequence[Development], to: Locale) -> str:
    """Return developments as an Atom feed that stands nowhere (RFC 4287)."""
    title = to.gettext("Developments in migration and asylum policy")
    return atom_feed(FeedInfo(title=title, url="urn:policy-herald:developments"), records, to)


def csv(records: Sequence[Development]) -> str:
    """Return developments as a table with a heading (RFC 4180)."""
    buffer = io.StringIO(newline="")
    writer = csv_.writer(buffer)
    writer.writerow(COLUMNS)
    # No cell is one that a spreadsheet takes for a formula (OWASP, "CSV Injection").
    writer.writerows(map(_without_formula, _row(record)) for record in records)
    return buffer.getvalue()


def _row(record: Development) -> list[str]:
    source = record.sources[0]
    values = (
        record.id, record.title, record.summary, record.date, record.country,
        " ".join(record.themes), " ".join(record.topics), record.type,
        source.publisher, source.publisher_native, source.date,
        source.title_native, source.title_en, source.language, source.url,
        plain_dates(record),
    )  # fmt: skip
    return ["" if value is None else str(value) for value in values]


def _without_formula(text: str) -> str:
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


Writer = Callable[[Sequence[Development], dt.datetime, Locale], bytes]

FORMATS: dict[str, Writer] = {
    # The mark at its beginning tells Excel that it is UTF-8.
    "csv": lambda records, now, to: csv(records).encode("utf-8-sig"),
    "xlsx": xlsx,
    "md": lambda records, now, to: ("\n\n".join(map(markdown, records)) + "\n").encode(),
    "ris": lambda records, now, to: ris(records).encode(),
    "json": lambda records, now, to: (
        msgspec.json.format(msgspec.json.encode(records), indent=2) + b"\n"
    ),
    "jsonl": lambda records, now, to: b"".join(
        msgspec.json.encode(each) + b"\n" for each in records
    ),
    "atom": lambda records, now, to: (atom(records, to) + "\n").encode(),
}
"""The writer of each format, by its name, which is also the extension of its files; the language is
that of who opens it."""
BINARY = ("xlsx",)
"""Formats that no terminal shows."""
