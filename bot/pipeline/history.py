"""Record what stood in documents when their sources were first polled.

Its items are known from that poll on, and nobody is notified of them, so they are enriched only
afterwards, some at a time: who waits for news waits for a few of them at most.
"""

import asyncio
import datetime as dt
import logging
from collections.abc import Sequence

from msgspec.structs import replace

from bot import enrich
from bot.errors import WorkError
from bot.models.sources import PendingHistory, PollCommit, Source
from bot.pipeline.context import PollContext
from bot.pipeline.drafts import make_drafts
from bot.pipeline.entries import (
    Entry,
    developments_of,
    languages_of,
    readings_of,
    seen_names,
    texts_of,
    unsent_of,
)
from bot.pipeline.source_state import current_state

log = logging.getLogger(__name__)

AT_ONCE = 8
"""How many are recorded at the same time: most of the time of some is waiting for pages."""
TRIED_FOR = dt.timedelta(days=1)
"""For how long after the first poll it is tried again, where it breaks or is not followed."""


async def record_history(context: PollContext, sources: Sequence[Source]) -> int:
    """Record all that is pending, in the order of the first polls, and of each the newest first;
    return how many developments that made. What breaks is left for the next time.

    Raises only StoreError.
    """
    last, recorded = 0, 0
    while pending := await context.store.pending_history(last, AT_ONCE):
        last = pending[-1].id
        by_id = {source.id: source for source in sources}  # some may be added meanwhile
        commits = await asyncio.gather(
            *(_commit_of(context, by_id.get(each.source), each) for each in pending)
        )
        # One after the other: what people ask for meanwhile waits for one of them at most.
        for each, commit in zip(pending, commits, strict=True):
            if commit:
                recorded += len(await context.store.record_history(each.id, commit))
    return recorded


async def _commit_of(
    context: PollContext, source: Source | None, pending: PendingHistory
) -> PollCommit | None:
    """Return what a pending history has become; None: it is not to be recorded, or not now."""
    try:
        if source:
            return await _enriched(context, source, pending)
    except WorkError as error:
        log.warning("%s: what stood there at first: %s", pending.source, error)
        if len(pending.items) > 1:  # one item breaks it for the others
            await context.store.split_history(pending.id)
            return None
    if context.clock() - pending.answer.at > TRIED_FOR:  # or it is followed no more
        await context.store.forget_history(pending.id)
    return None


async def _enriched(context: PollContext, source: Source, pending: PendingHistory) -> PollCommit:
    at = pending.answer.at
    queue = [Entry(item=item, identity=identity, status="held") for item, identity in pending.items]
    reading = replace(context, articles=pending.pages)
    await make_drafts(reading, replace(source, url=pending.url), queue, at)
    for entry in queue:
        if isinstance(entry.draft, enrich.EnrichFailure):
            log.warning("%s: %s", source.id, entry.draft.reason)
    state = await context.store.state(source.id)
    return PollCommit(
        state=current_state(source, state),
        at=at,
        seen=seen_names(queue),
        held=developments_of(queue, "held", frozenset()),
        texts=texts_of(queue, frozenset(), pending.answer),
        readings=dict(readings_of(queue)),
        unsent=unsent_of(queue, at, is_baseline=True),
        translation_wait=context.translation_wait(languages_of(queue)),
    )
