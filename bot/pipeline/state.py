"""What a poll leaves behind of a source. Pure."""

import datetime as dt

from msgspec import Struct
from msgspec.structs import replace

from bot import dedupe
from bot.errors import FetchError, HeraldError
from bot.fetch import schedule
from bot.models import Document, Fetched, Rhythm, Source, SourceState

MOVES = 3
"""Polls in a row that permanent redirects must lead to the same place before it is asked first."""
GONE = 410
DAY = dt.timedelta(days=1)


class When(Struct, frozen=True):
    """The moment of a poll, the operator's interval, and a throw of the dice from 0 to 1."""

    now: dt.datetime
    interval: dt.timedelta
    chance: float


def known(source: Source, state: SourceState | None) -> SourceState:
    """What is known of a source; nothing, where its address is another than it was."""
    if state is None or dedupe.canonical(state.url) != dedupe.canonical(source.url):
        return SourceState(id=source.id, url=source.url)
    return state


def address(source: Source, state: SourceState, now: dt.datetime) -> str:
    """Where to ask: where the source has moved for good, else where it is said to be."""
    if state.moved and state.moves >= MOVES:
        return state.moved
    return source.url.replace("{year}", str(now.year))


def unchanged(source: Source, before: SourceState, fetched: Fetched, when: When) -> SourceState:
    """After an answer that brought nothing to read."""
    state = _answered(source, before, fetched, before.rhythm, when)
    return replace(
        state, etag=fetched.etag or before.etag, modified=fetched.modified or before.modified
    )


def read(
    source: Source,
    before: SourceState,
    fetched: Fetched,
    document: Document,
    news: int,
    when: When,
) -> SourceState:
    """After a document with so many news."""
    state = _answered(source, before, fetched, document.rhythm, when)
    last, usual = _habit(before, document, news, when.now)
    return replace(
        state,
        baseline=True,
        etag=fetched.etag,
        modified=fetched.modified,
        digest=dedupe.digest(fetched.body or b""),
        items=document.total,
        pieces=document.pieces,
        news=last,
        gap=usual,
    )


def unread(state: SourceState) -> SourceState:
    """The same, but that the document is to be read again: it must not count as known."""
    return replace(state, etag=None, modified=None, digest=None, pieces=b"")


def failed(source: Source, before: SourceState, error: HeraldError, when: When) -> SourceState:
    """After a poll that gave no document."""
    fetching = error if isinstance(error, FetchError) else FetchError("", str(error))
    failures = before.failures + 1
    return replace(
        before,
        failures=failures,
        failing=before.failing or when.now,
        error=str(error),
        stopped=fetching.status == GONE,
        robots="denies" if fetching.is_denied else before.robots,
        moved=None,  # back to where it is said to be
        moves=0,
        polled=when.now,
        due=schedule.after_failure(
            source, failures, fetching.retry_after, when.now, when.interval, when.chance
        ),
    )


def _answered(
    source: Source, before: SourceState, fetched: Fetched, rhythm: Rhythm, when: When
) -> SourceState:
    moved, moves = _moved(before, fetched)
    state = replace(
        before,
        url=source.url,
        polled=when.now,
        answered=when.now,
        failures=0,
        failing=None,
        error=None,
        stopped=False,
        robots=fetched.robots,
        rhythm=rhythm,
        moved=moved,
        moves=moves,
    )
    due = schedule.after_answer(source, state, fetched.fresh, when.now, when.interval, when.chance)
    return replace(state, due=due)


def _moved(before: SourceState, fetched: Fetched) -> tuple[str | None, int]:
    """Where a source has moved, and how often in a row that was seen."""
    if fetched.moved is None:
        return (before.moved, before.moves) if before.moves >= MOVES else (None, 0)
    again = fetched.moved == before.moved
    return fetched.moved, before.moves + 1 if again else 1


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
    span = moments[-1] - moments[0] or DAY  # all of one day, and no time of it is known
    usual = span / (len(moments) - 1) if len(moments) > 1 else None
    return min(moments[-1], now), usual


def _moment(published: dt.date) -> dt.datetime:
    if not isinstance(published, dt.datetime):
        return dt.datetime.combine(published, dt.time(), tzinfo=dt.UTC)
    return published if published.tzinfo else published.replace(tzinfo=dt.UTC)
