"""The jobs, and the clock they hang on."""

import datetime as dt
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from bot.jobs.scheduler import Scheduler
from bot.models import PollCommit, SourceState
from bot.pipeline import PollContext
from bot.pipeline.rules import RULES
from bot.store import open_store
from tests.samples import source

HOUR = dt.timedelta(hours=1)


class Watch:
    """The jobs of one source that is due in six hours, and a clock that can be set."""

    def __init__(self) -> None:
        self.ahead = dt.timedelta()
        self.begun = dt.datetime.now(dt.UTC)

    def clock(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC) + self.ahead

    def due_in(self) -> dt.timedelta:
        """When the source is polled next, by the clock on the wall."""
        (job,) = self.polls._scheduler.get_jobs()
        return job.next_run_time - self.clock()  # type: ignore[no-any-return]


@pytest_asyncio.fixture
async def watch() -> AsyncIterator[Watch]:
    made, nobody = Watch(), Any
    async with open_store(":memory:", RULES) as store:
        state = SourceState(id="cz", url=source().url, due=made.begun + 6 * HOUR, polled=made.begun)
        await store.commit(PollCommit(state=state, at=made.begun), lambda *_: ())
        desk = PollContext(store, nobody, nobody, made.clock, 6 * HOUR)  # type: ignore[arg-type]
        made.polls = Scheduler(desk, [source()], lambda report: None)  # type: ignore[attr-defined]
        await made.polls.start()  # type: ignore[attr-defined]
        yield made
        await made.polls.stop()  # type: ignore[attr-defined]


async def test_a_source_is_armed_for_when_it_is_due(watch: Watch) -> None:
    assert abs(watch.due_in() - 6 * HOUR) < dt.timedelta(minutes=1)
    await watch.polls._watch()
    assert abs(watch.due_in() - 6 * HOUR) < dt.timedelta(minutes=1)


async def test_a_clock_that_is_set_back_keeps_no_source_waiting(watch: Watch) -> None:
    watch.ahead = -5 * HOUR
    await watch.polls._watch()
    assert abs(watch.due_in() - 6 * HOUR) < dt.timedelta(minutes=1)
    await watch.polls._watch()
    assert abs(watch.due_in() - 6 * HOUR) < dt.timedelta(minutes=1)


async def test_a_clock_that_is_set_forward_makes_it_due(watch: Watch) -> None:
    watch.ahead = 2 * HOUR
    await watch.polls._watch()
    assert abs(watch.due_in() - 4 * HOUR) < dt.timedelta(minutes=1)


async def test_a_job_that_is_missing_is_armed_at_the_second_look(watch: Watch) -> None:
    (job,) = watch.polls._scheduler.get_jobs()
    job.remove()
    await watch.polls._watch()
    assert not watch.polls._scheduler.get_jobs()
    watch.polls._begin = _nothing  # type: ignore[method-assign]
    await watch.polls._watch()
    assert [job.id for job in watch.polls._scheduler.get_jobs()] == ["cz"]


async def _nothing(source: str) -> None:
    """No poll."""
