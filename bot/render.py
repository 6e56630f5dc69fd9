"""Development -> Message, and every other text people get: the only place that escapes, cuts
and counts.

Telegram HTML knows a few tags, `&lt; &gt; &amp; &quot;` and numeric references, and nothing else
(Bot API, "Formatting options"); a text has at most 4096 units after parsing.
"""

import datetime as dt
import html
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from msgspec.structs import replace

from bot import taxonomy
from bot.models import Change, Citation, Development, Filter, Message
from bot.text import line, shorten, utf16_length

LIMIT = 4096
"""UTF-16 units of visible text; Telegram counts code points, so this is on the safe side."""
BYTES_LIMIT = 32_000
"""Bytes before parsing; Telegram refuses 32,768."""
TITLE_LIMIT = 300
PUBLISHER_LIMIT = 150
SOURCES_LIMIT = 10
BRIEF = 80
"""Units of what a person typed, or a server said, that are repeated to them."""
QUOTE = 400
"""Units of a text that a correction quotes."""
FOLDED = 320
"""Units from which a summary stands behind an expandable quotation."""

_MONTHS = (
    "January February March April May June July August September October November December".split()
)
_LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>', re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|])")


def development(record: Development) -> Message:
    """The message that tells of a development, in the layout of the README."""
    record = _within_bounds(record)
    message = _message("development", record=record)
    excess = _excess(message.html)
    while excess > 0 and record.summary:
        room = max(utf16_length(record.summary) - excess - 1, 0)
        record = replace(record, summary=shorten(record.summary, room) if room > 20 else "")
        message = _message("development", record=record)
        excess = _excess(message.html)
    while excess > 0 and len(record.sources) > 1:
        record = replace(record, sources=record.sources[:-1])
        message = _message("development", record=record)
        excess = _excess(message.html)
    return replace(message, plain=shorten(message.plain, LIMIT))


def mark(record: Development) -> str:
    """Whose words a development's texts are in, where they are not its publisher's; and what it
    is about, where nobody has put it into English."""
    origin = record.provenance
    if origin.summary == "ai":
        return f"AI-generated summary and title ({record.translated_by})"
    if origin.summary == "machine":
        return f"Machine-translated ({record.translated_by})"
    if origin.title in ("ai", "machine"):
        by = "AI-translated" if origin.title == "ai" else "Machine-translated"
        return f"{by} title ({record.translated_by})"
    if "edition" in (origin.title, origin.summary):
        return "From the publisher's own English edition"
    return ""


def correction(record: Development, change: Change) -> Message:
    """The message that tells, under that of a development, what of it has changed."""
    return _message("correction", record=_within_bounds(record), change=change)


def reply(template: str, **values: Any) -> tuple[Message, ...]:
    """The text of a template of the chat with values, which it escapes; as several messages,
    split between lines, where it is too long for one."""
    parts = [""]
    for row in _message(f"chat/{template}", **values).html.splitlines():
        longer = f"{parts[-1]}\n{row}".lstrip("\n")
        if parts[-1] and _excess(longer) > 0:
            parts.append(row)
        else:
            parts[-1] = longer
    return tuple(Message(html=part, plain=_plain(part)) for part in parts)


def _message(template: str, **values: Any) -> Message:
    text = _environment().get_template(f"{template}.html.j2").render(values).strip()
    return Message(html=text, plain=_plain(text))


def markdown(record: Development) -> str:
    """A development as Markdown, in the form of EUAA's records."""
    return (
        _environment(markup=False).get_template("development.md.j2").render(record=record).strip()
    )


def atom(records: Sequence[Development], updated: dt.datetime) -> str:
    """Developments as an Atom feed (RFC 4287)."""
    return (
        _environment().get_template("developments.atom.j2").render(records=records, updated=updated)
    )


def ris(records: Sequence[Development]) -> str:
    """Developments for reference managers (RIS, as Zotero and EndNote import it)."""
    return "\r\n".join(map(_reference, records)) + "\r\n"


def _reference(record: Development) -> str:
    source = record.sources[0]
    keywords = [*_named("theme", record.themes), *_named("topic", record.topics), record.type]
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
    rows = [f"{tag}  - {line(value)}" for tag, value in fields if value]
    return "\r\n".join([*rows, "ER  - ", ""])


def citation(record: Development) -> str:
    """A development's first source as EUAA's records cite it, ready to paste."""
    source = record.sources[0]
    native = f" | {source.publisher_native}" if source.publisher_native else ""
    day = f" ({_record_day(source.date)})" if source.date else ""
    english = source.title_en if source.title_en != source.title_native else None
    title = f"{source.title_native}{f' [{english}]' if english else ''}"
    return ", ".join(filter(None, [f"{source.publisher}{native}{day}", line(title), source.url]))


def _record_day(day: dt.date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]}, {day.year}"


def description(filter_: Filter) -> str:
    """A filter in words: `Czechia, Germany · Return of former applicants · Legislative`."""
    facets = (
        _labels("country", filter_.countries, taxonomy.countries()),
        _labels("theme", filter_.themes, taxonomy.themes())
        + _labels("topic", filter_.topics, taxonomy.topics()),
        sorted(filter_.types),
        [f"mentions {name}" for name in _labels("country", filter_.mentions, ())],
    )
    return " · ".join(", ".join(labels) for labels in facets if labels) or "everything"


def _labels(facet: taxonomy.Facet, codes: frozenset[str], order: tuple[str, ...]) -> list[str]:
    known = [code for code in order if code in codes]
    return [taxonomy.label(facet, code) for code in (*known, *sorted(codes - set(known)))]


def _within_bounds(record: Development) -> Development:
    return replace(
        record,
        title=_one_line(record.title, TITLE_LIMIT),
        summary=line(record.summary),
        sources=tuple(map(_bounded, record.sources[:SOURCES_LIMIT])),
    )


def _bounded(citation: Citation) -> Citation:
    english = citation.title_en and _one_line(citation.title_en, TITLE_LIMIT)
    native = _one_line(citation.title_native, TITLE_LIMIT)
    publisher_native = line(citation.publisher_native or "")[:PUBLISHER_LIMIT]
    return replace(
        citation,
        publisher=_one_line(citation.publisher, PUBLISHER_LIMIT),
        publisher_native=publisher_native if publisher_native != citation.publisher else None,
        title_native=native,
        title_en=english if english != native else None,
    )


def _one_line(text: str, limit: int) -> str:
    return shorten(line(text), limit) or "(untitled)"


def _excess(text: str) -> int:
    """How many units too long a message of this HTML is."""
    visible = html.unescape(_TAG.sub("", text))
    raw = (len(text.encode()) - BYTES_LIMIT + 3) // 4
    return max(utf16_length(visible) - LIMIT, raw)


def _plain(text: str) -> str:
    """The same text without entities, its links written out."""
    return html.unescape(_TAG.sub("", _LINK.sub(r"\2 (\1)", text)))


@lru_cache(maxsize=2)
def _environment(*, markup: bool = True) -> Environment:
    environment = Environment(
        loader=PackageLoader("bot", "templates"),
        autoescape=markup,  # noqa: S701 - Markdown is escaped by a filter of its own
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "description": description,
        "day": lambda day: f"{day:%d.%m.%Y}",
        "long_day": lambda day: f"{day.day} {_MONTHS[day.month - 1]} {day.year}",
        "record_day": _record_day,
        "mark": mark,
        "title": lambda text: _one_line(text, TITLE_LIMIT),
        "quote": lambda text: shorten(line(text), QUOTE),
        "markdown": _markdown_escaped,
        "moment": lambda moment: f"{moment:%d.%m.%Y %H:%M} UTC",
        "brief": lambda text: _one_line(text, BRIEF),
        "countries": lambda codes: _joined("country", codes),
        "country": lambda code: taxonomy.label("country", code),
        "themes": lambda codes: _joined("theme", codes),
        "is_long": lambda text: utf16_length(text) > FOLDED,
    }
    return environment


def _markdown_escaped(text: str) -> str:
    """Text that Markdown shows as it stands."""
    return _MARKDOWN.sub(r"\\\1", line(text))


def _joined(facet: taxonomy.Facet, codes: Iterable[str]) -> str:
    return ", ".join(_named(facet, codes))


def _named(facet: taxonomy.Facet, codes: Iterable[str]) -> list[str]:
    return [taxonomy.label(facet, code) for code in codes]
