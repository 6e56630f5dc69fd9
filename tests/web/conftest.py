"""An archive with a store of its own, over a real connection."""

from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web

from bot.config.schema import WebConfig
from bot.models.sources import Source
from bot.monitoring import http
from bot.pipeline.rules import RULES
from bot.store import RowStore, open_store
from bot.web import routes
from tests.samples import NOW, commit, development, source

Record = Callable[..., Awaitable[str]]


@pytest_asyncio.fixture
async def store() -> AsyncIterator[RowStore]:
    async with open_store(":memory:", RULES) as opened:
        yield opened


@pytest.fixture
def sources() -> list[Source]:
    """What is followed, which may change."""
    return [source()]


@pytest_asyncio.fixture
async def browser(store: RowStore, sources: list[Source]) -> AsyncIterator[aiohttp.ClientSession]:
    application = web.Application()
    config = WebConfig(archive=True)
    application.add_routes(routes(store, sources, lambda: NOW, config))
    async with http.running(application) as runner:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0]
        async with aiohttp.ClientSession(f"http://{host}:{port}") as session:
            yield session


@pytest.fixture
def record(store: RowStore) -> Record:
    """Records a development, and returns its id."""

    async def make(title: str, **changes: object) -> str:
        made = development(title=title, summary=f"{title}.", **changes)
        (recorded,), _ = await store.commit(commit((title,), made), None)
        return str(recorded.id)

    return make
