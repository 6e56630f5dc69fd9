"""Render all that people read: the only place that escapes, shortens and counts.

development   a development as a message
digest        many developments in one message, a line each
dates_ahead   the dates to come that a development tells, and times on the reader's clocks
causes        why a source gives no news
opml          the sources as a list for readers of feeds
head_line     the line with which each of these begins
matter        the stage of a law, a bill or a case, and its time line
reminder      the reminder of a date to come
labels        the labels of records, filters and paces
notices       what admins and those who set up groups are told
event         what a webhook endpoint is sent
templates     answers from templates or sentences, labels, and the limits of Telegram
readings      what was seen of a development, and what has changed
export        records in each file format; `citation` cites them
spreadsheet   the one of these that a person opens
feed          records as Atom and JSON Feed
page          pages for a browser
brief_word    a brief as a Word document, with `word_parts`; `brief_markdown` as Markdown; both
              say the same (`brief_texts`)
calendar      their dates to come as a calendar
chart         developments by country and week as a picture
"""

from bot.render.causes import CAUSES, cause_text
from bot.render.citation import citation
from bot.render.dates_ahead import DatedDevelopment, deadline_rows
from bot.render.development import (
    APPROVE,
    PART,
    REJECT,
    correction,
    development,
    review,
    source_button,
)
from bot.render.digest import digest, digest_pages, headlines
from bot.render.export import BINARY, FORMATS
from bot.render.head_line import head_line, inline_lines, place
from bot.render.labels import clock, description, label, label_of, pace_label
from bot.render.matter import stage_line, time_line
from bot.render.notices import REPORTED, notice_line, notices
from bot.render.opml import opml
from bot.render.readings import as_seen, changes
from bot.render.reminder import MUTE, reminder
from bot.render.templates import LIMIT, TITLE_LIMIT, brief, clip, reply, say, say_plural

__all__ = [
    "APPROVE",
    "BINARY",
    "CAUSES",
    "FORMATS",
    "LIMIT",
    "MUTE",
    "PART",
    "REJECT",
    "REPORTED",
    "TITLE_LIMIT",
    "DatedDevelopment",
    "as_seen",
    "brief",
    "cause_text",
    "changes",
    "citation",
    "clip",
    "clock",
    "correction",
    "deadline_rows",
    "description",
    "development",
    "digest",
    "digest_pages",
    "head_line",
    "headlines",
    "inline_lines",
    "label",
    "label_of",
    "notice_line",
    "notices",
    "opml",
    "pace_label",
    "place",
    "reminder",
    "reply",
    "review",
    "say",
    "say_plural",
    "source_button",
    "stage_line",
    "time_line",
]
