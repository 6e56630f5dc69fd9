"""Batches: what is asked for at once is done together, and fails alone."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.errors import DamageError, StoreError
from bot.store.batches import MOST, Batches


class Doubling:
    """A step that doubles numbers; -1 cannot be read, and it may fail as a whole."""

    def __init__(self) -> None:
        self.steps: list[Sequence[int]] = []
        self.is_failing = False

    async def __call__(self, items: Sequence[int]) -> list[int]:
        self.steps.append(items)
        await asyncio.sleep(0)
        if self.is_failing:
            raise StoreError("the server is gone")
        if -1 in items:
            raise DamageError("a document cannot be read")
        return [2 * item for item in items]


async def test_what_is_asked_for_at_once_is_one_step() -> None:
    step = Doubling()
    batches = Batches(step)
    assert await asyncio.gather(*map(batches.run, range(MOST + 5))) == [
        2 * item for item in range(MOST + 5)
    ]
    assert [len(items) for items in step.steps] == [MOST, 5]
    assert await batches.run(7) == 14


async def test_one_item_that_cannot_be_read_fails_alone() -> None:
    batches = Batches(Doubling())
    one, broken, other = await asyncio.gather(*map(batches.run, (1, -1, 2)), return_exceptions=True)
    assert (one, other) == (2, 4)
    assert isinstance(broken, DamageError)


async def test_a_step_that_fails_is_not_taken_apart_and_the_next_is_run() -> None:
    step = Doubling()
    batches = Batches(step)
    step.is_failing = True
    found = await asyncio.gather(*map(batches.run, (1, 2)), return_exceptions=True)
    assert [type(each) for each in found] == [StoreError, StoreError]
    assert len(step.steps) == 1
    step.is_failing = False
    assert await batches.run(1) == 2


async def test_who_is_cancelled_takes_no_other_with_it() -> None:
    batches = Batches(Doubling())
    first, second = (asyncio.create_task(batches.run(number)) for number in (1, 2))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == 4
    with pytest.raises(asyncio.CancelledError):
        await first
