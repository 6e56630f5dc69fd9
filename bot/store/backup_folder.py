"""The backups that a bot makes of its own store: one a day, of which the newest are kept."""

import contextlib
import datetime as dt
import shutil
from pathlib import Path

from msgspec import Struct

from bot.errors import DamageError, StoreError
from bot.store.backup import copy_pages
from bot.store.store_file import StoreFile, backup_folder, backups_of

MOMENT = "%Y-%m-%dT%H%M%SZ"
"""Of a name, which sorts by it."""


class BackupFolder(Struct, frozen=True):
    """The backups of a store, in the folder `backups` beside it."""

    file: StoreFile
    kept: int

    def newest(self, now: dt.datetime) -> dt.datetime | None:
        """Return when the newest was made; none from before the clock was set back."""
        made = map(self._made, backups_of(self.file.path))
        return max((moment for moment in made if moment and moment <= now), default=None)

    def make(self, now: dt.datetime) -> Path:
        """Copy the store as it is now, and remove the backups beyond the number that is kept.
        Raises StoreError; then none is removed."""
        path = self.file.path
        copy = backup_folder(path) / f"{path.stem}-{now.astimezone(dt.UTC):{MOMENT}}.db"
        with self.file.connection() as connection:
            (size,) = connection.execute(
                "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
            ).fetchone()
            _require_room(copy.parent, size)
            try:
                copy_pages(connection, copy)
            except DamageError as error:
                self.file.note_damage(error)
                raise
        left = copy.parent.glob(f"{path.stem}-*.part")  # by a bot that was killed
        for old in (*backups_of(path)[self.kept :], *left):
            with contextlib.suppress(OSError):
                old.unlink()
        return copy

    def _made(self, copy: Path) -> dt.datetime | None:
        try:
            moment = copy.stem.removeprefix(f"{self.file.path.stem}-")
            return dt.datetime.strptime(moment, MOMENT).replace(tzinfo=dt.UTC)
        except ValueError:
            return None  # somebody else's


def _require_room(folder: Path, size: int) -> None:
    """Raise StoreError where a backup would leave the store itself no room."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise StoreError(f"{folder}: cannot be made for backups ({error.strerror})") from None
    if free < 2 * size:
        raise StoreError(
            f"{folder}: {free / 1e6:.0f} MB are free, and a backup takes {size / 1e6:.0f} MB; make "
            "room, or set a lower storage.backups"
        )
