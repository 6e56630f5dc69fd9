"""Keep up with the sources that are followed: those of the configuration, with what admins have
changed."""

import logging
from collections.abc import Callable, Sequence
from typing import overload

from bot.models.source_edits import SourceEdit
from bot.models.sources import Source
from bot.ports.store import Store
from bot.source_edits import edited

log = logging.getLogger(__name__)


class FollowedSources(Sequence[Source]):
    """The sources as they are followed now. As a job it looks whether an admin, or the command
    line, has changed them."""

    name = "sources"
    interval = 60.0

    def __init__(
        self, store: Store, configured: Sequence[Source], edits: Sequence[SourceEdit]
    ) -> None:
        self._store, self._configured = store, configured
        self._sources = edited(configured, edits)
        self.listeners: list[Callable[[Sequence[Source]], None]] = []
        """What is told of the sources whenever they change."""

    @overload
    def __getitem__(self, index: int) -> Source: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Source]: ...
    def __getitem__(self, index: int | slice) -> Source | Sequence[Source]:
        return self._sources[index]

    def __len__(self) -> int:
        return len(self._sources)

    async def run(self) -> None:
        """Follow the sources as they are now."""
        sources = edited(self._configured, await self._store.source_edits())
        if sources != self._sources:
            self._sources = sources
            for listener in self.listeners:
                listener(sources)
            log.info("following %d sources, as an admin has changed them", len(sources))
