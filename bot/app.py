"""Open the store and run the service, and start it again when its configuration is read again."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.config.reload import Reload
from bot.config.schema import Config
from bot.dates import now
from bot.errors import HeraldError
from bot.monitoring import systemd
from bot.pipeline.rules import RULES
from bot.service import Resources, open_service
from bot.store import RowStore, open_leader_election, open_store
from bot.store.damage import require_whole
from bot.store.store_file import StoreFile, open_store_file
from bot.text import one_line

log = logging.getLogger(__name__)


async def run(
    config: Config, stop: asyncio.Event, reload: Reload | None = None, *, is_new: bool = False
) -> None:
    """Run the service until `stop` is set; where the configuration is read again, with the new one
    from then on. `is_new`: with an empty store, where one was lost.

    Raises StoreError and TokenRejectedError.
    """
    url = config.storage.url.address()
    if config.storage.url.is_file():
        await asyncio.to_thread(require_whole, Path(url))
    async with (
        open_store(url, RULES, is_new=is_new) as store,
        open_leader_election(url, store, now) as election,
    ):
        stopping = asyncio.create_task(_until_stopped(stop))
        watchdog = asyncio.create_task(systemd.feed_watchdog())
        try:
            with _open_store_file(config, store) as file:
                resources = Resources(store, election, file)
                while not stop.is_set():
                    config = await _run_until_changed(config, resources, stopping, reload)
        finally:
            stopping.cancel()
            watchdog.cancel()
    log.info("stopped")


@contextmanager
def _open_store_file(config: Config, store: RowStore) -> Iterator[StoreFile | None]:
    if not config.storage.url.is_file():
        yield None  # a server has tools of its own
        return
    with open_store_file(Path(config.storage.url.address()), store.note_damage) as file:
        yield file


async def _until_stopped(stop: asyncio.Event) -> None:
    await stop.wait()
    systemd.notify_stopping()


async def _run_until_changed(
    config: Config, resources: Resources, stopping: asyncio.Task[None], reload: Reload | None
) -> Config:
    """Run the service until it is to stop or its configuration changes; return the one that holds
    from then on."""
    # All else is made anew, as at a start, in the seconds that python-telegram-bot takes to end.
    async with open_service(config, resources) as service:
        changed = asyncio.create_task(_next_config(config, resources, reload))
        try:
            await service.run(_first_of(stopping, changed))
            return changed.result() if changed.done() else config
        finally:
            changed.cancel()


async def _first_of(*tasks: asyncio.Task[Any]) -> None:
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)


async def _next_config(current: Config, resources: Resources, reload: Reload | None) -> Config:
    """Wait until the configuration is read again and can be used, and return it."""
    while reload:
        await reload.until_asked()
        systemd.notify_reloading()
        try:
            config = reload.read(current)
            async with open_service(config, resources):
                return config  # what it names is there
        except Exception as error:  # noqa: BLE001 - whatever it is, what runs must go on
            name = "" if isinstance(error, HeraldError) else f"{type(error).__name__}: "
            log.error("the configuration stays as it was: %s", one_line(f"{name}{error}"))
            systemd.notify_ready()
    return await asyncio.Future[Config]()
