"""Delivery x Outcome -> Delivery: the whole retry policy (pure)."""

import datetime as dt

from msgspec.structs import replace

from bot.models import (
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


def starting(delivery: Delivery) -> Delivery:
    """The delivery as it is on the wire: a crash from here on leaves it uncertain."""
    return replace(delivery, state="sending", attempts=delivery.attempts + 1)


def settled(delivery: Delivery, outcome: Outcome, now: dt.datetime) -> Delivery:
    """The delivery after an attempt to send it.

    Sends are not idempotent: what may have arrived (`Unknown`) is never sent again by itself.
    """
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
    doublings: int = 2 ** min(attempts - 1, 12)
    return min(FIRST_WAIT * doublings, LONGEST_WAIT)
