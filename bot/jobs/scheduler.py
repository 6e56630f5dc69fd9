"""The APScheduler jobs: one a source, which arms itself again; when it is due next stands in the
store.
"""

import asyncio
import datetime as dt
import logging
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from apscheduler.schedulers.asyncio import AsyncIOScheduler  # type: ignore[import-untyped]

from bot import pipeline, render
from bot.fetch import schedule
from bot.jobs.periodic import Rounds
from bot.models import Report, Source
from bot.pipeline import PollContext

log = logging.getLogger(__name__)

WATCH_EVERY = 60.0
"""Seconds between looks after the jobs."""
SET_BACK = dt.timedelta(seconds=30)
"""By how much the clock must have been set back for the jobs to be armed anew."""


class Scheduler:
    """One job a source, which arms itself again: when it is due next stands in the store."""

    def __init__(
        self, context: PollContext, sources: Sequence[Source], heed: Callable[[Report], None]
    ) -> None:
        self._context, self._heed = context, heed
        self._sources = {source.id: source for source in sources}
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._missing: set[str] = set()
        self._stopped: set[str] = set()
        self._watched = self._clocks()
        self.rounds = Rounds(self._watch, WATCH_EVERY, "sources cannot be looked after")
        self._scheduler = _scheduler()

    async def start(self) -> None:
        """Arms every source for when it is due."""
        states = await self._context.store.states()
        self._scheduler = _scheduler()  # one that was shut down does not start again
        self._scheduler.start()
        known = [
            (source, pipeline.current_state(source, states.get(name)))
            for name, source in self._sources.items()
        ]
        self._stopped = {source.id for source, state in known if state.stopped}
        polled = [pair for pair in known if not pair[1].stopped]
        for name, due in schedule.first(
            polled, self._context.clock(), self._context.interval
        ).items():
            self._arm(name, due)
        log.info("polling %d sources", len(polled))

    async def stop(self) -> None:
        """Drops the polls under way: nothing of them counts before their commit."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def check(self) -> str | None:
        """What is wrong with the scheduler, for /healthz."""
        if not self._scheduler.running:
            return None  # another replica polls
        silent = time.monotonic() - self._watched.steady
        is_silent = silent > 3 * WATCH_EVERY
        return f"the jobs were last looked after {silent:.0f} s ago" if is_silent else None

    def _arm(self, source: str, due: dt.datetime) -> None:
        self._scheduler.add_job(
            self._begin, "date", run_date=due, args=[source], id=source, replace_existing=True
        )

    async def _begin(self, source: str) -> None:
        # A task of our own: the scheduler's would be cancelled unawaited, and logged as broken.
        self._under_way[source] = asyncio.create_task(self._poll(source))

    async def _poll(self, source: str) -> None:
        """Polls a source and arms it again, whatever happens: the supervisor of one source."""
        due = self._context.clock() + self._context.interval
        try:
            if source in await self._context.store.switched_off():
                return
            report = await pipeline.poll(self._context, self._sources[source])
            _tell(report)
            self._heed(report)
            state = await self._context.store.state(source)
            due = (state.due if state else None) or due
            if state and state.stopped:
                self._stopped.add(source)
        except Exception:
            log.exception("%s: the poll broke", source)
        finally:
            self._under_way.pop(source, None)
            if self._scheduler.running and source not in self._stopped:
                self._arm(source, due)

    async def now(self, source: str) -> Report | None:
        """Polls a source now, whenever it is due; None: it is being polled."""
        if source in self._under_way:
            return None
        report = await pipeline.poll(self._context, self._sources[source])
        self._heed(report)
        return report

    async def _revive(self) -> None:
        """Arms what was gone and has answered to another process since."""
        for source in sorted(self._stopped):
            state = await self._context.store.state(source)
            if state is None or not state.stopped:
                self._stopped.discard(source)
                self._arm(source, self._context.clock())

    async def _watch(self) -> None:
        """Arms what has had no job since the last look, should that ever happen."""
        before, self._watched = self._watched, self._clocks()
        self._set_back(self._watched.ahead_of(before))
        await self._revive()
        armed = {job.id for job in self._scheduler.get_jobs()}
        missing = self._sources.keys() - armed - self._under_way.keys() - self._stopped
        for source in missing & self._missing:
            log.error("%s: was not armed", source)
            self._arm(source, self._context.clock())
        self._missing = missing

    def _clocks(self) -> "_Clocks":
        return _Clocks(self._context.clock(), time.monotonic())

    def _set_back(self, jump: dt.timedelta) -> None:
        """Where the clock was set back, jobs would else wait for the time it showed before."""
        if jump > -SET_BACK:
            return
        log.warning("the clock was set back by %s; every source is armed anew", -jump)
        for job in self._scheduler.get_jobs():
            self._arm(job.id, job.next_run_time + jump)


def _scheduler() -> AsyncIOScheduler:
    return AsyncIOScheduler(
        timezone=dt.UTC,
        # the defaults silently skip what is a second late
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )


class _Clocks(NamedTuple):
    """What the clocks showed at a moment."""

    wall: dt.datetime
    steady: float

    def ahead_of(self, before: "_Clocks") -> dt.timedelta:
        """By how much the clock on the wall went faster since."""
        return self.wall - before.wall - dt.timedelta(seconds=self.steady - before.steady)


def _tell(report: Report) -> None:
    """A poll in the log, a line; what changed nothing is not worth one."""
    for problem in (*report.problems, *map(render.notice_line, report.notices)):
        log.warning("%s: %s", report.source, problem)
    if report.result in ("baseline", "new") or report.changed or report.revised:
        log.info(
            "%s: %s, %d new of %d items, %d developments, %d deliveries, %d changed, %.2f s",
            report.source,
            report.result,
            report.new,
            report.items,
            report.developments,
            report.deliveries,
            report.changed + report.revised,
            report.seconds,
        )
