"""Send the notices that wait, to the admins or to those who set up a group; and alert the admins to
what has been wrong for long."""

import datetime as dt
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence

from msgspec import Struct, field

from bot import render
from bot.errors import StoreError
from bot.i18n import ENGLISH, Locale, locale_for
from bot.models import Notice
from bot.models.deliveries import Destination, Message, Moved, Outcome, Refused, RetryLater, Unknown
from bot.pipeline import Clock
from bot.ports.messenger import Transport
from bot.ports.store import Store

log = logging.getLogger(__name__)

Check = Callable[[], Awaitable[Notice | None]]

FAILING = dt.timedelta(days=1)
"""How long a source fails before admins are alerted: most come back within hours."""
STUCK = dt.timedelta(hours=1)
"""How long what could be sent waits before something must be wrong."""
MINUTE = dt.timedelta(minutes=1)


class AdminNotices(Struct, frozen=True):
    """Sends notices; those of one chat together.

    One may be sent twice where a connection breaks, and none is lost: it is kept until Telegram has
    taken it. Without admins theirs stand in the log alone.
    """

    name = "notices"
    interval = 60.0

    store: Store
    transport: Transport
    admins: Sequence[int]
    urgent: Callable[[], Sequence[Notice]] = list
    """What is to be told of the store itself, and so does not wait in it."""
    told: set[str] = field(default_factory=set)
    """Those of them that were told."""

    async def run(self) -> None:
        """Send what waits, as far as Telegram can be reached."""
        for notice in self.urgent():
            line = render.notice_line(notice)
            if line not in self.told and _are_taken(await self._send_to(self.admins, [notice])):
                self.told.add(line)
        notices = await self.store.notices()
        for chat in dict.fromkeys(notice.chat for notice in notices):
            await self._send_all(chat, [notice for notice in notices if notice.chat == chat])

    async def _send_all(self, chat: int | None, notices: list[Notice]) -> None:
        outcomes = await self._send_to(self.admins if chat is None else (chat,), notices)
        if chat is not None and isinstance(outcomes[0], Refused):
            outcomes = await self._send_to(self.admins, notices)
        if _are_taken(outcomes):
            await self.store.dismiss_notices(*(notice.id for notice in notices))

    async def _send_to(self, chats: Sequence[int], notices: list[Notice]) -> list[Outcome]:
        return [await self._send(chat, notices) for chat in chats]

    async def _send(self, chat: int, notices: list[Notice]) -> Outcome:
        """Send notices to a chat in its language, and return the outcome of the last attempt."""
        outcome: Outcome = Refused("there is nothing to tell")
        for message in render.notices(notices, await self._locale(chat)):
            outcome = await send_unrecorded(self.transport, chat, message)
            if isinstance(outcome, RetryLater | Unknown):
                break
        return outcome

    async def _locale(self, chat: int) -> Locale:
        try:
            return locale_for((await self.store.chat(chat)).language)
        except StoreError:  # of which the notice may tell
            return ENGLISH


async def send_unrecorded(transport: Transport, chat: int, message: Message) -> Outcome:
    """Send a message that no ledger records, so that it may come twice, to a chat or to where that
    has moved."""
    outcome = await transport.send(Destination(chat), message, _save_nothing)
    if isinstance(outcome, Moved):
        outcome = await transport.send(Destination(outcome.chat), message, _save_nothing)
    return outcome


async def _save_nothing() -> None:
    """Save nothing before the message is on the wire."""


def _are_taken(outcomes: Iterable[Outcome]) -> bool:
    """Return whether nothing is to be sent again."""
    return not any(isinstance(outcome, RetryLater | Unknown) for outcome in outcomes)


class Alerts:
    """Begins an alert, once, for each source that fails, for an outbox that is stuck, for digests
    that are late, and for what else it is given to check; and ends it when that is over."""

    name = "alerts"
    interval = 60.0

    def __init__(
        self, store: Store, clock: Clock, wake_notices: Callable[[], None], **checks: Check
    ) -> None:
        self._store, self._clock, self._wake_notices = store, clock, wake_notices
        self._checks = {"outbox": self._outbox_stuck, "digests": self._digests_late, **checks}
        self._were_late = False

    async def run(self) -> None:
        """Begin and end alerts."""
        now, active = self._clock(), dict[str, Notice]()
        for source, state in (await self._store.states()).items():
            if state.failing and now - state.failing >= FAILING and not state.stopped:
                values: dict[str, str | int] = {"source": source, "error": state.error or ""}
                values["minutes"] = (now - state.failing) // MINUTE
                active[f"source {source}"] = Notice(kind="source_failing", values=values)
        for name, check in self._checks.items():
            if notice := await check():
                active[name] = notice
        for notice in await self._store.update_alerts(active):
            log.warning("%s", render.notice_line(notice))
            self._wake_notices()

    async def outbox_problem(self) -> str | None:
        """Return what is wrong with the outbox, for /readyz."""
        notice = await self._outbox_stuck()
        return render.notice_line(notice) if notice else None

    async def _outbox_stuck(self) -> Notice | None:
        now = self._clock()
        backlog = await self._store.backlog(now)
        waits = now - (backlog.oldest or now)
        values: dict[str, str | int] = {"pending": backlog.pending, "minutes": waits // MINUTE}
        return Notice(kind="outbox_stuck", values=values) if waits > STUCK else None

    async def _digests_late(self) -> Notice | None:
        late = await self._store.digests_due(self._clock() - STUCK)
        # After an outage late digests are composed at once: only what was late before counts.
        were_late, self._were_late = self._were_late, bool(late)
        values: dict[str, str | int] = {"count": len(late), "minutes": STUCK // MINUTE}
        return Notice(kind="digests_late", values=values) if late and were_late else None
