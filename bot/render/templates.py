"""Render templates and sentences as messages, within what Telegram takes.

Telegram HTML knows a few tags, `&lt; &gt; &amp; &quot;` and numeric references, and nothing else
(Bot API, "Formatting options"); a text has at most 4096 units after parsing.
"""

import datetime as dt
import html
import re
from collections.abc import Callable
from functools import lru_cache
from types import CodeType
from typing import Any

from jinja2 import BytecodeCache, Environment, PackageLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import escape

from bot import taxonomy
from bot.i18n import ENGLISH, LANGUAGES, N_, Locale, locale_for
from bot.models.chats import Filter
from bot.models.deliveries import Message
from bot.render.causes import cause_text
from bot.render.dates_ahead import (
    date_text,
    dates_line,
    kind_label,
    plain_date,
    quotations,
    quoted,
    time_entity,
)
from bot.render.head_line import place
from bot.render.labels import (
    both_labels,
    clock,
    country_label,
    description,
    english_labels,
    label,
    label_of,
    medium_label,
    pace_label,
    probable_themes,
    rests_on,
    themes_text,
    translation_note,
)
from bot.text import one_line, readable, shorten, utf16_length
from bot.urls import host

LIMIT = 4096
"""UTF-16 units of visible text; Telegram counts code points, so this is on the safe side."""
BYTES_LIMIT = 32_000
"""Bytes before parsing; Telegram refuses 32,768."""
TITLE_LIMIT = 300
BRIEF = 80
"""Units of what a person typed, or a server said, that are repeated to them."""
URL = 200
"""Units of an address that is shown."""
LISTED_FILTER = 200
"""Units of a filter in a list: ten of them fit one message. Its card shows it whole."""
QUOTE = 400
"""Units of a text that a correction quotes."""
FOLDED = 320
"""Units from which a summary stands behind an expandable quotation."""

_LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>', re.DOTALL)
_STRUCK = re.compile(r"<s>(.*?)</s>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|])")


def message(template: str, to: Locale = ENGLISH, **values: Any) -> Message:
    """Render a template in a language; the values are escaped."""
    text = environment(to.code).get_template(f"{template}.html.j2").render(values).strip()
    return _message(text)


def _message(text: str) -> Message:
    # An earlier version may have stored characters that are not readable.
    text = readable(text)
    return Message(html=text, plain=plain(text))


def excess(text: str) -> int:
    """Return by how many units a message of this HTML is too long."""
    visible = html.unescape(_TAG.sub("", text))
    raw = (len(text.encode()) - BYTES_LIMIT + 3) // 4
    return max(utf16_length(visible) - LIMIT, raw)


def plain(text: str) -> str:
    """Return HTML as plain text, where there is room with its links written out, and with what is
    struck through marked as by wdiff: `[-old-]`."""
    marked = _STRUCK.sub(r"[-\1-]", _LINK.sub(r"\2 (\1)", text))
    whole = html.unescape(_TAG.sub("", marked))
    return whole if utf16_length(whole) <= LIMIT else html.unescape(_TAG.sub("", text))


def clip(text: str, limit: int) -> str:
    """Return a text on one line, shortened; an empty one as “(untitled)”."""
    return shorten(one_line(text), limit) or "(untitled)"


def record_day(day: dt.date) -> str:
    """Return a day as EUAA's records write it: `16 January, 2025`."""
    return f"{day.day} {day:%B}, {day.year}"


WORDS = (
    *(
        N_("news"),
        N_("edit"),
        N_("correction"),
        N_("digest"),
        N_("announcement"),
        N_("offer"),
        N_("reminder"),
    ),  # kinds of deliveries
    *(N_("baseline"), N_("new"), N_("nothing new"), N_("unchanged"), N_("failed")),  # polls
)
"""Values of models that templates translate (`translated`)."""


class _Codes(BytecodeCache):
    """Compiles each template once, whatever the language is in which it is rendered."""

    def __init__(self) -> None:
        self._codes: dict[str, CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give a template its code, where it has been compiled."""
        bucket.code = self._codes.get(bucket.key)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template."""
        if bucket.code:
            self._codes[bucket.key] = bucket.code


@lru_cache(maxsize=2)
def codes(*, markup: bool) -> _Codes:
    """Return the code of the templates, which escape what they show as markup or do not."""
    return _Codes()


@lru_cache(maxsize=len(LANGUAGES) + 1)
def environment(language: str, *, markup: bool = True) -> Environment:
    """Return the Jinja2 environment of a language."""
    to = locale_for(language)
    environment = Environment(
        loader=PackageLoader("bot", "templates"),
        extensions=["jinja2.ext.i18n"],
        autoescape=markup,  # noqa: S701 - Markdown is escaped by a filter of its own
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=codes(markup=markup),
    )
    environment.install_gettext_translations(to.catalogue, newstyle=True)  # type: ignore[attr-defined]
    environment.filters |= _filters(to)
    return environment


def _filters(to: Locale) -> dict[str, Callable[..., Any]]:
    """Return what templates can make of values in a language."""
    return {
        "dates_ahead": lambda record: dates_line(record, to),
        "quotations": lambda record: quotations(record, to),
        "quoted": lambda date: quoted(date, to),
        "rests_on": lambda evidence: rests_on(evidence, to),
        "medium": lambda source: medium_label(source.medium, to),
        "date_text": lambda date: date_text(date, to),
        "plain_date": lambda date: plain_date(date, to),
        "date_kind": lambda date: kind_label(date, to),
        "description": lambda filter_: description(filter_, to),
        "listed": lambda filter_: clip(description(filter_, to), LISTED_FILTER),
        "local_day": to.day,
        "duration": lambda minutes: to.duration(dt.timedelta(minutes=minutes)),
        "local_moment": to.moment,
        "moment_ahead": lambda moment, zone: time_entity(
            moment, f"{to.moment(moment, zone)} ({zone})"
        ),
        "local_country": to.country,
        "place": lambda code: place(code, to),
        "clock": clock,
        "short_label": lambda code: to.gettext_raw(taxonomy.short_label(code)),
        "label": lambda code, facet: label(facet, code, to),
        "weekday": to.weekday,
        "pace": lambda pace: pace_label(pace, to),
        "labels_of": lambda labels: ", ".join(label_of(each, to) for each in sorted(labels)),
        "day": lambda day: f"{day:%d.%m.%Y}",
        "long_day": to.long_day,
        "record_day": record_day,
        "translation_note": lambda record: translation_note(record, to),
        "title": lambda text: clip(text, TITLE_LIMIT),
        "translated": to.gettext_raw,
        "labels": lambda codes: ", ".join(label("theme", code, to) for code in codes.split(", ")),
        "quote": lambda text: shorten(one_line(text), QUOTE),
        "markdown": lambda text: _MARKDOWN.sub(r"\\\1", one_line(text)),
        "moment": utc_moment,
        "moment_seen": lambda moment: time_entity(moment, utc_moment(moment)),
        "brief_url": lambda url: clip(url, URL),
        "brief": brief,
        "cause": lambda cause: cause_text(cause, to),
        "countries": lambda codes: ", ".join(map(to.country, codes)),
        "country": lambda code: country_label(code, to),
        "both_labels": lambda text: both_labels(text, to),
        "themes": lambda codes: themes_text(english_labels("theme", codes), to),
        "topics": lambda codes: themes_text(english_labels("topic", codes), to),
        "probable_themes": lambda record: probable_themes(record, to),
        "percent": "{:.0%}".format,
        "host": lambda url: clip(host(url) or url, BRIEF),
        "is_long": lambda text: utf16_length(text) > FOLDED,
    }


def utc_moment(moment: dt.datetime) -> str:
    """Return a moment as evidence needs it: `16.01.2025 12:00 UTC`."""
    return f"{moment.astimezone(dt.UTC):%d.%m.%Y %H:%M} UTC"


def reply(template: str, /, to: Locale = ENGLISH, **values: Any) -> tuple[Message, ...]:
    """Render a template of the chat in a language; split between lines where it is too long for
    one message."""
    parts = [""]
    for row in message(f"chat/{template}", to, **values).html.splitlines():
        longer = f"{parts[-1]}\n{row}".lstrip("\n")
        if parts[-1] and excess(longer) > 0:
            parts.append(row)
        else:
            parts[-1] = longer
    return tuple(Message(html=part, plain=plain(part)) for part in parts)


def say(to: Locale, /, *texts: str, **values: object) -> Message:
    """Translate sentences of the catalogues into one message. The sentences may hold markup; the
    values put into them are escaped, and filters described."""
    return _sentence(" ".join(map(to.gettext_raw, texts)), to, values)


def say_plural(to: Locale, one: str, many: str, n: int, /, **values: object) -> Message:
    """Translate a sentence about a number of things into a message, as `say` does."""
    return _sentence(to.ngettext_raw(one, many, n), to, {"n": n, **values})


def brief(text: str) -> str:
    """Return what a person typed on one line and short enough to be repeated to them."""
    return clip(text, BRIEF)


def _sentence(text: str, to: Locale, values: dict[str, object]) -> Message:
    shown = {
        name: escape(description(value, to) if isinstance(value, Filter) else value)
        for name, value in values.items()
    }
    return _message(text.format(**shown))
