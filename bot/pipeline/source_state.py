"""Compute the state that a poll leaves of its source, and the URL to poll (pure)."""

import datetime as dt
import itertools
import statistics
from collections.abc import Collection

from msgspec import Struct
from msgspec.structs import replace

from bot.errors import FetchError, HeraldError, ParseError
from bot.fetch import schedule
from bot.models.sources import Document, Fetched, Source, SourceState, UpdateHints
from bot.urls import canonical_url

GONE = 410
LIST_FAILURES = 3
"""Polls in a row that found no list by the selectors in use, until others are looked for."""
SHORTEST_GAP = dt.timedelta(minutes=1)
"""Items dated closer together were imported at once: their dates tell nothing of the usual gap."""
REDIRECTS = 3
"""Polls in a row that permanent redirects must lead to one URL before it is polled directly."""
YEAR = "{year}"
YEAR_LAG = dt.timedelta(days=1)
"""How long last year's list is still polled: it holds the news of its last hours."""


class PollTime(Struct, frozen=True):
    """When a poll happens, the configured interval, and a random number from 0 to 1."""

    now: dt.datetime
    interval: dt.timedelta
    chance: float


def current_state(source: Source, state: SourceState | None) -> SourceState:
    """Return the stored state of a source, or a blank one when its URL was changed."""
    # Another URL is another list: to compare with the old one would tell all of it as news.
    if state is None or canonical_url(state.url) != canonical_url(source.url):
        return SourceState(id=source.id, url=source.url)
    return state


def relisted(before: SourceState, document: Document, known: Collection[str]) -> SourceState:
    """Return the state to compare a document with.

    Where the selectors of a page were found anew and no item is known, the page has another list
    now: the document becomes its baseline, and nobody is notified of it.
    """
    if before.page is None and document.page and before.baseline and not known:
        return replace(before, baseline=False)
    return before


def after_unchanged(
    source: Source, before: SourceState, fetched: Fetched, when: PollTime
) -> SourceState:
    """Return the state after an answer without anything new to parse (304, or the same body)."""
    state = _answered(source, before, fetched, before.rhythm, when)
    return replace(
        state, etag=fetched.etag or before.etag, modified=fetched.modified or before.modified
    )


def after_document(
    source: Source,
    before: SourceState,
    fetched: Fetched,
    document: Document,
    new_items: int,
    when: PollTime,
) -> SourceState:
    """Return the state after a document with a number of new items."""
    state = _answered(source, before, fetched, document.rhythm, when)
    last, usual = _publishing_gap(before, document, new_items, when.now)
    return replace(
        state,
        baseline=True,
        etag=fetched.etag,
        modified=fetched.modified,
        digest=document.digest,
        items=document.total,
        hub=fetched.hub or document.hub,
        pieces=document.pieces,
        page=document.page,
        waits=0,
        news=last,
        gap=usual,
    )


def reread_next_time(state: SourceState, waits: int) -> SourceState:
    """Return the state without what would let the next poll skip the document: some of its items
    are to be tried again."""
    return replace(state, etag=None, modified=None, digest=None, pieces=b"", waits=waits)


def after_failure(
    source: Source, before: SourceState, error: HeraldError, when: PollTime
) -> SourceState:
    """Return the state after a poll without a document."""
    fetch_error = error if isinstance(error, FetchError) else FetchError("", str(error))
    failures = before.failures + 1
    return replace(
        before,
        failures=failures,
        page=None if failures >= LIST_FAILURES and isinstance(error, ParseError) else before.page,
        failing=before.failing or when.now,
        error=str(error),
        stopped=fetch_error.status == GONE
        and fetch_error.url == source.url
        and before.home is None,
        robots="denies" if fetch_error.is_denied else before.robots,
        moved=None,
        moves=0,
        polled=when.now,
        due=schedule.after_failure(
            source, failures, fetch_error.retry_after, when.now, when.interval, when.chance
        ),
    )


def _answered(
    source: Source, before: SourceState, fetched: Fetched, rhythm: UpdateHints, when: PollTime
) -> SourceState:
    polled_url = poll_url(source, before, when.now)
    state = replace(
        follow_redirects(source, before, fetched, polled_url),
        url=source.url,
        polled=when.now,
        answered=when.now,
        failures=0,
        failing=None,
        error=None,
        stopped=False,
        robots=fetched.robots,
        rhythm=rhythm,
    )
    due = schedule.after_answer(source, state, fetched.fresh, when.now, when.interval, when.chance)
    return replace(state, due=due)


def _publishing_gap(
    before: SourceState, document: Document, new_items: int, now: dt.datetime
) -> tuple[dt.datetime | None, dt.timedelta | None]:
    """Return when the source last published, and the usual time between two items.

    At the first poll both are taken from the dates of the items, where they have dates.
    """
    if before.baseline:
        last = now if new_items else before.news
        return last, schedule.average_gap(before.gap, now - (before.news or now), new_items)
    times = sorted(_as_datetime(item.published) for item in document.items if item.published)
    if not times:
        return None, None
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    usual = statistics.median_low(gaps) if gaps else dt.timedelta()
    return min(times[-1], now), usual if usual >= SHORTEST_GAP else None


def _as_datetime(published: dt.date) -> dt.datetime:
    if not isinstance(published, dt.datetime):
        return dt.datetime.combine(published, dt.time(), tzinfo=dt.UTC)
    return published if published.tzinfo else published.replace(tzinfo=dt.UTC)


def poll_url(source: Source, state: SourceState, now: dt.datetime) -> str:
    """Return the URL to poll, with the current year filled in.

    A source that has moved for good is polled where it has moved to.
    """
    # While that fails, both URLs are tried in turn: either may be the one that is left.
    if state.home and state.failures % 2 == 0:
        return state.home
    return source.url.replace(YEAR, str((now - YEAR_LAG).year))


def follow_redirects(
    source: Source, before: SourceState, fetched: Fetched, polled_url: str
) -> SourceState:
    """Return the state with what permanent redirects (301, 308) say of where the source is."""
    home = before.home if before.home in (polled_url, fetched.moved) else None
    if fetched.moved in (None, home) or YEAR in source.url:
        return replace(before, home=home, moved=None, moves=0)
    moves = before.moves + 1 if fetched.moved == before.moved else 1
    if moves >= REDIRECTS:
        return replace(before, home=fetched.moved, moved=None, moves=0)
    return replace(before, home=home, moved=fetched.moved, moves=moves)
