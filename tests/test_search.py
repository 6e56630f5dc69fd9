"""What a development is found by, and what words and phrases find."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import search
from tests.samples import citation, development

MADE = development(
    title="New rules on returns",
    summary="Cabinet met.",
    sources=(citation(title_native="Nová pravidla pro návraty"),),
)
ENTRY = search.index_entry(MADE, ["Vláda se sešla.\nŘekla: žádné výjimky — „Dublin III“."])


@pytest.mark.parametrize(
    ("word", "is_found"),
    [
        ("returns", True),
        ("NÁVRATY", True),
        ("vyjimky", True),
        ("návrat", False),
        ("návrat*", True),
        ("dublin iii", True),
        ("dublin ii", False),
        ("dublin ii*", True),
        ("vláda řekla", False),
        ("cabinet met", True),
        ("met vlada", False),  # of two texts
        ("returns nova", False),
        ("!", False),
        ("*", False),
    ],
)
def test_words_are_whole_and_folded_and_phrases_in_order(word: str, is_found: bool) -> None:
    assert ENTRY.has(word) is is_found


def test_a_text_is_not_counted_twice_for_its_summary() -> None:
    made = development(summary="Ministři se sešli.")
    entry = search.index_entry(made, ["Ministři se sešli. Jednali o azylu."])
    assert entry.text.split().count("sesli") == 1


def test_an_entry_is_no_larger_than_a_database_takes() -> None:
    entry = search.index_entry(development(), ["slovo " * 50_000, "x" * 1_000_000])
    assert len(entry.text.split()) <= search.TEXT_LIMIT
    assert len(entry.text) <= search.LETTERS_LIMIT
    assert max(map(len, entry.text.split())) <= 100


@given(st.text(max_size=60), st.text(max_size=20))
def test_whatever_stands_in_a_text_is_found(text: str, before: str) -> None:
    entry = search.index_entry(development(), [f"{before} {text}"])
    if search.parse_phrase(text).words:
        assert entry.has(text.rstrip('*" '))


@given(st.text(max_size=30), st.text(max_size=30))
def test_labels_are_words_of_their_own(one: str, other: str) -> None:
    written = search.label_word(f"reference:{one}")
    assert re.fullmatch("_[a-z0-9]+", written)
    assert (written == search.label_word(f"reference:{other}")) == (one == other)
