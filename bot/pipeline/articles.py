"""Items whose list says too little -> the same, with what their own pages say."""

import asyncio
import logging
from collections.abc import Sequence

from msgspec import Struct

from bot import parse
from bot.errors import HeraldError
from bot.models import Item, PageText, Source
from bot.parse import article
from bot.pipeline.context import PollContext

log = logging.getLogger(__name__)

TOGETHER_WITHIN = 60.0
"""Seconds that the articles of one poll may take: news do not wait longer for their details."""


class CompletedItems(Struct, frozen=True):
    """Items as they are known now."""

    items: list[Item]
    lacking: set[int]
    """The places of those whose own pages are still to be read."""
    readings: dict[str, PageText]
    """How the others' pages read, by their addresses."""


async def complete_items(
    context: PollContext, source: Source, items: Sequence[Item]
) -> CompletedItems:
    """The items, oldest first; the newest of those that lack something are completed, as far as
    `desk.articles` and time allow. What fails stays as it is."""
    completed, readings = list(items), dict[str, PageText]()
    wanted = [place for place, item in enumerate(items) if article.is_wanted(source, item)]
    lacking = set(wanted) if context.articles else set[int]()
    try:
        async with asyncio.timeout(TOGETHER_WITHIN):
            for place in reversed(wanted[-context.articles :] if context.articles else []):
                if page := await _page(context, source, items[place]):
                    completed[place] = article.completed(items[place], page)
                    readings[items[place].url or ""] = page
                    lacking.discard(place)
    except TimeoutError:
        log.info("%s: its articles took longer than %.0f s", source.id, TOGETHER_WITHIN)
    return CompletedItems(completed, lacking, readings)


async def _page(context: PollContext, source: Source, item: Item) -> PageText | None:
    try:
        fetched = await context.fetcher.get(source, item.url)
        today = context.clock().date()
        return await context.workers.run(parse.article_of, source, fetched, item.language, today)
    except HeraldError as error:
        log.info("%s: %s: %s", source.id, item.url, error)
        return None
