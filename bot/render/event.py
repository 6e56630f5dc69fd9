"""What a webhook endpoint is sent of a delivery: its event, as JSON (docs/WEBHOOKS.md)."""

import datetime as dt
import hashlib
from typing import Literal

import msgspec
from msgspec import Struct

from bot.models import Change, Development
from bot.models.deliveries import Delivery, DeliveryKind

EventType = Literal["development.created", "development.edited", "development.corrected"]

TYPES: dict[DeliveryKind, EventType] = {
    "news": "development.created",
    "edit": "development.edited",
    "correction": "development.corrected",
}


class Event(Struct, frozen=True):
    """What is sent in one request: its id, which stays when it is repeated, and its body."""

    id: str
    body: bytes


class _Payload(Struct, frozen=True, omit_defaults=True):
    type: EventType | Literal["test"]
    timestamp: dt.datetime
    data: Development | None = None
    change: Change | None = None  # of a correction: what has changed in substance


def event(delivery: Delivery, development: Development) -> Event:
    """Return the event of a delivery, of its development as it reads now.

    Its id is of its content as well: what is repeated after an edit is another event, which a
    receiver must not take for the one that it has.
    """
    payload = _Payload(TYPES[delivery.kind], delivery.created, development, delivery.change)
    return _event(payload, f"{delivery.chat} {delivery.id}")


def trial(now: dt.datetime) -> Event:
    """Return the test event of an endpoint."""
    return _event(_Payload("test", now), "test")


def _event(payload: _Payload, of: str) -> Event:
    body = msgspec.json.encode(payload)
    digest = hashlib.sha256(of.encode() + body)
    return Event(f"msg_{digest.hexdigest()[:32]}", body)
