"""Open what polls need: a store, a fetcher, worker processes, and what the configuration says."""

import asyncio
import functools
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

from bot import dates
from bot.config.schema import Config
from bot.enrich.own_words import read_own_words
from bot.fetch import open_fetcher
from bot.malloc import set_up_malloc
from bot.models import ReviewRule
from bot.models.sources import Source
from bot.models.translations import TranslationWait
from bot.pipeline import PollContext
from bot.pipeline.rules import RULES
from bot.pipeline.worker_pool import PRELOADED, WorkerPool
from bot.ports.store import Store
from bot.source_edits import edited
from bot.store import open_store
from bot.translation import targets


@asynccontextmanager
async def open_poll_context(config: Config, store: Store) -> AsyncIterator[PollContext]:
    """Open what polls need beside a store, for as long as the context lasts."""
    polling, labels = config.polling, config.labels
    review = ReviewRule(labels.review_below, labels.review_within) if labels.review_below else None
    own_words = read_own_words(labels.words)
    set_up_malloc()
    workers = WorkerPool(PRELOADED)
    try:
        opened = open_fetcher(polling.private_hosts, polling.concurrency, polling.contact)
        async with opened as fetcher:
            yield PollContext(
                store,
                fetcher,
                workers,
                dates.now,
                polling.interval,
                functools.partial(_translation_wait, config),
                polling.articles,
                review,
                own_words,
                asyncio.Semaphore(polling.concurrency),
            )
    finally:
        await asyncio.to_thread(workers.close)


def _translation_wait(config: Config, languages: Collection[str | None]) -> TranslationWait | None:
    given = targets(config, languages)
    return TranslationWait(deadline=config.translation.deadline, targets=given) if given else None


@asynccontextmanager
async def open_polling(
    config: Config,
    url: str = ":memory:",
    *,
    filled_from: str | None = None,
    is_new: bool = False,
    migrates: bool = True,
) -> AsyncIterator[PollContext]:
    """Open a store and what polls need with it, for as long as the context lasts."""
    async with (
        open_store(url, RULES, filled_from=filled_from, is_new=is_new, migrates=migrates) as store,
        open_poll_context(config, store) as context,
    ):
        yield context


async def followed_sources(config: Config, store: Store) -> list[Source]:
    """Return the sources of the configuration, with what admins have changed of them."""
    return edited(config.all_sources(), await store.source_edits())
