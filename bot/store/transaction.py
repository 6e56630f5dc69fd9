"""The tables over one connection, and the verbs that need several of them."""

import datetime as dt
import itertools
from collections.abc import Collection, Iterable

from msgspec.structs import replace

from bot.models import Correction, Development, Notice
from bot.models.deliveries import Delivery
from bot.models.sources import PollCommit
from bot.models.translations import Passage, PendingTranslation, Translation
from bot.ports.rules import DeliveriesFor, Rules
from bot.search import labels_of
from bot.store.archive import Archive
from bot.store.caches import AudienceCache, RecentDevelopments
from bot.store.chats import Chats
from bot.store.database import writes
from bot.store.deliveries import Deliveries
from bot.store.delivery_queue import DeliveryQueue
from bot.store.developments import Developments, Drafts, Joined, Recorded, Revision
from bot.store.digests import Digests
from bot.store.feeds import Feeds
from bot.store.histories import Histories
from bot.store.joins import Joins
from bot.store.notices import Notices
from bot.store.retention import Retention
from bot.store.reviews import Reviews
from bot.store.source_edits import SourceEdits
from bot.store.sources import Sources
from bot.store.texts import Texts
from bot.store.tinydb_rows import RowDB
from bot.store.translations import Translations


class Transaction:
    """The tables over one connection, as one transaction uses them, and the commit of a poll.

    The methods that are marked as verbs (`database.reads`, `writes`, `locks_rows`) make the store.
    """

    def __init__(
        self, db: RowDB, audience: AudienceCache, recent: RecentDevelopments, rules: Rules
    ) -> None:
        self.db, self._audience = db, audience
        self.notices = Notices(db)
        self.deliveries = Deliveries(db, self.notices)
        self.queue = DeliveryQueue(db, rules)
        self.texts, self.joins, self.reviews = Texts(db), Joins(db), Reviews(db)
        self.readings = self.texts.readings
        self.archive = Archive(db, self.texts)
        self.developments = Developments(
            db, self.deliveries, self.texts, self.archive, recent, rules
        )
        self.translations = Translations(db, self.developments, self.deliveries, self.texts, rules)
        self.sources = Sources(db, self.developments, self.deliveries)
        self.source_edits = SourceEdits(db, self.sources, self.notices)
        self.chats = Chats(db, self.deliveries, self.sources, audience)
        self.feeds = Feeds(db, self.chats)
        self.histories = Histories(db)
        self.retention = Retention(db, self.developments, self.joins, self.feeds, self.chats)
        self.digests = Digests(db, self.deliveries, self.developments, self.chats, rules)

    @writes
    def commit(
        self, commit: PollCommit, deliveries_for: DeliveriesFor | None
    ) -> tuple[list[Development], list[Delivery]]:
        self.sources.save_state(commit.state)
        self.histories.add(commit.history)
        recorded = self.developments.record(self._unknown(commit.developments), commit)
        held = self.developments.record(self._unknown(commit.held), commit)
        revisions, revised_ids = self.developments.revise(commit.updates, commit.texts, commit.at)
        self.developments.seen.learn(commit, recorded.ids | held.ids | revised_ids)
        edited = self._tell_changes(commit, (*recorded.joined, *held.joined), revisions)
        joined = [development for development, _ in recorded.joined]
        deliveries, waiting = self._enqueue_news(commit, recorded, deliveries_for)
        sent = {delivery.development for delivery in deliveries} | waiting
        news = [each for each in (*recorded.new, *joined) if each.id in sent]
        self._follow_up(commit, {each.id: each for each in (*edited, *news)}.values())
        similar = (_similar(*pair) for pair in recorded.similar if pair[0].id in sent)
        if notices := [*commit.notices, *similar]:
            self.notices.add(notices)
        return [*recorded.new, *joined], deliveries

    @writes
    def record_history(self, number: int, commit: PollCommit) -> list[Development]:
        if not self.histories.take(number):
            return []  # another process was faster
        held = self.developments.record(commit.held, commit)
        self.developments.seen.complete(commit, held.ids)
        self._follow_up(commit, self._tell_changes(commit, held.joined))
        return held.new

    @writes
    def part(
        self, join: int, deliveries_for: DeliveriesFor, now: dt.datetime
    ) -> tuple[Development, Development] | None:
        taken = self.joins.take(join)
        parts = self.developments.part(taken) if taken else None
        if taken is None or parts is None:
            return None
        left, parted = parts
        self.sources.move_pages(parted.sources[0], str(left.id), str(parted.id))
        audience, has_word = self._audience.current(self.db), self.texts.has_word(parted)
        self.deliveries.enqueue(deliveries_for(parted, audience, now, has_word))
        self.deliveries.enqueue_edits(left, None, now)
        for each in parts:
            self.translations.await_translations(each, taken.translation_wait, now)
        return parts

    @writes
    def release(
        self,
        review: int,
        deliveries_for: DeliveriesFor,
        now: dt.datetime,
        corrected: Development | None = None,
        decision: Correction | None = None,
    ) -> Development | None:
        taken = self.reviews.take(review)
        development = self.developments.development(taken.development) if taken else None
        if taken is None or development is None:
            return None
        development = corrected or development
        self.developments.save(development)  # also as it was: who lists developments hears of it
        if decision:
            self.developments.note(decision)
        audience, has_word = self._audience.current(self.db), self.texts.has_word(development)
        self.deliveries.enqueue(deliveries_for(development, audience, now, has_word))
        self.translations.await_translations(development, taken.translation_wait, now)
        return development

    @writes
    def reject(self, review: int, decision: Correction) -> bool:
        taken = self.reviews.take(review)
        if taken is None:
            return False
        self.developments.note(decision)
        self.developments.remove(taken.development)
        self.translations.forget(taken.development)
        self.sources.forget_pages(taken.development)
        return True

    @writes
    def save_translation(
        self,
        waiting: PendingTranslation,
        passage: Passage,
        translation: Translation,
        deliveries_for: DeliveriesFor,
        now: dt.datetime,
    ) -> bool:
        saved = self.translations.translate(waiting, passage, translation)
        if saved is None:
            return False
        before, development = saved
        are_labels_changed = labels_of(development) != labels_of(before)
        if are_labels_changed:
            # Whoever wants it by the labels that it had, or by those it has, gets it; words of
            # filters are looked for in what its sources say, as when it was committed.
            audience, has_word = self._audience.current(self.db), self.texts.has_word(before)
            self.deliveries.enqueue(deliveries_for(development, audience, now, has_word))
        # Else those who read it in another language know it as it is.
        readers = None if are_labels_changed else waiting.target
        self.deliveries.enqueue_edits(development, None, now, readers)
        self.deliveries.schedule(waiting.development, waiting.target, now)
        return True

    def _unknown(self, drafts: Drafts) -> Drafts:
        """Return the drafts of which no key is known: of others, another process was faster."""
        known = self.developments.seen.known_keys(key for keys, _ in drafts for key in keys)
        return [(keys, draft) for keys, draft in drafts if known.isdisjoint(keys)]

    def _tell_changes(
        self, commit: PollCommit, joined: Collection[Joined], revisions: Iterable[Revision] = ()
    ) -> list[Development]:
        """Save the joins, and enqueue edits of what reads differently now; return what chats were
        sent of that."""
        self.joins.add(join for _, join in joined)
        merged = [(each, None) for each, join in joined if each != join.before]
        return [
            development
            for development, change in (*merged, *revisions)
            if self.sources.tell_change(development, change, commit.at)
        ]

    def _enqueue_news(
        self, commit: PollCommit, recorded: Recorded, deliveries_for: DeliveriesFor | None
    ) -> tuple[list[Delivery], set[str]]:
        """Enqueue the deliveries of what is new; return them, and the ids of the developments that
        wait for an editor instead."""
        if deliveries_for is None:
            return [], set()
        waiting = {str(each.id) for each in recorded.new if self.reviews.hold(each, commit)}
        wanted = [
            (each, self.texts.has_word(each)) for each in recorded.new if each.id not in waiting
        ]
        for development, join in recorded.joined:
            if self.reviews.is_waiting(str(development.id)):
                continue
            # Whoever wants a joined development as either source tells it gets it.
            has_word = self.texts.has_word(development)
            wanted += [(development, has_word), (replace(join.draft, id=development.id), has_word)]
        audience = self._audience.current(self.db)
        deliveries = (
            deliveries_for(each, audience, commit.at, has_word) for each, has_word in wanted
        )
        return self.deliveries.enqueue(itertools.chain.from_iterable(deliveries)), waiting

    def _follow_up(self, commit: PollCommit, sent: Iterable[Development]) -> None:
        """Recheck the pages of what chats are sent, and let it wait for its translations."""
        for development in sent:
            self.sources.watch(commit, development)
            self.translations.await_translations(development, commit.translation_wait, commit.at)


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
