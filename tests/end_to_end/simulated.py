"""Simulated time for what also waits for the store, whose thread the clock knows nothing of."""

from collections.abc import Coroutine
from typing import Any, TypeVar
from unittest.mock import patch

from bot.store.store import SingleThread
from tests.fakes import virtual_time

T = TypeVar("T")


def in_simulated_time(main: Coroutine[Any, Any, T]) -> T:
    """`asyncio.run`, but sleeping takes no time, and a step of the store none of the simulated."""
    run = SingleThread.run

    async def run_in_thread(*args: Any) -> Any:
        with virtual_time.in_thread():
            return await run(*args)

    with patch.object(SingleThread, "run", run_in_thread):
        return virtual_time.run(main)
