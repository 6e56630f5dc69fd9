"""How a source is doing, in words, from what its polls have left behind."""

import datetime as dt
from collections.abc import Iterable, Mapping

from bot.models import Silence, Source, SourceState

QUIET_FROM = dt.timedelta(days=7)
"""A shorter silence is not worth a word."""
QUIET_TIMES = 3
"""How many of its usual gaps a source may be silent before that is odd."""


def health(state: SourceState | None, now: dt.datetime) -> str:
    """Whether it answers, since when it does not and why, and when it last had something new."""
    if state is None or state.polled is None:
        return "not read yet"
    if state.stopped:
        return "gone for good; not asked any more"
    if state.error:
        since = f" since {state.failing:%d.%m.%Y %H:%M}" if state.failing else ""
        return f"failing{since} ({_times(state.failures)}): {state.error}"
    place = state.moved or state.home
    moved = [f"redirected for good to {place}"] if place else []
    return "; ".join([f"answered {ago(now - state.polled)} ago", *_news(state, now), *moved])


def is_well(state: SourceState | None) -> bool:
    """Whether the last poll gave an answer."""
    return bool(state and state.polled and not state.failures)


def silences(
    sources: Iterable[Source], states: Mapping[str, SourceState], countries: Iterable[str]
) -> list[Silence]:
    """What the sources of each country say of themselves, to tell silence from blindness."""
    told = []
    for country in sorted(countries):
        theirs = [source.id for source in sources if source.country == country]
        failing = ((name, states.get(name)) for name in theirs)
        told.append(
            Silence(
                country=country,
                answered=sum(is_well(states.get(name)) for name in theirs),
                sources=len(theirs),
                failing=tuple(
                    (name, state.failing) for name, state in failing if state and state.failing
                ),
            )
        )
    return told


def robots(state: SourceState | None) -> str:
    """What its robots.txt says of it."""
    return (state.robots if state else None) or "not asked yet"


def ago(length: dt.timedelta) -> str:
    """A length of time in the largest unit that fits: `3 min`, `5 h`, `2 days`."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 60:
        return f"{max(minutes, 1)} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // (24 * 60)} days"


def _news(state: SourceState, now: dt.datetime) -> list[str]:
    if state.news is None:
        return []
    silent = now - state.news
    if state.gap and silent > max(QUIET_FROM, QUIET_TIMES * state.gap):
        return [f"quiet for {ago(silent)}, usually news every {ago(state.gap)}"]
    return [f"last news {ago(silent)} ago"]


def _times(failures: int) -> str:
    return "once" if failures == 1 else f"{failures} times in a row"
