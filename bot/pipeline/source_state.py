"""What a poll leaves behind of a source. Pure."""

import datetime as dt
import itertools
import statistics
from collections.abc import Collection

from msgspec import Struct
from msgspec.structs import replace

from bot import dedupe
from bot.errors import FetchError, HeraldError, ParseError
from bot.fetch import schedule
from bot.models import Document, Fetched, Source, SourceState, UpdateHints

GONE = 410
LOOKS = 3
"""Polls in a row without a list where one was found before, until another is looked for."""
LEAST = dt.timedelta(minutes=1)
"""The shortest gap that dates tell: what is closer together was imported at once."""


class PollTime(Struct, frozen=True):
    """The moment of a poll, the operator's interval, and a throw of the dice from 0 to 1."""

    now: dt.datetime
    interval: dt.timedelta
    chance: float


def current_state(source: Source, state: SourceState | None) -> SourceState:
    """What is known of a source; nothing, where its address is another than it was."""
    if state is None or dedupe.canonical_url(state.url) != dedupe.canonical_url(source.url):
        return SourceState(id=source.id, url=source.url)
    return state


def relisted(before: SourceState, document: Document, known: Collection[str]) -> SourceState:
    """The state to compare a document with: where another list was found on a page than before,
    and nothing of it is known, this is its baseline."""
    if before.page is None and document.page and before.baseline and not known:
        return replace(before, baseline=False)
    return before


def after_unchanged(
    source: Source, before: SourceState, fetched: Fetched, when: PollTime
) -> SourceState:
    """After an answer that brought nothing to read."""
    state = _answered(source, before, fetched, before.rhythm, when)
    return replace(
        state, etag=fetched.etag or before.etag, modified=fetched.modified or before.modified
    )


def after_document(
    source: Source,
    before: SourceState,
    fetched: Fetched,
    document: Document,
    news: int,
    when: PollTime,
) -> SourceState:
    """After a document with so many news."""
    state = _answered(source, before, fetched, document.rhythm, when)
    last, usual = _habit(before, document, news, when.now)
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
    """The same, but that the document is to be read again: it must not count as known."""
    return replace(state, etag=None, modified=None, digest=None, pieces=b"", waits=waits)


def after_failure(
    source: Source, before: SourceState, error: HeraldError, when: PollTime
) -> SourceState:
    """After a poll that gave no document."""
    fetching = error if isinstance(error, FetchError) else FetchError("", str(error))
    failures = before.failures + 1
    return replace(
        before,
        failures=failures,
        page=None if failures >= LOOKS and isinstance(error, ParseError) else before.page,
        failing=before.failing or when.now,
        error=str(error),
        stopped=fetching.status == GONE and fetching.url == source.url and before.home is None,
        robots="denies" if fetching.is_denied else before.robots,
        moved=None,
        moves=0,
        polled=when.now,
        due=schedule.after_failure(
            source, failures, fetching.retry_after, when.now, when.interval, when.chance
        ),
    )


def _answered(
    source: Source, before: SourceState, fetched: Fetched, rhythm: UpdateHints, when: PollTime
) -> SourceState:
    asked = poll_url(source, before, when.now)
    state = replace(
        follow_redirects(source, before, fetched, asked),
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


def _habit(
    before: SourceState, document: Document, news: int, now: dt.datetime
) -> tuple[dt.datetime | None, dt.timedelta | None]:
    """When the source last published, and its usual gap: at first by its items' own dates."""
    if before.baseline:
        last = now if news else before.news
        return last, schedule.gap(before.gap, now - (before.news or now), news)
    moments = sorted(_moment(item.published) for item in document.items if item.published)
    if not moments:
        return None, None
    between = [later - earlier for earlier, later in itertools.pairwise(moments)]
    usual = statistics.median_low(between) if between else dt.timedelta()
    return min(moments[-1], now), usual if usual >= LEAST else None


def _moment(published: dt.date) -> dt.datetime:
    if not isinstance(published, dt.datetime):
        return dt.datetime.combine(published, dt.time(), tzinfo=dt.UTC)
    return published if published.tzinfo else published.replace(tzinfo=dt.UTC)


MOVES = 3
"""Polls in a row that permanent redirects must lead to the same place before it is asked first."""
YEAR = "{year}"
LAG = dt.timedelta(days=1)
"""How long last year's list is still asked: news of its last hours stand there."""


def poll_url(source: Source, state: SourceState, now: dt.datetime) -> str:
    """Where to ask. While a place it has moved to fails, it is asked there and at its own in
    turn: either may be the one that is left."""
    if state.home and state.failures % 2 == 0:
        return state.home
    return source.url.replace(YEAR, str((now - LAG).year))


def follow_redirects(
    source: Source, before: SourceState, fetched: Fetched, asked: str
) -> SourceState:
    """The same state, with what an answer says of where the source is."""
    home = before.home if before.home in (asked, fetched.moved) else None
    if fetched.moved in (None, home) or YEAR in source.url:
        return replace(before, home=home, moved=None, moves=0)
    moves = before.moves + 1 if fetched.moved == before.moved else 1
    if moves >= MOVES:
        return replace(before, home=fetched.moved, moved=None, moves=0)
    return replace(before, home=home, moved=fetched.moved, moves=moves)
