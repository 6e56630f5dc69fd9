"""Record what stood there when sources were first polled, once their polls are done."""

import logging
from collections.abc import Sequence

from msgspec import Struct

from bot import pipeline
from bot.models.sources import Source
from bot.pipeline import PollContext

log = logging.getLogger(__name__)


class HistoryJob(Struct, frozen=True):
    """Records what is pending; woken by the first poll of a source."""

    name = "history"
    interval = 900.0

    context: PollContext
    sources: Sequence[Source]

    async def run(self) -> None:
        """Record all that is pending."""
        if recorded := await pipeline.record_history(self.context, self.sources):
            log.info("%d developments of what stood there at first polls", recorded)
