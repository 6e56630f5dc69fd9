"""Decide when to try again: the back-off, and a delivery after an attempt to send it (pure)."""

import datetime as dt
from typing import TypeVar

from msgspec.structs import replace

from bot.models.deliveries import (
    Delivery,
    DeliveryState,
    Moved,
    Outcome,
    Refused,
    RetryLater,
    Sent,
    Unknown,
    Unwanted,
)

FIRST_WAIT = dt.timedelta(seconds=2)
LONGEST_WAIT = dt.timedelta(minutes=15)

Wait = TypeVar("Wait", float, dt.timedelta)


def backoff(failures: int, first: Wait, longest: Wait) -> Wait:
    """Return the wait after a number of failures in a row: `first` after one, twice as long after
    each further one, at most `longest`."""
    doublings: int = 2 ** min(failures - 1, 16)  # beyond this a timedelta would overflow
    return min(first * doublings, longest)


def starting(delivery: Delivery) -> Delivery:
    """Return a delivery as it is on the wire: a crash from here on leaves it uncertain."""
    return replace(delivery, state="sending", attempts=delivery.attempts + 1)


def settled(delivery: Delivery, outcome: Outcome, now: dt.datetime) -> Delivery:
    """Return a delivery as it is after an attempt to send it."""
    # Sends are not idempotent: what may have arrived (`Unknown`) is never sent again by itself.
    match outcome:
        case Sent(message_id):
            return replace(delivery, state="sent", settled=now, message_id=message_id, reason=None)
        case RetryLater(reason, seconds):
            wait = _wait(delivery.attempts) if seconds is None else dt.timedelta(seconds=seconds)
            return replace(delivery, state="pending", due=now + wait, reason=reason)
        case Moved():
            return replace(delivery, state="pending", due=now)  # the store gives it the new id
        case Unknown(reason) if delivery.kind == "edit":  # which does no harm when repeated
            due = now + _wait(delivery.attempts)
            return replace(delivery, state="pending", due=due, reason=reason)
        case Refused(reason) | Unwanted(reason) | Unknown(reason):
            return replace(delivery, state=_end(outcome), settled=now, reason=reason)


def _end(outcome: Refused | Unwanted | Unknown) -> DeliveryState:
    match outcome:
        case Unwanted():
            return "withdrawn"
        case Unknown():
            return "uncertain"
        case Refused(gone=gone):
            return "suspended" if gone else "failed"


def _wait(attempts: int) -> dt.timedelta:
    return backoff(attempts, FIRST_WAIT, LONGEST_WAIT)
