"""Decide what to tell of a feed that is suddenly all new: after a change of CMS, GUIDs or URLs."""

import datetime as dt
import math
from collections.abc import Collection, Sequence

from msgspec import Struct

from bot.dedupe.keys import ItemIdentity, age
from bot.models import Document, SourceState

FLOOD = 10
"""News of one poll, and items of the document before, below which nothing is a flood."""
SURVIVORS = 0.2
"""The share of a document's items that stay at most when all is suddenly new."""
FLOOD_MARGIN = dt.timedelta(days=7)
"""How long before the last poll news may be dated and still be told: drafts carry their own day."""
RETITLED = 3
"""Known titles from which also a short feed is the same under other names."""
USUAL = dt.timedelta(days=1)
"""Between two pieces of news, of a source of which nothing is known."""
BURST = 3
"""How many times its usual volume a source may publish."""


class Flood(Struct, frozen=True):
    """Which items of a feed that is suddenly all new are told, and which are held back."""

    news: list[int]
    held: list[int]


def flood(
    document: Document,
    named: Sequence[ItemIdentity],
    news: Sequence[int],
    known: Collection[str],
    state: SourceState,
    now: dt.datetime,
) -> Flood | None:
    """Return what to tell when a whole feed is suddenly new; None: it is not.

    What is known by its title is old. Of a short feed, all else is told. Of a long one, what
    exceeds the usual volume of the source, or was published before the last poll, is held back: it
    is recorded, and nobody is notified.
    """
    items, before = document.items, state.items
    since = now - (state.answered or now)
    allowed = max(math.ceil(BURST * since / (state.gap or USUAL)), 1)
    left = [place for place in news if named[place].title not in known]
    if document.total - len(news) > SURVIVORS * before:
        return None
    if before < FLOOD or len(news) <= max(FLOOD, allowed):
        titles = {named[place].title for place in set(news) - set(left)}
        return Flood(left, []) if len(titles) >= RETITLED else None
    earliest = (state.answered or now).date() - FLOOD_MARGIN
    recent = [place for place in left if age(items[place]) >= earliest.isoformat()]
    told = recent[-allowed:]
    held = set(left) - set(told)
    return Flood(told, [place for place in left if place in held])
