"""The protocols of a store for sources: what polls commit, and what admins change."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Protocol

from bot.models import (
    Change,
    Development,
    Notice,
    WatchedPage,
)
from bot.models.deliveries import (
    Delivery,
)
from bot.models.source_edits import Proposal, SourceEdit
from bot.models.sources import (
    HubSubscription,
    PendingHistory,
    PollCommit,
    SeenItem,
    SourceState,
)
from bot.ports.rules import DeliveriesFor


class SourceStore(Protocol):
    """Sources: their states, what polls commit, the pages that are rechecked, WebSub hubs."""

    async def states(self) -> dict[str, SourceState]:
        """Return the state of each source that was ever polled, by its id."""

    async def state(self, source: str) -> SourceState | None:
        """Return the state of one source; None: it was never polled."""

    async def known_keys(self, keys: Iterable[str]) -> frozenset[str]:
        """Return those of some item keys that were committed before."""

    async def seen_items(self, keys: Iterable[str]) -> list[SeenItem]:
        """Return what has become of the items that were committed with some keys, one for each of
        these keys that is known."""

    async def commit(
        self, commit: PollCommit, deliveries_for: DeliveriesFor | None
    ) -> tuple[list[Development], list[Delivery]]:
        """Record all that one poll brought, and enqueue its deliveries. Returns the developments
        that are new, or were joined by another source, and the new deliveries; without
        `deliveries_for`, nobody is notified.

        A development whose keys another process has recorded meanwhile is left out; one of an
        event that is recorded joins it (`Rules.merge`). Chats that were sent what has changed get
        an edit, and for a change in substance a correction.
        """

    async def pending_history(self, after: int, limit: int) -> list[PendingHistory]:
        """Return what is still to be recorded of what stood there when sources were first polled,
        from a number on, in the order in which it is to be."""

    async def record_history(self, number: int, commit: PollCommit) -> list[Development]:
        """Record what is held in a commit, which a pending history has become, but no state of its
        source. Returns the developments that are new; of what was recorded before, none."""

    async def split_history(self, number: int) -> None:
        """Let each item of a pending history be one of its own, behind all others."""

    async def forget_history(self, number: int) -> None:
        """Never record a pending history."""

    async def has_history(self, source: str) -> bool:
        """Return whether something of a source is still to be recorded."""

    async def pages_due(self, source: str, now: dt.datetime, limit: int) -> list[WatchedPage]:
        """Return the pages of a source that are due to be rechecked, the longest overdue first."""

    async def watched_pages(self, source: str) -> list[WatchedPage]:
        """Return all pages of a source that are rechecked."""

    async def record_recheck(
        self, page: WatchedPage, development: Development, change: Change | None
    ) -> None:
        """Save a page that was rechecked; for a change in substance, also enqueue corrections."""

    async def stop_watching(self, page: WatchedPage) -> None:
        """Recheck a page no more."""

    async def switch_source(self, source: str, *, is_on: bool) -> None:
        """Set whether a source is polled."""

    async def switched_off(self) -> frozenset[str]:
        """Return the ids of the sources that are not to be polled."""

    async def hub_subscriptions(self) -> dict[str, HubSubscription]:
        """Return the WebSub subscription of each source that has one, by source id."""

    async def change_hub_subscription(
        self, source: str, change: Callable[[HubSubscription | None], HubSubscription | None]
    ) -> None:
        """Apply a pure function to the WebSub subscription of a source; None removes it."""


class SourceEditStore(Protocol):
    """What admins have changed of the sources, and what is proposed to them."""

    async def source_edits(self) -> list[SourceEdit]:
        """Return all edits, oldest first."""

    async def edit_source(self, edit: SourceEdit, *, keeps_baseline: bool) -> SourceEdit | None:
        """Save that an admin has added a source, or lets it be read at another place. Returns it
        with its number; None: it is read there already. `keeps_baseline`: what was read at the
        place before stays known, and chats are notified of the rest."""

    async def undo_source_edit(
        self, number: int, now: dt.datetime, by: int | None
    ) -> SourceEdit | None:
        """Undo an edit, and the later ones of its source; None: the number is of none that holds.
        `by`: the user id of the admin."""

    async def propose(self, proposal: Proposal, notice: Notice | None = None) -> int:
        """Save a proposal, in the place of an earlier one about its source, with the notice that
        tells the admins of it by its number. Returns that number."""

    async def proposals(self) -> list[Proposal]:
        """Return all proposals, oldest first."""

    async def proposal(self, number: int) -> Proposal | None:
        """Return one proposal by its number."""

    async def decline_proposal(self, number: int, now: dt.datetime) -> Proposal | None:
        """Save that an admin wants nothing of a proposal; None: that was decided before."""
