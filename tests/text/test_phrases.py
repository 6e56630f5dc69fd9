from hypothesis import given
from hypothesis import strategies as st

from bot.text import normalise
from bot.text.phrases import Phrases

WORDS = st.lists(st.sampled_from(["share", "on", "facebook", "this", "page"]), max_size=6)


def test_the_longest_phrase_is_found_at_an_index() -> None:
    phrases = Phrases(["share", "share on", "čísl*"])
    assert phrases.length_at(["share", "on", "facebook"]) == 2
    assert phrases.length_at(["number", "cislo"], 1) == 1
    assert phrases.length_at(["on"], 0) == phrases.length_at([], 3) == 0


def test_a_text_is_a_phrase_whatever_its_case_and_marks() -> None:
    assert Phrases(["Čtěte také"]).is_phrase("ČTĚTE TAKÉ:")
    assert not Phrases(["Čtěte také"]).is_phrase("Čtěte")
    assert not Phrases(["Čtěte také"]).is_phrase("")


@given(st.lists(WORDS.filter(bool), min_size=1, max_size=4), WORDS)
def test_every_phrase_is_found_where_it_stands(
    wordings: list[list[str]], before: list[str]
) -> None:
    phrases = Phrases(map(" ".join, wordings))
    for words in wordings:
        assert phrases.length_at([*before, *words], len(before)) == len(words)
        assert phrases.is_phrase(normalise(" ".join(words)))
