"""Items whose list says too little -> the same, with what their own pages say."""

import asyncio
import logging
from collections.abc import Sequence

from msgspec import Struct

from bot import parse
from bot.errors import HeraldError
from bot.models import Item, Reading, Source
from bot.parse import article
from bot.pipeline.context import Desk

log = logging.getLogger(__name__)

TOGETHER_WITHIN = 60.0
"""Seconds that the articles of one poll may take: news do not wait longer for their details."""


class Completed(Struct, frozen=True):
    """Items as they are known now."""

    items: list[Item]
    lacking: set[int]
    """The places of those whose own pages are still to be read."""
    readings: dict[str, Reading]
    """How the others' pages read, by their addresses."""


async def complete(desk: Desk, source: Source, items: Sequence[Item]) -> Completed:
    """The items, oldest first; the newest of those that lack something are completed, as far as
    `desk.articles` and time allow. What fails stays as it is."""
    completed, readings = list(items), dict[str, Reading]()
    wanted = [place for place, item in enumerate(items) if article.is_wanted(source, item)]
    lacking = set(wanted) if desk.articles else set[int]()
    try:
        async with asyncio.timeout(TOGETHER_WITHIN):
            for place in reversed(wanted[-desk.articles :] if desk.articles else []):
                if page := await _page(desk, source, items[place]):
                    completed[place] = article.completed(items[place], page)
                    readings[items[place].url or ""] = page
                    lacking.discard(place)
    except TimeoutError:
        log.info("%s: its articles took longer than %.0f s", source.id, TOGETHER_WITHIN)
    return Completed(completed, lacking, readings)


async def _page(desk: Desk, source: Source, item: Item) -> Reading | None:
    try:
        fetched = await desk.fetcher.get(source, item.url)
        today = desk.clock().date()
        return await desk.workers.run(parse.article_of, source, fetched, item.language, today)
    except HeraldError as error:
        log.info("%s: %s: %s", source.id, item.url, error)
        return None
