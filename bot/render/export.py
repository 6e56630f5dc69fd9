"""Developments for other programs, in each format of `FORMATS`; and as they are cited.

To add a format, write its function and add it to the table: it then works in the chat (/export) and
on the command line (`policy-herald export --format`). The spreadsheet has a module of its own.
"""

import csv as csv_
import datetime as dt
import io
from collections.abc import Callable, Sequence

import msgspec

from bot import taxonomy
from bot.i18n import Locale
from bot.models import Development
from bot.render.dates_ahead import plain_dates
from bot.render.spreadsheet import xlsx
from bot.render.templates import english_labels, environment, record_day
from bot.text import one_line

COLUMNS = (
    "id title summary date country themes topics type publisher publisher_native published "
    "title_native title_en language url ahead"
).split()


def markdown(record: Development) -> str:
    """Return a development as Markdown, in the form of EUAA's records."""
    template = environment("en", markup=False).get_template("development.md.j2")
    return template.render(record=record).strip()


def atom(records: Sequence[Development], updated: dt.datetime) -> str:
    """Return developments as an Atom feed (RFC 4287)."""
    template = environment("en").get_template("developments.atom.j2")
    return template.render(records=records, updated=updated)


def ris(records: Sequence[Development]) -> str:
    """Return developments for reference managers (RIS, as Zotero and EndNote import it)."""
    return "\r\n".join(map(_reference, records)) + "\r\n"


def _reference(record: Development) -> str:
    source = record.sources[0]
    fields = [
        ("TY", "GOVDOC"),
        ("ID", record.id),
        ("TI", record.title),
        ("TT", source.title_native if source.title_native != record.title else None),
        ("AU", source.publisher),
        ("PB", source.publisher_native),
        ("CY", taxonomy.label("country", record.country) if record.country else None),
        ("PY", f"{source.date:%Y}" if source.date else None),
        ("DA", f"{source.date:%Y/%m/%d}" if source.date else None),
        ("AB", record.summary),
        ("LA", source.language),
        *(("KW", label) for label in english_labels("theme", record.themes)),
        *(("KW", label) for label in english_labels("topic", record.topics)),
        ("KW", record.type),
        *(("UR", other.url) for other in record.sources),
    ]
    rows = [f"{tag}  - {one_line(value)}" for tag, value in fields if value]
    return "\r\n".join([*rows, "ER  - ", ""])


def citation(record: Development) -> str:
    """Return the first source of a development as EUAA's records cite it, ready to paste."""
    source = record.sources[0]
    native = f" | {source.publisher_native}" if source.publisher_native else ""
    day = f" ({record_day(source.date)})" if source.date else ""
    title = source.title_native
    if source.title_en and source.title_en != title:
        title += f" [{source.title_en}]"
    parts = (f"{source.publisher}{native}{day}", one_line(title), source.url)
    return ", ".join(part for part in parts if part)


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
    "atom": lambda records, now, to: (atom(records, now) + "\n").encode(),
}
"""The writer of each format, by its name, which is also the extension of its files; the language is
that of who opens it."""
BINARY = ("xlsx",)
"""Formats that no terminal shows."""
