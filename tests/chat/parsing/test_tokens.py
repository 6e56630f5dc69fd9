import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from bot.chat.parsing.tokens import phrases, written
from bot.text import tidy

ANYTHING = st.text(max_size=80) | st.text(
    alphabet="aéžα中ї, ;\n\"“”-–*'’.:/@&()🇨🇿🇩🇪🏴😀👨‍👩\u0301\u200d\ufe0f1½_+", max_size=40
)


def texts(said: str) -> list[list[str]]:
    return [[token.text for token in phrase] for phrase in phrases(said)]


def test_flags_are_the_codes_of_their_countries() -> None:
    assert texts("🇨🇿 return") == [["CZ", "return"]]
    assert texts("🇨🇿🇩🇪,🇪🇺") == [["CZ", "DE"], ["EU"]]


def test_what_is_no_flag_of_a_country_is_a_symbol() -> None:
    scotland = "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
    for said in (scotland, "😀", "🇨", "€"):
        ((token,),) = phrases(said)
        assert token.kind == "symbol"


def test_commas_semicolons_and_lines_part_phrases_but_not_within_quotations() -> None:
    assert texts("CZ;DE\nreturn") == [["CZ"], ["DE"], ["return"]]
    assert texts("„a, b“ c, d") == [["a, b", "c"], ["d"]]
    assert texts('"a, b') == [["a"], ["b"]]  # it was never closed


def test_words_keep_what_stands_within_them() -> None:
    assert texts("п'ятниця C-123/24 08:00 azyl* हिन्दी") == [
        ["п'ятниця", "C-123/24", "08:00", "azyl*", "हिन्दी"]
    ]


def test_a_minus_that_touches_a_word_excludes_it() -> None:
    (phrase,) = phrases("Germany -football - hockey cz-mv")
    assert [token.text for token in phrase if token.is_excluded] == ["football"]
    assert all(not token.is_excluded for each in phrases("- Czechia\n- Germany") for token in each)


def test_tokens_are_repeated_as_they_were_typed() -> None:
    assert [written(phrase) for phrase in phrases("<b>&</i>, (Germany)!, x 😀")] == [
        "<b>&</i>",
        "(Germany)!",
        "x 😀",
    ]


@given(ANYTHING)
def test_no_letter_digit_or_symbol_is_passed_over(said: str) -> None:
    kept = "".join(token.typed for phrase in phrases(said) for token in phrase)
    for letter in tidy(said):
        category = unicodedata.category(letter)
        if category[0] in "LN" or category in ("So", "Sc"):
            assert letter in kept
