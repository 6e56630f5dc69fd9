"""The protocols of a store for what is to be sent."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol

from bot.models import (
    Notice,
)
from bot.models.chats import Chat
from bot.models.deliveries import (
    Backlog,
    DayLedger,
    Delivery,
    DeliveryState,
    Recipients,
    SilentCountry,
    Tally,
)


class DeliveryStore(Protocol):
    """Deliveries: the queue of what is to be sent, and the record of what came of it."""

    async def enqueue(self, deliveries: Iterable[Delivery]) -> list[Delivery]:
        """Add deliveries, and return the new ones: a chat gets a development once."""

    async def digests_due(self, now: dt.datetime) -> list[Chat]:
        """Return the chats of which a digest is due."""

    async def compose_digests(
        self, chat: int, now: dt.datetime, silences: Sequence[SilentCountry]
    ) -> int:
        """Enqueue the digests of a chat that are due, of what was collected for it, and save when
        the next ones are. Returns the number of their parts, which do not change any more.
        `silences`: what the sources of each country say of themselves."""

    async def chats_awaiting(self, most: int) -> dict[int, int]:
        """Return the chats for which more than so many news are pending, and how many; no
        endpoints, as `backlog` counts none."""

    async def collect_pending(self, chat: int) -> None:
        """Collect the pending news of a chat that were not attempted yet, for a digest; not those
        that are urgent alone, which would wait for the next digest of their filters."""

    async def claim_deliveries(
        self,
        now: dt.datetime,
        limit: int,
        busy: Collection[int] = ...,
        *,
        to: Recipients = ...,
        each: int | None = ...,
        newest_first: Collection[int] = ...,
    ) -> list[Delivery]:
        """Claim due deliveries for this process to send, those of a chat in their order; none of a
        chat that is busy, paused, suspended or has quiet hours, or that another process sends to.

        `to`: messages to chats, or events to webhook endpoints; `each`: of one chat at most so
        many; `newest_first`: chats of which the newest news come first.
        """

    async def start_delivery(self, delivery: Delivery) -> None:
        """Save that a claimed delivery is on the wire; also again, when it goes out in another
        form. Raises SupersededError: it is not ours."""

    async def start_deliveries(self, deliveries: Sequence[Delivery]) -> list[bool]:
        """Save that claimed deliveries are on the wire; return of each whether it is ours."""

    async def save_delivery(self, delivery: Delivery) -> None:
        """Save the outcome of a delivery, unless it was enqueued again or claimed elsewhere; those
        that are to be saved at the same time share a transaction, as those that are started do."""

    async def save_deliveries(self, deliveries: Sequence[Delivery]) -> list[bool]:
        """Save the outcomes of deliveries; return of each whether it is ours still."""

    async def recover_deliveries(
        self, now: dt.datetime, *, to: Recipients | None = ..., ours: bool = ...
    ) -> list[Delivery]:
        """Settle what dead processes were sending: what may be repeated (edits, events) is pending
        again, all else is uncertain, is returned, and the admins are notified of it. `to`: of
        deliveries to chats or to endpoints alone; `ours`: also what this process was sending, for
        when it sends nothing now."""

    async def repeat_delivery(self, number: int, now: dt.datetime) -> Delivery | None:
        """Make an uncertain or failed delivery pending again; None: the number is of none."""

    async def give_up_delivery(self, number: int, now: dt.datetime) -> Delivery | None:
        """Make an uncertain delivery failed; None: the number is of none."""

    async def news_delivery(self, development: str, chat: int) -> Delivery | None:
        """Return the delivery of a development to a chat, edits and corrections aside."""

    async def deliveries(self, state: DeliveryState | None, limit: int) -> list[Delivery]:
        """Return the newest deliveries of a state, or of all."""

    async def deliveries_of(self, chat: int) -> list[Delivery]:
        """Return all deliveries of a chat."""

    async def backlog(self, now: dt.datetime) -> Backlog:
        """Return how many deliveries are pending, and since when the oldest could be sent."""

    async def ledger(self, since: dt.date) -> list[DayLedger]:
        """Return what has become of the matches of each day since one, the last day first; days
        without any are left out."""

    async def tally(self, chat: int | None = None) -> Tally:
        """Count the deliveries of a chat, or of all, by state."""


class NoticeStore(Protocol):
    """Notices that wait to be sent to admins and to those who set up groups."""

    async def notices(self) -> list[Notice]:
        """Return the notices that wait, oldest first."""

    async def add_notice(self, notice: Notice) -> None:
        """Add a notice."""

    async def dismiss_notices(self, *notices: int) -> None:
        """Remove notices that were sent, by their numbers."""

    async def update_alerts(self, active: Mapping[str, Notice]) -> list[Notice]:
        """Save the active alerts; add and return a notice for each that began or ended."""
