"""Fetched -> Document: the items of a feed, read and cleaned; nothing is interpreted.

`decode` makes text of bytes, `feed` makes items of text.
"""

import datetime as dt

from bot.models import Document, Fetched, Source
from bot.parse import decode, feed


def read(source: Source, fetched: Fetched, today: dt.date) -> Document:
    """The items of what was fetched from a source, in its order. Raises ParseError."""
    return feed.read(source, decode.text(fetched.body), fetched.url, today)
