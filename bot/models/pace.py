"""When what a filter wants comes, and the digests of a chat that follow from it."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from msgspec import Struct

PaceKind = Literal["at_once", "silent", "daily", "weekly"]


class Pace(Struct, frozen=True, gc=False, kw_only=True):
    """When what a filter wants comes: each development at once, with a sound or silently, or many
    together in a digest, in the time zone of the chat."""

    kind: PaceKind = "at_once"
    minute: int = 8 * 60  # of the day, of a digest
    weekday: int = 0  # of a weekly digest: 0 is Monday

    @property
    def is_digest(self) -> bool:
        """Return whether developments are collected for a digest."""
        return self.kind in ("daily", "weekly")


AT_ONCE, DAILY, WEEKLY = Pace(), Pace(kind="daily"), Pace(kind="weekly")


class ScheduledDigest(Struct, frozen=True, gc=False, kw_only=True):
    """A digest of a chat: of its filters that have one pace and send to one topic."""

    pace: Pace
    thread: int | None = None  # the topic of the group; None: the group itself
    since: dt.datetime  # when the one before was composed
    due: dt.datetime
