"""Tell new items from known ones, and developments of the same event from others.

keys         the keys of items: an item is known if one of its keys is
substance    the words of a text without counters, clocks and relative times
confirmation changes of items are confirmed by a second poll
key_index    numbers under keys, in little memory
same_event   joins the developments of one event that several sources report
reports      reads what they say for comparison: `subjects`, `months`, `figures`, and the words
             of `event_terms`; `word_forms` and `countries` know these in their cases
resemblance  measures what two of them have in common, and `distinctions` what tells them apart
patterns     of two sentences made after one pattern, tells which say other things
copies       joins a text with its copy, whatever is written around it
same_figures joins those that share rare figures, in any languages
same_facts   joins those that share many facts, in any languages: what it was, who, where
event_index  finds those that are worth comparing
editions     recognises the language editions of one release
merge        merges the developments of one event, and parts them again
stand_ins    tells the text of an item from a page that stands for it
matters      finds the stages of one law, bill or case, by numbers and by `matter_likeness`;
             `matter_order` says which may follow which
changes      compares a development with its earlier version

Here the items of a document get their status, and a feed that is suddenly all new is held.
"""

import datetime as dt
import math
from collections.abc import Collection, Iterable, Sequence
from typing import Literal, TypeVar

from msgspec import Struct

from bot.dates import written_day
from bot.dedupe.keys import ambiguous_key
from bot.models.sources import Item, ItemIdentity, ItemReading, SourceState

Status = Literal["new", "known", "unconfirmed", "changed", "held"]
"""`changed`: known, with another title, text or day; `unconfirmed`: read so once (`confirmation`);
`held`: new, but nobody is notified of it."""


class ClassifiedItem(Struct, kw_only=True):
    """An item of a document, its identity, and its status."""

    item: Item
    identity: ItemIdentity
    status: Status = "known"
    is_known_by_title: bool = False
    """Known by its title alone: its other keys are new."""
    keeps_day: bool = False
    """Changed, and its new day may be the one on which it was fetched."""
    reading_before: ItemReading | None = None
    reading: ItemReading | None = None
    """What was remembered of a known item (`confirmation`), and what is to be."""


Record = TypeVar("Record", bound=ClassifiedItem)


def classify(records: Sequence[ClassifiedItem], known: Collection[str], unread: int = 0) -> None:
    """Set the status of each item of a document to `new`, `changed` or `known`. `unread`: how many
    more items it has, which are as they were."""
    before = frozenset(known)
    seen = set(before)
    keeps_guids = _keeps_guids(records, before, unread)
    for record in records:
        identity = record.identity
        keys = [key for key in identity.keys if ambiguous_key(key) not in before]
        keys = keys or [identity.content]
        is_again = _is_reused(identity, keys, before, keeps_guids=keeps_guids)
        if seen.isdisjoint(keys) or is_again:
            record.status = "new"
        elif identity.content not in seen and not before.isdisjoint(keys):
            record.status = "changed"
        seen.update(keys, (identity.content,))  # an item listed twice is new once


def _keeps_guids(records: Iterable[ClassifiedItem], known: frozenset[str], unread: int) -> bool:
    """Return whether most items of a document have the GUID that they had before."""
    guids = [
        addresses[0] in known
        for addresses in (record.identity.addresses for record in records)
        if len(addresses) > 1 and not known.isdisjoint(addresses)
    ]
    return unread + guids.count(True) > guids.count(False)


def _is_reused(
    identity: ItemIdentity, keys: list[str], known: frozenset[str], *, keeps_guids: bool
) -> bool:
    """Return whether only the URL of an item is known, with another GUID and day: the page of a
    weekly report, say, or of guidance after a major update.

    Under the same title, its text must be new, or its feed must keep the GUIDs of others.
    """
    if known.intersection(keys) != {identity.url_key} or identity.url_day_key in known:
        return False
    return identity.title not in known or keeps_guids or identity.words not in known


def oldest_first(records: Sequence[Record]) -> list[Record]:
    """Sort the items of a document by calendar day; those without a date come last."""
    # Sources list the newest first: reversed, items of one day are in their order, too.
    ordered = list(reversed(records))
    ordered.sort(key=_age)
    return ordered


def _age(record: ClassifiedItem) -> str:
    """Return a sort key by calendar day; an item without a date counts as the newest."""
    published = record.item.published
    return written_day(published).isoformat() if published else "9999"


# ------------------------------------------------------------------ a feed that renames its items

RENAMED = 2
"""Polls in a row that found known items under new GUIDs and URLs, from which these say nothing."""


def recognise_renamed(
    records: Iterable[ClassifiedItem], known: Collection[str], state: SourceState
) -> None:
    """Set new items to `known` that say what a known one said, where a feed renames its items with
    each poll: with another day, nothing else would tell them from news."""
    for record in records:
        is_renamed = state.renames >= RENAMED and record.identity.words in known
        if record.status == "new" and is_renamed:
            record.status, record.is_known_by_title = "known", True


def count_renames(
    records: Iterable[ClassifiedItem], known: frozenset[str], state: SourceState
) -> int:
    """Return how many polls in a row have found known items under new GUIDs and URLs."""
    old = [record.identity for record in records if record.status not in ("new", "held")]
    if not old:
        return state.renames
    is_renamed = any(each.addresses and not known & {*each.addresses} for each in old)
    return state.renames + 1 if is_renamed else 0


# ------------------------------------------------------------------ a feed that is suddenly all new

BULK = 10
"""New items of one poll, and items of the document before, below which nothing is a flood."""
SURVIVORS = 0.2
"""The share of a document's items that stay at most when all is suddenly new."""
BULK_MARGIN = dt.timedelta(days=7)
"""How long before the last poll a new item may be dated: drafts carry the day they were made."""
RETITLED = 3
"""Known titles from which a short feed counts as the same items under new keys."""
USUAL = dt.timedelta(days=1)
"""Time between two new items of a source whose pace is not known."""
BURST = 3
"""How many times its usual volume a source may publish."""


def hold_bulk_republication(
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
    is_short = state.items < BULK or len(news) <= max(BULK, allowed)
    retitled = [record for record in news if record.identity.title in known]
    if is_short and len({record.identity.title for record in retitled}) < RETITLED:
        return
    for record in retitled:
        record.status, record.is_known_by_title = "known", True
    if is_short:
        return
    earliest = ((state.answered or now).date() - BULK_MARGIN).isoformat()
    fresh = [record for record in news if record.status == "new"]
    recent = [record for record in fresh if _age(record) >= earliest]
    for record in fresh:
        record.status = "held"
    for record in recent[-allowed:]:
        record.status = "new"
