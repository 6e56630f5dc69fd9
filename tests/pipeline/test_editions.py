"""The publisher's own English edition of an item, found on its site."""

import datetime as dt
import socket

import aiohttp
import pytest
from msgspec.structs import replace

from bot.fetch import open_fetcher
from bot.match import deliveries_for
from bot.models import Development, Provenance
from bot.models.chats import Filter
from bot.models.deliveries import Delivery
from bot.models.sources import Source
from bot.models.translations import Translation, TranslationWait
from bot.text import first_sentences
from tests.fakes.sources import Entry, rss
from tests.pipeline.conftest import PolledSource
from tests.pipeline.edition_sites import SITES, Site
from tests.pipeline.entries import OLD
from tests.release import some_of
from tests.samples import NOW, source

WAIT = TranslationWait(deadline=dt.timedelta(minutes=5))
EDITION = Provenance(title="edition", summary="edition")


class Clock:
    """Time that goes on, and a messenger that takes what is due."""

    def __init__(self, polled: PolledSource) -> None:
        self.polled, self.now = polled, NOW
        polled.context = replace(polled.context, articles=10, clock=lambda: self.now)

    async def poll(self, times: int = 1, *others: Source, hours: int = 1) -> None:
        """Polls the source, and others, every so many hours."""
        for _ in range(times):
            self.now += dt.timedelta(hours=hours)
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
    "site", some_of([site for site in SITES if site.english], 2), ids=lambda site: site.name
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


LAW = next(site for site in SITES if site.path == "/cs/novela-azyloveho-zakona")
LAW_EN = LAW.pages[0].path
SWITCH = f'<a href="{LAW.path}">Česky</a> <a href="{LAW_EN}">English</a>'


def says(polled: PolledSource, path: str, title: str, *text: str) -> None:
    """Publishes a page."""
    body = "".join(f"<p>{each}</p>" for each in text)
    html = f"<html><body>{SWITCH}<main><h1>{title}</h1>{body}</main></body></html>"
    polled.web.publish(path, html, "text/html; charset=utf-8", etag=None)


async def test_an_edition_goes_before_an_engine_s_translation(polled: PolledSource) -> None:
    clock = await begin(polled, LAW)
    polled.context = replace(polled.context, translation_wait=lambda languages: WAIT)
    LAW.publish_item(polled.web)
    await polled.poll()
    store = polled.context.store
    waiting = await store.next_untranslated(clock.now)
    assert waiting
    passage = await store.passage_to_translate(waiting.development, waiting.target)
    assert passage
    by = Translation(title="Cabinet okays law", summary="It did.", by="engine", origin="machine")
    assert await store.save_translation(waiting, passage, by, deliveries_for, clock.now)
    await clock.send_all()
    LAW.publish_pages(polled.web)
    await clock.poll(3)
    made = await recorded(polled)
    assert is_english(made, LAW)
    assert (made.translated_by, await store.next_untranslated(clock.now)) == (None, None)
    assert await clock.send_all() == ["edit"]


async def test_what_has_an_edition_waits_for_no_engine(polled: PolledSource) -> None:
    clock = await begin(polled, LAW)
    polled.context = replace(polled.context, translation_wait=lambda languages: WAIT)
    LAW.publish_pages(polled.web)
    LAW.publish_item(polled.web)
    await polled.poll()
    assert await clock.send_all() == ["news"]
    assert await polled.context.store.next_untranslated(clock.now) is None


async def test_an_edition_that_changes_is_edited_in_and_is_no_news(polled: PolledSource) -> None:
    clock = await begin(polled, LAW)
    LAW.publish_pages(polled.web)
    LAW.publish_item(polled.web)
    await clock.poll()
    await clock.send_all()
    assert LAW.english
    title = "Government approves the amendment to the Act on Asylum"
    says(polled, LAW_EN, title, LAW.english.text)
    await clock.poll(6)
    assert (await recorded(polled)).title == title
    assert await clock.send_all() == ["edit"]
    await clock.poll(6)
    assert await clock.send_all() == []


async def test_both_texts_are_searched(polled: PolledSource) -> None:
    clock = await begin(polled, LAW)
    LAW.publish_item(polled.web)
    assert LAW.english
    more = "The bill was drafted by the Department for Asylum and Migration Policy."
    says(polled, LAW_EN, LAW.english.title, LAW.english.text, more)
    await clock.poll()
    await clock.send_all()
    await clock.poll(2)
    id_ = str((await recorded(polled)).id)
    words = ("Rakušan ji hájil", "drafted by the department")
    assert await polled.context.store.words_in(id_, words) == {*words}


@pytest.mark.parametrize("status", [404, 410, 500])
async def test_an_edition_that_goes_away_stays_told(polled: PolledSource, status: int) -> None:
    clock = await begin(polled, LAW)
    LAW.publish_pages(polled.web)
    LAW.publish_item(polled.web)
    await clock.poll()
    await clock.send_all()
    polled.web.fails(LAW_EN, status)
    await clock.poll(12, hours=4)
    assert is_english(await recorded(polled), LAW)
    assert await clock.send_all() == []


async def test_an_edition_that_another_page_replaces_stays_told(polled: PolledSource) -> None:
    clock = await begin(polled, LAW)
    LAW.publish_pages(polled.web)
    LAW.publish_item(polled.web)
    await clock.poll()
    await clock.send_all()
    says(polled, LAW_EN, LAW.title, LAW.text)
    await clock.poll(12, hours=4)
    assert is_english(await recorded(polled), LAW)
    assert await clock.send_all() == []


async def test_an_item_that_changes_is_told_in_its_edition_as_it_is_now(
    polled: PolledSource,
) -> None:
    clock = await begin(polled, LAW)
    LAW.publish_pages(polled.web)
    LAW.publish_item(polled.web)
    await clock.poll()
    await clock.send_all()
    assert LAW.english
    later = replace(
        LAW,
        text=LAW.text.replace("30 dnů", "60 dnů"),
        english=replace(LAW.english, text=LAW.english.text.replace("30 days", "60 days")),
    )
    later.publish_pages(polled.web)
    later.publish_item(polled.web)
    await clock.poll(2)
    assert is_english(await recorded(polled), later)
    assert sorted(await clock.send_all()) == ["correction", "edit"]


async def test_an_item_that_changes_is_not_told_in_an_edition_that_has_not(
    polled: PolledSource,
) -> None:
    clock = await begin(polled, LAW)
    LAW.publish_pages(polled.web)
    LAW.publish_item(polled.web)
    await clock.poll()
    later = replace(LAW, text=LAW.text.replace("30 dnů", "60 dnů"))
    later.publish_item(polled.web)
    await clock.poll(3)
    assert is_native(await recorded(polled), later)


async def test_what_several_articles_name_is_no_edition(polled: PolledSource) -> None:
    clock = await begin(polled, LAW)
    entries = []
    assert LAW.english
    says(polled, LAW_EN, LAW.english.title, LAW.english.text)
    for path in ("/cs/prvni", "/cs/druhy"):
        says(polled, path, f"{LAW.title} ({path})", LAW.text)
        entries.append(Entry(f"{LAW.title} ({path})", polled.web.url(path), path, text=LAW.text))
    polled.web.publish("/rss", rss([*entries, OLD]))
    await clock.poll(3)
    told = await polled.context.store.developments(limit=2)
    assert {made.provenance.title for made in told} == {"original"}
    assert len(polled.web.requests(LAW_EN)) == 0


@pytest.mark.parametrize(
    "address",
    ["http://10.0.0.1/en/new-law", "http://[::1]:9/en/new-law", "http://127.0.0.1:22/en/law"],
)
async def test_an_edition_at_a_private_address_is_not_asked_for(
    polled: PolledSource, address: str
) -> None:
    site = replace(LAW, head=f'<link rel="alternate" hreflang="en" href="{address}">')
    clock = await begin(polled, site)
    site.publish_item(polled.web)
    await clock.poll(2)
    assert is_native(await recorded(polled), site)


async def test_an_edition_that_redirects_for_ever_is_none(polled: PolledSource) -> None:
    clock = await begin(polled, LAW)
    polled.web.redirects(LAW_EN, f"{LAW_EN}/more", 302)
    polled.web.redirects(f"{LAW_EN}/more", LAW_EN, 302)
    LAW.publish_item(polled.web)
    await polled.poll()
    assert is_native(await recorded(polled), LAW)
    assert await clock.send_all() == ["news"]


@pytest.mark.parametrize("target", ["/en/", "/cs/novela-azyloveho-zakona"])
async def test_an_edition_that_leads_home_or_back_is_none(
    polled: PolledSource, target: str
) -> None:
    clock = await begin(polled, LAW)
    assert LAW.english
    says(polled, "/en/", LAW.english.title, LAW.english.text)
    polled.web.redirects(LAW_EN, target, 302)
    LAW.publish_item(polled.web)
    await clock.poll()
    assert is_native(await recorded(polled), LAW)


async def test_a_page_of_many_megabytes_is_no_edition(polled: PolledSource) -> None:
    clock = await begin(polled, LAW)
    assert LAW.english
    says(polled, LAW_EN, LAW.english.title, LAW.english.text, "x" * 10_000_000)
    LAW.publish_item(polled.web)
    await clock.poll()
    assert is_native(await recorded(polled), LAW)


async def test_a_site_that_forbids_to_read_its_edition_is_not_read(polled: PolledSource) -> None:
    clock = await begin(polled, LAW)
    polled.web.publish("/robots.txt", "User-agent: *\nDisallow: /en/", "text/plain")
    LAW.publish_pages(polled.web)
    LAW.publish_item(polled.web)
    async with open_fetcher(["127.0.0.1"]) as fetcher:
        polled.context = replace(polled.context, fetcher=fetcher)
        await clock.poll(2)
    assert is_native(await recorded(polled), LAW)
    assert polled.web.requests(LAW_EN) == []


async def test_pages_that_are_not_read_cost_an_edition_alone(polled: PolledSource) -> None:
    clock = await begin(polled, LAW)
    polled.context = replace(polled.context, articles=0)
    LAW.publish_pages(polled.web)
    LAW.publish_item(polled.web)
    await clock.poll(2)
    assert is_native(await recorded(polled), LAW)
    assert polled.web.requests(LAW_EN) == []


async def test_an_edition_is_looked_for_a_few_times_only(polled: PolledSource) -> None:
    clock = await begin(polled, LAW)
    LAW.publish_item(polled.web)
    await clock.poll()
    await clock.send_all()
    await clock.poll(5 * 20, hours=5)
    assert 5 < len(polled.web.requests(LAW_EN)) < 50


async def test_an_edition_may_be_on_the_host_of_its_language(
    polled: PolledSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def resolve(self: object, host: str, port: int = 0, **more: object) -> list[object]:
        family = {"family": socket.AF_INET, "proto": 0, "flags": 0}
        return [{"hostname": host, "host": "127.0.0.1", "port": port, **family}]

    monkeypatch.setattr(aiohttp.AsyncResolver, "resolve", resolve)
    own, english = (
        polled.web.url("").replace("127.0.0.1", host)
        for host in ("www.mv.example", "en.mv.example")
    )
    monkeypatch.setattr(polled.web, "url", lambda path: f"{own}{path}")
    site = replace(LAW, head="", links=f'<a href="{english}{LAW_EN}">English</a>')
    clock = await begin(polled, site)
    site.publish_pages(polled.web)
    site.publish_item(polled.web)
    await clock.poll()
    made = await recorded(polled)
    assert is_english(made, site)
    assert made.sources[0].url_en == f"{english}{LAW_EN}"


async def test_one_feed_may_have_both(polled: PolledSource) -> None:
    site = next(site for site in SITES if site.language == "sv" and site.english)
    clock = await begin(polled, site)
    polled.source = replace(polled.source, id="both", language=None)
    polled.web.publish("/rss", rss([OLD], ""))
    await clock.poll()
    assert site.english
    site.publish_pages(polled.web)
    site.publish_item(polled.web)
    date = dt.datetime(2025, 1, 16, 9, 0)
    both = [
        Entry(said.title, polled.web.url(path), path, date, said.text)
        for said, path in ((site, site.path), (site.english, site.pages[0].path))
    ]
    polled.web.publish("/rss", rss([*both, OLD], ""))
    await clock.poll()
    assert is_english(await recorded(polled), site)
    assert (await clock.send_all()).count("news") == 1
