"""The items' own pages: complete items that say too little."""

import asyncio
import logging
from collections.abc import Sequence

from msgspec.structs import replace

from bot import evidence, parse
from bot.dedupe import stand_ins
from bot.errors import HeraldError
from bot.models import PageText
from bot.models.sources import Fetched, Item, Source
from bot.parse import article
from bot.pipeline.context import PollContext
from bot.urls import is_same_site

log = logging.getLogger(__name__)

ARTICLES_TIMEOUT = 60.0
"""Seconds that the pages of one poll may take together: news must not wait longer for details."""


async def complete_items(
    context: PollContext, source: Source, items: Sequence[Item]
) -> tuple[list[Item], dict[int, PageText | None]]:
    """Return the items, given oldest first, completed from their own pages where they need it; and
    these pages by the index of the item, None where one is still to be read.

    The newest `context.articles` are fetched; an item whose page cannot be read stays as it is.
    """
    completed = list(items)
    incomplete = [
        index
        for index, item in enumerate(items)
        if context.articles and article.lacks_text(source, item)
    ]
    pages = dict[int, PageText | None].fromkeys(incomplete)
    try:
        async with asyncio.timeout(ARTICLES_TIMEOUT):
            for index in incomplete[::-1][: context.articles]:
                page = await _read(context, source, items[index])
                if page and _is_page_of(items[index], page):
                    completed[index], pages[index] = article.complete_item(items[index], page), page
    except TimeoutError:
        log.info("%s: its articles took longer than %.0f s", source.id, ARTICLES_TIMEOUT)
    return completed, pages


async def read_pages(
    context: PollContext, source: Source, items: Sequence[Item]
) -> list[PageText | None]:
    """Return the pages of items, given oldest first; None for those that cannot be read, and for
    all but the newest `context.articles`."""
    pages: list[PageText | None] = [None] * len(items)
    try:
        async with asyncio.timeout(ARTICLES_TIMEOUT):
            for index in range(len(items))[::-1][: context.articles]:
                item = items[index]
                if item.url and is_same_site(source.url, item.url):
                    page = await _read(context, source, item)
                    pages[index] = page if page and _is_page_of(item, page) else None
    except TimeoutError:
        log.info("%s: its articles took longer than %.0f s", source.id, ARTICLES_TIMEOUT)
    return pages


def _is_page_of(item: Item, page: PageText) -> bool:
    """Return whether a page is that of an item, and none that stands for it: an error, a login."""
    if page.medium != "page":  # nothing but a page stands for another
        return True
    title = "" if article.lacks_title(item) else item.title
    if stand_ins.has_stand_in_heading(page, title):
        return False
    below = PageText(text=page.text)  # a site may ask for a login under the heading of the article
    if stand_ins.has_stand_in_heading(below, title) and not stand_ins.names_title(page.text, title):
        return False
    return not (page.title or page.text) or stand_ins.names_title(
        f"{page.title} {page.text}", title
    )


async def _read(context: PollContext, source: Source, item: Item) -> PageText | None:
    try:
        fetched = await context.fetcher.get(source, item.url)
        return await parse_page(context, source, fetched, item.language)
    except HeraldError as error:
        log.info("%s: %s: %s", source.id, item.url, error)
        return None


async def parse_page(
    context: PollContext, source: Source, fetched: Fetched, language: str | None
) -> PageText:
    """Return the text of an item's own page that was fetched. Raises ParseError."""
    now = context.clock()
    page = await context.workers.run(
        parse.parse_article_page, source, fetched, language, now.date()
    )
    return replace(page, received=evidence.received(fetched, now))
