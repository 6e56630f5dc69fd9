"""When a chat is sent to, on its own clocks, and what follows from an attempt to send."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import deliver
from bot.models.chats import Chat
from bot.models.deliveries import Moved, Outcome, Refused, RetryLater, Sent, Unknown, Unwanted
from bot.models.pace import Pace, PaceKind
from tests.samples import NOW, delivery

PRAGUE = "Europe/Prague"
MOMENTS = st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2030, 1, 1), timezones=st.just(dt.UTC))
ZONES = st.sampled_from([PRAGUE, "UTC", "America/New_York", "Asia/Kathmandu", "Pacific/Apia"])
ON_THE_WIRE = deliver.mark_in_flight(delivery())


def test_a_delivery_on_the_wire_counts_the_attempt() -> None:
    assert (ON_THE_WIRE.state, ON_THE_WIRE.attempts) == ("sending", 1)


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Sent(5), "sent"),
        (RetryLater("down"), "pending"),
        (Moved(-1001), "pending"),
        (Refused("too long"), "failed"),
        (Refused("blocked", gone=True), "suspended"),
        (Unwanted("no filter wants it"), "withdrawn"),
        (Unknown("timed out"), "uncertain"),
    ],
)
def test_each_outcome_leads_to_its_state(outcome: Outcome, state: str) -> None:
    assert deliver.apply_outcome(ON_THE_WIRE, outcome, NOW).state == state


def test_what_was_sent_keeps_its_message() -> None:
    settled = deliver.apply_outcome(ON_THE_WIRE, Sent(5), NOW)
    assert (settled.message_id, settled.settled) == (5, NOW)


def test_flood_control_is_waited_for_exactly() -> None:
    settled = deliver.apply_outcome(ON_THE_WIRE, RetryLater("flood", 17), NOW)
    assert settled.due == NOW + dt.timedelta(seconds=17)


def test_waits_double_up_to_a_limit_and_never_end() -> None:
    waits = []
    row = delivery()
    for _ in range(30):
        row = deliver.apply_outcome(deliver.mark_in_flight(row), RetryLater("down"), NOW)
        waits.append(row.due - NOW)
    assert waits[0] < waits[1] < waits[2]
    assert waits[-1] == deliver.LONGEST_WAIT
    assert row.state == "pending"


@given(st.integers(1, 10**6), st.floats(0.01, 100), st.floats(0.01, 10**5))
def test_the_wait_doubles_with_each_failure_up_to_the_longest(
    failures: int, first: float, longest: float
) -> None:
    wait, next_wait = (deliver.backoff(n, first, longest) for n in (failures, failures + 1))
    assert deliver.backoff(1, first, longest) == min(first, longest)
    assert wait <= next_wait <= longest
    assert next_wait in (wait, 2 * wait, longest)
    assert deliver.backoff(40, first, longest) == min(longest, first * 2**16)


def test_a_wait_may_be_a_length_of_time() -> None:
    day = dt.timedelta(days=1)
    assert deliver.backoff(3, day, 365 * day) == 4 * day
    assert deliver.backoff(10**9, day, 365 * day) == 365 * day


def at(*moment: int) -> dt.datetime:
    return dt.datetime(*moment, tzinfo=ZoneInfo(PRAGUE))  # type: ignore[arg-type, misc]


def utc(*moment: int) -> dt.datetime:
    return dt.datetime(*moment, tzinfo=dt.UTC)  # type: ignore[arg-type, misc]


def test_a_daily_digest_comes_at_its_hour_the_year_round() -> None:
    daily = Pace(kind="daily", minute=8 * 60)
    assert deliver.next_digest(daily, PRAGUE, at(2026, 1, 5, 7)) == utc(2026, 1, 5, 7)
    assert deliver.next_digest(daily, PRAGUE, at(2026, 1, 5, 8)) == utc(2026, 1, 6, 7)
    assert deliver.next_digest(daily, PRAGUE, at(2026, 7, 5, 7)) == utc(2026, 7, 5, 6)


def test_an_hour_that_summer_time_skips_comes_an_hour_later() -> None:
    night = Pace(kind="daily", minute=2 * 60 + 30)
    due = deliver.next_digest(night, PRAGUE, at(2026, 3, 29, 0))
    assert due.astimezone(ZoneInfo(PRAGUE)) == at(2026, 3, 29, 3, 30)


def test_an_hour_that_comes_twice_counts_once() -> None:
    night = Pace(kind="daily", minute=2 * 60 + 30)
    first = deliver.next_digest(night, PRAGUE, at(2026, 10, 25, 0))
    assert first == utc(2026, 10, 25, 0, 30)
    assert deliver.next_digest(night, PRAGUE, first) == utc(2026, 10, 26, 1, 30)


@given(
    after=MOMENTS,
    zone=ZONES,
    minute=st.integers(0, 24 * 60 - 1),
    kind=st.sampled_from(["daily", "weekly"]),
    weekday=st.integers(0, 6),
)
def test_a_digest_is_due_within_its_time_and_after_now(
    after: dt.datetime, zone: str, minute: int, kind: PaceKind, weekday: int
) -> None:
    pace = Pace(kind=kind, minute=minute, weekday=weekday)
    due = deliver.next_digest(pace, zone, after)
    days = 1 if kind == "daily" else 7
    assert after < due <= after + dt.timedelta(days=days + 1, hours=2)
    if kind == "weekly":
        assert due.astimezone(ZoneInfo(zone)).weekday() == weekday or minute < 4 * 60


@pytest.mark.parametrize(
    ("quiet", "hour", "until"),
    [
        ((22 * 60, 7 * 60), 23, utc(2026, 1, 6, 6)),
        ((22 * 60, 7 * 60), 3, utc(2026, 1, 5, 6)),
        ((22 * 60, 7 * 60), 12, None),
        ((12 * 60, 13 * 60), 12, utc(2026, 1, 5, 12)),
        ((12 * 60, 13 * 60), 13, None),
        (None, 3, None),
    ],
)
def test_quiet_hours_hold_until_their_end(
    quiet: tuple[int, int] | None, hour: int, until: dt.datetime | None
) -> None:
    chat = Chat(id=1, quiet=quiet, timezone=PRAGUE)
    assert deliver.quiet_until(chat, at(2026, 1, 5, hour)) == until


@given(MOMENTS, ZONES, st.integers(0, 1439), st.integers(0, 1439))
def test_quiet_ends_some_time(now: dt.datetime, zone: str, begins: int, ends: int) -> None:
    until = deliver.quiet_until(Chat(id=1, quiet=(begins, ends), timezone=zone), now)
    assert until is None or now < until <= now + dt.timedelta(hours=26)
