"""All tables of a store, as one transaction uses them; and the commit of a poll."""

import itertools
from collections.abc import Iterable

from msgspec.structs import replace

from bot.models import Development, Notice
from bot.models.deliveries import Delivery
from bot.models.sources import PollCommit
from bot.ports import DeliveriesFor, Rules
from bot.store.caches import AudienceCache, RecentDevelopments
from bot.store.chats import Chats
from bot.store.database import writes
from bot.store.deliveries import Deliveries
from bot.store.developments import Developments, Recorded, Revision
from bot.store.notices import Notices
from bot.store.sources import Sources
from bot.store.tinydb_rows import RowDB


class Transaction:
    """The tables over one connection. Their methods that are marked as verbs (`database.reads`,
    `writes`, `settles`) make the store (`store.Store`)."""

    def __init__(
        self, db: RowDB, audience: AudienceCache, recent: RecentDevelopments, rules: Rules
    ) -> None:
        self.db, self._audience = db, audience
        self.notices = Notices(db)
        self.deliveries = Deliveries(db, self.notices, rules)
        self.developments = Developments(db, self.deliveries, recent, rules)
        self.sources = Sources(db, self.developments, self.deliveries)
        self.chats = Chats(db, self.deliveries, self.sources, audience)

    @writes
    def commit(
        self, commit: PollCommit, deliveries_for: DeliveriesFor | None
    ) -> tuple[list[Development], list[Delivery]]:
        self.sources.save_state(commit.state)
        self.notices.add(commit.notices)
        recorded = self.developments.record(commit.developments)
        held = self.developments.record(commit.held)
        revisions, revised_ids = self.developments.revise(commit.updates)
        self.developments.learn_keys(commit, recorded.ids | held.ids | revised_ids)
        edited = self._enqueue_edits(commit, [*recorded.joined, *held.joined, *revisions])
        deliveries = self._enqueue_news(commit, recorded, deliveries_for)
        sent = {delivery.development for delivery in deliveries}
        joined = [revision.development for revision in recorded.joined]
        news = [each for each in (*recorded.new, *joined) if each.id in sent]
        self._follow_up(commit, {each.id: each for each in (*edited, *news)}.values())
        self.notices.add(_similar(*pair) for pair in recorded.similar if pair[0].id in sent)
        return [*recorded.new, *joined], deliveries

    def _enqueue_edits(
        self, commit: PollCommit, revisions: Iterable[Revision]
    ) -> list[Development]:
        """Enqueue edits and corrections; return the developments that any chat was sent."""
        return [
            each.development
            for each in revisions
            if self.deliveries.enqueue_edits(each.development, each.change, commit.at)
        ]

    def _enqueue_news(
        self, commit: PollCommit, recorded: Recorded, deliveries_for: DeliveriesFor | None
    ) -> list[Delivery]:
        """Enqueue the deliveries of what is new, and return them."""
        if deliveries_for is None:
            return []
        audience = self._audience.current(self.db)
        # Whoever wants a joined development as either source tells it gets it.
        drafts = [
            replace(each.draft, id=each.development.id) for each in recorded.joined if each.draft
        ]
        joined = [each.development for each in recorded.joined]
        wanted = [
            deliveries_for(each, audience, commit.at)
            for each in (*recorded.new, *itertools.chain(*zip(joined, drafts, strict=True)))
        ]
        return self.deliveries.enqueue(itertools.chain.from_iterable(wanted))

    def _follow_up(self, commit: PollCommit, sent: Iterable[Development]) -> None:
        """Recheck the pages of what chats are sent, and let it wait for a translation."""
        for development in sent:
            self.sources.watch(commit, development)
            if commit.patience and self.developments.await_translation(development, commit.at):
                self.deliveries.schedule(str(development.id), commit.at + commit.patience)


def _similar(one: Development, other: Development) -> Notice:
    return Notice(
        kind="same_event",
        values={
            "one": str(one.id),
            "other": str(other.id),
            "title": one.title,
            "other_title": other.title,
        },
    )
