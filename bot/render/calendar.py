"""The dates to come of developments as a calendar (iCalendar, RFC 5545)."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from bot.i18n import Locale
from bot.models import DateAhead, Development
from bot.render.dates_ahead import kind_label, plain_date, quoted
from bot.text import one_line

PRODUCT = "-//Policy Herald//Dates ahead//EN"
DOMAIN = "policy-herald"
"""What the ids of events end with, so that they are those of no other program."""


def ics(records: Iterable[Development], since: dt.date, now: dt.datetime, to: Locale) -> bytes:
    """Return the dates from a day on that developments tell, as whole days, each with its
    sentence and its source."""
    import icalendar  # late: 100 ms that few need

    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", to.gettext("Dates ahead"))
    for record in records:
        for number, date in enumerate(record.ahead):
            if date.day and date.last and date.last >= since:
                event = icalendar.Event()
                event.add("uid", _uid(record, number))
                event.add("dtstamp", now)
                event.add("dtstart", date.day)
                event.add("dtend", date.day + dt.timedelta(days=1))
                _describe(event, record, date, to)
                calendar.add_component(event)
    return bytes(calendar.to_ical())


def _uid(record: Development, number: int) -> str:
    """Return the id of the event of a date: a later day of the same kind takes its place."""
    kind = record.ahead[number].kind
    alike = [date.kind for date in record.ahead[:number]].count(kind)
    return f"{record.id}-{kind}-{alike}@{DOMAIN}"


def _describe(event: Any, record: Development, date: DateAhead, to: Locale) -> None:
    source = record.sources[0]
    event.add("sequence", record.revision)  # a calendar takes the highest
    event.add("transp", "TRANSPARENT")  # nobody is busy on that day
    span = f", {plain_date(date, to)}" if date.precision != "day" else ""
    event.add("summary", f"{one_line(record.title)} ({kind_label(date, to)}{span})")
    event.add("description", "\n\n".join(filter(None, (f"“{quoted(date, to)}”", source.url))))
    if source.url:
        event.add("url", source.url)
