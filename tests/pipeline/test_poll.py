"""From a source to what is owed: what is news, for whom, and what is not."""

import datetime as dt
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

import pytest
import pytest_asyncio
from msgspec.structs import replace

from bot import enrich, pipeline
from bot.errors import WorkError
from bot.fetch import open_fetcher
from bot.models import Chat, Filter, Report, Source
from bot.pipeline import PollContext
from bot.pipeline.worker_pool import WorkerPool
from bot.store import open_store, waves
from tests.fakes.sources import Entry, FakeSources, atom, rss
from tests.samples import NOW, source

T = TypeVar("T")

OLD = Entry("Azyl: stará zpráva", "https://mv.example/1", "g1", dt.datetime(2025, 1, 10, 9, 0))
NEW = Entry(
    "Nová pravidla pro azyl a návraty",
    "https://mv.example/2",
    "g2",
    dt.datetime(2025, 1, 16, 9, 0),
    "Vláda schválila pravidla pro azyl. Týkají se také návratů do země původu.",
)
OTHER = Entry("Hasiči mají nové auto", "https://mv.example/3", "g3", text="Je červené.")


class Here(WorkerPool):
    """Does the work in this process."""

    def __init__(self) -> None:
        """No process is started."""

    async def run(self, work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        return work(*args, **kwargs)


class Newsroom:
    """A source, the desk that polls it, and a chat that follows it."""

    def __init__(self, web: FakeSources, context: PollContext) -> None:
        self.web, self.context = web, context
        self.source = source(url=web.url("/rss"))

    def publishes(self, *entries: Entry, write: Callable[..., str] = rss) -> None:
        self.web.publish("/rss", write(entries))

    async def polls(self, polled: Source | None = None) -> Report:
        return await pipeline.poll(self.context, polled or self.source)

    async def owed(self) -> list[tuple[int, str]]:
        due = await self.context.store.claim_deliveries(self.context.clock(), 100)
        titles = {made.id: made.title for made in await self.context.store.developments()}
        return [(row.chat, titles[row.development]) for row in due]

    async def follows(self, chat: int, *filters: Filter) -> None:
        numbered = tuple(replace(wanted, id=n) for n, wanted in enumerate(filters, 1))
        await self.context.store.change_chat(chat, lambda known: Chat(id=chat, filters=numbered))


@pytest_asyncio.fixture
async def newsroom() -> AsyncIterator[Newsroom]:
    async with (
        open_store(":memory:") as store,
        FakeSources() as web,
        open_fetcher(["127.0.0.1"]) as fetcher,
    ):
        context = PollContext(
            store, fetcher, Here(), lambda: NOW, dt.timedelta(minutes=15), chance=lambda: 0.0
        )
        room = Newsroom(web, context)
        await room.follows(1, Filter())
        yield room


async def test_the_first_poll_is_the_baseline_and_notifies_nobody(newsroom: Newsroom) -> None:
    newsroom.publishes(NEW, OLD)
    report = await newsroom.polls()
    assert (report.result, report.developments, report.deliveries) == ("baseline", 2, 0)
    assert await newsroom.owed() == []
    assert len(await newsroom.context.store.developments()) == 2


async def test_what_comes_after_is_owed_to_those_who_follow_it(newsroom: Newsroom) -> None:
    await newsroom.follows(2, Filter(countries=frozenset({"CZ"})))
    await newsroom.follows(3, Filter(countries=frozenset({"DE"})))
    newsroom.publishes(OLD)
    await newsroom.polls()
    newsroom.publishes(OTHER, NEW, OLD)
    report = await newsroom.polls()
    assert (report.result, report.new, report.developments) == ("new", 2, 1)
    assert sorted(await newsroom.owed()) == [(1, NEW.title), (2, NEW.title)]


async def test_a_poll_leaves_nothing_to_be_written_out(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waves, "TOGETHER", 2)
    for chat in range(2, 8):
        await newsroom.follows(chat, Filter())
    newsroom.publishes()
    await newsroom.polls()
    newsroom.publishes(NEW)
    assert (await newsroom.polls()).deliveries == 7
    assert len(await newsroom.owed()) == 7


async def test_an_empty_first_document_is_a_baseline_too(newsroom: Newsroom) -> None:
    newsroom.publishes()
    await newsroom.polls()
    newsroom.publishes(NEW)
    await newsroom.polls()
    assert await newsroom.owed() == [(1, NEW.title)]


async def test_a_first_poll_that_fails_is_no_baseline(newsroom: Newsroom) -> None:
    newsroom.web.fails("/rss", 500)
    assert (await newsroom.polls()).problems == ("HTTP 500 Internal Server Error",)
    newsroom.publishes(OLD)
    assert (await newsroom.polls()).result == "baseline"
    assert await newsroom.owed() == []


async def test_two_filters_that_match_owe_one_message(newsroom: Newsroom) -> None:
    await newsroom.follows(1, Filter(), Filter(countries=frozenset({"CZ"})))
    newsroom.publishes()
    await newsroom.polls()
    newsroom.publishes(NEW)
    await newsroom.polls()
    (owed,) = await newsroom.context.store.claim_deliveries(NOW, 10)
    assert owed.filters == (1, 2)


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
    newsroom: Newsroom, change: dict[str, Any]
) -> None:
    newsroom.publishes(OLD)
    await newsroom.polls()
    newsroom.publishes(NEW, OLD)
    await newsroom.polls()
    newsroom.publishes(Entry(**{**vars(NEW), **change}), OLD)
    await newsroom.polls()
    newsroom.publishes(NEW, OLD)
    await newsroom.polls()
    assert len(await newsroom.owed()) == 1


async def test_a_feed_that_is_emptied_and_refilled_brings_nothing_new(newsroom: Newsroom) -> None:
    for entries in ((OLD,), (NEW, OLD), (), (NEW, OLD)):
        newsroom.publishes(*entries)
        await newsroom.polls()
    assert len(await newsroom.owed()) == 1


async def test_a_feed_that_changes_its_format_brings_nothing_new(newsroom: Newsroom) -> None:
    newsroom.publishes(OLD)
    await newsroom.polls()
    newsroom.publishes(NEW, OLD)
    await newsroom.polls()
    newsroom.publishes(NEW, OLD, write=atom)
    await newsroom.polls()
    assert len(await newsroom.owed()) == 1


async def test_what_has_not_changed_is_not_read_again(newsroom: Newsroom) -> None:
    newsroom.publishes(OLD)
    await newsroom.polls()
    assert (await newsroom.polls()).result == "unchanged"
    assert "If-None-Match" in newsroom.web.requests("/rss")[-1].headers
    newsroom.web.publish("/rss", rss([OLD]), etag='"another"')
    assert (await newsroom.polls()).result == "unchanged"


async def test_one_broken_item_does_not_block_its_feed_and_is_tried_again(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    newsroom.publishes(OLD)
    await newsroom.polls()
    develop = enrich.develop

    def breaks(item: Any, of: Source) -> Any:
        if "Rozbitá" in item.title:
            raise ValueError("out of order")
        return develop(item, of)

    broken = Entry("Rozbitá zpráva o azylu", "https://mv.example/9", "g9")
    newsroom.publishes(broken, broken, NEW, OLD)  # what stands twice is broken twice
    with monkeypatch.context() as patched:
        patched.setattr(enrich, "develop", breaks)
        report = await newsroom.polls()
    assert report.problems == ("https://mv.example/9: ValueError: out of order",)
    assert await newsroom.owed() == [(1, NEW.title)]
    await newsroom.polls()
    assert [title for _, title in await newsroom.owed()] == [NEW.title, broken.title]


async def test_what_was_broken_before_the_first_poll_is_no_news_later(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(item: Any, of: Source) -> Any:
        raise ValueError("out of order")

    newsroom.publishes(OLD)
    with monkeypatch.context() as patched:
        patched.setattr(enrich, "develop", breaks)
        await newsroom.polls()
    newsroom.publishes(NEW, OLD)
    await newsroom.polls()
    assert await newsroom.owed() == [(1, NEW.title)]


async def test_a_reader_that_gives_up_is_a_failure_of_its_source_alone(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gives_up(*args: Any) -> None:
        raise WorkError("took longer than 30 s to read")

    monkeypatch.setattr(newsroom.context.workers, "run", gives_up)
    newsroom.publishes(OLD)
    assert (await newsroom.polls()).result == "failed"


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
async def test_odd_addresses_and_encodings_cost_nothing(newsroom: Newsroom, body: bytes) -> None:
    newsroom.web.publish("/rss", body)
    assert (await newsroom.polls()).items == 1


async def test_odd_bytes_in_a_header_cost_nothing(newsroom: Newsroom) -> None:
    newsroom.web.publish("/rss", rss([OLD]), etag='"š"', last_modified="čt, 16 led")
    assert (await newsroom.polls()).result == "baseline"


async def test_whatever_breaks_a_poll_is_a_failure_of_its_source(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(*args: Any) -> None:
        raise ZeroDivisionError("by\nzero")

    monkeypatch.setattr(newsroom.context.workers, "run", breaks)
    newsroom.publishes(OLD)
    assert (await newsroom.polls()).problems == ("ZeroDivisionError: by zero",)
    state = await newsroom.context.store.state("cz")
    assert state is not None
    assert state.failures == 1


async def test_failures_are_counted_and_the_next_answer_forgives_them(newsroom: Newsroom) -> None:
    newsroom.web.fails("/rss", 404)
    await newsroom.polls()
    await newsroom.polls()
    state = await newsroom.context.store.state("cz")
    assert state is not None
    assert (state.failures, state.error) == (2, "HTTP 404 Not Found")
    assert state.due == NOW + dt.timedelta(hours=1)
    newsroom.publishes(OLD)
    await newsroom.polls()
    state = await newsroom.context.store.state("cz")
    assert state is not None
    assert (state.failures, state.error) == (0, None)


async def test_a_challenge_page_is_a_failure_not_a_quiet_source(newsroom: Newsroom) -> None:
    newsroom.web.publish("/rss", "<html>Are you human?</html>", "text/html")
    assert (await newsroom.polls()).problems == (
        "an HTML page that asks for a browser (a challenge) came, not a feed",
    )


async def test_another_address_under_the_same_id_is_another_baseline(newsroom: Newsroom) -> None:
    newsroom.publishes(OLD)
    await newsroom.polls()
    newsroom.web.publish("/moved", rss([NEW, OLD]))
    report = await newsroom.polls(source(url=newsroom.web.url("/moved")))
    assert (report.result, report.deliveries) == ("baseline", 0)


async def test_a_source_of_migration_news_needs_no_gate(newsroom: Newsroom) -> None:
    everything = source(url=newsroom.web.url("/rss"), scope="migration")
    newsroom.publishes(OLD)
    await newsroom.polls(everything)
    newsroom.publishes(OTHER, OLD)
    await newsroom.polls(everything)
    assert await newsroom.owed() == [(1, OTHER.title)]
