"""What stood there when a source was first polled: known at once, recorded afterwards."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from bot import enrich, pipeline
from bot.dedupe.keys import address_keys
from bot.errors import WorkError
from bot.models import Development
from bot.models.sources import Item, Source
from bot.pipeline.history import TRIED_FOR
from bot.pipeline.rules import RULES
from bot.store import open_store
from tests.fakes.sources import Entry, rss
from tests.fakes.workers import InlineWorkers
from tests.pipeline.conftest import PolledSource
from tests.pipeline.entries import NEW, OLD
from tests.pipeline.test_known_items import many
from tests.samples import NOW, source

EVENT = (
    "Vláda dnes schválila novelu zákona o azylu, kterou předložilo Ministerstvo vnitra. Zkracuje "
    "lhůty pro rozhodnutí o žádosti na 60 dní a mění pravidla pro návraty 250 cizinců."
)
AT_ONE = Entry("Novela zákona o azylu schválena", "https://mv.example/n", "n", NEW.date, EVENT)
AT_OTHER = Entry(
    "Vláda: novela zákona o azylu schválena", "https://vlada.example/n", "v", NEW.date, EVENT
)


async def titles(polled: PolledSource) -> list[str]:
    """The recorded titles, in the order of their numbers."""
    made = await polled.context.store.developments()
    return [each.title for each in sorted(made, key=lambda each: str(each.id))]


def replace_title(entry: Entry, title: str) -> Entry:
    return Entry(**{**vars(entry), "title": title})


async def record(polled: PolledSource, *sources: Source) -> int:
    return await pipeline.record_history(polled.context, sources or [polled.source])


async def test_it_is_known_at_once_and_recorded_afterwards(polled: PolledSource) -> None:
    polled.publish(NEW, OLD)
    await pipeline.poll(polled.context, polled.source)
    assert await titles(polled) == []
    later = NOW + dt.timedelta(minutes=1)
    polled.context = replace(polled.context, clock=lambda: later)
    assert (await pipeline.poll(polled.context, polled.source)).result == "unchanged"
    assert await record(polled) == 2
    made = await polled.context.store.developments()
    assert {each.recorded for each in made} == {NOW}  # nobody has missed it meanwhile
    keys = address_keys("cz", str(NEW.link))
    (known,) = await polled.context.store.seen_items(keys)
    assert known.development in {each.id for each in made}
    assert await record(polled) == 0
    assert await polled.queued() == []


async def test_the_newest_are_recorded_first_and_of_them_alone_the_pages_are_read(
    polled: PolledSource,
) -> None:
    link = polled.web.url("/zprava-{}")
    polled.publish(*many(1, 25, link=link.format))
    polled.context = replace(polled.context, articles=9)
    await pipeline.poll(polled.context, polled.source)
    pending = await polled.context.store.pending_history(0, 9)
    numbers = [[int(item.title.split()[-1]) for item, _ in each.items] for each in pending]
    assert numbers == [[*range(16, 26)], [*range(6, 16)], [*range(1, 6)]]
    assert await record(polled) == 25
    read = [n for n in range(1, 26) if polled.web.requests(f"/zprava-{n}")]
    assert read == [*range(17, 26)]


async def test_more_pages_than_are_recorded_together_may_be_read(polled: PolledSource) -> None:
    polled.publish(*many(1, 25, link=polled.web.url("/zprava-{}").format))
    polled.context = replace(polled.context, articles=14)
    await pipeline.poll(polled.context, polled.source)
    assert await record(polled) == 25
    assert [n for n in range(1, 26) if polled.web.requests(f"/zprava-{n}")] == [*range(12, 26)]


async def test_news_do_not_wait_for_it(polled: PolledSource) -> None:
    polled.publish(OLD)
    await pipeline.poll(polled.context, polled.source)
    polled.publish(NEW, OLD)
    await pipeline.poll(polled.context, polled.source)
    assert await polled.queued() == [(1, NEW.title)]
    assert await record(polled) == 1
    assert await titles(polled) == [NEW.title, OLD.title]
    assert await polled.queued() == [(1, NEW.title)]


async def told_by_two(
    polled: PolledSource, first: Callable[[Source], Any], then: Callable[[Source], Any]
) -> Development:
    """One source had an event at its first poll, another has news of it; what that makes."""
    other = source(id="vlada", url=polled.web.url("/vlada"), publisher="Government")
    polled.publish(AT_ONE)
    polled.web.publish("/vlada", rss([]))
    for each in (polled.source, other):
        await pipeline.poll(polled.context, each)
    polled.web.publish("/vlada", rss([AT_OTHER]))
    await first(other)
    await then(other)
    (made,) = await polled.context.store.developments()
    assert len(await polled.context.store.joins(str(made.id))) == 1
    return made


@pytest.mark.parametrize("is_recorded_first", [True, False])
async def test_news_of_what_is_still_to_be_recorded_are_told_once(
    polled: PolledSource, *, is_recorded_first: bool
) -> None:
    async def poll(other: Source) -> None:
        assert (await pipeline.poll(polled.context, other)).deliveries == 1

    async def recorded(other: Source) -> None:
        await record(polled, polled.source, other)

    steps = (recorded, poll) if is_recorded_first else (poll, recorded)
    made = await told_by_two(polled, *steps)
    assert {cited.source for cited in made.sources} == {"cz", "vlada"}
    told = await polled.context.store.claim_deliveries(NOW, 9)
    assert [each.kind for each in told] == ["news"]
    # Both lists still have it, also when they are read again.
    polled.publish(AT_ONE, OLD)
    assert (await polled.poll()).deliveries == 1  # of OLD alone
    assert len(await polled.context.store.developments()) == 2


@pytest.mark.parametrize("is_broken_for_good", [False, True])
async def test_what_cannot_be_read_is_tried_again_for_a_day(
    polled: PolledSource, *, is_broken_for_good: bool
) -> None:
    class Workers(InlineWorkers):
        breaks = True

        async def run(self, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
            if self.breaks and work is enrich.enrich_items and _is_hostile(args[0]):
                raise WorkError("took longer than 30 s to read")
            return await super().run(work, *args, **kwargs)

    def _is_hostile(items: list[Item]) -> bool:
        return any(item.title.endswith(" 12") for item in items)

    workers = Workers()
    polled.context = replace(polled.context, workers=workers)
    polled.publish(*many(1, 25))
    await pipeline.poll(polled.context, polled.source)
    assert await record(polled) == 24  # the nine others of its ten, too
    workers.breaks = is_broken_for_good
    assert await record(polled) == (0 if is_broken_for_good else 1)
    polled.context = replace(polled.context, clock=lambda: NOW + 2 * TRIED_FOR)
    assert await record(polled) == 0
    assert await polled.context.store.pending_history(0, 9) == []


async def test_it_goes_on_after_a_restart(polled: PolledSource, tmp_path: Path) -> None:
    polled.publish(*many(1, 25))
    file = str(tmp_path / "herald.db")
    async with open_store(file, RULES) as store:
        polled.context = replace(polled.context, store=store)
        await pipeline.poll(polled.context, polled.source)
    async with open_store(file, RULES) as store:
        polled.context = replace(polled.context, store=store)
        assert (await pipeline.poll(polled.context, polled.source)).result == "unchanged"
        assert await record(polled) == 25
        assert len(await store.developments()) == 25


async def test_what_is_followed_no_more_is_not_recorded(polled: PolledSource) -> None:
    polled.publish(OLD)
    await pipeline.poll(polled.context, polled.source)
    assert await record(polled, source(id="another")) == 0
    polled.context = replace(polled.context, clock=lambda: NOW + 2 * TRIED_FOR)
    assert await record(polled, source(id="another")) == 0
    assert await record(polled) == 0


async def test_what_is_followed_again_within_a_day_is_recorded(polled: PolledSource) -> None:
    polled.publish(OLD)
    await pipeline.poll(polled.context, polled.source)
    assert await record(polled, source(id="another")) == 0
    assert await record(polled) == 1


async def test_a_source_that_is_added_while_others_are_recorded_is_recorded_with_them(
    polled: PolledSource,
) -> None:
    other = source(id="other", url=polled.web.url("/other"))
    polled.web.publish("/other", rss([NEW]))
    followed = [polled.source]

    class Workers(InlineWorkers):
        async def run(self, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
            if other not in followed:
                followed.append(other)
                await pipeline.poll(polled.context, other)
            return await super().run(work, *args, **kwargs)

    polled.publish(OLD)
    await pipeline.poll(polled.context, polled.source)
    polled.context = replace(polled.context, workers=Workers())
    assert await pipeline.record_history(polled.context, followed) == 2


async def test_a_change_is_one_only_once_what_it_changes_is_recorded(polled: PolledSource) -> None:
    polled.publish(NEW)
    await pipeline.poll(polled.context, polled.source)
    polled.publish(replace_title(NEW, "Ministři jednali o azylu"))
    for _ in range(3):
        await pipeline.poll(polled.context, polled.source)
    assert await record(polled) == 1
    assert await titles(polled) == [NEW.title]
    await pipeline.poll(polled.context, polled.source)
    assert await titles(polled) == ["Ministři jednali o azylu"]
