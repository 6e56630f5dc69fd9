"""What each verb of the store does, in terms of tables. Each method is one transaction."""

import datetime as dt
import itertools
from collections.abc import Callable, Collection, Iterable, Mapping

import msgspec
from msgspec.structs import replace
from tinydb import where

from bot.enrich.translation import passage_to_translate, with_translation
from bot.match.audience import AudienceIndex
from bot.models import (
    Backlog,
    Change,
    Chat,
    Correction,
    Delivery,
    DeliveryState,
    Development,
    Notice,
    Passage,
    PendingTranslation,
    PollCommit,
    SilentCountry,
    SourceState,
    Subscription,
    Tally,
    Translation,
    WatchedPage,
)
from bot.ports import DeliveriesFor, Predicate, UpdateClaim
from bot.store import schema
from bot.store.alarms import Alarms
from bot.store.audience_cache import AudienceCache
from bot.store.claims import Claims
from bot.store.codec import read, written
from bot.store.deliveries import Deliveries
from bot.store.developments import Amended, Developments, Recorded
from bot.store.recent_developments import RecentDevelopments
from bot.store.schema import VERSION, migrate
from bot.store.subscriptions import Subscriptions
from bot.store.tinydb_rows import RowDB
from bot.store.translations import Translations
from bot.store.updates import Updates
from bot.store.watched_pages import WatchedPages

ZONES = dt.timedelta(hours=24)
"""More than any two time zones differ: an hour that is compared as text may be of another one."""


class Transactions:
    """Everything the bot must not forget. `ports.Store` says what each verb means."""

    def __init__(self, db: RowDB, listeners: AudienceCache, events: RecentDevelopments) -> None:
        self._db, self._listeners = db, listeners
        self._archive = Developments(db, events)
        self._meta, self._sources = map(db.rows, ("meta", "sources"))
        self._ledger, self._claims, self._watch = Deliveries(db), Claims(db), WatchedPages(db)
        self._translations, self._alarms = Translations(db), Alarms(db)
        self._updates, self._subscriptions = Updates(db), Subscriptions(db)
        self._chats, self._notices = map(db.rows, ("chats", "notices"))
        self._corrections, self._off = map(db.rows, ("corrections", "switched_off"))
        self._invitations = db.rows("invitations")

    # -------------------------------------------------------------- itself

    def version(self) -> int | None:
        """The version of the schema that the store has; None: it is new."""
        if not self._db.engine.has_table("meta"):
            return None
        found = self._meta.get(where("name") == "schema")
        return int(found["version"]) if found else None

    def prepare(self) -> None:
        """Makes a new store one of this version, and one of an earlier version too: whole or not
        at all, and once, whoever else begins meanwhile."""
        version = self.version()
        self._db.make_tables("touched")
        if version is None:
            self._meta.insert({"name": "schema", "version": VERSION})
        elif version < VERSION:
            migrate(self._db, version)
        schema.make_all(self._db.engine)

    def check_writable(self) -> None:
        """See `ports.Store`."""
        self._archive.count("checks")

    # -------------------------------------------------------------- sources

    def states(self) -> dict[str, SourceState]:
        """See `ports.Store`."""
        return {doc["id"]: read(doc, SourceState) for doc in self._sources}

    def state(self, source: str) -> SourceState | None:
        """See `ports.Store`."""
        doc = self._sources.get(where("id") == source)
        return read(doc, SourceState) if doc else None

    def known_keys(self, keys: Iterable[str]) -> frozenset[str]:
        """See `ports.Store`."""
        return self._archive.known(keys)

    def commit(
        self, commit: PollCommit, deliveries_for: DeliveriesFor | None
    ) -> tuple[list[Development], list[Delivery]]:
        """See `ports.Store`."""
        state = commit.state
        self._sources.upsert(written(state), where("id") == state.id)
        self._notices.insert_multiple({"text": text} for text in commit.notices)
        told = self._archive.record(commit.developments)
        held = self._archive.record(commit.held)
        revised = self._archive.revise(commit.updates)
        self._archive.learn(state.id, commit, told.ids | held.ids | revised.ids)
        rows = self._owe(commit, told, deliveries_for, [*told.joined, *held.joined, *revised.all])
        heard = {row.development for row in rows}
        suggested = [_may_be_one(*pair) for pair in told.alike if pair[0].id in heard]
        self._notices.insert_multiple({"text": text} for text in suggested)
        return [*told.new, *map(_whole, told.joined)], rows

    def _owe(
        self,
        commit: PollCommit,
        told: Recorded,
        deliveries_for: DeliveriesFor | None,
        amended: list[Amended],
    ) -> list[Delivery]:
        """Writes down what is owed of a harvest: news, edits and corrections. What may be in
        English soon waits for that."""
        audience = self._listeners.now(self._db)

        def owed(made: Development) -> Iterable[Delivery]:
            return deliveries_for(made, audience, commit.at) if deliveries_for else ()

        joined = itertools.chain.from_iterable(map(_both, told.joined))
        reached = {
            change.development.id: change.development
            for change in amended
            if self._ledger.amend(change.development, change.change, commit.at)
        }
        rows = self._ledger.owe_news([row for made in told.new for row in owed(made)])
        rows += self._ledger.owe([row for made in joined for row in owed(made)])
        heard = {row.development for row in rows}
        reached |= {made.id: made for made in told.new if made.id in heard}
        reached |= {made.id: made for made in map(_whole, told.joined) if made.id in heard}
        for made in reached.values():
            self._watch.begin(commit, made)
            if commit.patience and self._translations.await_one(made, commit.at):
                self._ledger.schedule(str(made.id), commit.at + commit.patience)
        return rows

    def pages_due(self, source: str, now: dt.datetime, limit: int) -> list[WatchedPage]:
        """See `ports.Store`."""
        return self._watch.due(source, now, limit)

    def record_recheck(self, page: WatchedPage, made: Development, change: Change | None) -> None:
        """See `ports.Store`."""
        self._watch.save(page)
        if change:
            self._archive.write(made)
            self._ledger.amend(made, change, page.seen)

    def stop_watching(self, page: WatchedPage) -> None:
        """See `ports.Store`."""
        self._watch.end(page)

    def next_untranslated(self, now: dt.datetime) -> PendingTranslation | None:
        """See `ports.Store`."""
        return self._translations.next(now)

    def save_translation(
        self,
        waiting: PendingTranslation,
        passage: Passage,
        translation: Translation,
        now: dt.datetime,
    ) -> bool:
        """See `ports.Store`."""
        self._translations.keep(passage, translation)
        before = self._archive.one(waiting.development)
        if before is None or passage_to_translate(before) != passage:
            return False
        made = with_translation(before, translation)
        self._archive.write(made)
        self._ledger.amend(made, None, now)
        self._ledger.schedule(waiting.development, now)
        self._translations.settle(waiting)
        return True

    def postpone_translation(self, waiting: PendingTranslation) -> None:
        """See `ports.Store`."""
        self._translations.postpone(waiting)

    def find_translation(self, passage: Passage) -> Translation | None:
        """See `ports.Store`."""
        return self._translations.kept(passage)

    def add_translated(self, day: dt.date, characters: int) -> int:
        """See `ports.Store`."""
        return self._archive.count(f"translated {day}", characters)

    def update_alerts(self, wrong: Mapping[str, str]) -> list[str]:
        """See `ports.Store`."""
        return self._alarms.settle(wrong)

    def notices(self) -> list[Notice]:
        """See `ports.Store`."""
        return [
            Notice(id=doc.doc_id, text=doc["text"], chat=doc.get("chat")) for doc in self._notices
        ]

    def add_notice(self, text: str, chat: int | None = None) -> None:
        """See `ports.Store`."""
        self._notices.insert({"text": text, "chat": chat})

    def dismiss_notices(self, *notices: int) -> None:
        """See `ports.Store`."""
        self._notices.remove(doc_ids=notices)

    # -------------------------------------------------------------- developments

    def developments(
        self,
        wanted: Predicate = lambda development: True,
        since: dt.date | None = None,
        until: dt.date | None = None,
        limit: int | None = None,
    ) -> list[Development]:
        """See `ports.Store`."""
        found: list[Development] = []
        for day, development in self._archive.newest():
            if (limit is not None and len(found) >= limit) or (since and day < str(since)):
                break
            if (not until or day <= str(until)) and wanted(development):
                found.append(development)
        return found

    def development(self, id: str) -> Development | None:  # noqa: A002
        """See `ports.Store`."""
        return self._archive.one(id)

    def save_correction(
        self, corrected: Development, correction: Correction, now: dt.datetime
    ) -> None:
        """See `ports.Store`."""
        self._archive.write(corrected)
        self._corrections.insert(written(correction))
        self._ledger.amend(corrected, None, now)

    def switch_source(self, source: str, *, is_on: bool) -> None:
        """See `ports.Store`."""
        self._off.remove(where("id") == source)
        if not is_on:
            self._off.insert({"id": source})

    def switched_off(self) -> frozenset[str]:
        """See `ports.Store`."""
        return frozenset(row["id"] for row in self._off)

    def subscriptions(self) -> dict[str, Subscription]:
        """See `ports.Store`."""
        return self._subscriptions.all()

    def change_subscription(
        self, source: str, change: Callable[[Subscription | None], Subscription | None]
    ) -> None:
        """See `ports.Store`."""
        self._subscriptions.change(source, change)

    def claim_update(self, update: int) -> UpdateClaim:
        """See `ports.Store`."""
        return self._updates.take(update)

    def finish_update(self, update: int) -> None:
        """See `ports.Store`."""
        self._updates.finish(update)

    def add_invitation(self, token: str) -> None:
        """See `ports.Store`."""
        self._invitations.insert({"token": token})

    def redeem_invitation(self, token: str) -> bool:
        """See `ports.Store`."""
        return bool(self._invitations.remove(where("token") == token))

    def corrections(self) -> list[Correction]:
        """See `ports.Store`."""
        return [read(doc, Correction) for doc in self._corrections]

    # -------------------------------------------------------------- chats

    def chats(self) -> list[Chat]:
        """See `ports.Store`."""
        return [read(doc, Chat) for doc in self._chats]

    def audience(self) -> AudienceIndex:
        """See `ports.Store`."""
        return self._listeners.now(self._db)

    def chat(self, chat: int) -> Chat:
        """See `ports.Store`."""
        return self._ledger.chat(chat)

    def change_chat(self, chat: int, change: Callable[[Chat], Chat]) -> Chat:
        """See `ports.Store`."""
        changed = change(self._ledger.chat(chat))
        self._keep_chat(changed)
        return changed

    def _keep_chat(self, chat: Chat) -> None:
        if chat == Chat(id=chat.id):
            self._chats.remove(where("id") == chat.id)  # nothing to remember
        else:
            self._chats.upsert(written(chat), where("id") == chat.id)
        self._listeners.changed(self._db, chat.id)

    def suspend_chat(self, chat: int, reason: str, now: dt.datetime) -> None:
        """See `ports.Store`."""
        known = self._ledger.chat(chat)
        if known.filters:
            self._keep_chat(replace(known, suspended=reason, away=known.away or now))
            self._ledger.suspend(chat)

    def unsuspend_chat(self, chat: int, now: dt.datetime) -> None:
        """See `ports.Store`."""
        known = self._ledger.chat(chat)
        if known.suspended:
            self._keep_chat(replace(known, suspended=None))
            self._ledger.revive(chat, now)

    def set_bot(self, bot: int) -> bool:
        """See `ports.Store`."""
        before = self._meta.get(where("name") == "bot")
        self._meta.upsert({"name": "bot", "id": bot}, where("name") == "bot")
        if before is None or before["id"] == bot:
            return False
        for chat in [read(doc, Chat) for doc in self._chats]:
            self._keep_chat(replace(chat, suspended="it does not know the new bot yet"))
        self._updates.forget()
        self._subscriptions.forget()
        self._ledger.rehome()
        return True

    def move_chat(self, old: int, new: int) -> None:
        """See `ports.Store`."""
        if self._chats.contains(where("id") == new):
            self._chats.remove(where("id") == old)  # what was set in the new place counts
        self._chats.update({"id": new}, where("id") == old)
        self._ledger.move(old, new)
        self._listeners.changed(self._db, old, new)

    def forget_chat(self, chat: int) -> None:
        """See `ports.Store`."""
        self._chats.remove(where("id") == chat)
        self._ledger.forget(chat)
        self._listeners.changed(self._db, chat)

    # -------------------------------------------------------------- deliveries

    def enqueue(self, deliveries: Iterable[Delivery]) -> list[Delivery]:
        """See `ports.Store`."""
        return self._ledger.owe(deliveries)

    def write_out(self) -> bool:
        """See `ports.Store`."""
        return self._ledger.write_out()

    def digests_due(self, now: dt.datetime) -> list[Chat]:
        """See `ports.Store`."""
        latest = msgspec.to_builtins(now + ZONES)
        chats = [read(doc, Chat) for doc in self._chats.up_to("digest_due", latest)]
        return [chat for chat in chats if chat.digest_due and chat.digest_due <= now]

    def compose_digest(
        self,
        chat: int,
        now: dt.datetime,
        silences: Iterable[SilentCountry],
        due: dt.datetime | None,
    ) -> int:
        """See `ports.Store`."""
        known = self._ledger.chat(chat)
        parts = self._ledger.put_together(known, now, tuple(silences))
        self._keep_chat(replace(known, digest_due=due, digested=now))
        return parts

    def claim_deliveries(
        self, now: dt.datetime, limit: int, busy: Collection[int] = ()
    ) -> list[Delivery]:
        """See `ports.Store`."""
        return self._claims.claim(now, limit, busy)

    def start_delivery(self, delivery: Delivery) -> None:
        """See `ports.Store`."""
        self._claims.start(delivery)

    def news_delivery(self, development: str, chat: int) -> Delivery | None:
        """See `ports.Store`."""
        return self._ledger.news(development, chat)

    def deliveries(self, state: DeliveryState | None, limit: int) -> list[Delivery]:
        """See `ports.Store`."""
        return self._ledger.newest(state, limit)

    def backlog(self, now: dt.datetime) -> Backlog:
        """See `ports.Store`."""
        return self._ledger.backlog(now)

    def deliveries_of(self, chat: int) -> list[Delivery]:
        """See `ports.Store`."""
        return self._ledger.of_chat(chat)

    def repeat_delivery(self, number: int, now: dt.datetime) -> Delivery | None:
        """See `ports.Store`."""
        return self._ledger.repeat(number, now)

    def give_up_delivery(self, number: int, now: dt.datetime) -> Delivery | None:
        """See `ports.Store`."""
        return self._ledger.give_up(number, now)

    def save_delivery(self, delivery: Delivery) -> None:
        """See `ports.Store`."""
        self._ledger.save(delivery)
        if delivery.state == "uncertain":
            self._doubt([delivery])

    def recover_deliveries(self, now: dt.datetime) -> list[Delivery]:
        """See `ports.Store`."""
        torn = self._ledger.recover(now)
        self._doubt(torn)
        return torn

    def _doubt(self, uncertain: Iterable[Delivery]) -> None:
        self._notices.insert_multiple(
            {"text": f"{row.development} may or may not have arrived ({row.reason}): see /admin"}
            for row in uncertain
        )

    def tally(self, chat: int | None = None) -> Tally:
        """See `ports.Store`."""
        return self._ledger.tally(chat)


def _both(joined: Amended) -> list[Development]:
    """A development that another source tells of too, and as that one tells of it: who wanted
    either is to hear."""
    assert joined.draft is not None
    return [joined.development, replace(joined.draft, id=joined.development.id)]


def _whole(joined: Amended) -> Development:
    return joined.development


def _may_be_one(one: Development, other: Development) -> str:
    return f"{one.id} and {other.id} may be one: “{one.title}” and “{other.title}”"
