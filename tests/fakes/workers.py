"""Worker pools that start no process for each test."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, TypeVar

from bot.pipeline.worker_pool import WorkerPool

T = TypeVar("T")


class InlineWorkers(WorkerPool):
    """Runs the work in the process of the test."""

    def __init__(self, preloaded: Sequence[str] = ()) -> None:
        """Start no process."""

    def close(self) -> None:
        """Stop no process."""

    async def run(self, work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        return work(*args, **kwargs)


class KeptWorkers(WorkerPool):
    """Leaves its processes to the next pool: each would first read all word lists anew."""

    _kept: ClassVar[list[Any]] = []

    def __init__(self, preloaded: Sequence[str]) -> None:
        super().__init__(preloaded)
        self._idle = self._kept

    def close(self) -> None:
        """Stop the processes that work."""
        if self._idle_timer:
            self._idle_timer.cancel()
        for worker in self._working:
            worker.kill()

    @classmethod
    def end(cls) -> None:
        """Stop those that were kept."""
        while cls._kept:
            cls._kept.pop().kill()
