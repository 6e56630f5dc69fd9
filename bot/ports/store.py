"""The protocols of a store: one for each noun, of which each verb is one transaction."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Literal, Protocol

from bot.errors import DamageError
from bot.models import (
    Change,
    Correction,
    Development,
    Join,
    Notice,
    Passage,
    PendingTranslation,
    Review,
    Told,
    Translation,
    WatchedPage,
)
from bot.models.archive import ArchiveChanges, ArchiveEntry
from bot.models.chats import Chat, Endpoint, Filter
from bot.models.deliveries import (
    Backlog,
    DayLedger,
    Delivery,
    DeliveryState,
    Recipients,
    SilentCountry,
    Tally,
)
from bot.models.readings import Reading
from bot.models.source_edits import Proposal, SourceEdit
from bot.models.sources import HubSubscription, PollCommit, SeenItem, SourceState
from bot.ports.rules import DeliveriesFor
from bot.search import HasWord, Search

UpdateClaim = Literal["ours", "done", "elsewhere"]
"""Who answers an update of Telegram: `elsewhere`, another process is about to."""
Predicate = Callable[[Development, HasWord], bool]


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


class DevelopmentStore(Protocol):
    """Developments, their translations, and the labels that admins corrected."""

    async def developments(
        self,
        wanted: Predicate = ...,
        since: dt.date | None = None,
        until: dt.date | None = None,
        limit: int | None = None,
    ) -> list[Development]:
        """Return the wanted developments of some days, newest first."""

    async def developments_ahead(self, wanted: Predicate, today: dt.date) -> list[Development]:
        """Return the wanted developments that tell a date from a day on, the latest date first."""

    async def development(self, id: str) -> Development | None:  # noqa: A002
        """Return one development by its id."""

    async def stages(self, matter: str) -> list[Development]:
        """Return the developments that are stages of a matter, by its id, in no order."""

    async def first_message(self, matter: str, chat: int) -> int | None:
        """Return the first message about a matter that a chat was sent, as far as it is known."""

    async def matter_of_number(self, number: str) -> str | None:
        """Return the id of the matter that has a number (`enrich.references`)."""

    async def readings(self, development: str) -> list[Reading]:
        """Return all that the sources of a development have said, the oldest reading first."""

    async def words_in(self, id: str, words: Iterable[str]) -> frozenset[str]:  # noqa: A002
        """Return those of some words that stand in the titles and texts of a development."""

    async def search(self, search: Search, first: int, limit: int) -> tuple[list[Development], int]:
        """Return some of the developments that a search finds, from the `first` on, the best first;
        and how many it finds, but not above some hundred."""

    async def save_correction(
        self, corrected: Development, correction: Correction, now: dt.datetime
    ) -> None:
        """Save corrected labels, and enqueue edits for the chats that were sent the others."""

    async def told(self, id: str) -> Told | None:  # noqa: A002
        """Return what readers know of a development since they were told of a change of it; None:
        they know it as it was first recorded."""

    async def joins(self, development: str) -> list[Join]:
        """Return the drafts that have joined a development lately, oldest first."""

    async def part(
        self, join: int, deliveries_for: DeliveriesFor, now: dt.datetime
    ) -> tuple[Development, Development] | None:
        """Make a draft that has joined a development one of its own, enqueue its news for the chats
        that want it, and edits for those that were sent the joined one. Returns what is left of
        that one, and the new one; None: they were parted before."""

    async def corrections(self) -> list[Correction]:
        """Return all corrected labels and what editors have decided, oldest first."""

    async def reviews(self) -> list[Review]:
        """Return the developments that wait for an editor, oldest first."""

    async def reviews_due(self, now: dt.datetime) -> list[Review]:
        """Return those for which no editor has decided in time."""

    async def is_waiting(self, development: str) -> bool:
        """Return whether a development waits for an editor."""

    async def mark_asked(self, review: int) -> None:
        """Save that the editors have been sent what waits for them."""

    async def release(
        self,
        review: int,
        deliveries_for: DeliveriesFor,
        now: dt.datetime,
        corrected: Development | None = None,
        decision: Correction | None = None,
    ) -> Development | None:
        """End a review: enqueue the news of the development, corrected where an editor has decided
        so, for the chats that want it. Returns it; None: the review had ended before."""

    async def reject(self, review: int, decision: Correction) -> bool:
        """End a review: remove the development, which is not about migration or asylum. Returns
        whether the review had not ended before."""

    async def next_untranslated(self, now: dt.datetime) -> PendingTranslation | None:
        """Return the translation that has been due for the longest time."""

    async def passage_to_translate(self, id: str, target: str) -> Passage | None:  # noqa: A002
        """Return what is to be translated of a development into a language (ISO 639-1); None: there
        is nothing."""

    async def save_translation(
        self,
        waiting: PendingTranslation,
        passage: Passage,
        translation: Translation,
        deliveries_for: DeliveriesFor,
        now: dt.datetime,
    ) -> bool:
        """Save a translation of a development: what is queued of it for those who read it in that
        language is due now, what they were sent is edited.
        Where its labels have changed, chats that want it by these get it, too. Returns False where
        the passage has changed meanwhile: then it waits on."""

    async def postpone_translation(self, waiting: PendingTranslation) -> None:
        """Save when a translation is due again; without a time, give it up."""

    async def find_translation(self, passage: Passage) -> Translation | None:
        """Return an earlier translation of the same passage."""

    async def add_translated(self, day: dt.date, characters: int) -> int:
        """Add to the characters translated on a day, and return their sum."""


class ArchiveStore(Protocol):
    """Developments as they are listed to everybody: all but those that wait for an editor."""

    async def last_archive_change(self) -> int:
        """Return the number of the last change of a development."""

    async def archive_entries(
        self, after: int, limit: int
    ) -> tuple[list[ArchiveEntry], int | None]:
        """Return the entries among some developments whose numbers come after one, and the last of
        these numbers; None: no other comes."""

    async def archive_changes(self, since: int) -> ArchiveChanges | None:
        """Return what has changed since the change of a number; None: so much, or in a store that a
        backup has replaced, that all is to be read anew."""

    async def archived(self, numbers: Iterable[int]) -> list[Development]:
        """Return the developments of some numbers, in this order."""

    async def find_numbers(self, words: Iterable[str]) -> frozenset[int]:
        """Return the numbers of the newest few hundred developments that have all of some words."""


class ChatStore(Protocol):
    """Chats: settings and filters, the updates they send, invitations."""

    async def chats(self) -> list[Chat]:
        """Return every chat that has any settings; no endpoints."""

    async def chat(self, chat: int) -> Chat:
        """Return one chat; an unknown one has default settings and no filters."""

    async def pauses_over(self, now: dt.datetime) -> list[Chat]:
        """Return the chats that are paused until a time that has come."""

    async def change_chat(self, chat: int, change: Callable[[Chat], Chat]) -> Chat:
        """Apply a pure function to a chat, and return the result."""

    async def suspend_chat(self, chat: int, reason: str, now: dt.datetime) -> None:
        """Suspend a chat that Telegram refuses messages for: its deliveries wait."""

    async def unsuspend_chat(self, chat: int, now: dt.datetime) -> None:
        """Let the deliveries of a suspended chat be due again."""

    async def move_chat(self, old: int, new: int) -> None:
        """Give a chat another id, as when a group becomes a supergroup."""

    async def forget_chat(self, chat: int) -> None:
        """Remove a chat, its filters and its deliveries."""

    async def set_bot(self, bot: int) -> bool:
        """Save the id of the bot, and return whether it was another before. Then every chat is
        suspended until it writes to the new bot, and no message sent before can be edited."""

    async def claim_update(self, update: int) -> UpdateClaim:
        """Claim an update of Telegram for this process: each is answered once."""

    async def finish_update(self, update: int) -> None:
        """Mark an update as answered."""

    async def open_feed(self, chat: int, filter_: int, token: str) -> str:
        """Return the token under which a filter of a chat is read: this one, unless it has one."""

    async def close_feed(self, chat: int, filter_: int) -> bool:
        """Take the token of a filter back, and return whether it had one."""

    async def feeds_of(self, chat: int) -> dict[int, str]:
        """Return the tokens of a chat's filters, by the ids of these."""

    async def feed(self, token: str) -> tuple[Chat, Filter] | None:
        """Return the filter of a token, and its chat; None: there is none, or no longer."""

    async def add_endpoint(self, number: int, chat: int, endpoint: Endpoint) -> Chat:
        """Add a webhook endpoint under the id of a recipient (`models.chats.is_endpoint`): it
        follows a filter of a chat as the chat changes, pauses or removes it, and is suspended with
        the chat, moved and forgotten with it. `chat` and `change_chat` take its id, too; `chats`
        leaves it out."""

    async def configure_endpoints(self, configured: Collection[Chat]) -> None:
        """Keep these endpoints of no chat, and no others; they stay suspended if they were."""

    async def endpoints_of(self, chat: int) -> list[Chat]:
        """Return the endpoints that follow filters of a chat, oldest first."""

    async def add_invitation(self, token: str) -> None:
        """Save the token of an invitation, which lets one chat in."""

    async def redeem_invitation(self, token: str) -> bool:
        """Use up an invitation, and return whether there was one of this token."""


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


class Store(
    SourceStore,
    SourceEditStore,
    DevelopmentStore,
    ArchiveStore,
    ChatStore,
    DeliveryStore,
    NoticeStore,
    Protocol,
):
    """A store. Each verb is one transaction, and raises StoreError and what its docstring names."""

    async def check_writable(self) -> None:
        """Raise StoreError when the store cannot be written."""

    async def remove_expired(self, now: dt.datetime) -> bool:
        """Remove some of what is older than it is kept, and return whether there was any."""

    async def remove_expired_keys(self, now: dt.datetime, after: int) -> int | None:
        """Remove the expired among some of the keys that come after a number, and return the last
        one's; None: none comes after it."""

    @property
    def damage(self) -> DamageError | None:
        """What was met first that cannot be read; it stays so."""
