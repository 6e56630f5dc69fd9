"""Terms in a text."""

from hypothesis import given
from hypothesis import strategies as st

from bot.text.terms import FoldedText, TermMatcher


def test_words_are_matched_whole_and_as_written() -> None:
    terms = TermMatcher(("azyl*", "právní pomoc", "*migration"))
    found = terms.find_words(FoldedText("O AZYLU a právní  pomoci. Arbeitsmigration, Razyl."))
    assert found == ["AZYLU", "Arbeitsmigration"]
    assert TermMatcher(()).find_words(FoldedText("anything")) == []


class Thorough(TermMatcher):
    """Looks for its terms in every passage, however unlikely."""

    def _may_be_in(self, passage: FoldedText) -> bool:
        return True


PIECES = (
    "azyl",
    "ová",
    "§ 5",
    "(EU)",
    "č.",
    "c-12",
    "_",
    " ",
    "eu",
    "Ä",
    "migration",
    "\u0301",
    "1",
)
TERMS = st.builds(
    lambda front, word, end: front + word + end,
    st.sampled_from(("", "*")),
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=3).map("".join),
    st.sampled_from(("", "*")),
).filter(lambda term: term.strip("* _"))


@given(
    st.lists(TERMS, min_size=1, max_size=3).map(tuple),
    st.lists(st.sampled_from(PIECES), max_size=12).map("".join),
)
def test_no_term_is_overlooked(terms: tuple[str, ...], text: str) -> None:
    passage = FoldedText(text)
    assert TermMatcher(terms).find_words(passage) == Thorough(terms).find_words(passage)
