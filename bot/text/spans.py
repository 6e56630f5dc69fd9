"""Keep apart the parts of a text of which some overlap."""

from bisect import bisect


class Taken:
    """The parts of a text that are taken, of which none overlaps another."""

    def __init__(self) -> None:
        self._starts, self._ends = list[int](), list[int]()

    def beside(self, start: int) -> list[tuple[int, int]]:
        """Return the last part up to an index and the first one after it, each as its first index
        and the one after its last."""
        at = bisect(self._starts, start)
        near = slice(max(at - 1, 0), at + 1)
        return [*zip(self._starts[near], self._ends[near], strict=True)]

    def take(self, start: int, end: int) -> bool:
        """Take a part; return False where some of it is taken already."""
        at = bisect(self._starts, start)
        is_free = (not at or self._ends[at - 1] <= start) and (
            at == len(self._starts) or end <= self._starts[at]
        )
        if is_free:
            self._starts.insert(at, start)
            self._ends.insert(at, end)
        return is_free
