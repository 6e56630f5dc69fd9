"""Numbers under keys, as compact as sorted arrays."""

from array import array
from bisect import bisect_left, insort
from collections.abc import Hashable, Iterator

HASH_BITS = 50
BUCKET_BITS = 10
"""Of a hash, as many bits say in which array a pair lies; the others stand in it, with a number."""
NUMBER_BITS = 24
_BUCKETS = (1 << BUCKET_BITS) - 1
_NUMBERS = (1 << NUMBER_BITS) - 1


class KeyIndex:
    """The numbers that stand under each of many keys.

    A pair takes some ten bytes, where a dictionary takes a hundred. It keeps hashes: two keys of
    one hash, of which a hundred million keys have some four, count as one.
    """

    def __init__(self) -> None:
        self._buckets: dict[int, array[int]] = {}

    def add(self, key: Hashable, number: int) -> None:
        """Put a number, of 24 bits at most, under a key."""
        bucket, first = _place(key)
        if bucket not in self._buckets:
            self._buckets[bucket] = array("Q")
        insort(self._buckets[bucket], first | number)

    def remove(self, key: Hashable, number: int) -> None:
        """Remove a number from under a key, if it is there."""
        bucket, first = _place(key)
        pairs = self._buckets.get(bucket, ())
        at = bisect_left(pairs, first | number)
        if at < len(pairs) and pairs[at] == first | number:
            del self._buckets[bucket][at]

    def under(self, key: Hashable) -> Iterator[int]:
        """Yield the numbers under a key."""
        bucket, first = _place(key)
        pairs = self._buckets.get(bucket, ())
        for at in range(bisect_left(pairs, first), len(pairs)):
            if pairs[at] > first | _NUMBERS:
                return
            yield pairs[at] & _NUMBERS


def _place(key: Hashable) -> tuple[int, int]:
    """Return the bucket of a key, and its first possible pair."""
    digest = hash(key) & ((1 << HASH_BITS) - 1)
    return digest & _BUCKETS, digest >> BUCKET_BITS << NUMBER_BITS
