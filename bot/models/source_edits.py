"""Why sources cannot be read, where they may have gone, and what admins have changed of them."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from msgspec import Struct

from bot.models.sources import Cause, Source

SEARCHED: tuple[Cause, ...] = ("name", "gone", "no feed", "no list", "empty", "silent")
"""The causes for which it is looked for elsewhere; the others pass, or are somebody's will."""

FoundBy = Literal["given", "redirect", "declared", "linked", "usual", "list"]
"""How a place was found: it was given, by a redirect, by what a page declares or links to, where
feeds usually are, or as the list of news on a page."""


class Candidate(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A place where a source may be read, and what is read there."""

    source: Source  # as it would be read
    found: FoundBy
    items: int
    known: int = 0  # of them, those that were read at the place before
    newest: dt.date | None = None
    titles: tuple[str, ...] = ()  # of the newest items
    other_site: str = ""  # the site that the address is of, where that is not the one before


class Proposal(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a source may have gone, or sources that may be added: for an admin to decide."""

    id: int = 0  # the store's number of the row
    at: dt.datetime
    source: str = ""  # the id of the source that may have gone; none: all are to be added
    cause: Cause | None = None
    said: str = ""  # how it failed
    candidates: tuple[Candidate, ...] = ()  # the likeliest first
    decided: dt.datetime | None = None


class SourceEdit(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A source that an admin has added, or has let be read at another place."""

    id: int = 0  # the store's number of the row
    source: Source  # as it is read since
    before: Source | None = None  # as it was read before; None: it was added
    at: dt.datetime
    by: int  # the user id of the admin
    undone: dt.datetime | None = None
    undone_by: int | None = None  # None: from the command line
