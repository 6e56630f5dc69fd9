"""Items whose own pages complete them."""

import datetime as dt

import pytest
from msgspec.structs import replace

from bot.dedupe.keys import address_keys
from bot.models.chats import Filter
from bot.pipeline.poll import WAITS
from tests.fakes.pdf import make_pdf
from tests.fakes.sources import Entry
from tests.pipeline.conftest import PolledSource
from tests.pipeline.entries import OLD

PAGE = "<html><body><main><p>{}</p></main></body></html>".format(
    "Vláda schválila novelu azylového zákona. Týká se návratů a dočasné ochrany cizinců. " * 3
)


async def test_an_item_that_says_too_little_is_completed_from_its_page(
    polled: PolledSource,
) -> None:
    polled.context = replace(polled.context, articles=2)
    polled.publish(OLD)
    await polled.poll()
    lacking = [
        Entry(f"Zasedání vlády {n}", polled.web.url(f"/clanek/{n}"), f"c{n}") for n in (1, 2, 3)
    ]
    for n in (1, 2, 3):
        polled.web.publish(f"/clanek/{n}", PAGE, "text/html")
    polled.publish(*lacking, OLD)
    report = await polled.poll()
    assert (report.new, report.developments) == (2, 2)
    made = await polled.context.store.developments(limit=1)
    assert made[0].summary.startswith("Vláda schválila novelu azylového zákona.")
    assert [len(polled.web.requests(f"/clanek/{n}")) for n in (1, 2, 3)].count(1) == 2
    assert (await polled.poll()).developments == 1  # the third waited
    assert (await polled.poll()).result == "unchanged"


@pytest.mark.parametrize("word", ["Frontex", "upoutávka", "nadpis", "sezení"])
async def test_a_word_is_seen_wherever_it_stands(polled: PolledSource, word: str) -> None:
    polled.context = replace(polled.context, articles=2)
    await polled.subscribe(2, Filter(words=(word,)))
    polled.publish(OLD)
    await polled.poll()
    end = "<p>Na konci jednání zmínila vláda také agenturu Frontex.</p></main>"
    long = f"<p>{'Vláda schválila novelu azylového zákona. ' * 900}</p>"
    page = PAGE.replace("<main>", f"<main><h1>Nadpis</h1>{long}").replace("</main>", end)
    polled.web.publish("/clanek", page, "text/html")
    address = polled.web.url("/clanek")
    polled.publish(Entry("Sezení vlády", address, "c", text="Upoutávka"), OLD)
    await polled.poll()
    assert (2, "Sezení vlády") in await polled.queued()


async def test_an_item_whose_page_fails_is_waited_for_but_not_for_good(
    polled: PolledSource,
) -> None:
    polled.context = replace(polled.context, articles=5)
    polled.publish(OLD)
    await polled.poll()
    one, two = (
        Entry(f"Zasedání vlády {n}", polled.web.url(f"/clanek/{n}"), f"c{n}") for n in (1, 2)
    )
    polled.web.fails("/clanek/1", 503)
    polled.publish(one, OLD)
    assert (await polled.poll()).result == "nothing new"
    polled.web.publish("/clanek/1", PAGE, "text/html")
    assert (await polled.poll()).developments == 1
    polled.web.fails("/clanek/2", 503)
    polled.publish(two, one, OLD)
    results = [(await polled.poll()).result for _ in range(5)]
    assert results == ["nothing new", "nothing new", "nothing new", "new", "unchanged"]


async def test_a_page_that_fails_makes_a_development_no_poorer(polled: PolledSource) -> None:
    polled.context = replace(polled.context, articles=5)
    polled.publish(OLD)
    await polled.poll()
    entry = Entry("Nový azylový zákon", polled.web.url("/zakon"), "z1")
    polled.web.publish("/zakon", PAGE, "text/html")
    polled.publish(entry, OLD)
    await polled.poll()
    polled.web.fails("/zakon", 503)
    polled.publish(Entry(**{**vars(entry), "title": "Nový azylový zákon (oprava)"}), OLD)
    await polled.poll()
    assert (await polled.poll()).changed == 1
    (made,) = await polled.context.store.developments(limit=1)
    assert made.title == "Nový azylový zákon (oprava)"
    assert made.summary.startswith("Vláda schválila novelu azylového zákona.")


async def test_a_page_that_cannot_be_read_costs_only_its_text(polled: PolledSource) -> None:
    polled.context = replace(polled.context, articles=5)
    polled.publish(OLD)
    await polled.poll()
    polled.publish(Entry("Nový azylový zákon", polled.web.url("/none"), "n1"), OLD)
    assert (await polled.poll()).developments == 1


async def test_what_waits_for_its_own_page_is_known_to_wait(polled: PolledSource) -> None:
    polled.context = replace(polled.context, articles=1)
    polled.publish(OLD)
    await polled.poll()
    url = polled.web.url("/none")
    polled.publish(Entry("Jednání ministra", url, "n1"), OLD)
    for _ in range(WAITS):
        await polled.poll()
        assert set(address_keys("cz", url)) & set((await polled.state()).waiting)
    await polled.poll()
    assert (await polled.state()).waiting == ()


async def test_an_item_has_the_editions_that_its_page_names(polled: PolledSource) -> None:
    polled.context = replace(polled.context, articles=1)
    polled.publish(OLD)
    await polled.poll()
    link = '<link rel="alternate" hreflang="en" href="/en/law">'
    polled.web.publish("/zakon", f"<html><head>{link}</head>{PAGE}", "text/html")
    polled.publish(Entry("Nový azylový zákon", polled.web.url("/zakon"), "z"), OLD)
    await polled.poll()
    (made, *_) = await polled.context.store.developments()
    assert made.sources[0].editions == (polled.web.url("/en/law"),)


async def test_a_pdf_completes_an_item_and_gives_the_pages_of_its_quotations(
    polled: PolledSource,
) -> None:
    polled.context = replace(polled.context, articles=2)
    polled.publish(OLD)
    await polled.poll()
    law = [
        ["Vláda schválila novelu azylového zákona. Týká se návratů cizinců."],
        ["Novela nabývá účinnosti dne 1. července 2025."],
    ]
    polled.web.publish("/akt", make_pdf(law, "Novela azylového zákona"), "text/html")
    url = polled.web.url("/akt")
    polled.publish(Entry(url, url, "p", dt.datetime(2025, 1, 16)), OLD)
    assert (await polled.poll()).developments == 1
    (made,) = await polled.context.store.developments(limit=1)
    assert (made.title, made.sources[0].medium) == ("Novela azylového zákona", "pdf")
    assert [(date.day, date.page) for date in made.ahead] == [(dt.date(2025, 7, 1), 2)]


async def test_a_scan_is_told_to_be_one(polled: PolledSource) -> None:
    polled.context = replace(polled.context, articles=2)
    polled.publish(OLD)
    await polled.poll()
    polled.web.publish("/akt", make_pdf([[]], scans=(1,)), "application/pdf")
    polled.publish(Entry("Nový azylový zákon", polled.web.url("/akt"), "p"), OLD)
    assert (await polled.poll()).developments == 1
    (made,) = await polled.context.store.developments(limit=1)
    assert (made.title, made.sources[0].medium) == ("Nový azylový zákon", "scanned")
