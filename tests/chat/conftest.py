from collections.abc import AsyncIterator

import pytest_asyncio

from bot.pipeline.rules import RULES
from bot.store import open_store
from tests.chat.day import Day


@pytest_asyncio.fixture
async def day() -> AsyncIterator[Day]:
    async with open_store(":memory:", RULES) as store:
        made = Day(store)
        await made.says("/subscribe Czechia")
        yield made
