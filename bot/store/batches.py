"""Do together, in the next step, what is asked for while a step is under way."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from bot.errors import DamageError

Item = TypeVar("Item")
Result = TypeVar("Result")

MOST = 100
"""Items of one step."""


class Batches(Generic[Item, Result]):
    """Runs a step that does with many items, in one transaction, what is asked for one by one."""

    def __init__(self, step: Callable[[Sequence[Item]], Awaitable[Sequence[Result]]]) -> None:
        """`step` returns a result for each item, in their order."""
        self._step = step
        self._waiting = deque[tuple[Item, asyncio.Future[Result]]]()
        self._running: asyncio.Task[None] | None = None

    async def run(self, item: Item) -> Result:
        """Do it with one item, and return its result. Raises what the step raises."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._running is None:
            self._running = asyncio.create_task(self._run_waiting())
        return await future

    async def _run_waiting(self) -> None:
        try:
            while self._waiting:
                count = min(len(self._waiting), MOST)
                items, futures = zip(*(self._waiting.popleft() for _ in range(count)), strict=True)
                for future, outcome in zip(futures, await self._outcomes(items), strict=True):
                    _resolve(future, outcome)
        finally:
            self._running = None

    async def _outcomes(self, items: Sequence[Item]) -> list[Result | Exception]:
        """Return the result of each item, or the error."""
        try:
            return [*await self._step(items)]
        except DamageError as error:
            if len(items) == 1:
                return [error]
            # One that cannot be read must not hold up the others.
            return [outcome for item in items for outcome in await self._outcomes([item])]
        except Exception as error:  # noqa: BLE001 - whoever awaits an item gets it
            return [error] * len(items)


def _resolve(future: asyncio.Future[Result], outcome: Result | Exception) -> None:
    if future.done():  # whoever awaited it was cancelled
        return
    if isinstance(outcome, Exception):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)
