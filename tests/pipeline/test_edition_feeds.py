"""A site's feed in English: its items are one with the native items, whichever come first."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import pytest
from msgspec.structs import replace

from bot.match import deliveries_for
from bot.models.sources import Source
from tests.fakes.sources import Entry, rss
from tests.pipeline.conftest import PolledSource
from tests.pipeline.edition_sites import SITES, Site
from tests.pipeline.entries import OLD
from tests.pipeline.test_editions import Clock, begin, is_english, is_native, recorded
from tests.samples import source

FOUND = [site for site in SITES if site.english and not site.pages[-1].feed]
LAW = FOUND[0]
OLD_EN = Entry("Asylum: old news", "https://mv.example/en/1", "e1", OLD.date)


class Feeds:
    """A site with a feed in its own language and one in English."""

    def __init__(self, polled: PolledSource, clock: Clock, site: Site) -> None:
        self.polled, self.clock, self.site = polled, clock, site
        self.english = source(
            id="english", url=polled.web.url("/en/rss"), language="en", country=None,
            scope="migration",
        )  # fmt: skip

    async def begin(self) -> None:
        self.publish_english()
        await self.polled.poll(self.english)

    def publish_english(self, *entries: Entry) -> None:
        self.polled.web.publish("/en/rss", rss([*entries, OLD_EN], "en"))

    def entry(self, **changes: Any) -> Entry:
        assert self.site.english
        facts = {
            "title": self.site.english.title,
            "link": self.polled.web.url(self.site.pages[-1].path),
            "guid": "english",
            "date": dt.datetime(2025, 1, 16, 9, 0),
            "text": self.site.english.text,
            **changes,
        }
        return Entry(**facts)

    async def publish(self, sources: Iterable[Source]) -> list[str]:
        """Publishes the item in the feed of each source, polls it, and sends what is due; returns
        of what kind that was."""
        sent = []
        for each in sources:
            if each is self.english:
                self.publish_english(self.entry())
            else:
                self.site.publish_item(self.polled.web)
            await self.polled.poll(each)
            sent += await self.clock.send_all()
        return sent


async def feeds_of(polled: PolledSource, site: Site) -> Feeds:
    feeds = Feeds(polled, await begin(polled, site), site)
    await feeds.begin()
    return feeds


async def number_told(polled: PolledSource) -> int:
    """How many developments there are beside the old ones."""
    return len(await polled.context.store.developments(since=dt.date(2025, 1, 12)))


@pytest.mark.parametrize("is_first", [True, False], ids=["native first", "English first"])
@pytest.mark.parametrize("site", FOUND[::2], ids=lambda site: site.name)
async def test_an_item_of_the_english_feed_is_one_with_the_native_item(
    polled: PolledSource, site: Site, is_first: bool
) -> None:
    feeds = await feeds_of(polled, site)
    site.publish_pages(polled.web)
    both = (polled.source, feeds.english)
    sent = await feeds.publish(both if is_first else both[::-1])
    assert sent in (["news"], ["news", "edit"])  # what was told in English already stays as it is
    assert await number_told(polled) == 1
    assert is_english(await recorded(polled), site)


@pytest.mark.parametrize("is_first", [True, False], ids=["native first", "English first"])
@pytest.mark.parametrize("language", ["sv", "pl", "fi", "ro"])
async def test_feeds_alone_tell_which_items_are_one(
    polled: PolledSource, language: str, is_first: bool
) -> None:
    site = next(site for site in FOUND if site.language == language)
    feeds = await feeds_of(polled, site)
    polled.context = replace(polled.context, articles=0)
    both = (polled.source, feeds.english)
    assert await feeds.publish(both if is_first else both[::-1]) == ["news", "edit"]
    assert await number_told(polled) == 1
    assert is_english(await recorded(polled), site)


async def test_an_edition_that_its_feed_brings_days_later_is_edited_in(
    polled: PolledSource,
) -> None:
    feeds = await feeds_of(polled, LAW)
    assert await feeds.publish([polled.source]) == ["news"]  # its page names one that is not there
    feeds.publish_english(feeds.entry(date=dt.datetime(2025, 1, 20, 9, 0)))
    await polled.poll(feeds.english)
    assert await feeds.clock.send_all() == ["edit"]
    assert await number_told(polled) == 1
    assert is_english(await recorded(polled), LAW)


async def test_an_item_of_the_english_feed_that_changes_changes_the_english_words_alone(
    polled: PolledSource,
) -> None:
    feeds = await feeds_of(polled, LAW)
    await feeds.publish([polled.source, feeds.english])
    title = "Cabinet backs amendment to the Asylum Act"
    feeds.publish_english(feeds.entry(title=title))
    await feeds.clock.poll(2, feeds.english)
    made = await recorded(polled)
    assert (made.title, made.revision) == (title, 0)
    (cited,) = made.sources
    assert (cited.title_native, cited.title_en) == (LAW.title, title)
    assert await feeds.clock.send_all() == ["edit"]


async def test_another_release_of_the_day_stays_another(polled: PolledSource) -> None:
    feeds = await feeds_of(polled, LAW)
    LAW.publish_pages(polled.web)
    await feeds.publish([polled.source])
    other = feeds.entry(
        title="Minister meets the High Commissioner for Refugees",
        link=polled.web.url("/en/high-commissioner"),
        text="The Minister met Filippo Grandi in Geneva. They spoke about 12 camps.",
    )
    feeds.publish_english(other)
    await polled.poll(feeds.english)
    assert await number_told(polled) == 2


@pytest.mark.parametrize("is_first", [True, False], ids=["native first", "English first"])
async def test_what_was_joined_can_be_split_off(polled: PolledSource, is_first: bool) -> None:
    feeds = await feeds_of(polled, LAW)
    both = (polled.source, feeds.english)
    await feeds.publish(both if is_first else both[::-1])
    store = polled.context.store
    (join,) = await store.joins(str((await recorded(polled)).id))
    parts = await store.part(join.id, deliveries_for, feeds.clock.now)
    assert parts is not None
    native, english = parts if is_first else parts[::-1]
    assert is_native(native, LAW)
    assert native.sources[0].url_en is None
    assert english.title == english.sources[0].title_native == feeds.entry().title
