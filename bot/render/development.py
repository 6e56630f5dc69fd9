"""Render developments as messages: one with its buttons, or many, a line each."""

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from msgspec.structs import replace

from bot.deliver import PART
from bot.i18n import ENGLISH, Locale
from bot.models import Change, Citation, Development, Filter
from bot.models.deliveries import Button, Buttons, Digest, Message
from bot.render.templates import LIMIT, TITLE_LIMIT, clip, description, excess, message, reply
from bot.text import one_line, shorten, utf16_length

PUBLISHER_LIMIT = 150
NAMED = 10
NAME_LIMIT = 60
"""Filters that are named under what they want, and units of each."""
SOURCES_LIMIT = 10
NEWS = "n1"
"""What the data of the buttons under a development begin with."""
ROW_TITLE_LIMIT = 130
Link = Callable[[str], str]
"""The address that opens the bot with a payload."""

_PLAIN_URL = re.compile(r"https?://[a-zA-Z0-9.-]+\.[a-zA-Z]{2,}(:\d+)?(/[!-~]*)?(\?[!-~]*)?")
"""An address that Telegram takes for a button: one that it cannot read costs the whole message."""


def development(
    record: Development, to: Locale = ENGLISH, wanting: Sequence[Filter] = ()
) -> Message:
    """Render a development in the layout of the README, and the buttons under it; several filters
    that want it are named."""
    # The text is English, as the vocabulary is; the buttons are in the reader's language.
    record = _within_bounds(record)
    names = [clip(one.name or description(one, to), NAME_LIMIT) for one in wanting[:NAMED]]
    wanted_by = names if len(names) > 1 else []
    told = message("development", record=record, wanted_by=wanted_by)
    while (over := excess(told.html)) > 0 and record.summary:
        room = max(utf16_length(record.summary) - over - 1, 0)
        record = replace(record, summary=shorten(record.summary, room) if room > 20 else "")
        told = message("development", record=record, wanted_by=wanted_by)
    while excess(told.html) > 0 and len(record.sources) > 1:
        record = replace(record, sources=record.sources[:-1])
        told = message("development", record=record, wanted_by=wanted_by)
    return replace(told, plain=shorten(told.plain, LIMIT), buttons=_under(record, to))


def _under(record: Development, to: Locale) -> Buttons:
    """Return the buttons under a development that has its id."""
    url = record.sources[0].url or ""
    source = [Button(to.gettext("Source"), url=url)] if _PLAIN_URL.fullmatch(url) else []
    if record.id is None:
        return (tuple(source),) if source else ()
    asked = ((to.gettext("Why?"), "why"), (to.gettext("Cite"), "cite"), ("⋯", "more"))
    return ((*source, *(Button(text, f"{NEWS}:{act}:{record.id}") for text, act in asked)),)


def correction(record: Development, change: Change) -> Message:
    """Render what has changed of a development, as an answer to its message."""
    return message("correction", record=_within_bounds(record), change=change)


def _within_bounds(record: Development) -> Development:
    return replace(
        record,
        title=clip(record.title, TITLE_LIMIT),
        summary=one_line(record.summary),
        sources=tuple(map(_bounded, record.sources[:SOURCES_LIMIT])),
    )


def _bounded(citation: Citation) -> Citation:
    english = citation.title_en and clip(citation.title_en, TITLE_LIMIT)
    native = clip(citation.title_native, TITLE_LIMIT)
    publisher_native = one_line(citation.publisher_native or "")[:PUBLISHER_LIMIT]
    return replace(
        citation,
        publisher=clip(citation.publisher, PUBLISHER_LIMIT),
        publisher_native=publisher_native if publisher_native != citation.publisher else None,
        title_native=native,
        title_en=english if english != native else None,
    )


# ------------------------------------------------------------------ many in one message


def headlines(records: Sequence[Development], to: Locale, link: Link) -> tuple[Message, ...]:
    """Render developments on a line each, in their order."""
    parts = [records[start : start + PART] for start in range(0, len(records), PART)]
    return tuple(
        message
        for part in parts
        for message in reply(
            "headlines", to, rows=[_row(development, link) for development in part]
        )
    )


def digest(told: Digest, records: Sequence[Development], to: Locale, link: Link) -> Message:
    """Render a part of a digest: by country, then by type, a line each; silent countries at its
    end."""
    by_country = [
        (
            country,
            [(kind, [_row(development, link) for development in group]) for kind, group in of_type],
        )
        for country, made_there in _grouped(records, lambda development: development.country)
        for of_type in [_grouped(made_there, lambda development: development.type)]
    ]
    (message,) = reply("told_together", to, digest=told, countries=by_country)
    return message


def _grouped(
    records: Iterable[Development], key: Callable[[Development], str | None]
) -> list[tuple[str | None, list[Development]]]:
    ordered = sorted(records, key=lambda development: str(key(development)))
    return [(value, list(group)) for value, group in groupby(ordered, key)]


def _row(development: Development, link: Link) -> dict[str, object]:
    return {
        "title": shorten(one_line(development.title), ROW_TITLE_LIMIT),
        "day": development.date or (development.recorded.date() if development.recorded else None),
        "link": link(f"d_{development.id}"),
    }
