"""Cite developments: as text, and for reference managers."""

from collections.abc import Sequence

from bot import taxonomy
from bot.models import Development
from bot.render.labels import english_labels
from bot.render.templates import record_day
from bot.text import one_line


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
