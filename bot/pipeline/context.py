"""What a poll needs from outside: store, fetcher, workers, clock and randomness."""

import datetime as dt
import random
from collections.abc import Callable

from msgspec import Struct

from bot.fetch import Fetcher
from bot.models import ReviewRule
from bot.pipeline.worker_pool import WorkerPool
from bot.ports.store import Store

Clock = Callable[[], dt.datetime]


class PollContext(Struct, frozen=True):
    """The dependencies and settings of polls; the same for all sources."""

    store: Store
    fetcher: Fetcher
    workers: WorkerPool
    clock: Clock
    interval: dt.timedelta
    translation_deadline: Callable[[str | None], dt.timedelta | None] = lambda _: None
    """How long deliveries wait for a translation from a language (BCP 47); None: none is to
    come."""
    articles: int = 0
    """How many pages of single items one poll may fetch."""
    review: ReviewRule | None = None
    """Which developments wait for an editor; None: none does."""
    own_words: str = ""
    """The operator's words for labels (`enrich.own_words`)."""
    chance: Callable[[], float] = random.random
