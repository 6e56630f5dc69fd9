"""The pages of developments that people were told of -> the store: do they still say so?"""

import datetime as dt
import logging

from msgspec.structs import replace

from bot import dedupe, parse
from bot.dedupe import changes
from bot.errors import FetchError, HeraldError
from bot.models import Change, Development, Fetched, PageText, Source, SourceState, WatchedPage
from bot.parse import article
from bot.pipeline.context import PollContext

log = logging.getLogger(__name__)

FOR = dt.timedelta(days=14)
"""How long a page is looked at again."""
EACH = 4
"""Looks within the age of a page: after a day every six hours, after a week every two days."""
MISSING = 2
"""Looks in a row after which a page that is not there has disappeared."""
_GONE = (404, 410)


async def recheck_pages(context: PollContext, source: Source) -> int:
    """Looks again at pages of a source's developments that are due; how many have changed in
    substance. Whatever goes wrong with a page is a matter of this page."""
    changed = 0
    for page in await context.store.pages_due(source.id, context.clock(), context.articles):
        made = await context.store.development(page.development)
        if made is None or not article.is_own(source, page.url):
            await context.store.stop_watching(page)
            continue
        after, now, change = await _look(context, source, page, made)
        await context.store.record_recheck(after, now, change)
        if after.missing >= MISSING or after.seen - after.since > FOR:
            await context.store.stop_watching(after)
        changed += change is not None
    return changed


async def _look(
    context: PollContext, source: Source, page: WatchedPage, made: Development
) -> tuple[WatchedPage, Development, Change | None]:
    """The page as it is to be remembered, its development, and what has changed of it."""
    now = context.clock()
    wait = max(context.interval, (now - page.since) / EACH)
    later = replace(page, seen=now, due=now + wait)
    seen = SourceState(id=source.id, url=page.url, etag=page.etag, modified=page.modified)
    try:
        fetched = await context.fetcher.get(source, page.url, seen)
        if fetched.body is None or dedupe.digest(fetched.body) == page.digest:
            return replace(later, missing=0), made, None
        if dedupe.canonical_url(fetched.url) is None:  # led to the home page
            return _missed(later, made)
        language = made.sources[0].language
        reading = await context.workers.run(parse.article_of, source, fetched, language, now.date())
    except FetchError as error:
        log.info("%s: %s: %s", source.id, page.url, error)
        return _missed(later, made) if error.status in _GONE else (later, made, None)
    except HeraldError as error:
        log.info("%s: %s: %s", source.id, page.url, error)
        return later, made, None
    return _compared(later, made, fetched, reading)


def _missed(page: WatchedPage, made: Development) -> tuple[WatchedPage, Development, Change | None]:
    page = replace(page, missing=page.missing + 1)
    if page.missing < MISSING or page.reading is None:
        return page, made, None
    return page, *changes.vanished(made)


def _compared(
    page: WatchedPage, made: Development, fetched: Fetched, reading: PageText
) -> tuple[WatchedPage, Development, Change | None]:
    """What a page says now, against what it said; it must say so twice, for pages have parts that
    change with each look."""
    page = replace(page, missing=0)
    if page.reading is None or reading == page.reading or not reading.text:
        return _remembered(page, fetched, page.reading or reading), made, None
    if reading != page.other:
        return replace(page, other=reading), made, None
    now, change = changes.reread(made, page.reading, reading)
    return _remembered(page, fetched, reading), now, change


def _remembered(page: WatchedPage, fetched: Fetched, reading: PageText) -> WatchedPage:
    return replace(
        page,
        etag=fetched.etag,
        modified=fetched.modified,
        digest=dedupe.digest(fetched.body or b""),
        reading=reading,
        other=None,
    )
