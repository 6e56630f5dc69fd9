import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import text


@given(st.text())
def test_folding_keeps_positions(raw: str) -> None:
    assert len(text.fold(raw)) == len(unicodedata.normalize("NFC", raw))


@given(st.text())
def test_folding_twice_is_folding_once(raw: str) -> None:
    assert text.fold(text.fold(raw)) == text.fold(raw)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Česká ŘEKA", "ceska reka"),
        ("Straße", "strase"),
        ("ΠΡΌΣΦΥΓΕΣ", "προσφυγεσ"),
        ("Łódź", "lodz"),
        ("Бежанци й", "бежанци и"),
        ("l’asile", "l'asile"),
    ],
)
def test_folding_takes_case_and_accents_away(written: str, folded: str) -> None:
    assert text.fold(written) == folded


@given(st.text())
def test_tidy_text_has_nothing_unreadable(raw: str) -> None:
    tidied = text.tidy(raw)
    assert not any(unicodedata.category(letter) == "Cs" for letter in tidied)
    assert "\u202e" not in tidied
    assert "\n\n" not in tidied
    assert tidied == text.tidy(tidied)


@pytest.mark.parametrize(
    ("passage", "count"),
    [
        ("Dne 16. ledna se sešli. Jednali o migraci.", 2),
        ("Am 16. Januar 2025 trat das Gesetz in Kraft. Es gilt bundesweit.", 2),
        ("Ministr A. Novák přijal hosty. Přijeli např. z Prahy.", 2),
        ("Sie gilt z. B. für Kinder. Das ist neu!", 2),
        ("Le 1er mars, M. Dupont a signé. C’est fait.", 2),
        ("First line\nSecond line", 2),
        ("“It is done.” So they said.", 2),
        ("", 0),
        ("Adopted on 10 nov. 2026 in Paris. The rest follows.", 2),
        ("A kormány 2026. márc. 20. döntött.", 1),
        ("They met in May. Then they left.", 2),
        ("La Corte annulla parte dell’art. 1 della legge. L'art. 5 resta.", 2),
    ],
)
def test_sentences_end_where_people_end_them(passage: str, count: int) -> None:
    assert len(text.sentences(passage)) == count


@given(st.text(), st.integers(min_value=2, max_value=80))
def test_a_shortened_text_is_never_too_long(raw: str, limit: int) -> None:
    assert text.utf16_length(text.shorten(raw, limit)) <= limit


def test_a_text_is_shortened_at_the_end_of_a_sentence() -> None:
    assert text.shorten("One is here. Two is there. Three", 28) == "One is here. Two is there."


def test_a_long_sentence_is_shortened_at_a_word() -> None:
    assert text.shorten("one two three four five", 15) == "one two three…"


def test_length_counts_utf16_units() -> None:
    assert text.utf16_length("a💥") == 3


def test_the_summary_is_the_lead_in_whole_sentences() -> None:
    raw = "A title\nFirst sentence. " + "Another sentence of some length here. " * 30
    summary = text.first_sentences("A title", raw)
    assert summary.startswith("First sentence. Another")
    assert summary.endswith(".")
    assert len(summary) <= text.SUMMARY_LIMIT


def test_a_sentence_that_the_excerpt_cut_is_left_out() -> None:
    assert text.first_sentences("t", "It is whole. This one is cut in the") == "It is whole."
    assert text.first_sentences("t", "Only this without an end") == "Only this without an end"
    assert text.first_sentences("Same", "Same") == ""
    assert (
        text.first_sentences("Same", "Same\nOnly this without an end") == "Only this without an end"
    )


@pytest.mark.parametrize(
    "spelt",
    [
        "می\u200cخواهم",  # Persian
        "ہ\u200cے",  # Urdu
        "ه\u200d",  # Arabic
        "क्\u200dष और क्\u200cष",  # Hindi
        "ശ്രീ ന്\u200d",  # Malayalam
        "ශ්\u200dරී",  # Sinhala
        "👩\u200d👩\u200d👧 ❤️\u200d🔥",
    ],
)
def test_joiners_stay_where_letters_are_joined(spelt: str) -> None:
    assert text.tidy(spelt) == spelt
    assert "\u200c" not in text.normalise(spelt)


@pytest.mark.parametrize("joiner", ["\u200b", "\u200c", "\u200d", "\u200d\u200c\u200d", "\u2060"])
def test_words_are_not_hidden_by_what_has_no_width(joiner: str) -> None:
    assert text.tidy(joiner.join("azyl αβ жы 12")) == "azyl αβ жы 12"


@given(st.text(st.sampled_from("aب👩\u200c\u200d\u0301 \n")))
def test_a_tidy_text_is_tidy(raw: str) -> None:
    assert text.tidy(text.tidy(raw)) == text.tidy(raw)


@pytest.mark.parametrize("password", ["pa55", "pa55%40", "pa55/word", "pa55@word", "pa55:1"])
def test_the_password_of_an_address_is_redacted(password: str) -> None:
    for address in (f"mysql://herald:{password}@db.example/x", f"//db/?Password={password}&a=b"):
        assert "pa55" not in text.redact(f"found {address}, expected")
    assert text.redact("http://127.0.0.1:80/a b@c") == "http://127.0.0.1:80/a b@c"


@pytest.mark.parametrize("colon", [":", "%3A", "%253a"])
def test_what_looks_like_a_token_is_redacted(colon: str) -> None:
    assert text.redact(f"/bot123456{colon}ABCdef-GHI_jkl/getMe") == "/bot<token>/getMe"


@given(
    st.text(st.characters(codec="utf-8"), max_size=20),
    st.sampled_from(["\ud800", "\udfff", "\udc00\ud83d"]),
)
def test_half_a_surrogate_pair_in_json_is_left_out(around: str, lone: str) -> None:
    written = json.dumps({f"{lone}{around}": [f"{around}{lone}", 1, None]})
    (key,), ((value, *rest),) = zip(*text.parse_json(written).items(), strict=True)
    assert key.encode().decode().endswith(around)
    assert value == around
    assert rest == [1, None]


def test_a_whole_surrogate_pair_in_json_is_a_character() -> None:
    assert text.parse_json('["\\ud83d\\ude00 \\\\ud800"]') == ["😀 \\ud800"]
