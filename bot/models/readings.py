"""Readings: what sources said of a development, and when, kept for whoever must prove it."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from msgspec import Struct

Place = Literal["list", "page"]
"""Where a text was read: in the feed or list of its source, or on the page of the item."""


class Received(Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """The answer of a server from which a text was read."""

    at: dt.datetime
    url: str  # where redirects led
    status: int = 200
    headers: dict[str, str] = {}  # those of `fetch.EVIDENCE_HEADERS` that it has
    size: int = 0  # bytes of its body
    sha256: str | None = None  # of its body (docs/EVIDENCE.md); None: it had none that was read


class Reading(Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """What one place said of a development from one time on."""

    source: str  # the id of the source
    url: str | None  # of the item
    place: Place | None = None  # None: recorded by a version that did not know
    language: str | None = None
    at: dt.datetime | None = None  # when it was first read so; None: as `place`
    seen: dt.datetime | None = None  # when it was last read so
    title: str = ""
    text: str = ""
    sha256: str  # of title and text (`evidence.written`)
    is_cut: bool = False  # whether it was longer than is kept
    is_gone: bool = False  # the page was not there any more
    received: Received | None = None  # when it was first read so; None: as `place`
