"""Render all that people read: the only place that escapes, shortens and counts.

development   a record as a message, and what is said under it
digest        many records as lines
labels        filters, themes, countries in words
export        records in each file format, and as they are cited
templates     answers from templates or sentences, and the limits of Telegram
"""

from bot.render.development import NEWS, correction, development
from bot.render.digest import digest, headlines
from bot.render.export import COLUMNS, FORMATS, atom, citation, csv, markdown, ris, row
from bot.render.labels import clock, description, label, mark
from bot.render.templates import (
    LIMIT,
    TITLE_LIMIT,
    brief,
    clip,
    notice_line,
    notices,
    reply,
    say,
    say_plural,
)

__all__ = [
    "COLUMNS",
    "FORMATS",
    "LIMIT",
    "NEWS",
    "TITLE_LIMIT",
    "atom",
    "brief",
    "citation",
    "clip",
    "clock",
    "correction",
    "csv",
    "description",
    "development",
    "digest",
    "headlines",
    "label",
    "mark",
    "markdown",
    "notice_line",
    "notices",
    "reply",
    "ris",
    "row",
    "say",
    "say_plural",
]
