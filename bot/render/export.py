"""Developments for other programs: Markdown, Atom, RIS, CSV, and as they are cited."""

import csv as csv_
import datetime as dt
import io
from collections.abc import Sequence

from bot import taxonomy
from bot.models import Development
from bot.render.templates import environment, named, record_day
from bot.text import one_line

COLUMNS = (
    "id title summary date country themes topics type publisher publisher_native published "
    "title_native title_en language url"
).split()


def markdown(record: Development) -> str:
    """A development as Markdown, in the form of EUAA's records."""
    return (
        environment("en", markup=False)
        .get_template("development.md.j2")
        .render(record=record)
        .strip()
    )


def atom(records: Sequence[Development], updated: dt.datetime) -> str:
    """Developments as an Atom feed (RFC 4287)."""
    return (
        environment("en")
        .get_template("developments.atom.j2")
        .render(records=records, updated=updated)
    )


def ris(records: Sequence[Development]) -> str:
    """Developments for reference managers (RIS, as Zotero and EndNote import it)."""
    return "\r\n".join(map(_reference, records)) + "\r\n"


def _reference(record: Development) -> str:
    source = record.sources[0]
    keywords = [*named("theme", record.themes), *named("topic", record.topics), record.type]
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
        *(("KW", keyword) for keyword in keywords),
        *(("UR", other.url) for other in record.sources),
    ]
    rows = [f"{tag}  - {one_line(value)}" for tag, value in fields if value]
    return "\r\n".join([*rows, "ER  - ", ""])


def citation(record: Development) -> str:
    """A development's first source as EUAA's records cite it, ready to paste."""
    source = record.sources[0]
    native = f" | {source.publisher_native}" if source.publisher_native else ""
    day = f" ({record_day(source.date)})" if source.date else ""
    english = source.title_en if source.title_en != source.title_native else None
    title = f"{source.title_native}{f' [{english}]' if english else ''}"
    return ", ".join(
        filter(None, [f"{source.publisher}{native}{day}", one_line(title), source.url])
    )


def csv(records: Sequence[Development]) -> str:
    """Developments as a table (RFC 4180), with a heading."""
    buffer = io.StringIO(newline="")
    writer = csv_.writer(buffer)
    writer.writerow(COLUMNS)
    writer.writerows(map(_cell, row(record)) for record in records)
    return buffer.getvalue()


def row(record: Development) -> list[str]:
    """A development as a row of a table, in the order of COLUMNS."""
    source = record.sources[0]
    values = (
        record.id, record.title, record.summary, record.date, record.country,
        " ".join(record.themes), " ".join(record.topics), record.type,
        source.publisher, source.publisher_native, source.date,
        source.title_native, source.title_en, source.language, source.url,
    )  # fmt: skip
    return ["" if value is None else str(value) for value in values]


def _cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, "CSV Injection")."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
