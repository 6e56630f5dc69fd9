"""The linear model: probabilities, and what each word adds to them."""

import math
from mmap import mmap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import taxonomy
from bot.enrich.classifier import Hit, Weighed, words_of
from bot.enrich.label_model import Head, load_model, ngrams
from bot.text.terms import FoldedText

HEADS: tuple[Head, ...] = ("relevance", "label", "type")
texts = st.text(st.sampled_from("azyl žádost migrace Asyl 12 -,.\n"), max_size=80)
hits = st.lists(
    st.builds(
        Hit,
        st.sampled_from(["gate title", "themes return text", "no such list"]),
        st.floats(1, 2),
        st.sampled_from([("azyl",), ("azyl", "návrat"), ("return",)]),
    ),
    max_size=4,
)


def test_the_model_knows_every_label() -> None:
    heads = load_model().heads
    assert set(heads["label"]) == {*taxonomy.themes(), *taxonomy.topics()}
    assert set(heads["type"]) == set(taxonomy.types())
    assert len(load_model().bias) == sum(map(len, heads.values()))


def test_processes_share_the_weights() -> None:
    model = load_model()
    assert isinstance(model.weights.obj, mmap)
    assert isinstance(model.hashes.obj, mmap)


@pytest.mark.parametrize("head", HEADS)
@given(texts, texts, hits)
def test_probabilities_are_shares_and_pulls_explain_them(
    head: Head, title: str, text: str, found: list[Hit]
) -> None:
    weighed = Weighed(FoldedText(title), FoldedText(text), found)
    shares = weighed.probabilities(head)
    assert math.isclose(sum(shares.values()), 1, abs_tol=1e-9)
    assert list(shares.values()) == sorted(shares.values(), reverse=True)
    empty = Weighed(FoldedText(""), FoldedText(""), [])
    heat = load_model().temperature[head]
    first, *_, last = shares
    before = empty.probabilities(head)
    gained = math.log(shares[first] / shares[last]) - math.log(before[first] / before[last])
    pulled = sum(weighed.pulls(head, first).values()) - sum(weighed.pulls(head, last).values())
    assert math.isclose(gained, pulled / heat, abs_tol=1e-6)


@given(st.text(max_size=40), st.text(max_size=40))
def test_every_word_is_found_where_it_stands(title: str, text: str) -> None:
    words = words_of(FoldedText(title), FoldedText(text))
    assert sum(word.value**2 for word in words.values()) <= 1 + 1e-9
    assert all(word.written in title or word.written in text for word in words.values())
    assert all(ngrams(folded) for folded in words)
