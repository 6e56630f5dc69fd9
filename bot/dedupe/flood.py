"""Limit the notifications of a feed that is suddenly all new: after a change of CMS or URLs."""

import datetime as dt
import math
from collections.abc import Collection, Sequence

from bot.dedupe.keys import ClassifiedItem, age_key, oldest_first
from bot.models.sources import SourceState

FLOOD = 10
"""New items of one poll, and items of the document before, below which nothing is a flood."""
SURVIVORS = 0.2
"""The share of a document's items that stay at most when all is suddenly new."""
FLOOD_MARGIN = dt.timedelta(days=7)
"""How long before the last poll a new item may be dated: drafts carry the day they were made."""
RETITLED = 3
"""Known titles from which a short feed counts as the same items under new keys."""
USUAL = dt.timedelta(days=1)
"""Time between two new items of a source whose pace is not known."""
BURST = 3
"""How many times its usual volume a source may publish."""


def hold_flood(
    records: Sequence[ClassifiedItem],
    total: int,
    known: Collection[str],
    state: SourceState,
    now: dt.datetime,
) -> None:
    """Correct the statuses of a feed that is suddenly all new; `total` counts all its items.

    Items known by title are `known`. Of a long feed, what exceeds the usual volume of the source,
    or was published before the last poll, is `held`: it is recorded, and nobody is notified.
    """
    news = [record for record in oldest_first(records) if record.status == "new"]
    if total - len(news) > SURVIVORS * state.items:
        return
    since = now - (state.answered or now)
    allowed = max(math.ceil(BURST * since / (state.gap or USUAL)), 1)
    is_short = state.items < FLOOD or len(news) <= max(FLOOD, allowed)
    retitled = [record for record in news if record.identity.title in known]
    if is_short and len({record.identity.title for record in retitled}) < RETITLED:
        return
    for record in retitled:
        record.status, record.is_known_by_title = "known", True
    if is_short:
        return
    earliest = ((state.answered or now).date() - FLOOD_MARGIN).isoformat()
    fresh = [record for record in news if record.status == "new"]
    recent = [record for record in fresh if age_key(record.item) >= earliest]
    for record in fresh:
        record.status = "held"
    for record in recent[-allowed:]:
        record.status = "new"
