"""The date of development, where the text states it."""

import datetime as dt

from msgspec import Struct

from bot import dates

DATE_WINDOW = dt.timedelta(days=14)
"""How long before its publication a development may lie: releases report the last days."""
DATE_LEAD = 800
"""Characters of text in which a date is that of the news, not of its history."""


class StatedDate(Struct, frozen=True):
    """A day, and the words that state it."""

    date: dt.date
    words: str


def stated_date(
    title: str, text: str, language: str | None, published: dt.date | None
) -> StatedDate | None:
    """The last day that title and lead state, within the window before publication.

    None: none is stated, or the day of publication is not known.
    """
    if published is None:
        return None
    found = [
        StatedDate(date, mention.words.strip())
        for passage in (title, text[:DATE_LEAD])
        for mention in dates.mentions(passage, language)
        if (date := _dated(mention, published)) and published - DATE_WINDOW <= date <= published
    ]
    return max(found, key=lambda day: day.date, default=None)


def _dated(mention: dates.Mention, published: dt.date) -> dt.date | None:
    """The mention as a date; without a year, the last such day up to the publication."""
    try:
        date = dt.date(mention.year or published.year, mention.month, mention.day)
        if not mention.year and date > published:
            date = date.replace(year=published.year - 1)
    except ValueError:
        return None
    return date
