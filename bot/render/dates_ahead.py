"""Render times to come: dates that developments tell, as a line and each with its sentence, and
moments on the clocks of whoever reads them."""

import datetime as dt
from collections.abc import Callable, Sequence

from markupsafe import Markup

from bot.i18n import ENGLISH, N_, Locale
from bot.models import DateAhead, DateKind, Development
from bot.render.head_line import flag
from bot.text import one_line, shorten

KINDS: dict[DateKind, str] = {
    "in_force": N_("in force"),
    "until": N_("applies until then"),
    "comments": N_("comments due"),
    "submit": N_("applications due"),
    "appeal": N_("appeal"),
    "transition": N_("transition ends"),
    "hearing": N_("hearing"),
    "review": N_("review due"),
    "deadline": N_("deadline"),
}
NOON = dt.time(12, tzinfo=dt.UTC)
"""The time at which it is the same day nearly everywhere."""


def time_entity(moment: dt.datetime, text: str, form: str = "Dt") -> Markup:
    """Return a time that Telegram shows on the clocks of whoever reads it, in the form of its day
    and time (Bot API, "Date-time entity formatting"); as the text where it cannot."""
    tag = Markup('<tg-time unix="{}" format="{}">{}</tg-time>')
    return tag.format(int(moment.timestamp()), form, text)


def kind_label(date: DateAhead, to: Locale = ENGLISH) -> str:
    """Return what a date is in words: `in force`."""
    return to.gettext(KINDS[date.kind])


def plain_date(date: DateAhead, to: Locale = ENGLISH) -> str:
    """Return a date as people write it; a period as it was published."""
    if date.day is None:
        return f"“{date.words}”"
    written = {"day": to.long_day, "month": to.month, "quarter": to.quarter}
    return written[date.precision](date.day)


def date_text(date: DateAhead, to: Locale = ENGLISH) -> Markup:
    """Return a date as people write it, a day so that it opens a calendar in Telegram; a period as
    it was published."""
    text = plain_date(date, to)
    if date.day is None or date.precision != "day":
        return Markup("{}").format(text)
    return time_entity(dt.datetime.combine(date.day, NOON), text, "D")


def page_label(page: int | None, to: Locale = ENGLISH) -> str:
    """Return the page of a PDF: `p. 3`; nothing where there is none."""
    return to.gettext("p. {page}", page=page) if page else ""


def with_page(quotation: str, page: int | None, to: Locale = ENGLISH) -> str:
    """Return a quotation with the page of the PDF that it is taken from: `… (p. 3)`."""
    return f"{quotation} ({page_label(page, to)})" if page else quotation


def quoted(date: DateAhead, to: Locale = ENGLISH) -> str:
    """Return the sentence that tells a date, with its page."""
    return with_page(date.sentence, date.page, to)


def _page_in(summary: str, date: DateAhead, to: Locale) -> str:
    return page_label(date.page, to) if date.sentence in summary else ""


def dates_line(record: Development, to: Locale = ENGLISH) -> Markup:
    """Return the dates of a development in one line: `1 January 2027 (in force)`; those that its
    summary tells with their pages, as nothing else quotes these."""
    summary = one_line(record.summary)
    return Markup(" · ").join(
        Markup("{} ({})").format(
            date_text(date, to),
            ", ".join(filter(None, (kind_label(date, to), _page_in(summary, date, to)))),
        )
        for date in record.ahead
    )


def quotations(record: Development, to: Locale = ENGLISH) -> list[str]:
    """Return the sentences that tell the dates of a development and do not stand in its summary,
    each once."""
    shown = one_line(record.summary)
    told = (quoted(date, to) for date in record.ahead if date.sentence not in shown)
    return list(dict.fromkeys(told))


def plain_dates(record: Development, to: Locale = ENGLISH) -> str:
    """Return the same for files: `2027-01-01 in force; 2027-03 review due; …`."""
    return "; ".join(f"{_iso(date)} {kind_label(date, to)}" for date in record.ahead)


def _iso(date: DateAhead) -> str:
    if date.day is None:
        return f"“{date.words}”"
    if date.precision == "quarter":
        return f"{date.day.year}-Q{(date.day.month + 2) // 3}"
    return f"{date.day:%Y-%m}" if date.precision == "month" else str(date.day)


DatedDevelopment = tuple[DateAhead, Development]
TITLE = 120
"""Units of a title in a list."""


def deadline_rows(
    dated: Sequence[DatedDevelopment], to: Locale, link: Callable[[str], str]
) -> list[dict[str, object]]:
    """Return what a list shows of dates and their developments."""
    return [
        {
            "day": date_text(date, to),
            "kind": kind_label(date, to),
            "flag": flag(record.country),
            "title": shorten(one_line(record.title), TITLE),
            "link": link(f"d_{record.id}"),
            "sentence": quoted(date, to),
        }
        for date, record in dated
    ]
