"""Compose digests, translate, and forget chats that nobody uses: each as a periodic job."""

import datetime as dt
import functools
import logging
from collections.abc import Callable, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from bot import deliver, digests, filter_changes, match
from bot.errors import EngineError
from bot.jobs.chat_retries import ChatRetries
from bot.models import Notice
from bot.models.chats import Chat
from bot.models.sources import Source
from bot.models.translations import Passage, PendingTranslation, Translation
from bot.monitoring import source_health
from bot.pipeline import Clock
from bot.ports.messenger import Translator
from bot.ports.store import Store

log = logging.getLogger(__name__)

FIRST_WAIT = dt.timedelta(seconds=30)
LONGEST_WAIT = dt.timedelta(hours=1)
GIVE_UP_AFTER = dt.timedelta(hours=24)
"""A translation that comes later than this helps nobody."""
YEAR = dt.timedelta(days=365)
MONTH = dt.timedelta(days=30)


class DigestJob(Struct, frozen=True):
    """Composes the digests that are due; one that was missed comes late."""

    name = "digests"
    interval = 15.0

    store: Store
    sources: Sequence[Source]
    clock: Clock
    wake_outbox: Callable[[], None]
    retries: ChatRetries = field(default_factory=lambda: ChatRetries(DigestJob.name))

    async def run(self) -> None:
        """Compose what is due."""
        now = self.clock()
        chats = await self.store.digests_due(now)
        if not chats:
            return
        off = await self.store.switched_off()
        silences = source_health.silences(self.sources, await self.store.states(), off)

        async def compose(chat: Chat) -> None:
            if digests.has_extra(chat):
                # What else has come in quiet hours with much comes along.
                await self.store.collect_pending(chat.id)
            if await self.store.compose_digests(chat.id, now, silences):
                self.wake_outbox()

        await self.retries.run_for_each(chats, now, compose)


class InactiveChats(Struct, frozen=True):
    """Asks a chat that was silent for a year whether it is still there, and forgets it a month
    later; and forgets the changes of filters when they are long ago."""

    name = "inactive chats"
    interval = 3600.0

    store: Store
    clock: Clock
    wake_notices: Callable[[], None]

    async def run(self) -> None:
        """Ask and forget the chats for which it is time."""
        now = self.clock()
        today = now.date()
        for chat in await self.store.chats():
            if filter_changes.recent(chat, now) != chat.filter_changes:
                await self.store.change_chat(
                    chat.id, functools.partial(filter_changes.without_old, now=now)
                )
            if chat.seen is None:
                await _change(self.store, chat, seen=today)
            elif chat.warned and today - chat.warned >= MONTH:
                await self.store.forget_chat(chat.id)
            elif not chat.warned and today - chat.seen >= YEAR:
                await _change(self.store, chat, warned=today)
                await self.store.add_notice(Notice(kind="still_there", chat=chat.id))
                self.wake_notices()


async def _change(store: Store, chat: Chat, **changes: dt.date | None) -> None:
    await store.change_chat(chat.id, lambda current: replace(current, **changes))


class TranslationJob(Struct, frozen=True):
    """Translates developments that chats were sent or are about to be, until it succeeds or is
    given up.

    News wait for it no longer than `translation.deadline`; what was sent by then is edited.
    """

    name = "translations"
    interval = 5.0

    store: Store
    translator: Translator
    clock: Clock
    daily_characters: int
    """How many may be translated a day; 0: any number."""
    wake_outbox: Callable[[], None]

    async def run(self) -> None:
        """Translate what is due."""
        while waiting := await self.store.next_untranslated(self.clock()):
            passage = await self.store.passage_to_translate(waiting.development, waiting.target)
            if passage is None:
                await self.store.postpone_translation(replace(waiting, due=None))
                continue
            try:
                translation = await self._translate(passage)
            except EngineError as error:
                await self._try_later(waiting, error)
                continue
            if await self.store.save_translation(
                waiting, passage, translation, match.deliveries_for, self.clock()
            ):
                self.wake_outbox()

    async def _translate(self, passage: Passage) -> Translation:
        if earlier := await self.store.find_translation(passage):
            return earlier
        size = self.translator.size(passage)
        spent = await self.store.add_translated(self.clock().date(), 0)
        if self.daily_characters and spent + size > self.daily_characters:
            raise EngineError(f"the day's {self.daily_characters} characters are used up")
        await self.store.add_translated(self.clock().date(), size)
        return await self.translator.translate(passage)

    async def _try_later(self, waiting: PendingTranslation, error: EngineError) -> None:
        attempts = waiting.attempts + 1
        due = self.clock() + deliver.backoff(attempts, FIRST_WAIT, LONGEST_WAIT)
        is_over = due - waiting.since > GIVE_UP_AFTER
        if is_over or attempts == 1:
            fate = "it stays in its language" if is_over else "it is tried again"
            what = f"{waiting.development} was not translated ({waiting.target})"
            log.warning("%s: %s; %s", what, error, fate)
        postponed = replace(waiting, attempts=attempts, due=None if is_over else due)
        await self.store.postpone_translation(postponed)
