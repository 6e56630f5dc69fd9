"""Render a development as a message with its buttons, and what is said of it later."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from markupsafe import Markup
from msgspec.structs import replace

from bot.i18n import ENGLISH, Locale
from bot.models import Change, Citation, Confidence, Development, Join, Review
from bot.models.buttons import Area
from bot.models.chats import Filter
from bot.models.deliveries import COPY_LIMIT, DANGER, PRIMARY, Button, Buttons, Message
from bot.render.citation import citation
from bot.render.dates_ahead import time_entity
from bot.render.head_line import head_line
from bot.render.labels import description, label
from bot.render.matter import stage_line
from bot.render.templates import FOLDED, TITLE_LIMIT, clip, excess, message, say
from bot.text import one_line, sentences, shorten, utf16_length

PUBLISHER_LIMIT = 150
NAMED = 10
NAME_LIMIT = 60
"""How many filters are named under a development that they want, and units of each name."""
SOURCES_LIMIT = 10
APPROVE, REJECT = "ok", "no"
"""What the data of the buttons under a development that waits for an editor consist of."""
PART = f"{Area.ADMIN}:part"
"""What the data of the button that parts a development begin with."""
BRIEF_SENTENCES = 2
Link = Callable[[str], str]
"""The address that opens the bot with a payload."""

_PLAIN_URL = re.compile(r"https?://[a-zA-Z0-9.-]+\.[a-zA-Z]{2,}(:\d+)?(/[!-~]*)?(\?[!-~]*)?")
"""An address that Telegram takes for a button: one that it cannot read costs the whole message."""


def development(
    record: Development,
    to: Locale = ENGLISH,
    wanting: Sequence[Filter] = (),
    joins: Iterable[Join] = (),
    note: str = "",
    *,
    is_short: bool = False,
) -> Message:
    """Render a development in the layout of the README, and the buttons under it; several filters
    that want it are named. `joins`: for an admin, what may be parted from it; `note`: a line under
    its head line; `is_short`: with two sentences and a link, without sources and labels."""
    buttons = (*_buttons(record, to), *(_part(join, to) for join in joins))
    record = _in_brief(_within_bounds(record)) if is_short else _within_bounds(record)
    names = [clip(one.name or description(one, to), NAME_LIMIT) for one in wanting[:NAMED]]
    values: dict[str, Any] = {
        "head_line": head_line(record, to),
        "stage_line": stage_line(record, to),
        "wanted_by": names if len(names) > 1 else [],
        "note": note,
        "is_short": is_short,
    }
    text = message("development", to, record=record, **values)
    while (over := excess(text.html)) > 0 and (record.summary or len(record.sources) > 1):
        record = _shorter(record, over)
        text = message("development", to, record=record, **values)
    return replace(text, buttons=buttons)


def _shorter(record: Development, over: int) -> Development:
    if not record.summary:
        return replace(record, sources=record.sources[:-1])
    room = utf16_length(record.summary) - over - 1
    return replace(record, summary=shorten(record.summary, room) if room > 20 else "")


def _in_brief(record: Development) -> Development:
    """Return a development with the beginning of its summary, so short that nothing is folded."""
    beginning = " ".join(sentences(record.summary)[:BRIEF_SENTENCES])
    return replace(record, summary=shorten(beginning, FOLDED))


def _buttons(record: Development, to: Locale) -> Buttons:
    buttons = source_button(record.sources[0].url, to)
    if record.id:
        why = Button(to.gettext("Why?"), f"{Area.NEWS}:why:{record.id}")
        more = Button("⋯", f"{Area.NEWS}:more:{record.id}")
        buttons += [why, _cite(record, to), more]
    return (tuple(buttons),) if buttons else ()


def source_button(url: str | None, to: Locale) -> list[Button]:
    """Return the button that opens an address, where Telegram takes it for one."""
    return [Button(to.gettext("Source"), url=url)] if _PLAIN_URL.fullmatch(url or "") else []


def _cite(record: Development, to: Locale) -> Button:
    """Return the button that copies a citation, or asks for one that is too long to be copied."""
    cited = citation(record)
    if utf16_length(cited) <= COPY_LIMIT:
        return Button(to.gettext("Cite"), copy=cited)
    return Button(to.gettext("Cite"), f"{Area.NEWS}:cite:{record.id}")


def _part(join: Join, to: Locale) -> tuple[Button, ...]:
    """Return the row of the button that parts what has joined."""
    publisher = clip(join.draft.sources[0].publisher, NAME_LIMIT)
    text = to.gettext("Split off “{publisher}”", publisher=publisher)
    return (Button(text, f"{PART}:{join.id}"),)


def review(record: Development, waiting: Review, to: Locale) -> Message:
    """Render a development that waits for an editor, with the choices."""
    confidence = record.confidence or Confidence()
    note = say(
        to,
        "Is this right? Relevant: {relevance}, first theme: {theme}. Undecided, it goes out at "
        "{moment}.",
        relevance=f"{confidence.relevance:.0%}",
        theme=f"{next(iter(confidence.themes), 1.0):.0%}",
        moment=time_entity(waiting.due, f"{waiting.due:%H:%M} UTC", "t"),
    )
    text = development(record, to, note=Markup(note.html))  # noqa: S704 - it is escaped
    choices = [
        (to.gettext("Approve"), APPROVE, PRIMARY),
        *((label("theme", code, to), code, None) for code in confidence.others),
        (to.gettext("Not relevant"), REJECT, DANGER),
    ]
    buttons = (
        (Button(name, f"{Area.REVIEW}:{waiting.id}:{code}", style=style),)
        for name, code, style in choices
    )
    return replace(text, buttons=tuple(buttons))


def correction(record: Development, change: Change, to: Locale = ENGLISH) -> Message:
    """Render what has changed of a development, as an answer to its message."""
    shown = (("seen", to.gettext("As seen")), ("changes", to.gettext("Changes")))
    buttons = tuple(Button(text, f"{Area.NEWS}:{action}:{record.id}") for action, text in shown)
    record = _within_bounds(record)
    text = message("correction", to, record=record, change=change, head_line=head_line(record, to))
    return replace(text, buttons=(buttons,))


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
