"""Sources that are lost are looked for once, and what is found is proposed to the admins."""

import datetime as dt
from collections.abc import AsyncIterator

import pytest_asyncio
from msgspec.structs import replace

from bot import pipeline, render
from bot.fetch import open_fetcher
from bot.i18n import locale_for
from bot.jobs.followed_sources import FollowedSources
from bot.jobs.source_search import AGAIN, SourceSearch, notice_of
from bot.models import Notice
from bot.models.source_edits import Proposal, SourceEdit
from bot.models.sources import PollCommit, SourceState
from bot.pipeline import PollContext
from bot.pipeline.rules import RULES
from bot.store import open_store
from tests.fakes.workers import InlineWorkers
from tests.pipeline.moved_sites import DAY, SITES, Made, Network, publish_before, source_of
from tests.samples import NOW, source

BY_NAME = {site.name: site for site in SITES}
HOUR = dt.timedelta(hours=1)


class World:
    """A site, what polls it, and a clock."""

    def __init__(self, net: Network) -> None:
        self.net, self.now, self.wakes = net, NOW, 0
        self.context: PollContext
        self.job: SourceSearch

    async def begin(self, name: str) -> Made:
        """Read a site, and let its fate come."""
        site = BY_NAME[name]
        self.source = source_of(site, self.net)
        made = publish_before(site, self.net)
        await pipeline.poll(self.context, self.source)
        self.net.clear(made.host)
        site.fate(made)
        self.job = SourceSearch(self.context, [self.source], self.wake, spacing=0)
        return made

    def wake(self) -> None:
        self.wakes += 1

    async def passes(self, length: dt.timedelta) -> list[Notice]:
        """What the admins are told after some time, in which all is polled."""
        self.now += length
        await pipeline.poll(self.context, self.source)
        well = SourceState(id="well", url="http://well.example/", polled=self.now)
        await self.context.store.commit(PollCommit(state=well, at=self.now), None)
        await self.job.run()
        notices = await self.context.store.notices()
        await self.context.store.dismiss_notices(*(one.id for one in notices))
        return notices


@pytest_asyncio.fixture
async def world() -> AsyncIterator[World]:
    async with (
        Network() as net,
        open_store(":memory:", RULES) as store,
        open_fetcher(["127.0.0.1", "::1"]) as fetcher,
    ):
        made = World(net)
        made.context = PollContext(
            store,
            fetcher,
            InlineWorkers(),
            lambda: made.now,
            dt.timedelta(minutes=15),
        )
        yield made


async def test_a_source_that_fails_for_a_day_is_looked_for_and_proposed_once(world: World) -> None:
    made = await world.begin("new-path")
    assert await world.passes(HOUR) == []
    assert await world.passes(DAY - HOUR) == []
    (notice,) = await world.passes(HOUR)
    assert world.wakes == 1
    said = render.notice_line(notice)
    assert said.startswith(
        "new-path: its address is gone. It may be read here now: "
        f"{made.net.url('new-path/novy/feed.xml')} Of its 12 items I know 10: • "
    )
    assert "another site" not in said
    assert await world.passes(AGAIN - HOUR) == []
    (again,) = await world.passes(2 * HOUR)
    assert again.values["proposal"] != notice.values["proposal"]


async def test_another_site_is_said_loudly(world: World) -> None:
    await world.begin("new-domain")
    await world.passes(HOUR)
    (notice,) = await world.passes(DAY)
    said = render.notice_line(notice)
    assert "⚠️ This is another site than before: novy-urad.localhost." in said


async def test_the_buttons_name_the_source_and_each_place(world: World) -> None:
    await world.begin("split")
    await world.passes(HOUR)
    (notice,) = await world.passes(DAY)
    *_, last = render.notices([notice], locale_for("en"))
    number = notice.values["proposal"]
    assert [(button.text, button.data) for row in last.buttons for button in row] == [
        ("split: read it there", f"u1:take:{number}:0"),
        ("Also read rss/azyl", f"u1:take:{number}:1"),
        ("split: leave it", f"u1:leave:{number}"),
    ]


async def test_what_does_not_want_to_be_read_is_told_once_with_its_cause(world: World) -> None:
    await world.begin("blocked")
    await world.passes(HOUR)
    world.net.requests.clear()
    (notice,) = await world.passes(DAY)
    assert render.notice_line(notice) == (
        "blocked: its server turns robots away: HTTP 403 Forbidden. I have nothing to propose."
    )
    assert world.net.requests["blocked"] == 2  # the poll, and the search: once each
    assert await world.passes(AGAIN + HOUR) == []


def test_of_a_source_that_answers_no_error_is_told() -> None:
    said = render.notice_line(notice_of(Proposal(at=NOW, source="cz", cause="silent")))
    assert said == (
        "cz: it answers, and has had no news for far longer than usual. I have nothing to propose."
    )


async def test_a_server_that_fails_for_a_week_is_taken_to_be_abandoned(world: World) -> None:
    made = await world.begin("new-path")
    world.net.fail(made.at("/rss.php"), 500)
    await world.passes(HOUR)
    (notice,) = await world.passes(DAY)
    assert "its server fails: HTTP 500 Internal Server Error. I have" in render.notice_line(notice)
    assert await world.passes(AGAIN - DAY) == []
    (notice,) = await world.passes(DAY)
    assert render.notice_line(notice).startswith(
        "new-path: its server fails. It may be read here now: "
        f"{made.net.url('new-path/novy/feed.xml')} "
    )


async def test_nothing_is_proposed_while_all_of_a_site_fails(world: World) -> None:
    made = await world.begin("new-path")
    for path in ("/rss.php", "/"):
        world.net.fail(made.at(path), 503)
    await world.passes(HOUR)
    assert len(await world.passes(DAY)) == 1
    world.net.requests.clear()
    assert await world.passes(AGAIN) == []
    assert world.net.requests[made.host] == 3  # the poll, and the search: itself and its home page


async def test_what_was_declined_is_not_proposed_again_while_it_fails(world: World) -> None:
    await world.begin("new-path")
    await world.passes(HOUR)
    (notice,) = await world.passes(DAY)
    await world.context.store.decline_proposal(int(notice.values["proposal"]), world.now)
    assert await world.passes(AGAIN + HOUR) == []


async def test_a_machine_that_is_cut_off_looks_for_nothing(world: World) -> None:
    await world.begin("new-path")
    world.now += HOUR
    await pipeline.poll(world.context, world.source)
    world.now += 2 * DAY
    await world.job.run()
    assert await world.context.store.proposals() == []


async def test_a_source_that_is_switched_off_is_left_alone(world: World) -> None:
    await world.begin("new-path")
    await world.context.store.switch_source("new-path", is_on=False)
    await world.passes(HOUR)
    assert await world.passes(2 * DAY) == []


async def test_what_came_while_it_was_lost_is_news_at_the_new_place(world: World) -> None:
    await world.begin("new-cms")
    await world.passes(HOUR)
    await world.passes(DAY)
    (proposal,) = await world.context.store.proposals()
    place = proposal.candidates[0].source
    edit = SourceEdit(source=place, before=world.source, at=world.now, by=1)
    await world.context.store.edit_source(edit, keeps_baseline=True)
    report = await pipeline.poll(world.context, place)
    assert (report.result, report.items, report.new) == ("new", 12, 2)


async def test_sources_are_followed_as_they_are_changed() -> None:
    async with open_store(":memory:", RULES) as store:
        old, other = source(), source(id="other")
        followed = FollowedSources(store, [old, other], [])
        heard: list[int] = []
        followed.listeners.append(lambda sources: heard.append(len(sources)))
        await followed.run()
        new = replace(old, url="http://mv.example/new")
        made = await store.edit_source(
            SourceEdit(source=new, before=old, at=NOW, by=1), keeps_baseline=False
        )
        await followed.run()
        assert (list(followed), heard) == ([new, other], [2])
        assert made is not None
        await store.undo_source_edit(made.id, NOW, None)
        await followed.run()
        assert (followed[0], followed[1:], heard) == (old, [other], [2, 2])
