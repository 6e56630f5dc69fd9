"""Sources: their states, whether they are polled, WebSub subscriptions, pages to recheck."""

import datetime as dt
from collections.abc import Callable, Iterator
from operator import attrgetter

from tinydb import where

from bot.models import Change, Citation, Development, PageText, WatchedPage
from bot.models.sources import HubSubscription, PollCommit, SourceState
from bot.store.database import reads, writes
from bot.store.deliveries import Deliveries
from bot.store.developments import Developments
from bot.store.tinydb_rows import RowDB, decode, decode_numbered, encode


class Sources:
    """The tables of sources, of those switched off, of WebSub subscriptions, of watched pages."""

    def __init__(self, db: RowDB, developments: Developments, deliveries: Deliveries) -> None:
        self._developments, self._deliveries = developments, deliveries
        self._states, self._off = db.rows("sources"), db.rows("switched_off")
        self._subscriptions, self._pages = db.rows("subscriptions"), db.rows("pages")

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
    def hub_subscriptions(self) -> dict[str, HubSubscription]:
        return {row["source"]: decode(row, HubSubscription) for row in self._subscriptions}

    @writes
    def change_hub_subscription(
        self, source: str, change: Callable[[HubSubscription | None], HubSubscription | None]
    ) -> None:
        row = self._subscriptions.get(where("source") == source)
        before = decode(row, HubSubscription) if row else None
        after = change(before)
        if after is None:
            self._subscriptions.remove(where("source") == source)
        elif after != before:
            self._subscriptions.upsert(encode(after), where("source") == source)

    def forget_hub_subscriptions(self) -> None:
        """Remove every WebSub subscription: another bot has other callback URLs."""
        self._subscriptions.truncate()

    def watch(self, commit: PollCommit, development: Development) -> None:
        """Recheck the pages of a development from now on; from the next poll on, where they have
        just been read."""
        for url in _pages_of(development):
            reading = commit.readings.get(url)
            due = (reading and commit.state.due) or commit.at
            self._watch(commit.state.id, development, url, commit.at, due, reading)

    def _watch(
        self,
        source: str,
        development: Development,
        url: str,
        now: dt.datetime,
        due: dt.datetime,
        reading: PageText | None = None,
    ) -> None:
        same = (where("url") == url) & (where("development") == development.id)
        if development.id and not self._pages.contains(same):
            page = WatchedPage(
                source=source,
                development=development.id,
                url=url,
                since=now,
                seen=now,
                due=due,
                reading=reading,
            )
            self._pages.insert(encode(page))

    def move_pages(self, cited: Citation, before: str, after: str) -> None:
        """Let the page of a source be one of another development."""
        of_page = (where("url") == cited.url) & (where("development") == before)
        self._pages.update({"development": after}, of_page)

    def forget_pages(self, development: str) -> None:
        """Recheck the pages of a development no more."""
        self._pages.remove(where("development") == development)

    @reads
    def watched_pages(self, source: str) -> list[WatchedPage]:
        rows = self._pages.search(where("source") == source)
        return [decode_numbered(row, WatchedPage) for row in rows]

    @reads
    def pages_due(self, source: str, now: dt.datetime, limit: int) -> list[WatchedPage]:
        due = [page for page in self.watched_pages(source) if page.due <= now]
        return sorted(due, key=attrgetter("due"))[:limit]

    @writes
    def record_recheck(
        self, page: WatchedPage, development: Development, change: Change | None
    ) -> None:
        self._pages.update(encode(page), doc_ids=[page.id])
        before = self._developments.development(str(development.id))
        is_edited = before != development
        is_reread = self._developments.reread(development, page)
        if is_edited or is_reread:
            self._developments.save(development)
        if is_edited:
            self.tell_change(development, change, page.seen)
            known = {*_pages_of(before)} if before else set()
            for url in _pages_of(development):
                if url not in known:  # of an edition that was found
                    self._watch(page.source, development, url, page.seen, page.seen)

    def tell_change(
        self, development: Development, change: Change | None, now: dt.datetime
    ) -> bool:
        """Enqueue the edits of a changed development, and the correction; return whether any chat
        was sent it."""
        was_sent = self._deliveries.enqueue_edits(development, change, now)
        if was_sent and change:
            self._developments.save_told(development, now)
        return was_sent

    @writes
    def stop_watching(self, page: WatchedPage) -> None:
        self._pages.remove(doc_ids=[page.id])


def _pages_of(development: Development) -> Iterator[str]:
    """Yield the URLs of the sources of a development, and of their English editions."""
    for source in development.sources:
        yield from filter(None, (source.url, source.url_en))
