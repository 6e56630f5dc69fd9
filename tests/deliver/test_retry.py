import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.deliver import retry
from bot.models.deliveries import Moved, Outcome, Refused, RetryLater, Sent, Unknown, Unwanted
from tests.samples import NOW, delivery

ON_THE_WIRE = retry.starting(delivery())


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
    assert retry.settled(ON_THE_WIRE, outcome, NOW).state == state


def test_what_was_sent_keeps_its_message() -> None:
    settled = retry.settled(ON_THE_WIRE, Sent(5), NOW)
    assert (settled.message_id, settled.settled) == (5, NOW)


def test_flood_control_is_waited_for_exactly() -> None:
    settled = retry.settled(ON_THE_WIRE, RetryLater("flood", 17), NOW)
    assert settled.due == NOW + dt.timedelta(seconds=17)


def test_waits_double_up_to_a_limit_and_never_end() -> None:
    waits = []
    row = delivery()
    for _ in range(30):
        row = retry.settled(retry.starting(row), RetryLater("down"), NOW)
        waits.append(row.due - NOW)
    assert waits[0] < waits[1] < waits[2]
    assert waits[-1] == retry.LONGEST_WAIT
    assert row.state == "pending"


@given(st.integers(1, 10**6), st.floats(0.01, 100), st.floats(0.01, 10**5))
def test_the_wait_doubles_with_each_failure_up_to_the_longest(
    failures: int, first: float, longest: float
) -> None:
    wait, next_wait = (retry.backoff(n, first, longest) for n in (failures, failures + 1))
    assert retry.backoff(1, first, longest) == min(first, longest)
    assert wait <= next_wait <= longest
    assert next_wait in (wait, 2 * wait, longest)
    assert retry.backoff(40, first, longest) == min(longest, first * 2**16)


def test_a_wait_may_be_a_length_of_time() -> None:
    day = dt.timedelta(days=1)
    assert retry.backoff(3, day, 365 * day) == 4 * day
    assert retry.backoff(10**9, day, 365 * day) == 365 * day
