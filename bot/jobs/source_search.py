"""Look for where sources have gone that fail for a day, or are silent for far longer than usual,
and propose it to the admins."""

import datetime as dt
import logging
from collections.abc import Callable, Sequence

from msgspec import Struct

from bot import pipeline
from bot.jobs.admin_notices import FAILING
from bot.models import Notice
from bot.models.source_edits import Proposal
from bot.models.sources import Source, SourceState
from bot.monitoring import source_health
from bot.pipeline import PollContext

log = logging.getLogger(__name__)

AGAIN = dt.timedelta(days=7)
"""How long after a search for a source the next one begins."""


class SourceSearch(Struct, frozen=True):
    """Looks for sources that were lost, one after the other."""

    name = "lost sources"
    interval = 3600.0

    context: PollContext
    sources: Sequence[Source]
    wake_notices: Callable[[], None]
    spacing: float | None = None
    """Seconds between two requests to a host; None: as always."""

    async def run(self) -> None:
        """Look for those for which it is time."""
        store, now = self.context.store, self.context.clock()
        states, off = await store.states(), await store.switched_off()
        if not any(source_health.is_well(state) for state in states.values()):
            return  # it may be this machine that was cut off
        before = {each.source: each for each in await store.proposals()}
        for source in tuple(self.sources):
            state = states.get(source.id)
            last = before.get(source.id)
            if state and source.id not in off and is_due(state, last, now):
                await self._look_for(source, state, last)

    async def _look_for(self, source: Source, state: SourceState, last: Proposal | None) -> None:
        found = await pipeline.look_for(self.context, source, state, self.sources, self.spacing)
        is_first = last is None or last.at < (state.failing or last.at)
        is_worth_telling = bool(found.candidates) or (found.cause is not None and is_first)
        notice = notice_of(found) if is_worth_telling else None
        await self.context.store.propose(found, notice)
        if notice:
            log.warning("%s: %s", source.id, found.cause)
            self.wake_notices()


def is_due(state: SourceState, last: Proposal | None, now: dt.datetime) -> bool:
    """Return whether to look for a source. What an admin has declined is not proposed again while
    the same failure lasts."""
    is_failing = state.failing is not None and now - state.failing >= FAILING
    if not (is_failing or state.stopped or pipeline.is_silent(state, now)):
        return False
    if last is None:
        return True
    is_declined = last.decided is not None and (state.failing or last.at) <= last.decided
    return not is_declined and now - last.at >= AGAIN


def notice_of(found: Proposal) -> Notice:
    """Return what admins are told of a search."""
    values: dict[str, str | int] = {"source": found.source, "cause": found.cause or ""}
    if not found.candidates:
        return Notice(kind="source_lost", values={**values, "error": found.said})
    best, *others = found.candidates
    values |= {
        "url": best.source.url,
        "kind": best.source.kind,
        "items": best.items,
        "known": best.known,
        "site": best.other_site,
        "titles": "\n".join(best.titles),
        "others": "\n".join(each.source.url for each in others),
    }
    return Notice(kind="source_moved", values=values)
