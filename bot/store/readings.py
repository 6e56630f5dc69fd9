"""Readings: all that the sources of a development have said, in one compressed document for each.

A page that has changed repeats most of what it said before, and what its feed says of it: together
they take little more room than one of them (docs/decisions/0039-evidence.md).
"""

import sys
from collections.abc import Collection, Iterable

import msgspec
from msgspec import Struct
from tinydb import where

from bot.evidence import with_reading
from bot.models.readings import Reading
from bot.store.database import reads
from bot.store.tinydb_rows import RowDB, decode, encode

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LEVEL = 12
_DECODER = msgspec.json.Decoder(list[Reading])
ZstdError = zstd.ZstdError
"""What is raised where a document is damaged."""


class PackedReadings(Struct, frozen=True):
    """The readings of a development, the oldest first, as JSON that is compressed (zstd)."""

    development: str
    packed: bytes


class Readings:
    """The table of readings."""

    def __init__(self, db: RowDB) -> None:
        self._rows = db.rows("readings")

    @reads
    def readings(self, development: str) -> list[Reading]:
        row = self._rows.get(where("development") == development)
        return _unpacked(decode(row, PackedReadings)) if row else []

    def add(self, development: str, new: Iterable[Reading]) -> bool:
        """Save readings, and return whether any says something else than was known."""
        before = known = self.readings(development)
        is_other = False
        for reading in new:
            known, is_changed = with_reading(known, reading)
            is_other = is_other or is_changed
        if known != before:
            self._save(development, known)
        return is_other

    def take(self, development: str, source: str, urls: Collection[str | None]) -> list[Reading]:
        """Remove what a source has said at some addresses, and return it."""
        known = self.readings(development)
        taken = [one for one in known if one.source == source and one.url in urls]
        if taken:
            self._save(development, [one for one in known if one not in taken])
        return taken

    def remove(self, development: str) -> None:
        """Remove all readings of a development."""
        self._rows.remove(where("development") == development)

    def _save(self, development: str, readings: list[Reading]) -> None:
        row = encode(packed(development, readings))
        self._rows.upsert(row, where("development") == development)


def packed(development: str, readings: list[Reading]) -> PackedReadings:
    """Return the document of the readings of a development."""
    return PackedReadings(development, zstd.compress(msgspec.json.encode(readings), LEVEL))


def _unpacked(kept: PackedReadings) -> list[Reading]:
    return _DECODER.decode(zstd.decompress(kept.packed))
