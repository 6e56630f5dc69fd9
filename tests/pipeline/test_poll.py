"""From a source to what is owed: what is news, for whom, and what is not."""

import asyncio
import datetime as dt
from typing import Any, TypeVar

import pytest
from msgspec.structs import replace

from bot import enrich
from bot.errors import WorkError
from bot.models.chats import Filter
from bot.models.sources import Source
from bot.models.translations import TranslationWait
from tests.fakes.sources import Entry, atom, rss
from tests.pipeline.conftest import PolledSource
from tests.pipeline.entries import NEW, OLD, OTHER
from tests.samples import NOW, source

T = TypeVar("T")


async def test_the_first_poll_is_the_baseline_and_notifies_nobody(polled: PolledSource) -> None:
    polled.publish(NEW, OLD)
    report = await polled.poll()
    assert (report.result, report.new, report.deliveries) == ("baseline", 2, 0)
    assert await polled.queued() == []
    assert len(await polled.context.store.developments()) == 2


async def test_what_comes_after_is_owed_to_those_who_follow_it(polled: PolledSource) -> None:
    await polled.subscribe(2, Filter(countries=frozenset({"CZ"})))
    await polled.subscribe(3, Filter(countries=frozenset({"DE"})))
    polled.publish(OLD)
    await polled.poll()
    polled.publish(OTHER, NEW, OLD)
    report = await polled.poll()
    assert (report.result, report.new, report.developments) == ("new", 2, 1)
    assert sorted(await polled.queued()) == [(1, NEW.title), (2, NEW.title)]


@pytest.mark.parametrize(("translated", "is_awaited"), [({"cs"}, True), ({"de", None}, False)])
async def test_news_wait_for_a_translation_only_where_there_is_one(
    polled: PolledSource, translated: set[str | None], *, is_awaited: bool
) -> None:
    wait = TranslationWait(deadline=dt.timedelta(seconds=20))
    polled.context = replace(
        polled.context,
        translation_wait=lambda languages: wait if translated.intersection(languages) else None,
    )
    polled.publish(OLD)
    await polled.poll()
    polled.publish(NEW, OLD)
    await polled.poll()
    assert await polled.queued() == ([] if is_awaited else [(1, NEW.title)])
    assert bool(await polled.context.store.next_untranslated(NOW)) == is_awaited


async def test_everybody_who_follows_it_is_sent_it(polled: PolledSource) -> None:
    for chat in range(2, 8):
        await polled.subscribe(chat, Filter())
    polled.publish()
    await polled.poll()
    polled.publish(NEW)
    assert (await polled.poll()).deliveries == 7
    assert len(await polled.queued()) == 7


async def test_an_empty_first_document_is_a_baseline_too(polled: PolledSource) -> None:
    polled.publish()
    await polled.poll()
    polled.publish(NEW)
    await polled.poll()
    assert await polled.queued() == [(1, NEW.title)]


async def test_a_first_poll_that_fails_is_no_baseline(polled: PolledSource) -> None:
    polled.web.fails("/rss", 500)
    assert (await polled.poll()).problems == ("HTTP 500 Internal Server Error",)
    polled.publish(OLD)
    assert (await polled.poll()).result == "baseline"
    assert await polled.queued() == []


async def test_two_filters_that_match_owe_one_message(polled: PolledSource) -> None:
    await polled.subscribe(1, Filter(), Filter(countries=frozenset({"CZ"})))
    polled.publish()
    await polled.poll()
    polled.publish(NEW)
    await polled.poll()
    (queued,) = await polled.context.store.claim_deliveries(NOW, 10)
    assert queued.filters == (1, 2)


@pytest.mark.parametrize(
    "change",
    [
        {"guid": "other"},
        {"date": dt.datetime(2025, 1, 17, 9, 0)},
        {"date": None},
        {"link": "https://mv.example/2?utm_source=rss&utm_medium=feed"},
        {"link": "http://www.mv.example/2/"},
        {"guid": None},
        {"guid": "other", "date": dt.datetime(2025, 1, 18, 9, 0)},
        {"text": "Opravený text."},
        {"title": "Nová pravidla pro azyl (oprava)"},
    ],
)
async def test_the_same_news_in_other_clothes_is_owed_once(
    polled: PolledSource, change: dict[str, Any]
) -> None:
    polled.publish(OLD)
    await polled.poll()
    polled.publish(NEW, OLD)
    await polled.poll()
    polled.publish(Entry(**{**vars(NEW), **change}), OLD)
    await polled.poll()
    polled.publish(NEW, OLD)
    await polled.poll()
    assert len(await polled.queued()) == 1


async def test_a_feed_that_is_emptied_and_refilled_brings_nothing_new(polled: PolledSource) -> None:
    for entries in ((OLD,), (NEW, OLD), (), (NEW, OLD)):
        polled.publish(*entries)
        await polled.poll()
    assert len(await polled.queued()) == 1


async def test_a_feed_that_changes_its_format_brings_nothing_new(polled: PolledSource) -> None:
    polled.publish(OLD)
    await polled.poll()
    polled.publish(NEW, OLD)
    await polled.poll()
    polled.publish(NEW, OLD, write=atom)
    await polled.poll()
    assert len(await polled.queued()) == 1


async def test_what_has_not_changed_is_not_read_again(polled: PolledSource) -> None:
    polled.publish(OLD)
    await polled.poll()
    assert (await polled.poll()).result == "unchanged"
    assert "If-None-Match" in polled.web.requests("/rss")[-1].headers
    polled.web.publish("/rss", rss([OLD]), etag='"another"')
    assert (await polled.poll()).result == "unchanged"


async def test_one_broken_item_does_not_block_its_feed_and_is_tried_again(
    polled: PolledSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    polled.publish(OLD)
    await polled.poll()
    develop = enrich.enrich_item

    def breaks(item: Any, of: Source, own_words: str) -> Any:
        if "Rozbitá" in item.title:
            raise ValueError("out of order")
        return develop(item, of)

    broken = Entry("Rozbitá zpráva o azylu", "https://mv.example/9", "g9")
    polled.publish(broken, broken, NEW, OLD)  # what stands twice is broken twice
    with monkeypatch.context() as patched:
        patched.setattr(enrich, "enrich_item", breaks)
        report = await polled.poll()
    assert report.problems == ("https://mv.example/9: ValueError: out of order",)
    assert await polled.queued() == [(1, NEW.title)]
    await polled.poll()
    assert [title for _, title in await polled.queued()] == [NEW.title, broken.title]


async def test_what_was_broken_before_the_first_poll_is_no_news_later(
    polled: PolledSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(item: Any, of: Source, own_words: str) -> Any:
        raise ValueError("out of order")

    polled.publish(OLD)
    with monkeypatch.context() as patched:
        patched.setattr(enrich, "enrich_item", breaks)
        await polled.poll()
    polled.publish(NEW, OLD)
    await polled.poll()
    assert await polled.queued() == [(1, NEW.title)]


async def test_a_reader_that_gives_up_is_a_failure_of_its_source_alone(
    polled: PolledSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gives_up(*args: Any) -> None:
        raise WorkError("took longer than 30 s to read")

    monkeypatch.setattr(polled.context.workers, "run", gives_up)
    polled.publish(OLD)
    assert (await polled.poll()).result == "failed"


@pytest.mark.parametrize(
    "body",
    [
        rss([Entry("Azyl", "https://mv.example/5", "http://[bad")]),
        rss([Entry("Azyl", "https://mv.example/5", "http://h:99999/")]),
        rss([Entry("Azyl", "https://mv.example/5")]).replace(
            "<item>", "<link>http://[bad</link><item>", 1
        ),
        rss([Entry("Azyl", "https://mv.example/5")]).encode().replace(b"utf-8", b"idna", 1)
        + b"\xff",
    ],
)
async def test_odd_addresses_and_encodings_cost_nothing(polled: PolledSource, body: bytes) -> None:
    polled.web.publish("/rss", body)
    assert (await polled.poll()).items == 1


async def test_odd_bytes_in_a_header_cost_nothing(polled: PolledSource) -> None:
    polled.web.publish("/rss", rss([OLD]), etag='"š"', last_modified="čt, 16 led")
    assert (await polled.poll()).result == "baseline"


async def test_whatever_breaks_a_poll_is_a_failure_of_its_source(
    polled: PolledSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(*args: Any) -> None:
        raise ZeroDivisionError("by\nzero")

    monkeypatch.setattr(polled.context.workers, "run", breaks)
    polled.publish(OLD)
    assert (await polled.poll()).problems == ("ZeroDivisionError: by zero",)
    state = await polled.state()
    assert state.failures == 1


async def test_failures_are_counted_and_the_next_answer_forgives_them(polled: PolledSource) -> None:
    polled.web.fails("/rss", 404)
    await polled.poll()
    await polled.poll()
    state = await polled.state()
    assert (state.failures, state.error, state.cause) == (2, "HTTP 404 Not Found", "gone")
    assert state.due == NOW + dt.timedelta(hours=1)
    polled.publish(OLD)
    await polled.poll()
    state = await polled.state()
    assert (state.failures, state.error, state.cause) == (0, None, None)


async def test_a_challenge_page_is_a_failure_not_a_quiet_source(polled: PolledSource) -> None:
    polled.web.publish("/rss", "<html>Are you human?</html>", "text/html")
    assert (await polled.poll()).problems == (
        "an HTML page that asks for a browser (a challenge) came, not a feed",
    )


async def test_another_address_under_the_same_id_is_another_baseline(polled: PolledSource) -> None:
    polled.publish(OLD)
    await polled.poll()
    polled.web.publish("/moved", rss([NEW, OLD]))
    report = await polled.poll(source(url=polled.web.url("/moved")))
    assert (report.result, report.deliveries) == ("baseline", 0)


async def test_a_source_of_migration_news_needs_no_gate(polled: PolledSource) -> None:
    everything = source(url=polled.web.url("/rss"), scope="migration")
    polled.publish(OLD)
    await polled.poll(everything)
    polled.publish(OTHER, OLD)
    await polled.poll(everything)
    assert await polled.queued() == [(1, OTHER.title)]


async def test_who_waited_for_a_slot_begins_with_what_is_stored_then(polled: PolledSource) -> None:
    polled.context = replace(polled.context, slots=asyncio.Semaphore(1))
    polled.publish(OLD)
    reports = await asyncio.gather(polled.poll(), polled.poll())
    assert [report.result for report in reports] == ["baseline", "unchanged"]
