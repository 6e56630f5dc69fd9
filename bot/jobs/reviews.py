"""Ask editors about developments whose labels are uncertain, and send these when nobody has decided
in time."""

import datetime as dt
import logging
from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from bot import render
from bot.i18n import locale_for
from bot.jobs.admin_notices import send_unrecorded
from bot.match import deliveries_for
from bot.models import Confidence, Review
from bot.models.deliveries import Outcome, Refused, RetryLater, Unknown
from bot.pipeline import Clock
from bot.ports.messenger import Transport
from bot.ports.store import Store
from bot.reader_language import as_read, reader_of

log = logging.getLogger(__name__)


class ReviewJob(Struct, frozen=True):
    """Asks the editors, and ends the reviews that are due.

    An editor may be asked twice where a connection breaks; a development goes out once.
    """

    name = "reviews"
    interval = 15.0

    store: Store
    transport: Transport
    clock: Clock
    editors: Sequence[int]
    """The chats that are asked."""
    wake_outbox: Callable[[], None]

    async def run(self) -> None:
        """Ask about what is new, and send what has waited long enough."""
        for review in await self.store.reviews():
            if not review.is_asked and await self._ask(review):
                await self.store.mark_asked(review.id)
        now = self.clock()
        for review in await self.store.reviews_due(now):
            if await self._release_undecided(review, now):
                log.info("%s goes out: no editor has decided", review.development)
                self.wake_outbox()

    async def _release_undecided(self, review: Review, now: dt.datetime) -> bool:
        development = await self.store.development(review.development)
        if development is None:
            return False
        confidence = replace(development.confidence or Confidence(), is_undecided=True)
        marked = replace(development, confidence=confidence)
        return await self.store.release(review.id, deliveries_for, now, marked) is not None

    async def _ask(self, review: Review) -> bool:
        """Return whether each editor was asked, as far as they take messages."""
        outcomes = [await self._send(chat, review) for chat in self.editors]
        return not any(isinstance(outcome, RetryLater | Unknown) for outcome in outcomes)

    async def _send(self, chat: int, review: Review) -> Outcome:
        development = await self.store.development(review.development)
        if development is None:
            return Refused("it was removed")
        editors = await self.store.chat(chat)
        shown = as_read(development, reader_of(editors))
        message = render.review(shown, review, locale_for(editors.language))
        return await send_unrecorded(self.transport, chat, message)
