"""Run all that runs on a clock as APScheduler jobs: a poll for each source, and the periodic
jobs."""

import asyncio
import datetime as dt
import logging
import time
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Protocol

from apscheduler.executors.debug import DebugExecutor  # type: ignore[import-untyped]
from apscheduler.schedulers.asyncio import AsyncIOScheduler  # type: ignore[import-untyped]
from apscheduler.triggers.interval import IntervalTrigger  # type: ignore[import-untyped]

from bot import pipeline, render
from bot.errors import StoreError, TokenRejectedError
from bot.models.sources import PollReport, Source
from bot.pipeline import PollContext

log = logging.getLogger(__name__)

WATCH_EVERY = 60.0
"""Seconds between checks of the jobs and the clock."""
LONGEST_POLL = 900.0
"""Seconds after which a poll that has a slot counts as stuck. Where fifty wait for two workers that
hang, the last has its turn after twelve minutes."""
SET_BACK = dt.timedelta(seconds=30)
"""By how much the clock must have been set back for the jobs to be armed anew."""


class PeriodicJob(Protocol):
    """A job that runs every so often, and when it is woken."""

    name: str
    interval: float
    """Seconds between two runs at most."""

    async def run(self) -> None:
        """Do what is due."""


class Scheduler:
    """Runs the periodic jobs, and one job for each source, which arms itself again.

    When a source is due next stands in the store, not in a job store.
    """

    def __init__(
        self, context: PollContext, sources: Sequence[Source], on_poll: Callable[[PollReport], None]
    ) -> None:
        self._context, self._on_poll = context, on_poll
        self._sources = {source.id: source for source in sources}
        self._jobs: dict[str, PeriodicJob] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._begun: dict[str, float] = {}
        """When the poll of a source got its slot, on the monotonic clock."""
        self._woken: set[str] = set()
        self._missing: set[str] = set()
        self._stopped: set[str] = set()
        self._watch: asyncio.Task[None] | None = None
        self._is_running = False
        self._watched, self._zero = 0.0, context.clock()
        self._scheduler = _new_scheduler()

    async def start(self) -> None:
        """Arm every source for when it is due."""
        states = await self._context.store.states()
        self._scheduler = _new_scheduler()  # one that was shut down does not start again
        self._scheduler.start()
        self._is_running = True
        current = [
            (source, pipeline.current_state(source, states.get(name)))
            for name, source in self._sources.items()
        ]
        self._stopped = {source.id for source, state in current if state.stopped}
        polled = [(source, state) for source, state in current if not state.stopped]
        due = pipeline.initial_schedule(polled, self._context.clock(), self._context.interval)
        for name, moment in due.items():
            self._arm(name, moment)
        self._note_clocks()
        self._watch = asyncio.create_task(self._watch_forever())
        first = sum(not state.baseline for _, state in polled)
        log.info("polling %d sources", len(polled))
        if first:
            log.info(
                "%d of them for the first time: what stands there now is their beginning, of which "
                "nobody is notified", first,
            )  # fmt: skip

    def add(self, job: PeriodicJob) -> None:
        """Run a periodic job from now on, first at once."""
        job_id = _job_id(job.name)
        self._jobs[job_id] = job
        self._scheduler.add_job(
            self._begin, _Interval(seconds=job.interval, timezone=dt.UTC), id=job_id,
            args=[job_id, self._run_job], next_run_time=self._context.clock(),
            replace_existing=True,
        )  # fmt: skip

    def wake(self, name: str) -> None:
        """Run a periodic job now; again, where it is running."""
        job_id = _job_id(name)
        if job_id in self._running:
            self._woken.add(job_id)
        elif self._is_running and (job := self._scheduler.get_job(job_id)):
            job.modify(next_run_time=self._context.clock())

    async def stop(self) -> None:
        """Cancel all that runs: nothing of a poll counts before its commit."""
        self._is_running = False  # APScheduler itself stops a turn of the loop later
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        tasks = [*self._running.values(), *([self._watch] if self._watch else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # What was cancelled before its first step has not removed itself.
        self._running.clear()
        self._jobs.clear()
        self._woken.clear()

    async def check(self) -> str | None:
        """Return what is wrong with the scheduler, for /healthz."""
        if not self._is_running:
            return None  # another replica polls
        silent = time.monotonic() - self._watched
        if silent > 3 * WATCH_EVERY:
            return f"the jobs were last checked {silent:.0f} s ago"
        # A job may take long: there may be much to translate.
        now = time.monotonic()
        longest = now - min(self._begun.values(), default=now)
        return f"a poll has run for {longest:.0f} s" if longest > LONGEST_POLL else None

    def follow(self, sources: Sequence[Source]) -> None:
        """Poll these sources from now on: those that are new, or are read elsewhere, at once."""
        before, self._sources = self._sources, {source.id: source for source in sources}
        for name in [name for name, source in self._sources.items() if before.get(name) != source]:
            self._stopped.discard(name)
            if self._is_running:
                self._arm(name, self._context.clock())
        for name in before.keys() - self._sources.keys():
            self._stopped.discard(name)
            if self._is_running and self._scheduler.get_job(name):
                self._scheduler.remove_job(name)

    async def poll_now(self, source: str) -> PollReport | None:
        """Poll a source now, whenever it is due; None: it is being polled, or not followed."""
        is_possible = source in self._sources and source not in self._running
        return await self._poll(source) if is_possible else None

    async def _poll(self, source: str) -> PollReport:
        def note_begin() -> None:
            self._begun[source] = time.monotonic()

        try:
            report = await pipeline.poll(self._context, self._sources[source], note_begin)
        finally:
            self._begun.pop(source, None)
        _log(report)
        self._on_poll(report)
        return report

    def _arm(self, source: str, due: dt.datetime) -> None:
        self._scheduler.add_job(
            self._begin, "date", run_date=due, args=[source, self._poll_when_due], id=source,
            replace_existing=True,
        )  # fmt: skip

    def _begin(self, job_id: str, run: Callable[[str], Coroutine[Any, Any, None]]) -> None:
        # A task of our own: the scheduler's would be cancelled unawaited, and logged as broken;
        # and a wake-up that comes while it runs would be lost (`max_instances`).
        # A run that comes due meanwhile is left out; only a wake-up is made up for afterwards.
        if self._is_running and job_id not in self._running:
            self._running[job_id] = asyncio.create_task(run(job_id))

    async def _run_job(self, job_id: str) -> None:
        job = self._jobs[job_id]
        try:
            await job.run()
        except (StoreError, TokenRejectedError) as error:
            log.error("%s: %s", job.name, error)
        except Exception:  # a job that breaks must not stop, nor stop the others
            log.exception("%s broke", job.name)
        finally:
            self._running.pop(job_id, None)
            if job_id in self._woken:
                self._woken.discard(job_id)
                self.wake(job.name)

    async def _poll_when_due(self, source: str) -> None:
        """Poll a source and arm it again, whatever happens."""
        due = self._context.clock() + self._context.interval
        try:
            is_off = source in await self._context.store.switched_off()
            if is_off or source not in self._sources:
                return
            await self._poll(source)
            state = await self._context.store.state(source)
            due = (state.due if state else None) or due
            if state and state.stopped:
                self._stopped.add(source)
        except StoreError as error:
            log.error("what polls find waits: %s", error)
        except Exception:  # one source that breaks must not stop the others
            log.exception("%s: the poll broke", source)
        finally:
            self._running.pop(source, None)
            is_followed = source in self._sources and source not in self._stopped
            if self._is_running and is_followed:
                self._arm(source, due)

    async def _watch_forever(self) -> None:
        # Not a job: those wait for a time of day, and this must notice when that is set back.
        while True:
            await asyncio.sleep(WATCH_EVERY)
            try:
                await self.check_jobs()
            except StoreError as error:
                log.error("sources cannot be checked: %s", error)

    async def check_jobs(self) -> None:
        """Arm what has had no job at two checks in a row, what answers again after it was gone, and
        everything after the clock was set back."""
        set_back = -self._note_clocks()
        if set_back >= SET_BACK:
            # Otherwise jobs would wait for the time that the clock showed before.
            log.warning("the clock was set back by %s; every job is armed anew", set_back)
            for job in self._scheduler.get_jobs():
                job.modify(next_run_time=job.next_run_time - set_back)
        for source in sorted(self._stopped):
            state = await self._context.store.state(source)
            if state is None or not state.stopped:  # another process has polled it
                self._stopped.discard(source)
                self._arm(source, self._context.clock())
        armed = {job.id for job in self._scheduler.get_jobs()}
        missing = self._sources.keys() - armed - self._running.keys() - self._stopped
        for source in missing & self._missing:
            log.error("%s: was not armed", source)
            self._arm(source, self._context.clock())
        self._missing = missing

    def _note_clocks(self) -> dt.timedelta:
        """Note a check, and return by how much the clock was set since the one before."""
        self._watched = time.monotonic()
        # What the clock showed when the monotonic clock began to count.
        before, self._zero = self._zero, self._context.clock() - dt.timedelta(seconds=self._watched)
        return self._zero - before


def _new_scheduler() -> AsyncIOScheduler:
    return AsyncIOScheduler(
        timezone=dt.UTC,
        # calls `_begin` at once: the default makes a task, with the same fault at shutdown
        executors={"default": DebugExecutor()},
        # the defaults silently skip what is a second late
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )


class _Interval(IntervalTrigger):  # type: ignore[misc]
    """Every so many seconds from now on."""

    def get_next_fire_time(self, previous: dt.datetime | None, now: dt.datetime) -> dt.datetime:
        """Return the time of the next run."""
        # Not counted from the previous one: where the clock is set forward, or the machine has
        # slept, APScheduler lists every run that was missed, before it coalesces them: 6 s for the
        # runs of every second in a month.
        return now + self.interval  # type: ignore[no-any-return]


def _job_id(name: str) -> str:
    return f"job {name}"  # no id of a source has a space


def _log(report: PollReport) -> None:
    """Log a poll on one line; one that changed nothing is not worth it."""
    for problem in (*report.problems, *map(render.notice_line, report.notices)):
        log.warning("%s: %s", report.source, problem)
    if report.result in ("baseline", "new") or report.changed or report.revised:
        log.info(
            "%s: %s, %d new of %d items, %d developments, %d deliveries, %d changed, %.2f s",
            report.source, report.result, report.new, report.items, report.developments,
            report.deliveries, report.changed + report.revised, report.seconds,
        )  # fmt: skip
