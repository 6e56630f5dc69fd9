"""What polling works with: the outside, the clock and chance, handed in."""

import datetime as dt
import random
from collections.abc import Callable

from msgspec import Struct

from bot.fetch import Fetcher
from bot.pipeline.worker_pool import WorkerPool
from bot.ports import Store

Clock = Callable[[], dt.datetime]


class PollContext(Struct, frozen=True):
    """The store, the web, the workers, and when."""

    store: Store
    fetcher: Fetcher
    workers: WorkerPool
    clock: Clock
    interval: dt.timedelta
    patience: dt.timedelta | None = None
    """How long news wait for a translation; None: there is no engine."""
    articles: int = 0
    """Items of one poll whose own pages may be read."""
    chance: Callable[[], float] = random.random
