"""The items' own pages: complete items that say too little, recheck those of sent developments."""

import asyncio
import datetime as dt
import logging
from collections.abc import Sequence

from msgspec.structs import replace

from bot import parse
from bot.dedupe import changes
from bot.dedupe.keys import content_hash
from bot.errors import FetchError, HeraldError
from bot.models import Change, Development, PageText, WatchedPage
from bot.models.sources import Fetched, Item, Source, SourceState
from bot.parse import article
from bot.pipeline.context import PollContext
from bot.urls import canonical_url

log = logging.getLogger(__name__)

ARTICLES_TIMEOUT = 60.0
"""Seconds that the pages of one poll may take together: news must not wait longer for details."""
RECHECKED_FOR = dt.timedelta(days=14)
"""How long a page is rechecked after its development was sent."""
CHECKS_PER_AGE = 4
"""Checks within the age of a page: after a day every six hours, after a week every two days."""
MISSING_CHECKS = 2
"""Checks in a row without a page after which it counts as gone."""
_GONE = (404, 410)

Check = tuple[WatchedPage, Development, Change | None]
"""A page as it is to be stored after a check, its development, and what changed of it."""


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
                if page := await _read(context, source, items[index]):
                    completed[index], pages[index] = article.complete_item(items[index], page), page
    except TimeoutError:
        log.info("%s: its articles took longer than %.0f s", source.id, ARTICLES_TIMEOUT)
    return completed, pages


async def _read(context: PollContext, source: Source, item: Item) -> PageText | None:
    try:
        fetched = await context.fetcher.get(source, item.url)
        return await _parse(context, source, fetched, item.language)
    except HeraldError as error:
        log.info("%s: %s: %s", source.id, item.url, error)
        return None


async def _parse(
    context: PollContext, source: Source, fetched: Fetched, language: str | None
) -> PageText:
    today = context.clock().date()
    return await context.workers.run(parse.parse_article_page, source, fetched, language, today)


async def recheck_pages(context: PollContext, source: Source) -> int:
    """Recheck the pages of a source that are due, and return how many changed in substance.

    Raises only StoreError: a page that cannot be read is tried again later.
    """
    changed = 0
    for page in await context.store.pages_due(source.id, context.clock(), context.articles):
        development = await context.store.development(page.development)
        # A link to another site tells of that site's changes, not of the publisher's.
        if development is None or not article.is_same_site(source, page.url):
            await context.store.stop_watching(page)
            continue
        after, revised, change = await _check(context, source, page, development)
        await context.store.record_recheck(after, revised, change)
        if after.missing >= MISSING_CHECKS or after.seen - after.since > RECHECKED_FOR:
            await context.store.stop_watching(after)
        changed += change is not None
    return changed


async def _check(
    context: PollContext, source: Source, page: WatchedPage, development: Development
) -> Check:
    now = context.clock()
    wait = max(context.interval, (now - page.since) / CHECKS_PER_AGE)
    later = replace(page, seen=now, due=now + wait)
    validators = SourceState(id=source.id, url=page.url, etag=page.etag, modified=page.modified)
    try:
        fetched = await context.fetcher.get(source, page.url, validators)
        if fetched.body is None or content_hash(fetched.body) == page.digest:
            return replace(later, missing=0), development, None
        if canonical_url(fetched.url) is None:  # a page that is gone often leads home
            return _count_missing(later, development)
        text = await _parse(context, source, fetched, development.sources[0].language)
    except HeraldError as error:
        log.info("%s: %s: %s", source.id, page.url, error)
        is_gone = isinstance(error, FetchError) and error.status in _GONE
        return _count_missing(later, development) if is_gone else (later, development, None)
    return _compare(replace(later, missing=0), development, fetched, text)


def _count_missing(page: WatchedPage, development: Development) -> Check:
    page = replace(page, missing=page.missing + 1)
    if page.missing < MISSING_CHECKS or page.reading is None:
        return page, development, None
    return page, *changes.mark_gone(development)


def _compare(
    page: WatchedPage, development: Development, fetched: Fetched, text: PageText
) -> Check:
    """Compare the text of a page with the one it had when its development was sent."""
    is_same = page.reading is None or text == page.reading or not text.text
    # A change counts when two checks in a row read it: pages have parts that change each time.
    if not is_same and text != page.other:
        return replace(page, other=text), development, None
    after = replace(
        page,
        etag=fetched.etag,
        modified=fetched.modified,
        digest=content_hash(fetched.body or b""),
        reading=page.reading or text if is_same else text,
        other=None,
    )
    if is_same or page.reading is None:
        return after, development, None
    return after, *changes.revise_from_page(development, page.reading, text)
