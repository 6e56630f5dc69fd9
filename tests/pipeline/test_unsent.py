"""Why nobody is notified of an item, which polls save for whoever asks for its URL."""

import datetime as dt
from typing import Literal

from msgspec.structs import replace

from bot.dedupe.keys import address_keys
from bot.models.sources import SeenItem
from bot.pipeline.poll import WAITS
from tests.fakes.sources import Entry
from tests.pipeline.conftest import PolledSource
from tests.pipeline.entries import NEW, OLD
from tests.pipeline.test_known_items import many
from tests.samples import NOW

SPORT = Entry("Fotbal: ministr otevřel nový stadion", "https://mv.example/fotbal", "g77")


async def seen(polled: PolledSource, url: str) -> list[SeenItem]:
    return await polled.context.store.seen_items(address_keys("cz", url))


async def reason(
    polled: PolledSource, url: str
) -> Literal["not relevant", "baseline", "held"] | None:
    (known,) = await seen(polled, url)
    assert known.unsent
    return known.unsent.reason


async def test_what_is_not_relevant_is_saved_with_the_words_that_decided(
    polled: PolledSource,
) -> None:
    polled.publish(OLD)
    await polled.poll()
    polled.publish(SPORT, NEW, OLD)
    await polled.poll()
    (known,) = await seen(polled, str(SPORT.link))
    assert known.source == "cz"
    assert known.development is None
    assert known.unsent
    assert known.unsent.at == NOW
    assert known.unsent.irrelevance
    assert known.unsent.irrelevance.relevance < known.unsent.irrelevance.least
    assert {"Fotbal", "stadion"} & {*known.unsent.irrelevance.against}


async def test_what_waited_for_its_own_page_in_vain_is_saved_with_its_words(
    polled: PolledSource,
) -> None:
    polled.context = replace(polled.context, articles=3)
    polled.publish(OLD)
    await polled.poll()
    link = polled.web.url("/not-there")
    polled.publish(Entry("Hasiči dostali nové vozy", link, "g78"), OLD)
    await polled.poll()
    assert await seen(polled, link) == []  # its page may say what it is about
    for _ in range(WAITS):
        await polled.poll()
    (known,) = await seen(polled, link)
    assert known.unsent
    assert known.unsent.irrelevance


async def test_what_is_told_has_no_reason_not_to_be(polled: PolledSource) -> None:
    polled.publish(OLD)
    await polled.poll()
    polled.publish(NEW, OLD)
    await polled.poll()
    assert NEW.link
    for link in (NEW.link, f"{NEW.link}?utm_source=feed"):
        (known,) = await seen(polled, link)
        assert known.development
        assert known.unsent is None


async def test_the_baseline_is_marked(polled: PolledSource) -> None:
    polled.publish(OLD, SPORT)
    await polled.poll()
    assert await reason(polled, str(OLD.link)) == "baseline"
    assert await reason(polled, str(SPORT.link)) == "not relevant"


async def test_what_is_held_back_is_marked(polled: PolledSource) -> None:
    polled.publish(*many(1, 40))
    await polled.poll()
    polled.context = replace(polled.context, clock=lambda: NOW + dt.timedelta(hours=1))
    polled.publish(*many(101, 140, date=lambda n: dt.datetime(2024, 6, 1)))
    assert (await polled.poll()).held
    assert await reason(polled, "https://mv.example/140") == "held"
