"""Tell a hub that the feed of the archive has changed (WebSub, section 7), so that its subscribers
hear of it at once."""

import logging
from collections.abc import Mapping
from typing import Protocol

from bot.errors import FetchError
from bot.models.sources import Source
from bot.ports.store import Store

log = logging.getLogger(__name__)


class Poster(Protocol):
    """What sends a form to a hub."""

    async def post_form(self, source: Source, url: str, form: Mapping[str, str]) -> None:
        """Raises FetchError: the hub did not take it."""


class FeedHub:
    """Tells the hub, once for all that has changed since it was told before."""

    name = "feed_hub"
    interval = 60.0

    def __init__(self, store: Store, fetcher: Poster, hub: str, topic: str) -> None:
        """`topic`: the address of the feed."""
        self._store, self._fetcher, self._topic = store, fetcher, topic
        self._hub = Source(id="web.hub", url=hub, publisher="")
        self._told: int | None = None

    async def run(self) -> None:
        """Tell of changes since the last time, or since the start; a hub that does not take it is
        told again."""
        last = await self._store.last_archive_change()
        if self._told is None or self._told == last:
            self._told = last
            return
        form = {"hub.mode": "publish", "hub.url": self._topic}
        try:
            await self._fetcher.post_form(self._hub, self._hub.url, form)
        except FetchError as error:
            log.warning("web.hub: %s", error)
            return
        self._told = last
