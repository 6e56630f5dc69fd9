"""Parts of a text that do not overlap."""

from hypothesis import given
from hypothesis import strategies as st

from bot.text.spans import Taken

PARTS = st.tuples(st.integers(0, 30), st.integers(1, 5)).map(lambda each: (each[0], sum(each)))


@given(st.lists(PARTS))
def test_a_part_is_taken_where_nothing_of_it_is(parts: list[tuple[int, int]]) -> None:
    taken, kept = Taken(), list[tuple[int, int]]()
    for start, end in parts:
        is_free = all(end <= other[0] or other[1] <= start for other in kept)
        assert taken.take(start, end) == is_free
        if is_free:
            kept.append((start, end))
