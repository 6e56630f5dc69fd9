"""Render templates and sentences as messages, within what Telegram takes.

Telegram HTML knows a few tags, `&lt; &gt; &amp; &quot;` and numeric references, and nothing else
(Bot API, "Formatting options"); a text has at most 4096 units after parsing.
"""

import datetime as dt
import html
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import escape
from msgspec.structs import replace

from bot import taxonomy
from bot.i18n import ENGLISH, LANGUAGES, N_, Locale, locale_for
from bot.models import Confidence, Development, Evidence, Medium, Notice
from bot.models.buttons import Area
from bot.models.chats import Filter
from bot.models.deliveries import Button, Message
from bot.models.pace import Pace
from bot.render.causes import cause_text
from bot.render.dates_ahead import (
    date_text,
    dates_line,
    kind_label,
    plain_date,
    quotations,
    quoted,
    time_entity,
    with_page,
)
from bot.render.head_line import doubts, place
from bot.text import one_line, readable, shorten, utf16_length
from bot.urls import host

LIMIT = 4096
"""UTF-16 units of visible text; Telegram counts code points, so this is on the safe side."""
BYTES_LIMIT = 32_000
"""Bytes before parsing; Telegram refuses 32,768."""
TITLE_LIMIT = 300
REPORTED = 8
"""Developments that stand under notices."""
BRIEF = 80
"""Units of what a person typed, or a server said, that are repeated to them."""
URL = 200
"""Units of an address that is shown."""
DESCRIPTION = 2000
"""Units of a filter in words: with all that it can hold, it must still fit a message."""
LISTED_FILTER = 200
"""Units of a filter in a list: ten of them fit one message. Its card shows it whole."""
PATH = 30
"""Units of an address on a button."""
QUOTE = 400
"""Units of a text that a correction quotes."""
FOLDED = 320
"""Units from which a summary stands behind an expandable quotation."""

_LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>', re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|])")


def message(template: str, to: Locale = ENGLISH, **values: Any) -> Message:
    """Render a template in a language; the values are escaped."""
    text = environment(to.code).get_template(f"{template}.html.j2").render(values).strip()
    return _message(text)


def _message(text: str) -> Message:
    # What comes in is readable; what an earlier version has stored need not be.
    text = readable(text)
    return Message(html=text, plain=plain(text))


def excess(text: str) -> int:
    """Return by how many units a message of this HTML is too long."""
    visible = html.unescape(_TAG.sub("", text))
    raw = (len(text.encode()) - BYTES_LIMIT + 3) // 4
    return max(utf16_length(visible) - LIMIT, raw)


def plain(text: str) -> str:
    """Return HTML as plain text, with its links written out where there is room for them."""
    with_links = html.unescape(_TAG.sub("", _LINK.sub(r"\2 (\1)", text)))
    return with_links if utf16_length(with_links) <= LIMIT else html.unescape(_TAG.sub("", text))


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
    )
    environment.install_gettext_translations(to.catalogue, newstyle=True)  # type: ignore[attr-defined]
    environment.filters |= {
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
        "themes": lambda codes: _both(english_labels("theme", codes), to),
        "topics": lambda codes: _both(english_labels("topic", codes), to),
        "probable_themes": lambda record: probable_themes(record, to),
        "percent": "{:.0%}".format,
        "host": lambda url: clip(host(url) or url, BRIEF),
        "is_long": lambda text: utf16_length(text) > FOLDED,
    }
    return environment


def utc_moment(moment: dt.datetime) -> str:
    """Return a moment as evidence needs it: `16.01.2025 12:00 UTC`."""
    return f"{moment.astimezone(dt.UTC):%d.%m.%Y %H:%M} UTC"


def english_labels(facet: taxonomy.Facet, codes: Iterable[str]) -> list[str]:
    """Return the English labels of codes."""
    return [taxonomy.label(facet, code) for code in codes]


def country_label(code: str, to: Locale) -> str:
    """Return the name of a country in the record's frame: in English as the vocabulary has it."""
    return taxonomy.label("country", code) if to is ENGLISH else to.country(code)


def both_labels(text: str, to: Locale) -> str:
    """Return a label in the reader's language, and beside it the English one of EUAA's vocabulary
    where they differ."""
    own = to.gettext_raw(text)
    return text if own == text else f"{own} ({text})"


def _both(labels: Iterable[str], to: Locale) -> str:
    return ", ".join(both_labels(each, to) for each in labels)


def probable_themes(record: Development, to: Locale) -> str:
    """Return the labels of themes, marked where they are less likely than not, or no editor decided
    in time."""
    confidence = record.confidence or Confidence()
    labels = [both_labels(label, to) for label in english_labels("theme", record.themes)]
    return ", ".join(
        to.gettext("probably {label}", label=label) if is_doubted else label
        for label, is_doubted in zip(labels, doubts(confidence, confidence.themes), strict=False)
    )


# ------------------------------------------------------------------ answers


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


def notices(notices: Sequence[Notice], to: Locale = ENGLISH) -> tuple[Message, ...]:
    """Render notices in a language: a source that has moved in a message of its own, with what may
    be done about it; the others together, equal ones once, with how often they came. Under them
    stand the developments of which a reader finds a label wrong."""
    alike = [replace(notice, id=0) for notice in notices]
    moved = [notice for notice in alike if notice.kind == "source_moved" and not notice.is_over]
    others = [notice for notice in alike if notice not in moved]
    return (
        *(_notices_together(others, to) if others else ()),
        *(message for notice in moved for message in _notice_of_moved(notice, to)),
    )


def _notices_together(alike: Sequence[Notice], to: Locale) -> tuple[Message, ...]:
    counted = [(each, alike.count(each)) for n, each in enumerate(alike) if each not in alike[:n]]
    messages = reply("notices", to, counted=counted)
    reported = (str(one.values["development"]) for one in alike if one.kind == "label_reported")
    numbers = list(dict.fromkeys(reported))[:REPORTED]
    buttons = tuple((Button(number, f"{Area.NEWS}:wrong:{number}"),) for number in numbers)
    return (*messages[:-1], replace(messages[-1], buttons=buttons))


def _notice_of_moved(notice: Notice, to: Locale) -> tuple[Message, ...]:
    *before, last = reply("notices", to, counted=[(notice, 1)])
    return (*before, replace(last, buttons=tuple(_moved_buttons(notice.values, to))))


def _moved_buttons(values: Mapping[str, str | int], to: Locale) -> list[tuple[Button, ...]]:
    """Return the buttons under where a source may have gone; they name it, for others stand there
    as well."""
    source, number = values["source"], values["proposal"]
    others = [url for url in str(values["others"]).split("\n") if url]
    take = Button(
        to.gettext("{source}: read it there", source=source), f"{Area.SOURCES}:take:{number}:0"
    )
    also = [
        (
            Button(
                to.gettext("Also read {place}", place=_path(url)),
                f"{Area.SOURCES}:take:{number}:{n}",
            ),
        )
        for n, url in enumerate(others, 1)
    ]
    leave = Button(
        to.gettext("{source}: leave it", source=source), f"{Area.SOURCES}:leave:{number}"
    )
    return [(take,), *also, (leave,)]


def _path(url: str) -> str:
    """Return what tells an address from others of its site."""
    return shorten(url.partition("://")[2].partition("/")[2] or url, PATH)


def notice_line(notice: Notice) -> str:
    """Return a notice in English on one line, for a log or a terminal."""
    return " ".join(part.plain for part in notices([notice])).replace("\n", " ")


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


# ------------------------------------------------------------------ labels


def description(filter_: Filter, to: Locale = ENGLISH, *, is_short: bool = False) -> str:
    """Return a filter in words: `Czechia, Germany · Return of former applicants · Legislative`;
    `is_short`: for a button, with the short labels of themes and topics."""

    def labels(facet: taxonomy.Facet, codes: frozenset[str], order: Sequence[str]) -> list[str]:
        in_order = [code for code in order if code in codes]
        ordered = (*in_order, *sorted(codes - set(in_order)))
        if is_short and facet != "country":
            return [to.gettext(taxonomy.short_label(code)) for code in ordered]
        return [label(facet, code, to) for code in ordered]

    mentioned = labels("country", filter_.mentions, ())
    less = [label_of(exclusion, to) for exclusion in sorted(filter_.less)]
    facets = (
        labels("country", filter_.countries, taxonomy.countries()),
        labels("theme", filter_.themes, taxonomy.themes())
        + labels("topic", filter_.topics, taxonomy.topics()),
        labels("type", filter_.types, taxonomy.types()),
        [to.gettext("all of {reference}", reference=one) for one in sorted(filter_.references)],
        [to.gettext("mentions {country}", country=name) for name in mentioned],
        [f"“{word}”" for word in filter_.words],
        [to.gettext("without “{word}”", word=word) for word in filter_.without],
        [to.gettext("without {label}", label=each) for each in less],
        [label_of(f"source:{name}", to) for name in sorted(filter_.sources)],
        [
            label_of(f"source_type:{code}", to)
            for code in taxonomy.source_types()
            if code in filter_.source_types
        ],
    )
    text = " · ".join(", ".join(facet) for facet in facets if facet)
    return shorten(text, DESCRIPTION) or to.gettext("everything")


def label(facet: str, code: str, to: Locale = ENGLISH) -> str:
    """Return the label of a country, theme, topic or type in a language."""
    if facet in ("country", "mention"):
        return to.country(code)
    if facet == "source":
        return code
    text = taxonomy.label(facet, code)  # type: ignore[arg-type]
    if facet == "theme" and text == code:
        text = taxonomy.label("topic", code)
    return to.gettext(text)


def label_of(text: str, to: Locale = ENGLISH) -> str:
    """Return the label of what a facet and a code name together: `theme:return`."""
    facet, _, code = text.partition(":")
    named = label(facet, code, to)
    return to.gettext("source {id}", id=named) if facet in ("source", "source_type") else named


def pace_label(pace: Pace, to: Locale = ENGLISH) -> str:
    """Return a pace in few words: `weekly Friday 09:00`."""
    values = {"day": to.weekday(pace.weekday), "time": clock(pace.minute)}
    match pace.kind:
        case "at_once":
            return to.gettext("at once")
        case "silent":
            return to.gettext("silently")
        case "daily":
            return to.gettext("daily {time}", **values)
        case "weekly":
            return to.gettext("weekly {day} {time}", **values)


MEDIA: dict[Medium, str] = {
    "pdf": N_("PDF"),
    "scanned": N_("PDF without text that can be read, such as a scan"),
    "locked": N_("PDF locked with a password, not read"),
}


def medium_label(medium: Medium, to: Locale = ENGLISH) -> str:
    """Return what a URL leads to, where that is no web page."""
    return to.gettext_raw(MEDIA[medium]) if medium in MEDIA else ""


def rests_on(evidence: Evidence, to: Locale = ENGLISH) -> str:
    """Return the words that a summary rests on, with their pages where they are of a PDF."""
    pages = evidence.pages or (None,) * len(evidence.summary)
    quoted = zip(evidence.summary, pages, strict=False)
    return " · ".join(with_page(words, page, to) for words, page in quoted)


def clock(minute: int) -> str:
    """Return a minute of the day as a time: `08:00`."""
    return f"{minute // 60:02}:{minute % 60:02}"


def translation_note(record: Development, to: Locale) -> str:
    """Return whose words a development's texts are, where they are not the publisher's."""
    engine = record.translated_by
    match record.provenance.title, record.provenance.summary:
        case _, "ai":
            return to.gettext("AI-generated summary and title ({engine})", engine=engine)
        case _, "machine":
            return to.gettext("Machine-translated ({engine})", engine=engine)
        case "ai", _:
            return to.gettext("AI-translated title ({engine})", engine=engine)
        case "machine", _:
            return to.gettext("Machine-translated title ({engine})", engine=engine)
        case ("edition", _) | (_, "edition"):
            return to.gettext("From the publisher's own English edition")
    return ""
