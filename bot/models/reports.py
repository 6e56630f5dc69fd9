"""Figures: the result of a poll, and deliveries by state."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from msgspec import Struct

from bot.models.notices import Notice

PollResult = Literal["baseline", "new", "nothing new", "unchanged", "failed"]


class Report(Struct, frozen=True, kw_only=True):
    """The result of one poll of one source."""

    source: str
    result: PollResult
    items: int = 0
    new: int = 0
    developments: int = 0
    deliveries: int = 0
    changed: int = 0
    held: int = 0
    revised: int = 0
    """Developments whose own pages have changed in substance."""
    problems: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    """Notices for the admins."""
    seconds: float = 0.0


class Backlog(Struct, frozen=True, kw_only=True):
    """The pending deliveries: how many, and since when the oldest could have been sent."""

    pending: int = 0
    oldest: dt.datetime | None = None


class Tally(Struct, frozen=True, kw_only=True):
    """The numbers of deliveries by state."""

    pending: int = 0
    sending: int = 0
    sent: int = 0
    uncertain: int = 0
    failed: int = 0
    suspended: int = 0
    withdrawn: int = 0
    collected: int = 0
    last_sent: dt.datetime | None = None

    @property
    def waiting(self) -> int:
        """Return how many are still to be sent."""
        return self.pending + self.sending + self.suspended + self.collected

    @property
    def matched(self) -> int:
        """Return how many were matched, whatever became of them; not those withdrawn."""
        return self.waiting + self.sent + self.uncertain + self.failed
