import base64
import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import taxonomy
from bot.chat import share_links
from bot.chat.parsing.query import findable
from bot.models.buttons import Area
from bot.models.chats import Filter
from bot.models.pace import WEEKLY
from bot.text import normalise, one_line

# `\u202e` turns a line around, `\u200b` is not seen.
texts = st.text(st.characters() | st.sampled_from('ab "\u202e\u200b'), max_size=12)
filters = st.builds(
    Filter,
    countries=st.frozensets(st.sampled_from(taxonomy.countries())),
    themes=st.frozensets(st.sampled_from(taxonomy.themes())),
    topics=st.frozensets(st.sampled_from(taxonomy.topics())),
    types=st.frozensets(st.sampled_from(taxonomy.types())),
    mentions=st.frozensets(st.sampled_from(taxonomy.countries()), max_size=1),
    words=st.lists(texts, max_size=2).map(findable),
    without=st.lists(texts, max_size=2).map(findable),
    references=st.frozensets(st.sampled_from(["C-123/24"])),
)


def test_when_a_filter_comes_is_left_to_whoever_takes_it() -> None:
    shared = Filter(countries=frozenset({"CZ"}), pace=WEEKLY, reminds=False, paused=True, name="A")
    payload = share_links.payload(shared)
    assert payload
    assert share_links.filter_from_payload(payload) == Filter(countries=frozenset({"CZ"}))


def written(*fields: object) -> str:
    """A payload that nobody's filter is."""
    raw = msgspec.msgpack.encode(fields)
    return "s_" + base64.urlsafe_b64encode(raw).decode().rstrip("=")


@given(filters)
def test_a_link_and_its_button_hold_a_filter_whole_or_not_at_all(wanted: Filter) -> None:
    payload = share_links.payload(wanted)
    if payload is None:
        assert wanted.words or wanted.without or wanted.mentions or wanted.references
        return
    assert re.fullmatch(r"[\w-]{1,64}", payload, re.ASCII)
    assert share_links.filter_from_payload(payload) == wanted
    area, _, rest = (data := share_links.button_data(payload)).partition(":")
    assert len(data) <= 64
    assert area == Area.SHARED
    assert share_links.filter_from_button(rest) == wanted


@pytest.mark.parametrize("length", range(20, 45))
def test_every_link_that_is_given_can_be_saved(length: int) -> None:
    payload = share_links.payload(Filter(words=("x" * length,)))
    assert payload is None or len(share_links.button_data(payload)) <= 64


def test_a_button_of_before_still_saves() -> None:
    payload = share_links.payload(Filter(words=("hotspot",)))
    assert payload
    assert share_links.filter_from_button(payload) == Filter(words=("hotspot",))


@given(st.lists(texts, max_size=2), st.lists(texts, max_size=2))
def test_a_link_that_somebody_has_made_up_holds_words_that_can_be_read(
    words: list[str], without: list[str]
) -> None:
    made = share_links.filter_from_payload(written(0, 0, 0, words, without))
    if made is not None:
        for word in (*made.words, *made.without):
            assert word == one_line(word)
            assert normalise(word)


@pytest.mark.parametrize(
    "fields",
    [
        (0, 0, 0, ["\u202egnorw"]),
        (0, 0, 0, ["\u200b"]),
        (0, 0, 0, [""]),
        (0, 0, 0, ["a\nb"]),
        (0, 0, 0, [], [" "]),
        (1 << 60,),
        (-1,),
    ],
)
def test_a_link_with_what_no_chat_can_follow_is_none(fields: tuple[object, ...]) -> None:
    assert share_links.filter_from_payload(written(*fields)) is None


def test_a_link_holds_types_of_sources() -> None:
    shared = Filter(countries=frozenset({"CZ"}), source_types=frozenset({"court", "press"}))
    payload = share_links.payload(shared)
    assert payload
    assert share_links.filter_from_payload(payload) == shared
    assert share_links.filter_from_payload(written(0, 0, 0, [], [], 1 << 20)) is None


def test_what_a_link_cannot_hold_is_not_shared_in_part() -> None:
    assert share_links.payload(Filter(words=("x" * 60,))) is None
    assert share_links.payload(Filter(sources=frozenset({"cz-mv"}))) is None
    assert share_links.payload(Filter(references=frozenset({"C-123/24"}))) is None


@pytest.mark.parametrize("said", ["", "s_", "s_!", "s_AAAA", "d_CZ-2025-0001", "s_" + "A" * 62])
def test_another_payload_is_no_filter(said: str) -> None:
    found = share_links.filter_from_payload(said)
    assert found is None or found == Filter()


@given(st.text(alphabet=st.characters(codec="ascii"), max_size=62))
def test_no_payload_breaks_it(said: str) -> None:
    share_links.filter_from_payload(f"s_{said}")
