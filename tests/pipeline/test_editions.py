"""The publisher's own English edition of an item, found on its site."""

import datetime as dt

import pytest
from msgspec.structs import replace

from bot.models import Development, Filter, Provenance
from bot.models.deliveries import Delivery
from bot.models.sources import Source
from bot.text import first_sentences
from tests.fakes.sources import rss
from tests.pipeline.conftest import PolledSource
from tests.pipeline.edition_sites import SITES, Site
from tests.pipeline.entries import OLD
from tests.samples import NOW, source

EDITION = Provenance(title="edition", summary="edition")


class Clock:
    """Time that goes on, and a messenger that takes what is due."""

    def __init__(self, polled: PolledSource) -> None:
        self.polled, self.now = polled, NOW
        polled.context = replace(polled.context, articles=10, clock=lambda: self.now)

    async def poll(self, times: int = 1, *others: Source) -> None:
        """Polls the source, and others, once each hour."""
        for _ in range(times):
            self.now += dt.timedelta(hours=1)
            for each in (self.polled.source, *others):
                await self.polled.poll(each)

    async def queued(self) -> list[Delivery]:
        return await self.polled.context.store.claim_deliveries(self.now, 9)

    async def send_all(self) -> list[str]:
        """Sends what is queued, and returns of what kind it was."""
        sent = []
        while queued := await self.queued():
            for number, row in enumerate(queued, 1):
                state = replace(row, state="sent", settled=self.now, message_id=number)
                await self.polled.context.store.save_delivery(state)
                sent.append(row.kind)
        return sent


async def begin(polled: PolledSource, site: Site) -> Clock:
    """Polls a site for the first time."""
    clock = Clock(polled)
    polled.source = source(
        url=polled.web.url("/rss"), language=site.language, country=None, scope="migration"
    )
    await polled.subscribe(1, Filter())
    polled.web.publish("/rss", rss([OLD], site.language))
    await clock.poll()
    return clock


async def recorded(polled: PolledSource) -> Development:
    (made,) = await polled.context.store.developments(limit=1)
    return made


def is_native(made: Development, site: Site) -> bool:
    untouched = (site.title, "original", "original")
    return (made.title, made.provenance.title, made.provenance.summary) == untouched


def is_english(made: Development, site: Site) -> bool:
    """Whether a development is told in the words of the edition, beside the native title."""
    assert site.english
    native = first_sentences(site.title, site.text)
    (cited,) = made.sources
    titles = (site.english.title, site.english.title, site.title)
    return (
        (made.title, cited.title_en, cited.title_native) == titles
        and (made.summary, made.summary_native) == (site.english.text, native)
        and made.provenance == EDITION
    )


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.name)
async def test_the_english_edition_is_found_where_there_is_one(
    polled: PolledSource, site: Site
) -> None:
    await begin(polled, site)
    site.publish_pages(polled.web)
    site.publish_item(polled.web)
    assert (await polled.poll()).new == 1
    made = await recorded(polled)
    assert is_english(made, site) if site.english else is_native(made, site)


@pytest.mark.parametrize(
    "site", [site for site in SITES if site.english], ids=lambda site: site.name
)
async def test_an_edition_that_comes_later_is_edited_in(polled: PolledSource, site: Site) -> None:
    clock = await begin(polled, site)
    site.publish_item(polled.web)
    await polled.poll()
    assert is_native(await recorded(polled), site)
    await clock.send_all()
    site.publish_pages(polled.web)
    await clock.poll(3)
    made = await recorded(polled)
    assert is_english(made, site)
    assert made.revision == 0
    assert await clock.send_all() == ["edit"]
