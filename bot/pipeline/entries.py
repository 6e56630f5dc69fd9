"""The items of a document on their way to the commit, and what a commit holds of them (pure)."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from bot import dedupe, enrich, evidence
from bot.models import Citation, Development, ItemKeys, PageText
from bot.models.readings import Reading, Received
from bot.models.sources import NotRelevant, PendingHistory, Source, Unsent
from bot.pipeline.editions import Edition

HISTORY = 10
"""Items of a baseline that are recorded together."""


class Waiting(Struct, frozen=True):
    """The draft of an item that nothing can be said of before its own page is read."""

    irrelevance: NotRelevant
    """What is said of it without its page."""


Draft = Development | NotRelevant | enrich.EnrichFailure | Waiting | None
"""What an item was enriched to; None: it was not."""


class Entry(dedupe.ClassifiedItem, kw_only=True):
    """An item of a document, on its way to the commit."""

    draft: Draft = None
    text: str = ""
    """All that the item says, also on its own page."""
    page: PageText | None = None
    lacks_page: bool = False
    """It says too little, and its own page was not read."""
    has_lost_page: bool = False
    """Its own page was read at an earlier poll, and cannot be now."""
    edition: Edition | None = None
    """The English edition in whose words its draft is."""
    is_retried: bool = False
    """The next poll tries again: it must not count as seen."""


def seen_names(entries: Sequence[Entry]) -> tuple[ItemKeys, ...]:
    """Return all names of each entry, but not of those tried again, nor of any that has a key of
    one of them: it would make that one known; of what is not confirmed, not how it reads."""
    retried = {key for entry in entries if entry.is_retried for key in entry.identity.keys}
    return tuple(
        entry.identity.names if entry.status == "unconfirmed" else entry.identity.all
        for entry in entries
        if retried.isdisjoint(entry.identity.keys)
    )


def same_keys(entries: Iterable[Entry]) -> tuple[ItemKeys, ...]:
    """Return, for each entry known before, the keys that stand for the same item."""
    return tuple(
        # A feed whose GUIDs and URLs are new: the title ties the old keys to the new ones.
        entry.identity.keys + ((entry.identity.title,) if entry.is_known_by_title else ())
        for entry in entries
        if entry.status in ("known", "unconfirmed", "changed")
    )


def developments_of(
    queue: Iterable[Entry], status: dedupe.Status, known: Collection[str]
) -> tuple[tuple[ItemKeys, Development], ...]:
    """Return the developments among the entries of a status, each with its keys that are not
    `known`: a new item may have the address of an earlier one."""
    return tuple(
        (_new_keys(entry, known), entry.draft)
        for entry in queue
        if entry.status == status and isinstance(entry.draft, Development)
    )


def _new_keys(entry: Entry, known: Collection[str]) -> ItemKeys:
    return tuple(key for key in entry.identity.keys if key not in known)


def histories_of(
    queue: Sequence[Entry], source: Source, url: str, answer: Received, pages: int
) -> tuple[PendingHistory, ...]:
    """Return what is to be recorded later of the new entries of a baseline, which were received
    from a URL; the newest first, of which that many own pages may be read."""
    newest_first = range(len(queue), 0, -HISTORY)
    return tuple(
        PendingHistory(
            source=source.id,
            url=url,
            answer=answer,
            items=tuple(
                (entry.item, entry.identity) for entry in queue[max(end - HISTORY, 0) : end]
            ),
            pages=min(max(pages - (len(queue) - end), 0), HISTORY),
        )
        for end in newest_first
    )


def languages_of(queue: Iterable[Entry]) -> set[str | None]:
    """Return the languages of what was recorded."""
    return {
        cited.language
        for entry in queue
        if isinstance(entry.draft, Development)
        for cited in entry.draft.sources
    }


def texts_of(
    queue: Iterable[Entry], known: Collection[str], answer: Received
) -> dict[ItemKeys, tuple[Reading, ...]]:
    """Return what was read of each development, in a list that was received and on its own page, by
    the keys it is committed under."""
    return {
        entry.identity.keys if entry.status == "changed" else _new_keys(entry, known): (
            evidence.of_item(entry.item, answer),
            *_page_of(entry, entry.draft.sources[0]),
        )
        for entry in queue
        if isinstance(entry.draft, Development)
    }


def _page_of(entry: Entry, cited: Citation) -> Iterator[Reading]:
    """Yield what the own page of an entry says, where it was read."""
    if entry.page and entry.page.text:
        yield evidence.of_page(cited, entry.page, url=entry.item.url)


def readings_of(queue: Iterable[Entry]) -> Iterator[tuple[str, PageText]]:
    """Yield the pages that were read, with their addresses."""
    for entry in queue:
        if entry.item.url and entry.page:
            yield entry.item.url, entry.page
        if entry.edition and entry.edition.page:
            yield entry.edition.url, entry.edition.page


def unsent_of(queue: Iterable[Entry], now: dt.datetime, *, is_baseline: bool) -> dict[str, Unsent]:
    """Return why nobody is notified of the new entries that this holds of, by the key of each
    one's address."""
    unsent = dict[str, Unsent]()
    for entry in queue:
        for key in entry.identity.addresses[-1:] if entry.status != "changed" else ():
            draft = entry.draft
            if isinstance(draft, NotRelevant | Waiting):
                why = draft if isinstance(draft, NotRelevant) else draft.irrelevance
                unsent[key] = Unsent(at=now, reason="not relevant", irrelevance=why)
            elif is_baseline or entry.status == "held":
                unsent[key] = Unsent(at=now, reason="baseline" if is_baseline else "held")
    return unsent


def updates_of(queue: Iterable[Entry]) -> tuple[tuple[ItemKeys, Development], ...]:
    """Return the changed developments as they read now."""
    return tuple(
        # What the list says is no match for what the item's own page said at an earlier poll.
        (
            entry.identity.keys,
            replace(entry.draft, summary="") if entry.has_lost_page else entry.draft,
        )
        for entry in queue
        if entry.status == "changed" and isinstance(entry.draft, Development)
    )
