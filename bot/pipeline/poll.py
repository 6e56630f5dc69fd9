"""A source -> the store: everything up to the commit."""

import itertools
import logging
from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from bot import dedupe, enrich, parse
from bot.errors import HeraldError, StoreError
from bot.match.audience import deliveries_for
from bot.models import (
    Development,
    Document,
    Fetched,
    Item,
    ItemKeys,
    PageText,
    PollCommit,
    PollResult,
    Report,
    Source,
    SourceState,
)
from bot.pipeline import source_state
from bot.pipeline.articles import complete_items
from bot.pipeline.context import PollContext
from bot.pipeline.recheck import recheck_pages
from bot.pipeline.source_state import PollTime
from bot.text import one_line

log = logging.getLogger(__name__)

REASON_LIMIT = 300
CHUNK = 200
"""Items that a worker enriches before the next deadline begins."""

WAITS = 3
"""Polls for which an item waits whose own page alone can say whether it is one for us."""


class Waiting(Struct, frozen=True):
    """An item of which nothing can be said before its own page is read."""


Draft = Development | enrich.Broken | Waiting | None


class Errand(Struct, frozen=True):
    """One poll: of which source, what is known of it, and when."""

    source: Source
    before: SourceState
    when: PollTime


async def poll(context: PollContext, source: Source) -> Report:
    """Polls a source once; the commit is one step of the store.

    Raises only StoreError: whatever else goes wrong is a failure of this source.
    """
    when = PollTime(context.clock(), context.interval, context.chance())
    errand = Errand(
        source, source_state.current_state(source, await context.store.state(source.id)), when
    )
    try:
        report = await _read(context, errand)
    except StoreError:
        raise
    except HeraldError as error:
        report = await _record_failure(context, errand, error)
    except Exception as error:  # the supervisor of one source
        log.exception("%s: the poll broke", source.id)
        told = HeraldError(one_line(f"{type(error).__name__}: {error}")[:REASON_LIMIT])
        report = await _record_failure(context, errand, told)
    revised = await _revisit(context, source)
    return replace(report, revised=revised, seconds=(context.clock() - when.now).total_seconds())


async def _revisit(context: PollContext, source: Source) -> int:
    """Looks again at what was told; that it cannot be is no failure of the poll."""
    try:
        return await recheck_pages(context, source)
    except StoreError:
        raise
    except Exception:  # the supervisor of the pages of one source
        log.exception("%s: its pages could not be looked at again", source.id)
        return 0


async def _read(context: PollContext, errand: Errand) -> Report:
    source, before, when = errand.source, errand.before, errand.when
    fetched = await context.fetcher.get(
        source, source_state.poll_url(source, before, when.now), before
    )
    digest = None if fetched.body is None else dedupe.digest(fetched.body)
    if digest in (None, before.digest):
        after = source_state.after_unchanged(source, before, fetched, when)
        await context.store.commit(PollCommit(state=after, at=when.now), None)
        return Report(source=source.id, result="unchanged")
    document = await context.workers.run(parse.read, source, fetched, when.now.date(), before)
    return await _record_news(context, errand, fetched, replace(document, digest=digest))


async def _record_failure(context: PollContext, errand: Errand, error: HeraldError) -> Report:
    source, before = errand.source, errand.before
    after = source_state.after_failure(source, before, error, errand.when)
    notices = (_gone(source),) if after.stopped and not before.stopped else ()
    await context.store.commit(PollCommit(state=after, at=errand.when.now, notices=notices), None)
    return Report(source=source.id, result="failed", problems=(str(error),), notices=notices)


class _Worked(Struct, frozen=True):
    """What has become of the items of a document that are looked at, by their places."""

    drafts: dict[int, Draft]
    lacking: set[int]
    """Those whose own pages are still to be read."""
    readings: dict[str, PageText]

    def broken(self) -> list[str]:
        """What is wrong with those that broke."""
        found = self.drafts.values()
        return [draft.reason for draft in found if isinstance(draft, enrich.Broken)]


async def _record_news(
    context: PollContext, errand: Errand, fetched: Fetched, document: Document
) -> Report:
    source, when = errand.source, errand.when
    items, named = document.items, dedupe.names(document.items)
    known = await context.store.known_keys(
        itertools.chain.from_iterable(name.asked for name in named)
    )
    before = source_state.relisted(errand.before, document, known)
    found = dedupe.sort(items, named, known)
    flood = dedupe.flood(document, named, found.news, known, before, when.now)
    news, held = (flood.news, flood.held) if flood else (found.news, [])
    there = replace(source, url=fetched.url)  # where it has been led to is its own domain
    worked = await _work(context, there, items, [*found.changed, *held, *news])
    again = _again(worked.drafts, [*news, *found.changed], before)
    fresh = len({*news, *held} - again)
    after = source_state.after_document(source, before, fetched, document, fresh, when)
    commit = PollCommit(
        state=source_state.reread_next_time(after, _waits(worked, again, before))
        if again
        else after,
        at=when.now,
        seen=_seen(named, again),
        same=_same(named, found.news, set(found.news).difference(news, held)),
        developments=_made(named, worked.drafts, news, known),
        held=_made(named, worked.drafts, held, known),
        readings=worked.readings,
        updates=_updates(named, worked, found.changed),
        notices=(_held(source, document, held),) if held else (),
        patience=context.patience,
    )
    recorded, deliveries = await context.store.commit(
        commit, deliveries_for if before.baseline and news else None
    )
    while deliveries and await context.store.write_out():
        pass
    result: PollResult = "new" if fresh else "nothing new"
    return Report(
        source=source.id,
        result=result if before.baseline else "baseline",
        items=document.total,
        new=fresh,
        held=len(held),
        changed=len(commit.updates),
        developments=len(recorded),
        deliveries=len(deliveries),
        problems=(*document.problems, *worked.broken()),
        notices=commit.notices,
    )


async def _work(
    context: PollContext, source: Source, items: Sequence[Item], places: Sequence[int]
) -> _Worked:
    """Completes and enriches the items in some places."""
    completed = await complete_items(context, source, [items[place] for place in places])
    drafts: list[Draft] = []
    for start in range(0, len(places), CHUNK):
        chunk = completed.items[start : start + CHUNK]
        drafts += await context.workers.run(enrich.develop_all, chunk, source)
    for number in completed.lacking:
        drafts[number] = drafts[number] or Waiting()
    recorded = context.clock()
    made = {
        place: replace(draft, recorded=recorded) if isinstance(draft, Development) else draft
        for place, draft in zip(places, drafts, strict=True)
    }
    return _Worked(made, {places[number] for number in completed.lacking}, completed.readings)


def _waits(worked: _Worked, again: set[int], before: SourceState) -> int:
    is_waiting = any(isinstance(worked.drafts[place], Waiting) for place in again)
    return before.waits + 1 if is_waiting else 0


def _again(drafts: Mapping[int, Draft], places: Iterable[int], before: SourceState) -> set[int]:
    """What is to be tried again with the next poll; nothing that was there before the first."""
    again = (enrich.Broken, Waiting) if before.waits < WAITS else enrich.Broken
    return {place for place in places if before.baseline and isinstance(drafts[place], again)}


def _seen(named: Sequence[dedupe.Names], again: Collection[int]) -> tuple[ItemKeys, ...]:
    """The names of all but what is tried again, and what goes by one of its names."""
    open_ones = {key for place in again for key in named[place].keys}
    return tuple(name.all for name in named if open_ones.isdisjoint(name.keys))


def _same(
    named: Sequence[dedupe.Names], news: Collection[int], old: Collection[int]
) -> tuple[ItemKeys, ...]:
    """Of what was known before, the names that stand for one and the same; of the `old`, the
    title as well, which alone it was known by."""
    return tuple(
        (*name.keys, name.title) if place in old else name.keys
        for place, name in enumerate(named)
        if place in old or place not in news
    )


def _made(
    named: Sequence[dedupe.Names],
    drafts: Mapping[int, Draft],
    places: Iterable[int],
    known: Collection[str],
) -> tuple[tuple[ItemKeys, Development], ...]:
    """The developments of some places, each with those of its keys that are not `known`: the
    address of news may have been another's before."""
    return tuple(
        (tuple(key for key in named[place].keys if key not in known), draft)
        for place in places
        if isinstance(draft := drafts[place], Development)
    )


def _updates(
    named: Sequence[dedupe.Names], worked: _Worked, places: Iterable[int]
) -> tuple[tuple[ItemKeys, Development], ...]:
    """Known items as they read now; the text of one whose own page could not be read is no match
    for what stood there."""
    return tuple(
        (keys, replace(draft, summary="") if place in worked.lacking else draft)
        for place in places
        for keys, draft in _made(named, worked.drafts, (place,), ())
    )


def _gone(source: Source) -> str:
    return f"{source.id} is gone for good (HTTP 410) and is not polled any more: {source.url}"


def _held(source: Source, document: Document, held: Sequence[int]) -> str:
    return (
        f"{source.id}: {len(held)} of {document.total} items are suddenly new, far more than it "
        "publishes. They are recorded, and nobody was notified of them; /latest shows them."
    )
