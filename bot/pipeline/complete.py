"""Items whose list says too little -> the same, with what their own pages say."""

import asyncio
import logging
from collections.abc import Sequence

from bot import parse
from bot.errors import HeraldError
from bot.models import Item, Source
from bot.parse import article
from bot.pipeline.desk import Desk

log = logging.getLogger(__name__)

TOGETHER_WITHIN = 60.0
"""Seconds that the articles of one poll may take: news do not wait longer for their details."""


async def complete(desk: Desk, source: Source, items: Sequence[Item]) -> list[Item]:
    """The items, oldest first; the newest of those that lack something are completed, as far as
    `desk.articles` and time allow. What fails stays as it is."""
    completed = list(items)
    lacking = [place for place, item in enumerate(items) if article.is_wanted(source, item)]
    try:
        async with asyncio.timeout(TOGETHER_WITHIN):
            for place in reversed(lacking[-desk.articles :] if desk.articles else []):
                completed[place] = await _completed(desk, source, items[place])
    except TimeoutError:
        log.info("%s: its articles took longer than %.0f s", source.id, TOGETHER_WITHIN)
    return completed


async def _completed(desk: Desk, source: Source, item: Item) -> Item:
    try:
        fetched = await desk.fetcher.get(source, item.url)
        return await desk.workers.run(parse.complete, source, item, fetched, desk.clock().date())
    except HeraldError as error:
        log.info("%s: %s: %s", source.id, item.url, error)
        return item
