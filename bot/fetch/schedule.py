"""Decide when to poll a source again (pure)."""

import datetime as dt
from collections.abc import Sequence

from bot.deliver import backoff
from bot.models.sources import Source, SourceState

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
BACKOFF_LIMIT = dt.timedelta(days=1)
JITTER = 0.1
"""The share of a wait that is added at random, so that sources are not all polled at once."""
SPREAD = dt.timedelta(seconds=0.2)
"""Between two overdue polls at the start."""


def after_answer(
    source: Source,
    state: SourceState,
    fresh: dt.timedelta | None,
    now: dt.datetime,
    interval: dt.timedelta,
    chance: float,
) -> dt.datetime:
    """Return when to poll a source again that answered.

    `fresh` is how long its server says the answer is fresh, `interval` the configured one, `chance`
    a random number from 0 to 1.
    """
    wait = source.interval or _adapted(state, fresh, interval)
    due = now + wait * (1 + JITTER * chance)
    return due if source.interval else _outside_skip_hours(state.rhythm.skip_hours, due)


def after_failure(
    source: Source,
    failures: int,
    retry_after: dt.timedelta | None,
    now: dt.datetime,
    interval: dt.timedelta,
    chance: float,
) -> dt.datetime:
    """Return when to try a source again: the interval doubles with each failure in a row, up to a
    day."""
    # A server that says when (RFC 9110, section 10.2.3) is not asked before, and not given up for
    # longer.
    every = source.interval or interval
    wait = backoff(failures + 1, every, max(every, BACKOFF_LIMIT))
    wait = max(wait, min(retry_after or wait, BACKOFF_LIMIT))
    return now + wait * (1 + JITTER * chance)


def first_polls(
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


def average_gap(before: dt.timedelta | None, since: dt.timedelta, news: int) -> dt.timedelta | None:
    """Return the usual time between two items, after `news` more of them in the time `since` the
    last: a moving average in which the newest counts for a fifth."""
    if not news or since <= dt.timedelta():
        return before
    seen = since / news
    return seen if before is None else before * 0.8 + seen * 0.2


def _adapted(
    state: SourceState, fresh: dt.timedelta | None, interval: dt.timedelta
) -> dt.timedelta:
    if interval < ADAPTED_FROM:
        return interval
    per_poll = (state.gap or dt.timedelta()) / POLLS_PER_GAP
    adapted = max(interval, min(per_poll, MAX_ADAPTED))
    hints = (
        min(state.rhythm.every or dt.timedelta(), UPDATE_HINTS_LIMIT),
        min(fresh or dt.timedelta(), FRESH_LIMIT),
    )
    return max(adapted, *hints)


def _outside_skip_hours(skip_hours: tuple[int, ...], due: dt.datetime) -> dt.datetime:
    """Return a time, or the next full hour that is not to be skipped."""
    shifted = due
    while shifted.astimezone(dt.UTC).hour in skip_hours:
        shifted = shifted.replace(minute=0, second=0, microsecond=0) + HOUR
        if shifted - due > SKIP_LIMIT:
            return due
    return shifted
