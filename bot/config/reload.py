"""Read the configuration again while the service runs, and say what changes by it."""

import asyncio
import logging
from collections.abc import Callable, Collection, Iterator

from msgspec.structs import replace

from bot.config.schema import Config, Table

log = logging.getLogger(__name__)

FIXED = (("storage", "url"), ("telegram", "token"), ("telegram", "base_url"))
"""The keys that stay as they were at the start: on them depends whose chats and deliveries these
are."""

LISTED = 10
"""Sources of a kind that are named."""


class Reload:
    """The request to read the configuration again."""

    def __init__(self, read: Callable[[], Config]) -> None:
        """`read` returns the configuration as it is now, or raises ConfigError."""
        self._read = read
        self._asked = asyncio.Event()

    def ask(self) -> None:
        """Have the configuration read again."""
        self._asked.set()

    async def until_asked(self) -> None:
        """Wait until the configuration is to be read again."""
        await self._asked.wait()
        self._asked.clear()

    def read(self, current: Config) -> Config:
        """Return the configuration as it is now, but for what stays, and log what is said of it.
        Raises ConfigError."""
        read = self._read()
        config = keep_fixed(current, read)
        for table, key in FIXED:
            if getattr(getattr(read, table), key) != getattr(getattr(config, table), key):
                log.warning("%s.%s stays as it was: restart the bot to change it", table, key)
        changed = ", ".join(changes(current, config)) or "nothing"
        log.info("the configuration is read again; changed: %s", changed)
        return config


def keep_fixed(before: Config, after: Config) -> Config:
    """Return a configuration with the fixed keys of the one before."""
    for table, key in FIXED:
        kept = {key: getattr(getattr(before, table), key)}
        after = replace(after, **{table: replace(getattr(after, table), **kept)})
    return after


def changes(before: Config, after: Config) -> Iterator[str]:
    """Yield the keys in which two configurations differ, and the sources."""
    for name in Config.__struct_fields__:
        one, other = getattr(before, name), getattr(after, name)
        if isinstance(one, Table):
            for key in one.__struct_fields__:
                if getattr(one, key) != getattr(other, key):
                    yield f"{name}.{key}"
        elif one != other and name != "sources":
            yield name
    old, new = ({each.id: each for each in config.all_sources()} for config in (before, after))
    differing = {name for name in old.keys() & new.keys() if old[name] != new[name]}
    for names, fate in ((new.keys() - old.keys(), "new"), (old.keys() - new.keys(), "gone")):
        yield from _sources(names, fate)
    yield from _sources(differing, "changed")


def _sources(names: Collection[str], fate: str) -> Iterator[str]:
    listed = [*sorted(names)[:LISTED], *["…"] * (len(names) > LISTED)]
    if names:
        yield f"sources {fate}: {len(names)} ({', '.join(listed)})"
