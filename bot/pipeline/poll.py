"""Poll a source: fetch, parse, tell new items from known ones, enrich them, commit.

Each item of a document is one `Entry` from here to the commit.
"""

import datetime as dt
import itertools
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence, Set

from msgspec import Struct
from msgspec.structs import replace

from bot import dedupe, enrich, evidence, parse
from bot.dedupe import confirmation, stand_ins
from bot.dedupe.keys import content_hash, item_identities, lookup_keys
from bot.errors import HeraldError, ParseError, StoreError
from bot.match import deliveries_for
from bot.models import Development, Notice, PageText
from bot.models.sources import Document, Fetched, PollCommit, PollReport, Source, SourceState
from bot.pipeline import source_state
from bot.pipeline.context import PollContext
from bot.pipeline.drafts import make_drafts
from bot.pipeline.editions import EditionFinder, Native
from bot.pipeline.entries import (
    Entry,
    Waiting,
    developments_of,
    histories_of,
    languages_of,
    readings_of,
    same_keys,
    seen_names,
    texts_of,
    unsent_of,
    updates_of,
)
from bot.pipeline.pages import read_pages
from bot.pipeline.recheck import recheck_pages
from bot.pipeline.source_state import Attempt
from bot.text import one_line

log = logging.getLogger(__name__)

REASON_LIMIT = 300
WAITS = 3
"""Polls for which an item waits whose own page alone can say whether it is relevant."""
ENRICHED: tuple[dedupe.Status, ...] = ("changed", "held", "new")
"""The entries that are enriched, in this order; the last are the first to be completed."""


async def poll(
    context: PollContext, source: Source, on_begin: Callable[[], None] = lambda: None
) -> PollReport:
    """Poll a source once and commit the result in one transaction.

    `on_begin` is called once it has a slot. Raises only StoreError: whatever else goes wrong is
    recorded as a failure of this source.
    """
    async with context.slots:
        # Not before: who waits for a slot may wait while the source is polled by somebody else.
        on_begin()
        now = context.clock()
        report = await _poll_in_slot(context, source, now)
    try:
        revised = await recheck_pages(context, source)
    except StoreError:
        raise
    except Exception:  # the poll itself has succeeded, and is committed
        log.exception("%s: its pages could not be looked at again", source.id)
        revised = 0
    return replace(report, revised=revised, seconds=(context.clock() - now).total_seconds())


async def _poll_in_slot(context: PollContext, source: Source, now: dt.datetime) -> PollReport:
    before = source_state.current_state(source, await context.store.state(source.id))
    if confirmation.is_due(before.readings, now) or not source_state.is_noted_lately(before, now):
        before = source_state.reread(before)
    attempt = Attempt(source, before, now, context.interval, context.chance())
    try:
        return await _fetch_and_commit(context, attempt)
    except StoreError:
        raise
    except HeraldError as error:
        return await _commit_failure(context, attempt, error)
    except Exception as error:  # one source that breaks must not stop the others
        log.exception("%s: the poll broke", source.id)
        failure = HeraldError(one_line(f"{type(error).__name__}: {error}")[:REASON_LIMIT])
        return await _commit_failure(context, attempt, failure)


async def _fetch_and_commit(context: PollContext, attempt: Attempt) -> PollReport:
    source, before, now = attempt.source, attempt.before, attempt.now
    url = source_state.poll_url(source, before, now)
    known = None if source_state.is_asked_whole(before, now) else before
    fetched = await context.fetcher.get(source, url, known)
    digest = None if fetched.body is None else content_hash(fetched.body)
    if digest in (None, before.digest):
        after = source_state.after_unchanged(attempt, fetched)
        await context.store.commit(PollCommit(state=after, at=now), None)
        return PollReport(source=source.id, result="unchanged")
    document = await context.workers.run(parse.parse_document, source, fetched, now.date(), before)
    if stand_ins.is_notice(document):
        raise ParseError(f"a notice came, not the news: “{document.items[0].title}”")
    return await _commit_document(context, attempt, fetched, replace(document, digest=digest))


async def _commit_failure(context: PollContext, attempt: Attempt, error: HeraldError) -> PollReport:
    source = attempt.source
    after = source_state.after_failure(attempt, error)
    gone = Notice(kind="source_gone", values={"source": source.id, "url": source.url})
    notices = (gone,) if after.stopped and not attempt.before.stopped else ()
    await context.store.commit(PollCommit(state=after, at=attempt.now, notices=notices), None)
    return PollReport(source=source.id, result="failed", problems=(str(error),), notices=notices)


async def _commit_document(
    context: PollContext, attempt: Attempt, fetched: Fetched, document: Document
) -> PollReport:
    """Commit what a document brings in one transaction, and return the report of the poll."""
    answer = evidence.received(fetched, context.clock())
    compared = await _compare(context, attempt, document)
    attempt, entries, known = compared.attempt, compared.entries, compared.known
    is_baseline = not attempt.before.baseline
    queue, history = _split(entries, is_baseline=is_baseline)
    await _enrich(context, attempt, fetched.url, queue)
    new = len(history) + sum(entry.status != "changed" and not entry.is_retried for entry in queue)
    held = sum(entry.status == "held" for entry in queue)
    after = _state_after(attempt, fetched, document, entries, new)
    after = replace(after, renames=compared.renames)
    commit = PollCommit(
        state=await _check_for_stuck_server(context, attempt, after) if new else after,
        at=attempt.now,
        seen=seen_names(entries),
        same=same_keys(entries),
        developments=developments_of(queue, "new", known),
        held=developments_of(queue, "held", known),
        history=histories_of(history, attempt.source, fetched.url, answer, context.articles),
        texts=texts_of(queue, known, answer),
        readings=dict(readings_of(queue)),
        updates=updates_of(queue),
        unsent=unsent_of((*queue, *history), attempt.now, is_baseline=is_baseline),
        notices=_flood_notices(attempt.source, held, document.total),
        review=context.review,
        translation_wait=context.translation_wait(languages_of(queue)),
    )
    is_told = not is_baseline and any(entry.status == "new" for entry in queue)
    developments, deliveries = await context.store.commit(
        commit, deliveries_for if is_told else None
    )
    return PollReport(
        source=attempt.source.id,
        result="baseline" if is_baseline else "new" if new else "nothing new",
        items=document.total,
        new=new,
        held=held,
        changed=len(commit.updates),
        developments=len(developments),
        deliveries=len(deliveries),
        problems=(*document.problems, *_failures(queue)),
        notices=commit.notices,
    )


class _Compared(Struct, frozen=True):
    """The items of a document, each with its status."""

    attempt: Attempt
    """With the state that the document was compared with."""
    entries: list[Entry]
    known: Set[str]
    """Those of their keys that were committed before."""
    renames: int


async def _compare(context: PollContext, attempt: Attempt, document: Document) -> _Compared:
    """Compare the items of a document with those that are known."""
    identities = item_identities(document.items)
    known = await context.store.known_keys(
        itertools.chain.from_iterable(map(lookup_keys, identities))
    )
    before = source_state.reset_for_new_list(attempt.before, document, known)
    entries = [
        Entry(item=item, identity=identity)
        for item, identity in zip(document.items, identities, strict=True)
    ]
    dedupe.classify(entries, known, document.total - len(entries))
    dedupe.recognise_renamed(entries, known, before)
    renames = dedupe.count_renames(entries, known, before)
    if before.learns_anew:
        confirmation.learn(entries)
        confirmation.learn_nameless(entries, (before.answered or attempt.now).date())
    else:
        # What stood there at first must be recorded before a change of it can be.
        may_change = not await context.store.has_history(attempt.source.id)
        confirmation.confirm_changes(
            entries, known, before.readings, attempt.now, may_change=may_change
        )
    dedupe.hold_bulk_republication(entries, document.total, known, before, attempt.now)
    return _Compared(replace(attempt, before=before), entries, known, renames)


def _split(entries: Sequence[Entry], *, is_baseline: bool) -> tuple[list[Entry], list[Entry]]:
    """Return the entries to enrich now, and those of a baseline, of which nobody is notified: they
    are recorded later."""
    ordered = dedupe.oldest_first(entries)
    queue = [entry for status in ENRICHED for entry in ordered if entry.status == status]
    if not is_baseline:
        return queue, []
    return (
        [entry for entry in queue if entry.status == "changed"],
        [entry for entry in queue if entry.status != "changed"],
    )


def _failures(queue: Iterable[Entry]) -> Iterator[str]:
    """Yield why entries could not be enriched."""
    drafts = (entry.draft for entry in queue)
    return (draft.reason for draft in drafts if isinstance(draft, enrich.EnrichFailure))


async def _enrich(context: PollContext, attempt: Attempt, url: str, queue: Sequence[Entry]) -> None:
    """Set the drafts of entries, and mark what the next poll is to try again: what broke, or waits
    for its own page."""
    # What a redirect has led to is the source's own domain, too.
    source, before = replace(attempt.source, url=url), attempt.before
    await make_drafts(context, source, queue)
    read_before = await _pages_read_before(context, source, queue)
    reasons = (enrich.EnrichFailure, Waiting) if before.waits < WAITS else enrich.EnrichFailure
    for entry in queue:
        entry.has_lost_page = entry.lacks_page and entry.item.url in read_before
        # Items of the baseline and those held back are told to nobody anyway.
        is_wanted = before.baseline and entry.status != "held"
        entry.is_retried = is_wanted and isinstance(entry.draft, reasons)
    if before.baseline:
        await _find_editions(context, source, queue)


async def _find_editions(context: PollContext, source: Source, queue: Iterable[Entry]) -> None:
    """Set the drafts that people are told of in the words of their publisher's English editions,
    where these are found."""
    told = [
        entry
        for entry in queue
        if entry.status != "held" and isinstance(entry.draft, Development) and entry.item.url
    ]
    told = told[-context.articles :] if context.articles else []
    if not told:
        return
    unread = [entry for entry in told if entry.page is None]
    pages = await read_pages(context, source, [entry.item for entry in unread])
    for entry, page in zip(unread, pages, strict=True):
        entry.page = page
    natives = [
        _native(entry, entry.draft) for entry in told if isinstance(entry.draft, Development)
    ]
    found = await EditionFinder(context, source).find(natives)
    for entry, native, edition in zip(told, natives, found, strict=True):
        entry.edition, entry.page = edition, entry.page and native.page
        entry.draft = edition.of(native.development) if edition else native.development


def _native(entry: Entry, draft: Development) -> Native:
    """Return the draft of an entry, with the editions that its page names."""
    item, page = entry.item, entry.page or PageText()
    page = replace(page, english=tuple(dict.fromkeys((*item.english, *page.english))))
    named = dict.fromkeys((*item.editions, *page.editions))
    editions = tuple(each for each in named if each != item.url)
    cited = replace(draft.sources[0], editions=editions, medium=page.medium)
    return Native(
        development=replace(draft, sources=(cited,)),
        url=str(item.url),
        page=page,
        text=entry.text,
    )


async def _pages_read_before(
    context: PollContext, source: Source, queue: Iterable[Entry]
) -> frozenset[str]:
    """Return the URLs of the pages of known items that an earlier poll could read."""
    if all(entry.status != "changed" for entry in queue):
        return frozenset()
    watched = await context.store.watched_pages(source.id)
    return frozenset(page.url for page in watched if page.reading)


def _state_after(
    attempt: Attempt, fetched: Fetched, document: Document, entries: Sequence[Entry], new: int
) -> SourceState:
    again = [
        reading
        for entry in entries
        # One that is tried again is still to be confirmed.
        if (reading := entry.reading_before if entry.is_retried else entry.reading)
    ]
    after = replace(
        source_state.after_document(attempt, fetched, document, new),
        readings=confirmation.remember(attempt.before.readings, again, attempt.now),
    )
    retried = [entry for entry in entries if entry.is_retried]
    if not retried:
        return after
    is_waiting = any(isinstance(entry.draft, Waiting) for entry in retried)
    waits = attempt.before.waits + 1 if is_waiting else 0
    keys = tuple(key for entry in retried for key in entry.identity.addresses)
    return source_state.reread(after, waits, keys)


async def _check_for_stuck_server(
    context: PollContext, attempt: Attempt, after: SourceState
) -> SourceState:
    """Return the state with whether the server still says "not modified" of the document before,
    although it has just sent another one with news."""
    source, before = attempt.source, attempt.before
    was_asked_whole = source_state.is_asked_whole(before, attempt.now)
    if not (before.baseline and was_asked_whole and (before.etag or before.modified)):
        return after
    url = source_state.poll_url(source, before, attempt.now)
    try:
        answer = await context.fetcher.get(source, url, before)
    except HeraldError:
        return after
    return source_state.after_comparison(attempt, after, is_stuck=answer.body is None)


def _flood_notices(source: Source, held: int, total: int) -> tuple[Notice, ...]:
    values: dict[str, str | int] = {"source": source.id, "held": held, "total": total}
    return (Notice(kind="flood_held", values=values),) if held else ()
