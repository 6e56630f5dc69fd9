"""When a source is due, under a clock that does what it is told."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models.sources import Source, SourceState, UpdateHints
from bot.pipeline import source_state
from bot.pipeline.source_state import Attempt
from tests.samples import NOW, source

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
QUARTER = 15 * MINUTE


def state(**facts: object) -> SourceState:
    return SourceState(**{"id": "cz", "url": "", **facts})  # type: ignore[arg-type]


def wait(
    known: SourceState,
    fresh: dt.timedelta | None = None,
    interval: dt.timedelta = QUARTER,
    polled: Source | None = None,
    chance: float = 0.0,
) -> dt.timedelta:
    attempt = Attempt(polled or source(), known, NOW, interval, chance)
    return source_state.due_after_answer(attempt, known, fresh) - NOW


def test_a_source_is_asked_again_after_the_interval() -> None:
    assert wait(state()) == QUARTER
    assert wait(state(), interval=6 * HOUR) == 6 * HOUR


@pytest.mark.parametrize(
    ("gap", "expected"),
    [(HOUR, QUARTER), (DAY, QUARTER), (2 * DAY, 30 * MINUTE), (30 * DAY, HOUR)],
)
def test_the_interval_adapts_to_how_often_a_source_publishes(
    gap: dt.timedelta, expected: dt.timedelta
) -> None:
    assert wait(state(gap=gap)) == expected


def test_what_the_server_says_puts_it_off_within_bounds() -> None:
    assert wait(state(), fresh=20 * MINUTE) == 20 * MINUTE
    assert wait(state(), fresh=MINUTE) == QUARTER
    assert wait(state(), fresh=DAY) == source_state.FRESH_LIMIT
    assert wait(state(rhythm=UpdateHints(every=20 * MINUTE))) == 20 * MINUTE
    assert wait(state(rhythm=UpdateHints(every=7 * DAY))) == source_state.UPDATE_HINTS_LIMIT


def test_an_interval_of_the_source_s_own_is_kept_exactly() -> None:
    own = source(interval=5 * MINUTE)
    busy = state(gap=30 * DAY, rhythm=UpdateHints(every=DAY, skip_hours=tuple(range(24))))
    assert wait(busy, fresh=DAY, polled=own) == 5 * MINUTE


def test_who_wants_speed_gets_it() -> None:
    assert wait(state(gap=30 * DAY), fresh=DAY, interval=5 * dt.timedelta(seconds=1)) == (
        5 * dt.timedelta(seconds=1)
    )


@pytest.mark.parametrize(
    ("hours", "due"),
    [
        ((12,), NOW.replace(hour=13, minute=0)),
        ((12, 13, 14), NOW.replace(hour=15, minute=0)),
        ((11, 13), NOW + QUARTER),
        (tuple(range(24)), NOW + QUARTER),
    ],
)
def test_hours_to_skip_are_skipped_within_bounds(hours: tuple[int, ...], due: dt.datetime) -> None:
    assert NOW + wait(state(rhythm=UpdateHints(skip_hours=hours))) == due


def test_chance_keeps_sources_out_of_step() -> None:
    assert wait(state(), chance=1.0) == QUARTER * 1.1


def failing(failures: int, asked: dt.timedelta | None = None, **changes: object) -> dt.timedelta:
    attempt = Attempt(source(**changes), state(), NOW, HOUR, 0.0)
    return source_state.due_after_failure(attempt, failures, asked) - NOW


def test_failures_put_the_next_poll_off_by_a_day_at_most() -> None:
    waits = [failing(failures) for failures in range(40)]
    assert waits[1:3] == [2 * HOUR, 4 * HOUR]
    assert max(waits) == DAY
    assert failing(5, interval=7 * DAY) == 7 * DAY


def test_a_server_that_says_when_is_not_asked_before() -> None:
    assert failing(1, 5 * HOUR) == 5 * HOUR
    assert failing(1, MINUTE) == 2 * HOUR
    assert failing(1, 30 * DAY) == DAY


def test_overdue_polls_are_spread_and_others_come_when_they_are_due() -> None:
    states = [
        (source(id=f"s{n}"), state(due=due))
        for n, due in enumerate([None, NOW - DAY, NOW + MINUTE, NOW])
    ]
    first = source_state.initial_schedule(states, NOW, QUARTER)
    assert first == {
        "s0": NOW,
        "s1": NOW + source_state.SPREAD,
        "s2": NOW + MINUTE,
        "s3": NOW + 2 * source_state.SPREAD,
    }


def test_many_overdue_polls_begin_within_one_interval() -> None:
    states = [(source(id=str(n)), state()) for n in range(10_000)]
    assert max(source_state.initial_schedule(states, NOW, QUARTER).values()) < NOW + QUARTER


def test_a_shorter_interval_counts_from_the_next_start_but_patience_is_kept() -> None:
    def due(**facts: object) -> dt.timedelta:
        known = [(source(), state(due=NOW + DAY, **facts))]
        return source_state.initial_schedule(known, NOW, QUARTER)["cz"] - NOW

    assert due() <= HOUR * 1.1
    assert due(failures=5) == DAY


def test_the_usual_gap_follows_what_a_source_does() -> None:
    assert source_state.average_gap(None, DAY, 2) == DAY / 2
    assert source_state.average_gap(DAY, 2 * DAY, 0) == DAY
    assert source_state.average_gap(DAY, dt.timedelta(), 3) == DAY
    usual = DAY
    for _ in range(30):
        usual = source_state.average_gap(usual, HOUR, 1) or usual
    assert usual < 2 * HOUR


durations = st.timedeltas(min_value=dt.timedelta(seconds=1), max_value=400 * DAY)


@given(
    st.none() | durations,
    st.none() | durations,
    st.none() | durations,
    st.sets(st.integers(0, 23)),
    durations,
    st.floats(0, 1),
)
def test_a_source_is_asked_no_sooner_than_its_interval_and_never_forgotten(
    gap: dt.timedelta | None,
    every: dt.timedelta | None,
    fresh: dt.timedelta | None,
    hours: set[int],
    interval: dt.timedelta,
    chance: float,
) -> None:
    known = state(gap=gap, rhythm=UpdateHints(every=every, skip_hours=tuple(hours)))
    waited = wait(known, fresh, interval, chance=chance)
    assert interval <= waited <= max(interval, HOUR) * 1.1 + source_state.SKIP_LIMIT
