"""Watch the file of the store, and back it up once a day."""

import asyncio
import datetime as dt
import logging
import math
import time
from pathlib import Path
from typing import Protocol

from bot.errors import StoreError
from bot.models import Notice
from bot.pipeline import Clock
from bot.ports.store import Store

log = logging.getLogger(__name__)

DAY = dt.timedelta(days=1)
READ_EVERY = 60.0
"""Seconds between two readings of the whole file, where it is small."""
SHARE = 0.005
"""Of the time, which reading takes at most: every ten minutes for 1 GB, which takes 3 s."""
SLACK = dt.timedelta(minutes=5)
"""By how much a backup may be made too soon: its job runs on the hour of the start."""


class StoreFile(Protocol):
    """The file of a store that is open (`store.store_file`)."""

    def problem(self) -> str | None:
        """Return what happened to the file; note damage."""

    def read_whole(self) -> None:
        """Read all of it, and note damage. Raises StoreError."""


class BackupFolder(Protocol):
    """Backups beside a store (`store.backup_folder`)."""

    def newest(self, now: dt.datetime) -> dt.datetime | None:
        """Return when the newest was made."""

    def make(self, now: dt.datetime) -> Path:
        """Make one, and remove those beyond the number that is kept. Raises StoreError."""


class BackupJob:
    """Makes a backup a day; one that fails is told once, and tried again every hour."""

    name = "backups"
    interval = 3600.0

    def __init__(self, folder: BackupFolder | None, clock: Clock) -> None:
        """`folder`: None, where none are to be made."""
        self.is_on = folder is not None
        self._folder, self._clock = folder, clock
        self.newest: dt.datetime | None = None
        """When the newest was made."""
        self.error: str | None = None
        """Why the last one could not be made."""

    async def run(self) -> None:
        """Make a backup, where the newest is a day old."""
        now = self._clock()
        if self._folder is None:
            return
        self.newest = await asyncio.to_thread(self._folder.newest, now)
        if self.newest is None or now - self.newest >= DAY - SLACK:
            await self.make()

    async def make(self) -> Path | None:
        """Make a backup now; None: it was not made."""
        now = self._clock()
        if self._folder is None:
            return None
        try:
            copy = await asyncio.to_thread(self._folder.make, now)
        except StoreError as error:
            if self.error is None:
                log.error("the backup could not be made, and is tried again: %s", error)
            self.error = str(error)
            return None
        log.info("backed up to %s", copy)
        self.newest, self.error = now, None
        return copy

    async def find_failure(self) -> Notice | None:
        """Return an alert when backups fail."""
        return Notice(kind="backup_failed", values={"error": self.error}) if self.error else None

    def age(self) -> dt.timedelta | None:
        """Return how old the newest backup is; None: there is none."""
        return self._clock() - self.newest if self.newest else None

    def age_in_seconds(self) -> float:
        """Return how old the newest backup is, for Prometheus: infinite, where there is none yet;
        NaN, where none are to be made."""
        if not self.is_on:
            return math.nan
        age = self.age()
        return math.inf if age is None else age.total_seconds()

    def describe(self) -> str:
        """Return the age of the newest backup, for /readyz."""
        age = self.age()
        if not self.is_on:
            return "none are made"
        newest = (
            "none yet" if age is None else f"the newest is {age // dt.timedelta(hours=1)} h old"
        )
        return f"{newest}; the last try failed, the log says why" if self.error else newest


class StoreWatch:
    """Looks every minute whether the file of the store is still there, and reads it whole as often
    as that takes little of the time. Of a file that was lost a backup is made, as long as it is
    open."""

    name = "store"
    interval = 60.0

    def __init__(self, store: Store, backups: BackupJob, file: StoreFile | None = None) -> None:
        """`file`: None, where a server has the store."""
        self._store, self.backups, self._file = store, backups, file
        self._lost: str | None = None
        self._is_damage_logged = False
        self._read_next = 0.0
        self._saved: Path | None = None

    async def run(self) -> None:
        """Look once."""
        problem = await asyncio.to_thread(self._file.problem) if self._file else None
        if problem and problem != self._lost:
            log.critical("%s: what is written now is lost when the bot stops", problem)
            self._saved = await self.backups.make()
        elif self._lost and not problem:
            log.warning("the file of the store is back")
        self._lost = problem
        if self._file and not problem and time.monotonic() >= self._read_next:
            await self._read_whole(self._file)
        if self._store.damage and not self._is_damage_logged:
            self._is_damage_logged = True
            log.critical("the store is damaged: %s", self._store.damage)

    async def _read_whole(self, file: StoreFile) -> None:
        begun = time.monotonic()
        try:
            await asyncio.to_thread(file.read_whole)
        finally:
            ended = time.monotonic()
            self._read_next = ended + max(READ_EVERY, (ended - begun) / SHARE)

    async def check(self) -> str | None:
        """Return what is wrong with the store, for /healthz. Raises StoreError."""
        if self._store.damage:
            return "it is damaged; the log says more"
        if self._lost:
            return "its file is lost; the log says more"
        await self._store.check_writable()
        return None

    def notices(self) -> list[Notice]:
        """Return what the admins are to be told of it, even where the store cannot be used."""
        damage, lost = self._store.damage, self._lost
        notices = [Notice(kind="store_damaged", values={"error": str(damage)})] if damage else []
        if lost:
            values = {"problem": lost, "backup": str(self._saved or "")}
            notices.append(Notice(kind="store_lost", values={**values}))
        return notices
