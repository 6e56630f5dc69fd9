"""A worker pool without processes."""

from collections.abc import Callable
from typing import Any, TypeVar

from bot.pipeline.worker_pool import WorkerPool

T = TypeVar("T")


class InlineWorkers(WorkerPool):
    """Runs the work in the process of the test."""

    def __init__(self) -> None:
        """Start no process."""

    def close(self) -> None:
        """Stop no process."""

    async def run(self, work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        return work(*args, **kwargs)
