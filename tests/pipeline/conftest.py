"""A source that is polled, for the tests of the pipeline."""

import datetime as dt
from collections.abc import AsyncIterator, Callable

import pytest_asyncio
from msgspec.structs import replace

from bot import pipeline
from bot.fetch import open_fetcher
from bot.models.chats import Chat, Filter
from bot.models.sources import PollReport, Source, SourceState
from bot.pipeline import PollContext
from bot.pipeline.rules import RULES
from bot.store import open_store
from tests.fakes.sources import Entry, FakeSources, rss
from tests.fakes.workers import InlineWorkers
from tests.samples import NOW, source


class PolledSource:
    """A source on a real server, what polls it, and a chat that is subscribed to it."""

    def __init__(self, web: FakeSources, context: PollContext) -> None:
        self.web, self.context = web, context
        self.source = source(url=web.url("/rss"))

    def publish(self, *entries: Entry, write: Callable[..., str] = rss) -> None:
        self.web.publish("/rss", write(entries))

    async def poll(self, polled: Source | None = None) -> PollReport:
        """Poll it, and record what stood there at its first poll, as the service does."""
        report = await pipeline.poll(self.context, polled or self.source)
        await pipeline.record_history(self.context, [polled or self.source])
        return report

    async def state(self) -> SourceState:
        """Its state after its last poll."""
        state = await self.context.store.state(self.source.id)
        assert state is not None
        return state

    def wait(self, days: float) -> None:
        """Lets it be so many days after the beginning of the test."""
        self.context = replace(self.context, clock=lambda: NOW + dt.timedelta(days=days))

    async def queued(self) -> list[tuple[int, str]]:
        due = await self.context.store.claim_deliveries(self.context.clock(), 100)
        titles = {made.id: made.title for made in await self.context.store.developments()}
        return [(row.chat, titles[row.development]) for row in due]

    async def subscribe(self, chat: int, *filters: Filter) -> None:
        numbered = tuple(replace(wanted, id=n) for n, wanted in enumerate(filters, 1))
        await self.context.store.change_chat(chat, lambda known: Chat(id=chat, filters=numbered))


@pytest_asyncio.fixture
async def polled() -> AsyncIterator[PolledSource]:
    async with (
        open_store(":memory:", RULES) as store,
        FakeSources() as web,
        open_fetcher(["127.0.0.1"]) as fetcher,
    ):
        context = PollContext(
            store,
            fetcher,
            InlineWorkers(),
            lambda: NOW,
            dt.timedelta(minutes=15),
            chance=lambda: 0.0,
        )
        polled = PolledSource(web, context)
        await polled.subscribe(1, Filter())
        yield polled
