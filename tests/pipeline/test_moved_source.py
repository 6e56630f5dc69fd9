"""Sources that have moved are found, and those that were closed are left alone."""

import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from msgspec.structs import replace

from bot import pipeline
from bot.fetch import open_fetcher
from bot.models.source_edits import Proposal
from bot.models.sources import SourceState
from bot.pipeline import PollContext, is_silent
from bot.pipeline.moved_source import REQUESTS, look_for
from bot.pipeline.rules import RULES
from bot.store import open_store
from tests.fakes.workers import InlineWorkers
from tests.pipeline.more_moved_sites import MORE
from tests.pipeline.moved_sites import DAY, LATER, SITES, Network, Site, publish_before, source_of
from tests.release import some_of
from tests.samples import NOW, source

LOOPBACK = ["127.0.0.1", "::1"]


class Clock:
    now = NOW


@asynccontextmanager
async def reading(clock: Clock) -> AsyncIterator[PollContext]:
    async with (
        open_store(":memory:", RULES) as store,
        open_fetcher(LOOPBACK) as fetcher,
    ):
        yield PollContext(
            store,
            fetcher,
            InlineWorkers(),
            lambda: clock.now,
            dt.timedelta(minutes=15),
            chance=lambda: 0.0,
        )


async def seek(site: Site, net: Network, clock: Clock, context: PollContext) -> Proposal:
    """Read a site, let its fate come, and look for where it went three days later."""
    made, read = publish_before(site, net), source_of(site, net)
    assert (await pipeline.poll(context, read)).result == "baseline"
    await pipeline.record_history(context, [read])
    net.clear(made.host)
    site.fate(made)
    clock.now = LATER + (60 * DAY if site.cause == "silent" else 0 * DAY)
    await pipeline.poll(context, read)
    net.requests.clear()
    other = source(id="other", url=net.url(f"{made.host}{site.is_followed_at or '/other'}"))
    state = await context.store.state(read.id)
    async with open_fetcher(LOOPBACK) as fetcher:  # one that has read no robots.txt yet
        looking = replace(context, fetcher=fetcher)
        return await look_for(looking, read, state, [read, other], spacing=0)


@pytest.mark.parametrize("site", [*SITES, *some_of(MORE, one_in=2)], ids=lambda site: site.name)
async def test_where_a_source_went_is_found_and_nothing_else(site: Site) -> None:
    clock = Clock()
    async with Network() as net, reading(clock) as context:
        proposal = await seek(site, net, clock, context)
        host = site.host or site.name
        wanted = [net.url(f"{host}{to}" if to.startswith("/") else to) for to in site.to]
        assert (proposal.cause, [one.source.url for one in proposal.candidates]) == (
            site.cause, wanted,
        )  # fmt: skip
        if wanted:
            best = proposal.candidates[0]
            assert bool(best.other_site) == site.other_site
            assert site.known in (None, best.known)
            assert best.titles
        assert sum(net.requests.values()) <= REQUESTS
        assert net.largest == 1  # never two at a time


@pytest.mark.parametrize(
    ("items", "days", "gap", "is_lost"),
    [
        (9, 29, 1, False),
        (9, 31, 1, True),
        (9, 31, 4, False),
        (9, 41, 4, True),
        (9, 999, None, False),
        (0, 6, 1, False),
        (0, 8, 1, True),
        (0, 8, 3, False),
        (0, 8, None, True),
    ],
)
def test_a_source_that_answers_is_lost_when_it_is_silent_for_far_longer_than_usual(
    items: int, days: int, gap: int | None, *, is_lost: bool
) -> None:
    state = SourceState(
        id="cz",
        url="",
        baseline=True,
        items=items,
        news=NOW - days * DAY,
        gap=None if gap is None else gap * DAY,
    )
    assert is_silent(state, NOW) is is_lost
    assert not is_silent(replace(state, failures=1), NOW)
    assert not is_silent(replace(state, baseline=False), NOW)
