"""Make readings of what servers answer, as evidence: their texts and hashes, and whether one says
anything new (pure). docs/EVIDENCE.md describes them for whoever checks them."""

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise

from msgspec.structs import replace

from bot.models import Citation, PageText
from bot.models.readings import Place, Reading, Received
from bot.models.sources import Fetched, Item

MOST = 100
"""Readings of one development that are kept: the first ones, and the newest."""
FIRST = 10
"""How many of the first are."""
LETTERS = 2_000_000
"""Characters of all of their texts: with more, each new reading would take the store a second."""


def written(title: str, text: str) -> str:
    """Return a title and a text as they are hashed and exported: a line between them is empty."""
    return "\n\n".join(filter(None, (title, text)))


def text_hash(title: str, text: str) -> str:
    """Return the SHA-256 of a title and a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(written(title, text).encode()).hexdigest()


def body_hash(body: bytes) -> str:
    """Return the SHA-256 of a body whose transfer and content codings are undone."""
    return hashlib.sha256(body).hexdigest()


def received(fetched: Fetched, at: dt.datetime) -> Received:
    """Return the record of an answer that came at a time."""
    body = fetched.body or b""
    return Received(
        at=at,
        url=fetched.url,
        status=fetched.status,
        headers=fetched.headers,
        size=len(body),
        sha256=body_hash(body),
    )


def of_item(item: Item, answer: Received) -> Reading:
    """Return what the list of a source, which was received, says of an item."""
    text = f"{item.text}\n{item.beside}".strip()
    return Reading(
        source=item.source,
        url=item.url,
        place="list",
        language=item.language,
        at=answer.at,
        seen=answer.at,
        title=item.title,
        text=text,
        sha256=text_hash(item.title, text),
        is_cut=item.is_cut,
        received=answer,
    )


def of_page(
    cited: Citation, page: PageText, seen: dt.datetime | None = None, url: str | None = None
) -> Reading:
    """Return what a page says that a development cites; `seen`: when it was last read so; `url`:
    its address, where that is not the cited one."""
    answer = page.received
    times = [time for time in (answer and answer.at, seen) if time]
    return Reading(
        source=cited.source,
        url=url or cited.url,
        place="page",
        language=cited.language,
        at=min(times, default=None),
        seen=max(times, default=None),
        title=page.title,
        text=page.text,
        sha256=text_hash(page.title, page.text),
        is_cut=page.is_cut,
        received=answer,
    )


def of_missing_page(cited: Citation, url: str, answer: Received, seen: dt.datetime) -> Reading:
    """Return the reading of a page that is not there any more; `answer`: what came instead."""
    return Reading(
        source=cited.source,
        url=url,
        place="page",
        language=cited.language,
        at=answer.at,
        seen=seen,
        sha256=text_hash("", ""),
        is_gone=True,
        received=answer,
    )


def with_reading(known: Sequence[Reading], new: Reading) -> tuple[list[Reading], bool]:
    """Return the readings of a development with one more, and whether that says anything else than
    the last one of its place; else it only tells that the place still said the same."""
    spots = [_spot(reading) for reading in known]
    last = max((i for i, spot in enumerate(spots) if spot == _spot(new)), default=None)
    if last is None or not _says_the_same(known[last], new):
        return _within_bounds([*known, new]), True
    times = [time for time in (known[last].seen, new.seen) if time]
    kept = replace(known[last], seen=max(times, default=None))
    return [*known[:last], kept, *known[last + 1 :]], False


_Spot = tuple[str, str | None, Place | None]
"""A source, the address of an item, and where of the two a text stands."""


def _spot(reading: Reading) -> _Spot:
    return reading.source, reading.url, reading.place


def _says_the_same(one: Reading, other: Reading) -> bool:
    return (one.is_gone, one.sha256) == (other.is_gone, other.sha256)


def _within_bounds(readings: list[Reading]) -> list[Reading]:
    """Return the first readings, and as many of the newest as there is room for; at least one."""
    first, room, newest = readings[:FIRST], MOST - FIRST, list[Reading]()
    letters = LETTERS - sum(len(reading.text) for reading in first)
    for reading in reversed(readings[FIRST:]):
        letters -= len(reading.text)
        if newest and (len(newest) == room or letters < 0):
            break
        newest.append(reading)
    return [*first, *reversed(newest)]


def current(readings: Iterable[Reading], urls: Collection[str | None]) -> list[Reading]:
    """Return what each place said last; `urls`: the addresses that the development cites."""
    last, moved = dict[_Spot, Reading](), dict[tuple[str, Place | None], _Spot]()
    for reading in readings:
        if reading.is_gone:
            continue
        # A page that is cited no more, as another of its source is, may have another address now.
        before = moved.get((reading.source, reading.place))
        if before and before[1] not in urls:
            last.pop(before, None)
        last[spot := _spot(reading)] = reading
        moved[reading.source, reading.place] = spot
    # What an earlier version recorded gives way to what is known to be of a place.
    known = {(source, url) for source, url, place in last if place}
    return [reading for (*at, place), reading in last.items() if place or tuple(at) not in known]


def taken_down(readings: Sequence[Reading], reading: Reading) -> Reading | None:
    """Return the last reading of the page of another, where that found that it was gone."""
    last = [one for one in readings if one.place == "page" and one.url == reading.url][-1:]
    return last[0] if last and last[0].is_gone else None


def last_seen(readings: Sequence[Reading], gone: Reading) -> Reading | None:
    """Return the last reading of a page before it was gone; None where none is known, or it is
    there."""
    before = readings[: [*readings].index(gone)] if gone.is_gone else ()
    there = [one for one in before if _spot(one) == _spot(gone) and not one.is_gone]
    return there[-1] if there else None


def absence(readings: Sequence[Reading], reading: Reading) -> tuple[Reading, Reading] | None:
    """Return the last reading that found a page gone before another of it, and the first one after
    that, at which it was back; None where it was always there."""
    if reading.is_gone:
        return None
    same = [one for one in readings if _spot(one) == _spot(reading)]
    same = same[: same.index(reading) + 1]
    pairs = [pair for pair in pairwise(same) if pair[0].is_gone and not pair[1].is_gone]
    return pairs[-1] if pairs else None


def newest_text(readings: Sequence[Reading]) -> int:
    """Return the number, from 1 on, of the last reading that has a text; of the last, where none
    has."""
    there = [number for number, reading in enumerate(readings, 1) if not reading.is_gone]
    return there[-1] if there else len(readings)


def newest_change(readings: Sequence[Reading]) -> int:
    """Return the number of the last reading of a place that had been read before; of the last
    reading, where there is none."""
    spots = [_spot(reading) for reading in readings]
    again = (
        number for number in range(len(spots), 0, -1) if spots[number - 1] in spots[: number - 1]
    )
    return next(again, len(readings))


def before(readings: Sequence[Reading], number: int) -> int:
    """Return the number of the reading of the same place before another, or else of another one
    beside it; what a page says that is back is held against what it said before it was gone."""
    spot = _spot(readings[number - 1])
    same = [one for one in range(number - 1, 0, -1) if _spot(readings[one - 1]) == spot]
    there = [one for one in same if not readings[one - 1].is_gone]
    return next(iter(there or same), number - 1 or 2)
