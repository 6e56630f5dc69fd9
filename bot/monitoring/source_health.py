"""Describe the health of a source, from the state that its polls have stored."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Literal, get_args

from bot.i18n import ENGLISH, Locale
from bot.models.deliveries import SilentCountry
from bot.models.sources import Cause, Source, SourceState
from bot.text import shorten

QUIET_FROM = dt.timedelta(days=7)
"""A shorter silence is not reported."""
PLACE = 80
"""Characters of an address that are shown."""
QUIET_TIMES = 3
"""How many of its usual gaps a source may be silent before that is odd."""

Condition = Literal["well", "failing", "stuck", "stopped", "unread", "off"]
"""How a source is, as `/metrics` counts it."""
CONDITIONS: tuple[Condition, ...] = get_args(Condition)


def health(
    state: SourceState | None,
    now: dt.datetime,
    to: Locale = ENGLISH,
    word: Callable[[Cause, Locale], str] | None = None,
) -> str:
    """Describe a source: since when it fails and why, or when it last answered and had news.
    `word` puts a cause into words for readers; None: the error is quoted, for an operator."""
    if state is None or state.polled is None:
        return to.gettext("not read yet")
    if state.stopped:
        return to.gettext("gone for good; not asked any more")
    if state.error:
        error = word(state.cause or "other", to) if word else state.error
        return _failure(state, error, to)
    facts = [to.gettext("answered {length} ago", length=to.duration(now - state.polled))]
    if state.stuck:
        facts.insert(0, to.gettext("its server says “not modified” (304) in spite of news"))
    if state.news:
        facts.append(_news(state, now, to))
    if place := state.moved or state.home:
        facts.append(to.gettext("redirected for good to {place}", place=shorten(place, PLACE)))
    return "; ".join(facts)


def _failure(state: SourceState, error: str, to: Locale) -> str:
    n = state.failures
    times = (
        to.gettext("once") if n == 1 else to.ngettext("{n} time in a row", "{n} times in a row", n)
    )
    if state.failing is None:
        return to.gettext("failing ({times}): {error}", times=times, error=error)
    since = f"{state.failing:%d.%m.%Y %H:%M} UTC"
    values = {"since": since, "times": times, "error": error}
    return to.gettext("failing since {since} ({times}): {error}", **values)


def condition(state: SourceState | None) -> Condition:
    """Return how a source is that is switched on."""
    if state is None or state.polled is None:
        return "unread"
    if state.stopped:
        return "stopped"
    if state.failures:
        return "failing"
    return "stuck" if state.stuck else "well"


def is_well(state: SourceState | None) -> bool:
    """Return whether the last poll was answered."""
    return bool(state and state.polled and not state.failures)


def needs_attention(state: SourceState | None) -> bool:
    """Return whether there is something about a source that its owner should mend."""
    return not is_well(state) or bool(state and state.stuck)


def is_quiet(state: SourceState, now: dt.datetime) -> bool:
    """Return whether a source has had no news for far longer than is usual for it."""
    if not (state.news and state.gap):
        return False
    return now - state.news > max(QUIET_FROM, QUIET_TIMES * state.gap)


def silences(
    sources: Sequence[Source], states: Mapping[str, SourceState], off: Collection[str] = ()
) -> list[SilentCountry]:
    """Return what the sources of each country say of themselves, to tell silence from blindness.
    `off`: the ids of those that are switched off, which are not read."""
    countries = sorted({one.country or "" for one in sources})
    return [
        _silence(
            country, [one.id for one in sources if (one.country or "") == country], states, off
        )
        for country in countries
    ]


def _silence(
    country: str, ids: Sequence[str], states: Mapping[str, SourceState], off: Collection[str]
) -> SilentCountry:
    on = {name: states.get(name) for name in ids if name not in off}
    return SilentCountry(
        country=country,
        answered=sum(map(is_well, on.values())),
        sources=len(ids),
        failing=tuple((name, one.failing) for name, one in on.items() if one and one.failing),
        off=tuple(name for name in ids if name in off),
    )


def robots_note(state: SourceState | None) -> str:
    """Return what robots.txt says of a source."""
    return (state.robots if state else None) or "not asked yet"


def _news(state: SourceState, now: dt.datetime, to: Locale) -> str:
    assert state.news is not None
    silent = to.duration(now - state.news)
    if state.gap and is_quiet(state, now):
        usual = to.duration(state.gap)
        return to.gettext(
            "quiet for {length}, usually news every {usual}", length=silent, usual=usual
        )
    return to.gettext("last news {length} ago", length=silent)
