"""Sources: what polls leave of them, whether they are polled, and their WebSub subscriptions."""

from collections.abc import Callable

from tinydb import where

from bot.models import SourceState, Subscription
from bot.store.codec import decode, encode
from bot.store.engine import reads, writes
from bot.store.tinydb_rows import RowDB


class Sources:
    """The tables of sources, of those that are switched off, and of WebSub subscriptions."""

    def __init__(self, db: RowDB) -> None:
        self._states, self._off = db.rows("sources"), db.rows("switched_off")
        self._subscriptions = db.rows("subscriptions")

    @reads
    def states(self) -> dict[str, SourceState]:
        return {row["id"]: decode(row, SourceState) for row in self._states}

    @reads
    def state(self, source: str) -> SourceState | None:
        row = self._states.get(where("id") == source)
        return decode(row, SourceState) if row else None

    def save_state(self, state: SourceState) -> None:
        """Save the state of a source."""
        self._states.upsert(encode(state), where("id") == state.id)

    @writes
    def switch_source(self, source: str, *, is_on: bool) -> None:
        self._off.remove(where("id") == source)
        if not is_on:
            self._off.insert({"id": source})

    @reads
    def switched_off(self) -> frozenset[str]:
        return frozenset(row["id"] for row in self._off)

    @reads
    def subscriptions(self) -> dict[str, Subscription]:
        return {row["source"]: decode(row, Subscription) for row in self._subscriptions}

    @writes
    def change_subscription(
        self, source: str, change: Callable[[Subscription | None], Subscription | None]
    ) -> None:
        row = self._subscriptions.get(where("source") == source)
        before = decode(row, Subscription) if row else None
        after = change(before)
        if after is None:
            self._subscriptions.remove(where("source") == source)
        elif after != before:
            self._subscriptions.upsert(encode(after), where("source") == source)

    def forget_subscriptions(self) -> None:
        """Remove every WebSub subscription: another bot has other callback URLs."""
        self._subscriptions.truncate()
