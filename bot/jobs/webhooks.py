"""Send the events that are due to webhook endpoints, from the ledger of messages."""

from collections.abc import Callable
from datetime import datetime

from bot import deliver
from bot.jobs.delivery_loop import DeliveryLoop
from bot.models import Notice, NoticeKind
from bot.models.chats import Chat
from bot.models.deliveries import Delivery, Outcome, Refused, RetryLater, Sent, Unwanted
from bot.pipeline import Clock
from bot.ports.messenger import BeforeSend
from bot.ports.store import Store
from bot.render.event import event
from bot.transport.webhooks import WebhookClient

GONE = 410
"""The status by which a receiver says that it wants nothing any more (RFC 9110)."""
ATTEMPTS = 105
"""After which an endpoint is suspended: as `deliver.backoff` spaces them, they take a day."""
LONGEST_WAIT = 3600.0
"""Seconds that a receiver can ask us to wait."""


class WebhookOutbox(DeliveryLoop):
    """Sends the events that are due to endpoints, until `stop`; each endpoint's in order.

    A receiver knows an event that it has by its id. So what may have arrived is sent again, unlike
    a message to a chat: no event is uncertain.
    """

    to = "endpoints"

    def __init__(
        self,
        store: Store,
        client: WebhookClient,
        clock: Clock,
        on_attempt: Callable[[Outcome], None] = lambda outcome: None,
        wake_notices: Callable[[], None] = lambda: None,
    ) -> None:
        """`wake_notices` is called when the chat of an endpoint is to be told something."""
        super().__init__(store, clock, on_attempt)
        self._client, self._wake_notices = client, wake_notices

    async def _attempt(self, on_the_wire: Delivery, chat: Chat, starting: BeforeSend) -> Outcome:
        is_wanted = any(kept.id in on_the_wire.filters for kept in chat.filters)
        if chat.endpoint is None or not is_wanted:
            return Unwanted("its endpoint or the filter of that was removed")
        development = await self._store.development(on_the_wire.development)
        if development is None:
            return Refused("it is not in the store any more")
        answered = await self._client.post(
            chat.endpoint, event(on_the_wire, development), starting, self._now
        )
        if answered.is_taken:
            return Sent(on_the_wire.id)
        if answered.status == GONE or on_the_wire.attempts >= ATTEMPTS:
            return Refused(answered.reason, gone=True)
        wait = deliver.backoff(
            on_the_wire.attempts, deliver.FIRST_WAIT, deliver.LONGEST_WAIT
        ).total_seconds()
        asked = min(answered.retry_after or 0.0, LONGEST_WAIT)
        return RetryLater(answered.reason, max(wait, asked))

    def _now(self) -> float:
        return self._clock().timestamp()

    async def _handle_outcome(self, chat: Chat, outcome: Outcome, now: datetime) -> None:
        if chat.endpoint and isinstance(outcome, Refused) and outcome.gone:
            await self._store.suspend_chat(chat.id, outcome.reason, now)
            values: dict[str, str | int] = {"url": chat.endpoint.url, "reason": outcome.reason}
            kind: NoticeKind = "endpoint_suspended" if chat.keeper else "own_endpoint_suspended"
            notice = Notice(kind=kind, values=values, chat=chat.keeper)
            await self._store.add_notice(notice)
            self._wake_notices()
