"""Recheck the pages of developments that were sent: what has changed, is gone, or is back."""

import datetime as dt
import logging
from collections.abc import Sequence

from msgspec.structs import replace

from bot import evidence
from bot.dates.ahead import most_exact
from bot.dedupe import changes, stand_ins
from bot.dedupe.editions import has_edition_at
from bot.dedupe.keys import content_hash
from bot.enrich.dates_ahead import dates_ahead
from bot.errors import FetchError, HeraldError
from bot.models import Change, Citation, Development, PageText, Told, WatchedPage
from bot.models.readings import Received
from bot.models.sources import Fetched, Source, SourceState
from bot.parse.language_links import CANDIDATES
from bot.pipeline import source_state
from bot.pipeline.context import PollContext
from bot.pipeline.editions import EditionFinder, Native, lacks_edition
from bot.pipeline.pages import parse_page
from bot.text import first_sentences
from bot.urls import canonical_url, is_home, is_same_site

log = logging.getLogger(__name__)

RECHECKED_FOR = dt.timedelta(days=14)
"""How long a page is rechecked after its development was sent."""
CHECKS_PER_AGE = 4
"""Checks within the age of a page: after a day every six hours, after a week every two days."""
MISSING_CHECKS = 2
"""Checks in a row without a page after which it counts as gone."""
LASTING = dt.timedelta(days=1)
"""How long another page must stand in its place until then, and a text that came back must stay:
maintenance ends, and so do errors."""
ABANDONED = 5
"""Texts of a page that are remembered."""
_GONE = (404, 410)

Check = tuple[WatchedPage, Development, Change | None]
"""A page as it is to be stored after a check, its development, and what changed of it."""


async def recheck_pages(context: PollContext, source: Source) -> int:
    """Recheck the pages of a source that are due, and return how many changed in substance.

    Raises only StoreError: a page that cannot be read is tried again later.
    """
    changed, finder = 0, EditionFinder(context, source)
    for page in await context.store.pages_due(source.id, context.clock(), context.articles):
        development = await context.store.development(page.development)
        # A link to another site tells of that site's changes, not of the publisher's.
        is_own = development and (
            is_same_site(source.url, page.url) or _edition_of(page, development)
        )
        if development is None or not is_own:
            await context.store.stop_watching(page)
            continue
        told = await context.store.told(page.development)
        after, revised, change = await _check(context, source, page, development, told)
        revised = await _in_english(finder, after, revised)
        await context.store.record_recheck(after, revised, change)
        if _is_over(after):
            await context.store.stop_watching(after)
        changed += change is not None
    return changed


async def _in_english(
    finder: EditionFinder, page: WatchedPage, development: Development
) -> Development:
    """Return a development in the words of its publisher's English edition, where its page, as it
    was just read, leads to one."""
    is_native = canonical_url(page.url) == canonical_url(development.sources[0].url)
    if not (is_native and lacks_edition(development) and page.reading and not page.missing):
        return development
    native = Native(
        development=development, url=page.url, page=page.reading, text=page.reading.text
    )
    (edition,) = await finder.find([native])
    return edition.of(development) if edition else development


def _edition_of(page: WatchedPage, development: Development) -> Citation | None:
    """Return the source of a development of which a page is the English edition."""
    return next((one for one in development.sources if has_edition_at(one, page.url)), None)


def _is_over(page: WatchedPage) -> bool:
    was_never_there = page.reading is None and page.missing >= MISSING_CHECKS
    return was_never_there or page.seen - page.since > RECHECKED_FOR


async def _check(
    context: PollContext,
    source: Source,
    page: WatchedPage,
    development: Development,
    told: Told | None,
) -> Check:
    now = context.clock()
    wait = max(context.interval, (now - page.since) / CHECKS_PER_AGE)
    later = replace(page, seen=now, due=now + wait, instead=None)
    there = replace(later, missing=0, missing_since=None, is_gone=False)
    try:
        fetched = await context.fetcher.get(source, page.url, _validators(page, now))
        if fetched.body is not None:
            later, there = replace(later, whole=now), replace(there, whole=now)
        if fetched.body is None or content_hash(fetched.body) == page.digest:
            there = _read_again(page, replace(there, read=now), fetched)
            return _abandon_other(there), development, None
        answer = evidence.received(fetched, now)
        if is_home(fetched.url) and not is_home(page.url):  # a page that is gone often leads home
            return _count_missing(later, development, told, answer, at_least=LASTING)
        language = "en" if _edition_of(page, development) else development.sources[0].language
        text = await parse_page(context, source, fetched, language)
    except HeraldError as error:
        log.info("%s: %s: %s", source.id, page.url, error)
        if isinstance(error, FetchError) and error.status in _GONE:
            answer = Received(at=now, url=error.url, status=error.status)
            return _count_missing(later, development, told, answer)
        return later, development, None
    if page.reading is None or not changes.has_same_words(text, page.reading):
        others = await context.store.watched_pages(source.id)
        if _is_stand_in(page, text, development, others):
            seen = replace(later, other=text)
            return _count_missing(seen, development, told, answer, at_least=LASTING)
    return _compare(_read_again(page, there, fetched, text), development, fetched, text, told)


def _validators(page: WatchedPage, now: dt.datetime) -> SourceState | None:
    """Return what lets a server answer that a page has not changed; None where it must send it."""
    known = SourceState(
        id=page.source, url=page.url, etag=page.etag, modified=page.modified, whole=page.whole
    )
    # A server that says "not modified" for ever would say it of a change that is to be confirmed;
    # and of a page that is back, the answer is kept.
    is_whole = page.other or page.missing or source_state.is_asked_whole(known, now)
    return None if is_whole else known


def _is_stand_in(
    page: WatchedPage, text: PageText, development: Development, others: Sequence[WatchedPage]
) -> bool:
    """Return whether another page stands in the place of a development's: an error, a login."""
    title = page.reading.title if page.reading else development.sources[0].title_native
    if stand_ins.has_stand_in_heading(text, title):
        return True
    if page.reading is None:
        return bool(text.text) and not stand_ins.names_title(f"{text.title} {text.text}", title)
    if not text.text:  # nothing but a notice of cookies, or another page's furniture
        return bool(text.title) and not stand_ins.names_title(text.title, title)
    if not stand_ins.shares_text(page.reading.text, text.text):
        is_rewritten = text.title == title and stand_ins.names_title(text.text, title)
        return not is_rewritten
    return any(
        stand_ins.reads_alike(reading, text)
        for other in others
        if other.url != page.url
        for reading in (other.reading, other.other)
        if reading
    )


def _count_missing(
    page: WatchedPage,
    development: Development,
    told: Told | None,
    answer: Received,
    at_least: dt.timedelta = dt.timedelta(),
) -> Check:
    """Count a check that found no page but another answer; after some, and `at_least` some time,
    it is gone."""
    since = page.missing_since or page.seen
    page = replace(page, missing=page.missing + 1, missing_since=since)
    is_gone = page.missing >= MISSING_CHECKS and page.seen - since >= at_least
    # A page that was never read may never have been there.
    if page.reading and (answer.status in _GONE or is_gone):
        page = replace(page, instead=answer)
    is_known = page.is_gone or page.reading is None or changes.was_told(told, page.seen)
    if not is_gone or is_known:
        return page, development, None
    if _edition_of(page, development):  # what the publisher said in English stays what it said
        return page, development, None
    return replace(page, is_gone=True), *changes.mark_gone(development)


def _compare(
    page: WatchedPage,
    development: Development,
    fetched: Fetched,
    text: PageText,
    told: Told | None,
) -> Check:
    """Compare the text of a page with the one it had when its development was sent."""
    if not text.text:
        return page, development, None
    after = replace(
        _abandon_other(page),
        etag=fetched.etag,
        modified=fetched.modified,
        digest=content_hash(fetched.body or b""),
        read=page.seen,
    )
    if page.reading is None:
        return replace(after, reading=text), development, None
    if changes.is_same_page(page.reading, text):
        return replace(after, reading=_with_links(page.reading, text)), development, None
    if page.other is None or not changes.is_same_page(page.other, text):
        return replace(_abandon_other(page), other=text, other_since=page.seen), development, None
    # A change counts when two checks in a row read it: pages have parts that change each time.
    since = page.other_since or page.seen
    if changes.page_hash(text) in page.abandoned and page.seen - since < LASTING:
        return page, development, None
    if changes.has_same_words(page.other, text):
        text = page.other  # it was first read so then
    after = _abandon_other(replace(after, reading=text, other=page.reading))
    return _revise(after, development, page.reading, text, told)


def _read_again(
    before: WatchedPage, page: WatchedPage, fetched: Fetched, text: PageText | None = None
) -> WatchedPage:
    """Return a page that was missing before, where it is back and reads as it did (`text`: how it
    reads, None: the same), as it was read from this answer."""
    reading = before.reading
    is_same = reading and (text is None or changes.is_same_page(reading, text))
    if not (before.missing and reading and is_same and fetched.body):
        return page
    return replace(page, reading=replace(reading, received=evidence.received(fetched, page.seen)))


def _with_links(reading: PageText, page: PageText) -> PageText:
    """Return a reading of a page with the editions that it names now; those in English that it has
    named, or the feed, are still tried."""
    english = tuple(dict.fromkeys((*page.english, *reading.english)))[:CANDIDATES]
    return replace(reading, editions=page.editions, english=english, english_feed=page.english_feed)


def _revise(
    page: WatchedPage, development: Development, old: PageText, new: PageText, told: Told | None
) -> Check:
    """Revise a development by a confirmed change of its page."""
    if cited := _edition_of(page, development):
        summary = first_sentences(new.title, new.text)
        return page, changes.revise_edition(development, cited, page.url, new.title, summary), None
    change = changes.compare_pages(development, old, new)
    revised = changes.revise_from_page(development, change) if change else development
    revised = _with_dates_of(revised, old, new)
    moved = changes.moved_dates(told.ahead if told else development.ahead, revised.ahead)
    if changes.was_told(told, page.seen) and not moved:
        return replace(page, told=page.told or old), revised, None
    if page.told:  # readers are told the sum of what has changed since
        change = changes.compare_pages(development, page.told, new)
    if change and moved:
        change = replace(change, ahead=moved)
    return replace(page, told=None), revised, change


def _with_dates_of(development: Development, old: PageText, new: PageText) -> Development:
    """Return a development with the dates to come that its changed page tells now, beside those of
    its other sources."""
    source = development.sources[0]
    if source.date is None:
        return development
    were, are = (
        dates_ahead(page.title, page.text, source.language, source.date) for page in (old, new)
    )
    gone = {date.key for date in (*were, *are)}
    others = (date for date in development.ahead if date.key not in gone)
    return replace(development, ahead=most_exact((*are, *others)))


def _abandon_other(page: WatchedPage) -> WatchedPage:
    """Return a page that does not read as it otherwise did."""
    if page.other is None:
        return page
    abandoned = (*page.abandoned, changes.page_hash(page.other))
    return replace(page, other=None, other_since=None, abandoned=abandoned[-ABANDONED:])
