"""The Protocols: what the flow needs of a store and of a messenger, and nothing of how."""

import datetime as dt
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from typing import Literal, Protocol

from bot.models import (
    Backlog,
    Change,
    Chat,
    Correction,
    Delivery,
    DeliveryState,
    Destination,
    Development,
    Message,
    Notice,
    Outcome,
    Passage,
    PendingTranslation,
    PollCommit,
    Recipient,
    SilentCountry,
    SourceState,
    Subscription,
    Tally,
    Translation,
    WatchedPage,
)

UpdateClaim = Literal["ours", "done", "elsewhere"]
"""Whose an update is: `elsewhere`, another process is about to answer it."""
Predicate = Callable[[Development], bool]


class DeliveriesFor(Protocol):
    """Decides which deliveries a development is enqueued as (`match.deliveries_for`)."""

    def __call__(
        self, development: Development, audience: "Audience", now: dt.datetime
    ) -> Iterable[Delivery]:
        """The deliveries of a development that has its id; called within the commit, with the
        audience as the store is then."""
        ...


class Audience(Protocol):
    """Every chat, by what it follows."""

    def recipients(self, development: Development, now: dt.datetime) -> list[Recipient]:
        """The listening chats that want a development, each once, with the filters that say so."""
        ...


class Store(Protocol):
    """What has happened. Each verb is one atomic step; none raises but `StoreError`."""

    async def states(self) -> dict[str, SourceState]:
        """What the polls of each source have left behind, by source id."""
        ...

    async def state(self, source: str) -> SourceState | None:
        """What the polls of one source have left behind; None: it was never polled."""
        ...

    async def known_keys(self, keys: Iterable[str]) -> frozenset[str]:
        """Those of the keys under which something has been published before."""
        ...

    async def commit(
        self, commit: PollCommit, deliveries_for: DeliveriesFor | None
    ) -> tuple[list[Development], list[Delivery]]:
        """Records one poll: the source's state, the items seen, the developments among them with
        their ids, what is owed for each, the known ones that read differently now, and what the
        admins are to hear; without `deliveries_for`, nothing is owed. Gives the developments to be
        told, and what is owed; where that is much, `write_out` ends it.

        A development of which another process has meanwhile recorded a key is left out. One that
        another source has told of joins that one (`dedupe.event`). Chats that were sent what has
        changed since are owed an edit, and where it changed in substance an answer to it
        (`dedupe.revision`).
        """
        ...

    async def pages_due(self, source: str, now: dt.datetime, limit: int) -> list[WatchedPage]:
        """The pages of a source's developments that are to be looked at again."""
        ...

    async def record_recheck(
        self, page: WatchedPage, made: Development, change: Change | None
    ) -> None:
        """Writes down what a look at a page has found; where its development has changed in
        substance, that, and what is owed to those who were sent it."""
        ...

    async def stop_watching(self, page: WatchedPage) -> None:
        """Does not look at a page any more."""
        ...

    async def update_alerts(self, wrong: Mapping[str, str]) -> list[str]:
        """Alarms the admins of what is wrong, by its name, and of what is not any more; what they
        are to hear. What they were alarmed of is not told again."""
        ...

    async def notices(self) -> list[Notice]:
        """What has not been heard yet, oldest first."""
        ...

    async def add_notice(self, text: str, chat: int | None = None) -> None:
        """A chat, or the admins, are to hear something."""
        ...

    async def dismiss_notices(self, *notices: int) -> None:
        """They have been heard."""
        ...

    async def next_untranslated(self, now: dt.datetime) -> PendingTranslation | None:
        """The development that has waited longest for a translation and is due for one."""
        ...

    async def save_translation(
        self,
        waiting: PendingTranslation,
        passage: Passage,
        translation: Translation,
        now: dt.datetime,
    ) -> bool:
        """Writes a development in English: what is owed of it goes out now, what was sent is
        edited. False: it reads otherwise than the passage by now, and waits on."""
        ...

    async def postpone_translation(self, waiting: PendingTranslation) -> None:
        """Writes down when a translation is to be tried again; with no time, that it is not."""
        ...

    async def find_translation(self, passage: Passage) -> Translation | None:
        """How a passage was translated before."""
        ...

    async def add_translated(self, day: dt.date, characters: int) -> int:
        """Adds to what was translated on a day, and gives the sum."""
        ...

    async def chats(self) -> list[Chat]:
        """Every chat."""
        ...

    async def enqueue(self, deliveries: Iterable[Delivery]) -> list[Delivery]:
        """Writes down what chats have asked for; what is new of it."""
        ...

    async def write_out(self) -> bool:
        """Gives some of what many chats are owed since a commit rows of its own, which can be
        sent; whether there was any left."""
        ...

    async def digests_due(self, now: dt.datetime) -> list[Chat]:
        """The chats whose digest is to be put together."""
        ...

    async def compose_digest(
        self,
        chat: int,
        now: dt.datetime,
        silences: Iterable[SilentCountry],
        due: dt.datetime | None,
    ) -> int:
        """Makes a digest of what was collected for a chat, which stays as it is from then on, and
        notes when the next is due; how many parts it has."""
        ...

    async def audience(self) -> Audience:
        """Every chat, by what it follows. It stays as the store is, and may be asked within a
        commit: who unsubscribes before it is not owed anything by it."""
        ...

    async def chat(self, chat: int) -> Chat:
        """One chat; an unknown one has no filters."""
        ...

    async def change_chat(self, chat: int, change: Callable[[Chat], Chat]) -> Chat:
        """Applies a pure function to a chat, and gives the result."""
        ...

    async def suspend_chat(self, chat: int, reason: str, now: dt.datetime) -> None:
        """Telegram refuses what is sent there: what the chat is owed waits until it is back. One
        without filters is not written down."""
        ...

    async def unsuspend_chat(self, chat: int, now: dt.datetime) -> None:
        """It is back: what it is owed is due."""
        ...

    async def set_bot(self, bot: int) -> bool:
        """Notes which bot it is that people talk to. Whether that was another before: then every
        chat is suspended until it knows this one, and no message sent before can be edited."""
        ...

    async def move_chat(self, old: int, new: int) -> None:
        """Gives a chat, its filters and what it is owed another id (a group was migrated)."""
        ...

    async def forget_chat(self, chat: int) -> None:
        """Removes a chat, its filters and its ledger."""
        ...

    async def developments(
        self,
        wanted: Predicate = ...,
        since: dt.date | None = None,
        until: dt.date | None = None,
        limit: int | None = None,
    ) -> list[Development]:
        """The developments that are wanted, newest first."""
        ...

    async def development(self, id: str) -> Development | None:  # noqa: A002
        """One development by its id."""
        ...

    async def save_correction(
        self, corrected: Development, correction: Correction, now: dt.datetime
    ) -> None:
        """Writes down labels that were set right: what was sent is edited."""
        ...

    async def switch_source(self, source: str, *, is_on: bool) -> None:
        """Has a source polled, or not."""
        ...

    async def switched_off(self) -> frozenset[str]:
        """The sources that are not to be polled."""
        ...

    async def subscriptions(self) -> dict[str, Subscription]:
        """How things stand with the hubs of sources, by source."""
        ...

    async def change_subscription(
        self, source: str, change: Callable[[Subscription | None], Subscription | None]
    ) -> None:
        """Changes how things stand with the hub of a source; None: nothing is known of it."""
        ...

    async def claim_update(self, update: int) -> UpdateClaim:
        """Whether what a person has sent is this process's to answer: each update is once."""
        ...

    async def finish_update(self, update: int) -> None:
        """It was answered."""
        ...

    async def add_invitation(self, token: str) -> None:
        """Whoever has the token may come in, once."""
        ...

    async def redeem_invitation(self, token: str) -> bool:
        """Whether there was such an invitation; now there is none any more."""
        ...

    async def corrections(self) -> list[Correction]:
        """Labels that were set right, oldest first."""
        ...

    async def claim_deliveries(
        self, now: dt.datetime, limit: int, busy: Collection[int] = ...
    ) -> list[Delivery]:
        """Pending deliveries whose time has come, oldest first, which are this process's to send
        from now on; none of a chat that is busy, paused or suspended."""
        ...

    async def start_delivery(self, delivery: Delivery) -> None:
        """Writes down that a claimed delivery is on the wire. Raises SupersededError where it is
        not this process's to send any more."""
        ...

    async def news_delivery(self, development: str, chat: int) -> Delivery | None:
        """What became of a development in a chat that it was owed to."""
        ...

    async def deliveries(self, state: DeliveryState | None, limit: int) -> list[Delivery]:
        """The newest deliveries of a state, or of all."""
        ...

    async def backlog(self, now: dt.datetime) -> Backlog:
        """How much waits to be sent, and since when what could be."""
        ...

    async def deliveries_of(self, chat: int) -> list[Delivery]:
        """All that was ever owed to a chat."""
        ...

    async def repeat_delivery(self, number: int, now: dt.datetime) -> Delivery | None:
        """Owes anew what is uncertain or failed; None: the number is of no such delivery."""
        ...

    async def give_up_delivery(self, number: int, now: dt.datetime) -> Delivery | None:
        """Calls failed what is uncertain; None: the number is of no such delivery."""
        ...

    async def save_delivery(self, delivery: Delivery) -> None:
        """Writes a delivery's new state to the ledger, unless it has been owed anew or claimed by
        another process since. The admins hear of what is uncertain."""
        ...

    async def recover_deliveries(self, now: dt.datetime) -> list[Delivery]:
        """What was being sent by a process that has died becomes uncertain, and the admins hear
        of it; an edit is made again. Gives what is uncertain."""
        ...

    async def tally(self, chat: int | None = None) -> Tally:
        """The ledger of a chat, or of all, in figures."""
        ...

    async def check_writable(self) -> None:
        """Raises `StoreError` when the store cannot be written."""
        ...


class SharedRate(Protocol):
    """What several processes may send together."""

    async def reserve(
        self, chat: int | str, *, gap: float, lane_gap: float, group: int, is_answer: bool
    ) -> float:
        """The seconds until a message may go, which is its time from now on. `gap`: between any
        two; `lane_gap`: between two in its chat; `group`: how many go there in a minute, or 0; an
        answer to a person only waits for its chat."""
        ...

    async def pause(self, chat: int | str | None, seconds: float) -> None:
        """Telegram said to wait: in one chat, or altogether."""
        ...


class Translator(Protocol):
    """Whatever makes English of a text."""

    async def translate(self, passage: Passage) -> Translation:
        """A passage in English. Raises EngineError where no engine gives it."""
        ...


class Transport(Protocol):
    """Whatever carries a message to a chat."""

    def link(self, payload: str) -> str:
        """The address that opens the bot with a payload."""
        ...

    async def reachable(self) -> bool:
        """Whether the other side answers: asked with a call that may be repeated, so that an
        outage is noticed before a message is on the wire."""
        ...

    async def send(
        self, place: Destination, message: Message, starting: Callable[[], Awaitable[None]]
    ) -> Outcome:
        """Sends one message once; awaits `starting` when it is about to be on the wire. What is
        for a topic that takes nothing any more goes to its group.

        Never raises for what the other side does, but `TokenRejectedError`.
        """
        ...

    async def edit(
        self,
        chat: int,
        message_id: int,
        message: Message,
        starting: Callable[[], Awaitable[None]],
    ) -> Outcome:
        """Makes a message that was sent read otherwise; nobody is pinged. May be repeated. Else
        as `send`."""
        ...
