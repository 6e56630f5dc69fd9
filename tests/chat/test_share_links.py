import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import taxonomy
from bot.chat import share_links
from bot.models import Filter

filters = st.builds(
    Filter,
    countries=st.frozensets(st.sampled_from(taxonomy.countries())),
    themes=st.frozensets(st.sampled_from(taxonomy.themes())),
    topics=st.frozensets(st.sampled_from(taxonomy.topics())),
    types=st.frozensets(st.sampled_from(taxonomy.types())),
    words=st.lists(st.text(min_size=1, max_size=12), max_size=2).map(tuple),
)


@given(filters)
def test_a_link_holds_a_filter_whole_or_not_at_all(wanted: Filter) -> None:
    payload = share_links.payload(wanted)
    if payload is not None:
        assert len(payload) <= 64
        assert all(letter.isascii() and (letter.isalnum() or letter in "_-") for letter in payload)
        assert share_links.filter_from_payload(payload) == wanted
    else:
        assert wanted.words


def test_what_a_link_cannot_hold_is_not_shared_in_part() -> None:
    assert share_links.payload(Filter(words=("x" * 60,))) is None
    assert share_links.payload(Filter(sources=frozenset({"cz-mv"}))) is None


@pytest.mark.parametrize("said", ["", "s_", "s_!", "s_AAAA", "d_CZ-2025-0001", "s_" + "A" * 62])
def test_another_payload_is_no_filter(said: str) -> None:
    found = share_links.filter_from_payload(said)
    assert found is None or found == Filter()


@given(st.text(alphabet=st.characters(codec="ascii"), max_size=62))
def test_no_payload_breaks_it(said: str) -> None:
    share_links.filter_from_payload(f"s_{said}")
