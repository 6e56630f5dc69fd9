"""The index of numbers under keys says what a dictionary would."""

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from bot.dedupe import key_index
from bot.dedupe.key_index import KeyIndex

KEYS = st.one_of(st.integers(0, 6), st.sampled_from(["a", "b", ("day", None, "a")]))
PAIRS = st.lists(st.tuples(st.booleans(), KEYS, st.integers(0, 5)), max_size=60)


@given(PAIRS)
def test_numbers_stand_under_their_keys_until_they_are_removed(
    changes: list[tuple[bool, object, int]],
) -> None:
    index, expected = KeyIndex(), defaultdict[object, set[int]](set)
    for is_added, key, number in changes:
        if is_added and number not in expected[key]:
            index.add(key, number)
            expected[key].add(number)
        elif not is_added:
            index.remove(key, number)
            expected[key].discard(number)
    for key in (*range(7), "a", "b", ("day", None, "a"), "never added"):
        assert list(index.under(key)) == sorted(expected[key])


def test_keys_of_one_array_stay_apart() -> None:
    index = KeyIndex()
    bucket = 1 << key_index.BUCKET_BITS
    most = (1 << key_index.NUMBER_BITS) - 1
    keys = [n * bucket + 5 for n in range(100)]
    for n, key in enumerate(keys):
        index.add(key, most - n)
        index.add(key, 0)
    assert [list(index.under(key)) for key in keys] == [[0, most - n] for n in range(100)]
    assert len(index._buckets) == 1
