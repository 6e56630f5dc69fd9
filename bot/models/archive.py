"""What is known of each development to find it by its labels, and what has changed of that."""

from __future__ import annotations

import datetime as dt

from msgspec import Struct


class ArchiveEntry(Struct, frozen=True, gc=False):
    """A development, as it is listed."""

    number: int  # of its row in the store, above 0
    day: dt.date  # under which it is listed
    labels: tuple[str, ...]  # in the form of `Filter.less`: `theme:return`
    ahead: dt.date | None = None  # the last of the dates ahead that it tells


class ArchiveChanges(Struct, frozen=True, kw_only=True):
    """What has changed in the archive since a moment."""

    last: int  # the number of the last change
    entries: tuple[ArchiveEntry, ...] = ()  # as they are now
    removed: tuple[int, ...] = ()  # numbers
