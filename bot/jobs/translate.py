"""Translate the developments that wait for it, until it succeeds or is given up.

News wait for it no longer than `translation.deadline`; what was sent by then is edited.
"""

import datetime as dt
import logging
from collections.abc import Callable

from msgspec.structs import replace

from bot.deliver import backoff
from bot.enrich.translation import passage_to_translate
from bot.errors import EngineError
from bot.models import Passage, PendingTranslation, Translation
from bot.ports import Store, Translator

log = logging.getLogger(__name__)

FIRST_WAIT = dt.timedelta(seconds=30)
LONGEST_WAIT = dt.timedelta(hours=1)
GIVEN_UP = dt.timedelta(hours=24)
"""A translation that comes later than this helps nobody."""


class TranslationJob:
    """Translates developments that chats were sent or are about to be."""

    name = "translations"
    interval = 5.0

    def __init__(
        self,
        store: Store,
        translator: Translator,
        clock: Callable[[], dt.datetime],
        daily_characters: int,
        wake_outbox: Callable[[], None],
    ) -> None:
        """`daily_characters`: how many may be translated a day; 0: any number."""
        self._store, self._translator, self._clock = store, translator, clock
        self._daily_characters, self._wake_outbox = daily_characters, wake_outbox

    async def run(self) -> None:
        """Translate what is due."""
        while waiting := await self._store.next_untranslated(self._clock()):
            made = await self._store.development(waiting.development)
            passage = passage_to_translate(made) if made else None
            if passage is None:
                await self._store.postpone_translation(replace(waiting, due=None))
                continue
            try:
                translation = await self._translated(passage)
            except EngineError as error:
                await self._try_later(waiting, error)
                continue
            if await self._store.save_translation(waiting, passage, translation, self._clock()):
                self._wake_outbox()

    async def _translated(self, passage: Passage) -> Translation:
        if known := await self._store.find_translation(passage):
            return known
        size = len(passage.title) + len(passage.text)
        spent = await self._store.add_translated(self._clock().date(), 0)
        if self._daily_characters and spent + size > self._daily_characters:
            raise EngineError(f"the day's {self._daily_characters} characters are used up")
        await self._store.add_translated(self._clock().date(), size)
        return await self._translator.translate(passage)

    async def _try_later(self, waiting: PendingTranslation, error: EngineError) -> None:
        now = self._clock()
        due = now + backoff(waiting.attempts + 1, FIRST_WAIT, LONGEST_WAIT)
        is_over = due - waiting.since > GIVEN_UP
        if is_over or not waiting.attempts:
            fate = "it stays in its language" if is_over else "it is tried again"
            log.warning("%s was not translated: %s; %s", waiting.development, error, fate)
        attempt = waiting.attempts + 1
        await self._store.postpone_translation(
            replace(waiting, attempts=attempt, due=None if is_over else due)
        )
