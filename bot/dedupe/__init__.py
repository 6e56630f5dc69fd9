"""Tell new items from known ones, and developments of the same event from others.

`item_identities` gives items their keys, `classify` finds the new and the changed ones, `flood`
limits what is sent of a feed that is suddenly all new. `same_event` joins developments that several
sources report, `changes` compares a development with its earlier version.
"""

from bot.dedupe.flood import flood
from bot.dedupe.keys import ItemIdentity, classify, content_hash, item_identities
from bot.urls import canonical_url

__all__ = ["ItemIdentity", "canonical_url", "classify", "content_hash", "flood", "item_identities"]
