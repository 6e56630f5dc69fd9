"""Compute the state that a poll leaves of its source: when it is due again, and where (pure)."""

import datetime as dt
import itertools
from collections.abc import Collection, Sequence

from msgspec import Struct
from msgspec.structs import replace

from bot.deliver import backoff
from bot.errors import FetchError, HeraldError, ParseError
from bot.models import ItemKeys
from bot.models.sources import Document, Fetched, Source, SourceState, UpdateHints
from bot.pipeline.causes import cause_of
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
WHOLE_EVERY = dt.timedelta(days=1)
"""How long a server is believed that says "not modified" (304): some say it for ever."""
HOUR = dt.timedelta(hours=1)
POLLS_PER_GAP = 96
"""Polls between two pieces of news: a source that publishes daily is asked every 15 minutes."""
MAX_ADAPTED = HOUR
"""The longest interval that adaptation sets: news is to be known within the hour."""
ADAPTED_FROM = dt.timedelta(minutes=5)
"""An operator who asks for a shorter interval than this wants speed, and gets it unchanged."""
FRESH_LIMIT = HOUR
"""The longest wait that `Cache-Control: max-age` sets."""
UPDATE_HINTS_LIMIT = dt.timedelta(minutes=30)
"""The longest wait that `<ttl>` and `sy:updatePeriod` set: most are a CMS's default of an hour."""
SKIP_LIMIT = dt.timedelta(hours=12)
"""The longest time by which `<skipHours>` delays a poll."""
NOTED_EVERY = dt.timedelta(days=30)
BACKOFF_LIMIT = dt.timedelta(days=1)
JITTER = 0.1
"""The share of a wait that is added at random, so that sources are not all polled at once."""
WAITING = 50
"""Keys of items that are still to be read which are kept: to say so, not to find them."""
SPREAD = dt.timedelta(seconds=0.2)
"""Between two overdue polls at the start."""


class Attempt(Struct, frozen=True):
    """One poll: of which source, its state before, and when."""

    source: Source
    before: SourceState
    now: dt.datetime
    interval: dt.timedelta
    """The configured interval."""
    chance: float
    """A random number from 0 to 1."""


def current_state(source: Source, state: SourceState | None) -> SourceState:
    """Return the stored state of a source, or a blank one when its URL was changed."""
    # Another URL is another list: compared with the old one, all of it would be news.
    if state is None or canonical_url(state.url) != canonical_url(source.url):
        return SourceState(id=source.id, url=source.url)
    return state


def reset_for_new_list(
    before: SourceState, document: Document, known: Collection[str]
) -> SourceState:
    """Return the state to compare a document with.

    Where the selectors of a page were found anew and no item is known, the page has another list
    now: the document becomes its baseline, and nobody is notified of it.
    """
    if before.page is None and document.page and before.baseline and not known:
        return replace(before, baseline=False)
    return before


def is_asked_whole(state: SourceState, now: dt.datetime) -> bool:
    """Return whether the document is to be asked for as it is, even if it has not changed."""
    is_due = state.whole is None or now - state.whole >= WHOLE_EVERY
    return is_due or state.stuck is not None


def after_unchanged(attempt: Attempt, fetched: Fetched) -> SourceState:
    """Return the state after an answer without anything new to parse (304, or the same body)."""
    before = attempt.before
    return replace(
        _answered(attempt, fetched, before.rhythm),
        etag=fetched.etag or before.etag,
        modified=fetched.modified or before.modified,
        whole=before.whole if fetched.body is None else attempt.now,
    )


def after_document(
    attempt: Attempt, fetched: Fetched, document: Document, new_items: int
) -> SourceState:
    """Return the state after a document with a number of new items."""
    last, usual = _publishing_gap(attempt, document, new_items)
    return replace(
        _answered(attempt, fetched, document.rhythm),
        baseline=True,
        learns_anew=False,
        etag=fetched.etag,
        modified=fetched.modified,
        whole=attempt.now,
        noted=attempt.before.noted if attempt.before.pieces else attempt.now,
        digest=document.digest,
        items=document.total,
        hub=fetched.hub or document.hub,
        pieces=document.pieces,
        page=document.page,
        waits=0,
        waiting=(),
        news=last,
        gap=usual,
    )


def after_comparison(attempt: Attempt, state: SourceState, *, is_stuck: bool) -> SourceState:
    """Return the state after its server was asked whether a document with news has changed."""
    since = attempt.before.stuck or attempt.now
    return replace(state, stuck=since if is_stuck else None)


def is_noted_lately(state: SourceState, now: dt.datetime) -> bool:
    """Return whether a poll of late has parsed every item: what stands in the list is noted in the
    store once a month, so that the rest can be forgotten (`store.retention`)."""
    return state.noted is not None and abs(now - state.noted) < NOTED_EVERY


def reread(state: SourceState, waits: int = 0, waiting: ItemKeys = ()) -> SourceState:
    """Return the state without what would let a poll skip the document or items of it: some are to
    be tried again, or confirmed; `waiting` are keys of the former."""
    return replace(
        state, etag=None, modified=None, digest=None, pieces=b"", waits=waits,
        waiting=waiting[-WAITING:],
    )  # fmt: skip


def after_failure(attempt: Attempt, error: HeraldError) -> SourceState:
    """Return the state after a poll without a document."""
    before, url = attempt.before, attempt.source.url
    fetch_error = error if isinstance(error, FetchError) else FetchError("", str(error))
    failures = before.failures + 1
    is_gone = fetch_error.status == GONE and fetch_error.url == url and before.home is None
    return replace(
        before,
        failures=failures,
        page=None if failures >= LIST_FAILURES and isinstance(error, ParseError) else before.page,
        failing=before.failing or attempt.now,
        error=str(error),
        cause=cause_of(error),
        stopped=is_gone,
        robots="denies" if fetch_error.is_denied else before.robots,
        moved=None,
        moves=0,
        polled=attempt.now,
        due=due_after_failure(attempt, failures, fetch_error.retry_after),
    )


def _answered(attempt: Attempt, fetched: Fetched, rhythm: UpdateHints) -> SourceState:
    state = replace(
        _follow_redirects(attempt, fetched),
        url=attempt.source.url,
        polled=attempt.now,
        answered=attempt.now,
        failures=0,
        failing=None,
        error=None,
        cause=None,
        stopped=False,
        robots=fetched.robots,
        rhythm=rhythm,
    )
    return replace(state, due=due_after_answer(attempt, state, fetched.fresh))


def _publishing_gap(
    attempt: Attempt, document: Document, new_items: int
) -> tuple[dt.datetime | None, dt.timedelta | None]:
    """Return when the source last published, and the usual time between two items.

    At the first poll both are taken from the dates of the items, where they have dates.
    """
    before, now = attempt.before, attempt.now
    if before.baseline:
        last = now if new_items else before.news
        return last, average_gap(before.gap, now - (before.news or now), new_items)
    times = sorted(_as_datetime(item.published) for item in document.items if item.published)
    if not times:
        return None, None
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    median = sorted(gaps)[(len(gaps) - 1) // 2] if gaps else dt.timedelta()
    return min(times[-1], now), median if median >= SHORTEST_GAP else None


def average_gap(before: dt.timedelta | None, since: dt.timedelta, news: int) -> dt.timedelta | None:
    """Return the usual time between two items, after `news` more of them in the time `since` the
    last: a moving average in which the newest counts for a fifth."""
    if not news or since <= dt.timedelta():
        return before
    gap = since / news
    return gap if before is None else before * 0.8 + gap * 0.2


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


def _follow_redirects(attempt: Attempt, fetched: Fetched) -> SourceState:
    """Return the state with what permanent redirects (301, 308) say of where the source is."""
    source, before = attempt.source, attempt.before
    polled_url = poll_url(source, before, attempt.now)
    home = before.home if before.home in (polled_url, fetched.moved) else None
    if fetched.moved in (None, home) or YEAR in source.url:
        return replace(before, home=home, moved=None, moves=0)
    moves = before.moves + 1 if fetched.moved == before.moved else 1
    if moves >= REDIRECTS:
        return replace(before, home=fetched.moved, moved=None, moves=0)
    return replace(before, home=home, moved=fetched.moved, moves=moves)


def due_after_answer(
    attempt: Attempt, state: SourceState, fresh: dt.timedelta | None
) -> dt.datetime:
    """Return when to poll a source again that answered; `fresh` is how long its server says the
    answer is fresh."""
    own = attempt.source.interval
    wait = own or _adapted(state, fresh, attempt.interval)
    due = attempt.now + wait * (1 + JITTER * attempt.chance)
    return due if own else _outside_skip_hours(state.rhythm.skip_hours, due)


def due_after_failure(
    attempt: Attempt, failures: int, retry_after: dt.timedelta | None
) -> dt.datetime:
    """Return when to try a source again: the interval doubles with each failure in a row, up to a
    day."""
    # A server that says when (RFC 9110, section 10.2.3) is not asked before, and not given up for
    # longer.
    every = attempt.source.interval or attempt.interval
    wait = backoff(failures + 1, every, max(every, BACKOFF_LIMIT))
    wait = max(wait, min(retry_after or wait, BACKOFF_LIMIT))
    return attempt.now + wait * (1 + JITTER * attempt.chance)


def initial_schedule(
    states: Sequence[tuple[Source, SourceState]], now: dt.datetime, interval: dt.timedelta
) -> dict[str, dt.datetime]:
    """Return when to poll each source after a start: when it is due; overdue ones a fifth of a
    second apart, and within one interval."""
    due = {source.id: _due(source, state, now, interval) for source, state in states}
    overdue = [name for name, time in due.items() if time <= now]
    step = min(SPREAD, interval / max(len(overdue), 1))
    return due | {name: now + step * index for index, name in enumerate(overdue)}


def _due(
    source: Source, state: SourceState, now: dt.datetime, interval: dt.timedelta
) -> dt.datetime:
    """Return when a source is due, no later than its interval allows, unless it failed or asked for
    more."""
    # The operator may have shortened the interval since.
    if state.due is None:
        return now
    if state.failures or state.rhythm.skip_hours:
        return state.due
    longest = source.interval or (
        interval if interval < ADAPTED_FROM else max(interval, MAX_ADAPTED)
    )
    return min(state.due, now + longest * (1 + JITTER))


def _adapted(
    state: SourceState, fresh: dt.timedelta | None, interval: dt.timedelta
) -> dt.timedelta:
    if interval < ADAPTED_FROM:
        return interval
    per_poll = (state.gap or dt.timedelta()) / POLLS_PER_GAP
    hinted = min(state.rhythm.every or dt.timedelta(), UPDATE_HINTS_LIMIT)
    return max(
        interval, min(per_poll, MAX_ADAPTED), hinted, min(fresh or dt.timedelta(), FRESH_LIMIT)
    )


def _outside_skip_hours(skip_hours: tuple[int, ...], due: dt.datetime) -> dt.datetime:
    """Return a time, or the next full hour that is not to be skipped."""
    shifted = due
    while shifted.astimezone(dt.UTC).hour in skip_hours:
        shifted = shifted.replace(minute=0, second=0, microsecond=0) + HOUR
        if shifted - due > SKIP_LIMIT:
            return due
    return shifted
