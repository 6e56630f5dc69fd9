"""A bitmap index of all developments by facet: which have some labels, and how many of each.

Each development has a position, its place in the order of the archive (by day, then by number,
oldest first). Each label has one integer whose bits are the positions that have it: to intersect
two of 100,000 bits takes Python 2 µs, to count one 3 µs.
"""

import datetime as dt
from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable

from msgspec import Struct

from bot.models.archive import ArchiveEntry

FACETS = ("country", "theme", "type", "mention", "source_type", "source")
"""What labels begin with: `theme:return`. A topic is a label of the facet `theme`."""
_NUMBER_BITS = 40
"""Bits of the number in the key of a development; before them stand those of its day."""
_NUMBER = (1 << _NUMBER_BITS) - 1


class Choice(Struct, frozen=True, kw_only=True):
    """What is chosen: any of the labels of each facet, on some days."""

    labels: frozenset[str] = frozenset()
    since: dt.date | None = None
    until: dt.date | None = None
    numbers: frozenset[int] | None = None
    """Only these developments; None: all."""

    def of(self, facet: str) -> frozenset[str]:
        """Return the labels that are chosen of a facet."""
        return frozenset(label for label in self.labels if label.startswith(f"{facet}:"))


class FacetIndex:
    """The index, in memory. It is changed in place."""

    def __init__(self, entries: Collection[ArchiveEntry] = ()) -> None:
        """Index some entries at once, in any order."""
        given = sorted((_key(entry), entry.labels) for entry in entries)
        self._keys = array("Q", (key for key, _ in given))
        """By position."""
        self._key_of = array("Q")
        """By number; 0: there is none."""
        size = len(given) // 8 + 1
        bits: dict[str, bytearray] = {}
        for position, (key, labels) in enumerate(given):
            self._set_key(key & _NUMBER, key)
            for label in _indexed(labels):
                bits.setdefault(label, bytearray(size))[position // 8] |= 1 << position % 8
        self._bits = {label: int.from_bytes(each, "little") for label, each in bits.items()}
        self._ahead = {entry.number: entry.ahead for entry in entries if entry.ahead}

    def __len__(self) -> int:
        return len(self._keys)

    def put(self, entry: ArchiveEntry) -> None:
        """Index a development anew, whether it was indexed or not."""
        self.remove(entry.number)
        key = _key(entry)
        position = bisect_left(self._keys, key)
        if position < len(self._keys):
            self._move(position, by=1)
        self._keys.insert(position, key)
        self._set_key(entry.number, key)
        if entry.ahead:
            self._ahead[entry.number] = entry.ahead
        for label in _indexed(entry.labels):
            self._bits[label] = self._bits.get(label, 0) | 1 << position

    def remove(self, number: int) -> None:
        """Remove a development, if it was indexed."""
        if (position := self._position(number)) is None:
            return
        self._move(position, by=-1)
        self._ahead.pop(number, None)
        del self._keys[position]
        self._key_of[number] = 0

    def choose(self, choice: Choice) -> int:
        """Return the positions of what is chosen, as bits."""
        return self._with_labels(choice, self._without_labels(choice))

    def having(self, label: str) -> int:
        """Return the positions that have a label, as bits."""
        return self._bits.get(label, 0)

    def counts(self, choice: Choice) -> dict[str, dict[str, int]]:
        """Return for each facet how many developments there are of each label, were it chosen
        beside the labels of the other facets."""
        unlabelled = self._without_labels(choice)
        within = {facet: self._with_labels(choice, unlabelled, ignored=facet) for facet in FACETS}
        counts: dict[str, dict[str, int]] = {facet: {} for facet in FACETS}
        for label, bits in self._bits.items():
            facet = label.partition(":")[0]
            if number := (bits & within[facet]).bit_count():
                counts[facet][label] = number
        return counts

    def table(self, found: int, rows: Iterable[str], columns: Collection[str]) -> list[list[int]]:
        """Return how many of some positions have a label of a row and one of a column."""
        columned = [self.having(label) & found for label in columns]
        return [[(self.having(row) & column).bit_count() for column in columned] for row in rows]

    def weeks(self, found: int, first: dt.date, count: int) -> list[int]:
        """Return how many of some positions there are in each of so many weeks from a day on."""
        days = [first + dt.timedelta(weeks=week) for week in range(count)]
        week = dt.timedelta(days=6)
        return [(found & self._between(day, day + week)).bit_count() for day in days]

    def ahead(self, found: int, day: dt.date) -> list[int]:
        """Return the numbers of those among some positions that tell a date from a day on, in no
        order."""
        later = (number for number, last in self._ahead.items() if last >= day)
        return [number for number in later if found >> (self._position(number) or 0) & 1]

    def newest(self, found: int, first: int, limit: int) -> list[int]:
        """Return the numbers of some positions, the newest first, from the `first` of them on."""
        numbers: list[int] = []
        rest = found & (1 << _place_of(found, first)) - 1
        while rest and len(numbers) < limit:
            position = rest.bit_length() - 1
            numbers.append(self._keys[position] & _NUMBER)
            rest ^= 1 << position
        return numbers

    def _without_labels(self, choice: Choice) -> int:
        """Return the positions of what is chosen but for the labels."""
        found = self._between(choice.since, choice.until)
        return found if choice.numbers is None else found & self._positions(choice.numbers)

    def _with_labels(self, choice: Choice, found: int, *, ignored: str = "") -> int:
        """Return those among some positions that have the labels of a choice; those of the facet
        `ignored` do not count."""
        for facet in FACETS:
            if facet != ignored and (labels := choice.of(facet)):
                found &= self._any_of(labels)
        return found

    def _positions(self, numbers: Iterable[int]) -> int:
        """Return the positions of developments, as bits. A word may be of half of all."""
        bits = bytearray(len(self._keys) // 8 + 1)
        for number in numbers:
            if (position := self._position(number)) is not None:
                bits[position // 8] |= 1 << position % 8
        return int.from_bytes(bits, "little")

    def _position(self, number: int) -> int | None:
        key = self._key_of[number] if number < len(self._key_of) else 0
        return bisect_left(self._keys, key) if key else None

    def _set_key(self, number: int, key: int) -> None:
        if number >= len(self._key_of):
            self._key_of.extend([0] * (number + 1 - len(self._key_of)))
        self._key_of[number] = key

    def _move(self, position: int, *, by: int) -> None:
        """Make room for a position, or close the gap of one."""
        below = (1 << position) - 1
        moved = {
            label: (bits & below) | (bits >> (position + (by < 0))) << (position + (by > 0))
            for label, bits in self._bits.items()
        }
        self._bits = {label: bits for label, bits in moved.items() if bits}

    def _any_of(self, labels: Iterable[str]) -> int:
        found = 0
        for label in labels:
            found |= self.having(label)
        return found

    def _between(self, since: dt.date | None, until: dt.date | None) -> int:
        first = bisect_left(self._keys, since.toordinal() << _NUMBER_BITS) if since else 0
        after = until.toordinal() + 1 << _NUMBER_BITS if until else None
        last = len(self._keys) if after is None else bisect_left(self._keys, after)
        return max((1 << last) - (1 << first), 0)


def _key(entry: ArchiveEntry) -> int:
    return entry.day.toordinal() << _NUMBER_BITS | entry.number


def _place_of(found: int, skipped: int) -> int:
    """Return below which place the set bits lie that are left when the highest are skipped."""
    return bisect_left(
        range(found.bit_length()), -skipped, key=lambda place: -(found >> place).bit_count()
    )


def _indexed(labels: Iterable[str]) -> list[str]:
    return [label for label in labels if label.partition(":")[0] in FACETS]
