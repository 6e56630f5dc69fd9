"""What a poll needs from outside: store, fetcher, workers, clock and randomness."""

import asyncio
import datetime as dt
import random
from collections.abc import Callable, Collection

from msgspec import Struct, field

from bot.fetch import Fetcher
from bot.models import ReviewRule
from bot.models.translations import TranslationWait
from bot.pipeline.worker_pool import WorkerPool
from bot.ports.store import Store

Clock = Callable[[], dt.datetime]

DOCUMENTS = 50
"""Polls under way at the same time, each with a document in memory: where hundreds are due at once,
reading them takes longest, and what has been fetched would wait for it."""


class PollContext(Struct, frozen=True):
    """The dependencies and settings of polls; the same for all sources."""

    store: Store
    fetcher: Fetcher
    workers: WorkerPool
    """Run what `bot.parse` does to documents, and `bot.enrich` to items."""
    clock: Clock
    interval: dt.timedelta
    translation_wait: Callable[[Collection[str | None]], TranslationWait | None] = lambda _: None
    """The translations that are to come of texts in some languages (BCP 47); None: none is."""
    articles: int = 0
    """How many pages of single items one poll may fetch."""
    review: ReviewRule | None = None
    """Which developments wait for an editor; None: none does."""
    own_words: str = ""
    """The operator's words for labels (`enrich.own_words`)."""
    slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(DOCUMENTS))
    """A poll has one from its question to its commit."""
    chance: Callable[[], float] = random.random
