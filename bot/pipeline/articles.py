"""Complete the items whose list says too little, from their own pages."""

import asyncio
import logging
from collections.abc import Sequence

from msgspec import Struct

from bot import parse
from bot.errors import HeraldError
from bot.models import PageText
from bot.models.sources import Item, Source
from bot.parse import article
from bot.pipeline.context import PollContext

log = logging.getLogger(__name__)

ARTICLES_TIMEOUT = 60.0
"""Seconds that the pages of one poll may take together: news must not wait longer for details."""


class CompletedItems(Struct, frozen=True):
    """Items, each with what its own page adds."""

    items: list[Item]
    lacking: set[int]
    """Indexes of those whose own pages are still to be read."""
    readings: dict[str, PageText]
    """What the others' pages say, by URL."""


async def complete_items(
    context: PollContext, source: Source, items: Sequence[Item]
) -> CompletedItems:
    """Return the items, given oldest first, completed from their own pages where they need it.

    Of those that need it the newest `context.articles` are fetched; an item whose page cannot be
    read stays as it is.
    """
    completed, readings = list(items), dict[str, PageText]()
    incomplete = [index for index, item in enumerate(items) if article.lacks_text(source, item)]
    lacking = set(incomplete) if context.articles else set[int]()
    newest_first = reversed(incomplete[-context.articles :] if context.articles else [])
    try:
        async with asyncio.timeout(ARTICLES_TIMEOUT):
            for index in newest_first:
                if page := await _fetch_page(context, source, items[index]):
                    completed[index] = article.complete_item(items[index], page)
                    readings[items[index].url or ""] = page
                    lacking.discard(index)
    except TimeoutError:
        log.info("%s: its articles took longer than %.0f s", source.id, ARTICLES_TIMEOUT)
    return CompletedItems(completed, lacking, readings)


async def _fetch_page(context: PollContext, source: Source, item: Item) -> PageText | None:
    try:
        fetched = await context.fetcher.get(source, item.url)
        today = context.clock().date()
        return await context.workers.run(
            parse.parse_article_page, source, fetched, item.language, today
        )
    except HeraldError as error:
        log.info("%s: %s: %s", source.id, item.url, error)
        return None
