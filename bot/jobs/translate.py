"""What waits for a translation -> the store: each in its turn, kept until it is done or given up.

News wait for it no longer than `translation.deadline`; what was sent by then is edited.
"""

import datetime as dt
import logging
from collections.abc import Callable

from msgspec.structs import replace

from bot.enrich.translation import passage_to_translate
from bot.errors import EngineError
from bot.jobs.periodic import Rounds
from bot.models import Passage, PendingTranslation, Translation
from bot.ports import Store, Translator

log = logging.getLogger(__name__)

TICK = 5.0
"""Seconds between looks; news that wait wake it at once."""
AGAIN = dt.timedelta(seconds=30)
"""Until an engine is asked again for the same; doubled with each attempt."""
LONGEST = dt.timedelta(hours=1)
GIVEN_UP = dt.timedelta(hours=24)
"""A translation that comes later than this helps nobody."""


class TranslationJob:
    """Translates what people are told, round after round."""

    def __init__(
        self,
        store: Store,
        translator: Translator,
        clock: Callable[[], dt.datetime],
        budget: int,
        told: Callable[[], None],
    ) -> None:
        """`budget`: characters a day, 0 for no limit; `told` is called when something can be sent
        or edited."""
        self._store, self._translator, self._clock = store, translator, clock
        self._budget, self._told = budget, told
        self.rounds = Rounds(self.translate, TICK, "nothing can be translated")

    async def translate(self) -> None:
        """Translates what is due."""
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
                self._told()

    async def _translated(self, passage: Passage) -> Translation:
        if known := await self._store.find_translation(passage):
            return known
        size = len(passage.title) + len(passage.text)
        spent = await self._store.add_translated(self._clock().date(), 0)
        if self._budget and spent + size > self._budget:
            raise EngineError(f"the day's {self._budget} characters are used up")
        await self._store.add_translated(self._clock().date(), size)
        return await self._translator.translate(passage)

    async def _try_later(self, waiting: PendingTranslation, error: EngineError) -> None:
        now, doublings = self._clock(), 2 ** min(waiting.attempts, 10)
        due = now + min(AGAIN * doublings, LONGEST)
        is_over = due - waiting.since > GIVEN_UP
        if is_over or not waiting.attempts:
            fate = "it stays in its language" if is_over else "it is tried again"
            log.warning("%s was not translated: %s; %s", waiting.development, error, fate)
        attempt = waiting.attempts + 1
        await self._store.postpone_translation(
            replace(waiting, attempts=attempt, due=None if is_over else due)
        )
