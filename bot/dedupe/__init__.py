"""Tell new items from known ones, and developments of the same event from others.

`item_identities` computes keys, `classify` finds the new and the changed items, `hold_flood` limits
what is sent of a feed that is suddenly all new. `same_event` merges developments that several
sources report, `changes` compares a development with its earlier version.
"""

from bot.dedupe.flood import hold_flood
from bot.dedupe.keys import (
    ClassifiedItem,
    ItemIdentity,
    Status,
    classify,
    content_hash,
    item_identities,
    oldest_first,
)
from bot.urls import canonical_url

__all__ = [
    "ClassifiedItem",
    "ItemIdentity",
    "Status",
    "canonical_url",
    "classify",
    "content_hash",
    "hold_flood",
    "item_identities",
    "oldest_first",
]
