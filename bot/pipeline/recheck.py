"""Recheck the pages of developments that were sent: are they changed, or gone?"""

import datetime as dt
import logging

from msgspec.structs import replace

from bot import parse
from bot.dedupe import changes
from bot.dedupe.keys import content_hash
from bot.errors import FetchError, HeraldError
from bot.models import Change, Development, PageText, WatchedPage
from bot.models.sources import Fetched, Source, SourceState
from bot.parse import article
from bot.pipeline.context import PollContext
from bot.urls import canonical_url

log = logging.getLogger(__name__)

RECHECKED_FOR = dt.timedelta(days=14)
"""How long a page is rechecked after its development was sent."""
CHECKS_PER_AGE = 4
"""Checks within the age of a page: after a day every six hours, after a week every two days."""
MISSING_CHECKS = 2
"""Checks in a row without a page after which it counts as gone."""
_GONE = (404, 410)


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
        after, now, change = await _check(context, source, page, development)
        await context.store.record_recheck(after, now, change)
        if after.missing >= MISSING_CHECKS or after.seen - after.since > RECHECKED_FOR:
            await context.store.stop_watching(after)
        changed += change is not None
    return changed


async def _check(
    context: PollContext, source: Source, page: WatchedPage, development: Development
) -> tuple[WatchedPage, Development, Change | None]:
    """Fetch a page; return it as it is to be stored, its development, and what changed of it."""
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
        language = development.sources[0].language
        text = await context.workers.run(
            parse.parse_article_page, source, fetched, language, now.date()
        )
    except FetchError as error:
        log.info("%s: %s: %s", source.id, page.url, error)
        is_gone = error.status in _GONE
        return _count_missing(later, development) if is_gone else (later, development, None)
    except HeraldError as error:
        log.info("%s: %s: %s", source.id, page.url, error)
        return later, development, None
    return _compare(later, development, fetched, text)


def _count_missing(
    page: WatchedPage, development: Development
) -> tuple[WatchedPage, Development, Change | None]:
    page = replace(page, missing=page.missing + 1)
    if page.missing < MISSING_CHECKS or page.reading is None:
        return page, development, None
    return page, *changes.mark_gone(development)


def _compare(
    page: WatchedPage, development: Development, fetched: Fetched, text: PageText
) -> tuple[WatchedPage, Development, Change | None]:
    """Compare the text of a page with the one it had when its development was sent."""
    page = replace(page, missing=0)
    if page.reading is None or text == page.reading or not text.text:
        return _remember(page, fetched, page.reading or text), development, None
    # A change counts when two checks in a row read it: pages have parts that change each time.
    if text != page.other:
        return replace(page, other=text), development, None
    now, change = changes.revise_from_page(development, page.reading, text)
    return _remember(page, fetched, text), now, change


def _remember(page: WatchedPage, fetched: Fetched, text: PageText) -> WatchedPage:
    return replace(
        page,
        etag=fetched.etag,
        modified=fetched.modified,
        digest=content_hash(fetched.body or b""),
        reading=text,
        other=None,
    )
