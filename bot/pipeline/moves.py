"""Where a source is to be asked: where it is said to be, or where it has moved for good. Pure."""

import datetime as dt

from msgspec.structs import replace

from bot.models import Fetched, Source, SourceState

MOVES = 3
"""Polls in a row that permanent redirects must lead to the same place before it is asked first."""
YEAR = "{year}"
LAG = dt.timedelta(days=1)
"""How long last year's list is still asked: news of its last hours stand there."""


def address(source: Source, state: SourceState, now: dt.datetime) -> str:
    """Where to ask. While a place it has moved to fails, it is asked there and at its own in
    turn: either may be the one that is left."""
    if state.home and state.failures % 2 == 0:
        return state.home
    return source.url.replace(YEAR, str((now - LAG).year))


def moved(source: Source, before: SourceState, fetched: Fetched, asked: str) -> SourceState:
    """The same state, with what an answer says of where the source is."""
    home = before.home if before.home in (asked, fetched.moved) else None
    if fetched.moved in (None, home) or YEAR in source.url:
        return replace(before, home=home, moved=None, moves=0)
    moves = before.moves + 1 if fetched.moved == before.moved else 1
    if moves >= MOVES:
        return replace(before, home=fetched.moved, moved=None, moves=0)
    return replace(before, home=home, moved=fetched.moved, moves=moves)
