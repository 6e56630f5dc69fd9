"""The jobs on a clock: sources that are due, periodic jobs that are woken, and break."""

import asyncio
import datetime as dt
import sys
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio

from bot.errors import StoreError, TokenRejectedError
from bot.jobs.scheduler import Scheduler
from bot.models.sources import PollCommit, SourceState
from bot.pipeline import PollContext
from bot.pipeline.context import DOCUMENTS
from bot.pipeline.rules import RULES
from bot.store import open_store
from tests.samples import source

HOUR = dt.timedelta(hours=1)


class Jobs:
    """The jobs of one source that is due in six hours, and a clock that can be set."""

    def __init__(self) -> None:
        self.ahead = dt.timedelta()
        self.begun = dt.datetime.now(dt.UTC)

    def clock(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC) + self.ahead

    def due_in(self) -> dt.timedelta:
        """When the source is polled next, by the clock on the wall."""
        (job,) = self.scheduler._scheduler.get_jobs()
        return job.next_run_time - self.clock()  # type: ignore[no-any-return]


@pytest_asyncio.fixture
async def jobs() -> AsyncIterator[Jobs]:
    made, nobody = Jobs(), Any
    async with open_store(":memory:", RULES) as store:
        state = SourceState(id="cz", url=source().url, due=made.begun + 6 * HOUR, polled=made.begun)
        await store.commit(PollCommit(state=state, at=made.begun), lambda *_: ())
        context = PollContext(store, nobody, nobody, made.clock, 6 * HOUR)  # type: ignore[arg-type]
        made.scheduler = Scheduler(context, [source()], lambda report: None)  # type: ignore[attr-defined]
        await made.scheduler.start()  # type: ignore[attr-defined]
        yield made
        await made.scheduler.stop()  # type: ignore[attr-defined]


async def test_a_source_is_armed_for_when_it_is_due(jobs: Jobs) -> None:
    assert abs(jobs.due_in() - 6 * HOUR) < dt.timedelta(minutes=1)
    await jobs.scheduler.check_jobs()
    assert abs(jobs.due_in() - 6 * HOUR) < dt.timedelta(minutes=1)


async def test_a_clock_that_is_set_back_keeps_no_source_waiting(jobs: Jobs) -> None:
    jobs.ahead = -5 * HOUR
    await jobs.scheduler.check_jobs()
    assert abs(jobs.due_in() - 6 * HOUR) < dt.timedelta(minutes=1)
    await jobs.scheduler.check_jobs()
    assert abs(jobs.due_in() - 6 * HOUR) < dt.timedelta(minutes=1)


async def test_a_clock_that_is_set_forward_makes_it_due(jobs: Jobs) -> None:
    jobs.ahead = 2 * HOUR
    await jobs.scheduler.check_jobs()
    assert abs(jobs.due_in() - 4 * HOUR) < dt.timedelta(minutes=1)


async def test_a_poll_that_does_not_end_shows_in_the_health_but_none_that_waits_for_a_slot(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_slot, slots = asyncio.Event(), jobs.scheduler._context.slots

    async def hang(*_: object) -> None:
        has_slot.set()
        await asyncio.Event().wait()

    def pass_time() -> None:
        later = time.monotonic() + 1000
        jobs.scheduler._watched = later
        monkeypatch.setattr("time.monotonic", lambda: later)

    monkeypatch.setattr(sys.modules["bot.pipeline.poll"], "_poll_in_slot", hang)
    for _ in range(DOCUMENTS):
        await slots.acquire()
    jobs.scheduler._begin("cz", jobs.scheduler._poll_when_due)
    pass_time()
    assert await jobs.scheduler.check() is None
    slots.release()
    await has_slot.wait()
    assert await jobs.scheduler.check() is None
    pass_time()
    assert await jobs.scheduler.check() == "a poll has run for 1000 s"


async def test_a_job_that_is_missing_is_armed_at_the_second_look(jobs: Jobs) -> None:
    (job,) = jobs.scheduler._scheduler.get_jobs()
    job.remove()
    await jobs.scheduler.check_jobs()
    assert not jobs.scheduler._scheduler.get_jobs()
    jobs.scheduler._begin = _nothing  # type: ignore[method-assign]
    await jobs.scheduler.check_jobs()
    assert [job.id for job in jobs.scheduler._scheduler.get_jobs()] == ["cz"]


def _nothing(*args: object) -> None:
    """No poll."""


async def test_sources_that_change_are_polled_at_once_and_those_that_are_gone_no_more(
    jobs: Jobs,
) -> None:
    begun = list[str]()

    def begin(name: str, *_: object) -> None:
        begun.append(name)

    jobs.scheduler._begin = begin  # type: ignore[method-assign]
    moved = source(url="http://mv.example/new")
    jobs.scheduler.follow([moved, source(id="new")])
    await asyncio.sleep(0.05)
    assert sorted(begun) == ["cz", "new"]
    jobs.scheduler.follow([moved, source(id="new")])
    jobs.scheduler.follow([])
    assert jobs.scheduler._scheduler.get_jobs() == []
    assert await jobs.scheduler.poll_now("cz") is None


class Count:
    """A periodic job that counts its runs, and may wait or break in one."""

    name = "count"
    interval = 3600.0

    def __init__(self) -> None:
        self.runs = 0
        self.error: Exception | None = None
        self.is_free = asyncio.Event()
        self.is_free.set()

    async def run(self) -> None:
        self.runs += 1
        await self.is_free.wait()
        if self.error:
            raise self.error


async def _until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not is_so():
            await asyncio.sleep(0.005)


async def test_a_periodic_job_runs_at_once_and_when_it_is_woken(jobs: Jobs) -> None:
    count = Count()
    jobs.scheduler.add(count)
    await _until(lambda: count.runs == 1)
    jobs.scheduler.wake("count")
    await _until(lambda: count.runs == 2)


async def test_a_job_that_is_woken_while_it_runs_runs_once_more(jobs: Jobs) -> None:
    count = Count()
    count.is_free.clear()
    jobs.scheduler.add(count)
    await _until(lambda: count.runs == 1)
    for _ in range(3):
        jobs.scheduler.wake("count")
    count.is_free.set()
    await _until(lambda: count.runs == 2)
    await asyncio.sleep(0.05)
    assert count.runs == 2


@pytest.mark.parametrize(
    ("error", "is_fault"),
    [(StoreError("the disk is full"), False), (TokenRejectedError(), False),
     (ZeroDivisionError(), True)],
)  # fmt: skip
async def test_a_job_that_breaks_runs_again_and_a_fault_of_ours_has_its_traceback(
    jobs: Jobs, error: Exception, caplog: pytest.LogCaptureFixture, *, is_fault: bool
) -> None:
    count = Count()
    count.error = error
    jobs.scheduler.add(count)
    await _until(lambda: count.runs == 1)
    jobs.scheduler.wake("count")
    await _until(lambda: count.runs == 2)
    assert any(record.exc_info for record in caplog.records) == is_fault


async def test_what_is_not_there_or_has_stopped_is_woken_in_vain(jobs: Jobs) -> None:
    jobs.scheduler.wake("count")
    count = Count()
    jobs.scheduler.add(count)
    await _until(lambda: count.runs == 1)
    await jobs.scheduler.stop()
    jobs.scheduler.wake("count")
    await asyncio.sleep(0.02)
    assert count.runs == 1
    await jobs.scheduler.start()
    jobs.scheduler.add(count)
    await _until(lambda: count.runs == 2)


async def test_it_can_be_stopped_at_any_moment_and_started_again(jobs: Jobs) -> None:
    count = Count()
    for turns in range(12):
        await jobs.scheduler.stop()
        runs = count.runs
        await asyncio.sleep(0.005)
        assert count.runs == runs
        await jobs.scheduler.start()
        jobs.scheduler.add(count)
        for _ in range(turns):
            await asyncio.sleep(0)
    await jobs.scheduler.stop()
    runs = count.runs
    await jobs.scheduler.start()
    jobs.scheduler.add(count)
    await _until(lambda: count.runs > runs)


async def test_what_is_due_as_it_is_stopped_does_not_begin_and_logs_nothing(
    jobs: Jobs, caplog: pytest.LogCaptureFixture
) -> None:
    count = Count()
    jobs.scheduler.add(count)
    await jobs.scheduler.stop()
    await asyncio.sleep(0.02)
    assert count.runs == 0
    assert not caplog.records


async def test_a_source_may_be_called_like_a_job(jobs: Jobs) -> None:
    count = Count()
    count.name = "cz"
    count.is_free.clear()
    jobs.scheduler.add(count)
    await _until(lambda: count.runs == 1)
    polled: list[str] = []

    async def poll(source: str) -> None:
        polled.append(source)

    jobs.scheduler._poll = poll  # type: ignore[method-assign]
    jobs.scheduler._arm("cz", jobs.clock())
    await _until(lambda: polled == ["cz"])


async def test_a_clock_that_is_set_forward_by_months_holds_nothing_up(jobs: Jobs) -> None:
    count = Count()
    count.interval = 1.0
    jobs.scheduler.add(count)
    await _until(lambda: count.runs == 1)
    job = jobs.scheduler._scheduler.get_job("job count")
    begun = time.monotonic()
    job.modify(next_run_time=dt.datetime.now(dt.UTC) - dt.timedelta(days=60))
    await _until(lambda: count.runs == 2)
    assert time.monotonic() - begun < 1


async def test_a_job_that_takes_longer_than_its_interval_pauses_between_runs(jobs: Jobs) -> None:
    count = Count()
    count.interval = 0.3
    count.is_free.clear()
    jobs.scheduler.add(count)
    await asyncio.sleep(0.4)  # it was due once more meanwhile
    count.is_free.set()
    await asyncio.sleep(0.1)
    assert count.runs == 1
    await _until(lambda: count.runs == 2)


async def test_no_wake_up_is_lost_whenever_it_comes(jobs: Jobs) -> None:
    count = Count()
    jobs.scheduler.add(count)
    await _until(lambda: count.runs == 1)
    for turns in range(60):
        runs = count.runs
        jobs.scheduler.wake("count")
        for _ in range(turns % 12):
            await asyncio.sleep(0)
        await _until(lambda runs=runs: count.runs > runs)  # type: ignore[misc]
