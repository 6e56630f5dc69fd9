"""Numbers that are written in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.data_files import languages_of
from bot.text.numerals import SMALLEST, spelt_numbers, with_digits


@pytest.mark.parametrize(
    ("language", "words", "digits"),
    [
        ("de", "Vierzig Männer, fünfunddreißig Frauen", "40 Männer, 35 Frauen"),
        ("de", "zweitausendvierhundert", "2400"),
        ("fr", "soixante-douze, quatre-vingt-dix-sept", "72, 97"),
        ("fr", "une soixantaine de canots", "60 de canots"),
        ("es", "mil trescientos y veintiséis", "1326"),
        ("cs", "dvaadvacet, dvě stě padesát, tucet", "22, 250, 12"),
        ("sk", "Dvadsaťjeden Sýrčanov", "21 Sýrčanov"),
        ("pl", "czterdzieści trzy", "43"),
        ("fi", "kolmetoista, kuusikymmentäneljä", "13, 64"),
        ("et", "kolmteist, kakssada viiskümmend", "13, 250"),
        ("hu", "Negyvenheten, huszonhatezren", "47, 26000"),
        ("da", "syvogtyve, halvtreds", "27, 50"),
        ("lt", "keturi šimtai", "400"),
        ("bg", "Четиринадесет души", "14 души"),
        ("el", "πέντε χιλιάδων", "5000"),
        ("mt", "ħamsa u għoxrin", "25"),
        ("tr", "otuz sekiz", "38"),
        ("sr", "dvadeset i pet", "25"),
        ("en", "two dozen, one hundred and ten", "24, 110"),
    ],
)
def test_numbers_in_words_are_read(language: str, words: str, digits: str) -> None:
    assert with_digits(words, language) == digits


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "one of two, five per cent"),  # too small to tell events apart
        ("fr", "38 pour cent"),
        ("es", "el 5 por ciento"),
        ("it", "850 milioni"),
        ("hr", "što je rekao"),  # not sto, a hundred
        ("de", "achten"),
    ],
)
def test_what_is_no_such_number_stays(language: str, text: str) -> None:
    assert with_digits(text, language) == text


UNITS = "one two three four five six seven eight nine".split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()


@given(st.integers(0, 7), st.integers(0, 8), st.integers(1, 8), st.sampled_from(["-", " "]))
def test_tens_units_and_hundreds_add_up(ten: int, unit: int, hundred: int, between: str) -> None:
    words = f"{TENS[ten]}{between}{UNITS[unit]}"
    value = 10 * (ten + 2) + unit + 1
    assert with_digits(words, "en") == str(value)
    whole = with_digits(f"{UNITS[hundred]} hundred and {words}", "en")
    assert whole == str(100 * (hundred + 1) + value)


@given(st.text(max_size=80), st.sampled_from(sorted(languages_of("numerals"))))
def test_a_text_in_digits_is_left_as_it_is(text: str, language: str) -> None:
    once = with_digits(text, language)
    assert with_digits(once, language) == once


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("hu", "35 ezer kérelem, 1,5 millió euró", {"35", "35000", "1.5", "1500000"}),
        ("cs", "jen na třech místech, 2 tis. osob", {"3", "2", "2000"}),
        ("ga", "beirt mac léinn", {"2"}),
        ("en", "one of two", {"2"}),
    ],
)
def test_numbers_are_read_whole_and_in_part(language: str, text: str, found: set[str]) -> None:
    assert spelt_numbers(text, language) == found


@given(st.integers(2, 999_999))
def test_numbers_are_read_as_they_are_spelt_out(number: int) -> None:
    assert with_digits(f"After {_in_words(number)} days", "en", SMALLEST) == f"After {number} days"


def _in_words(number: int) -> str:
    small = (
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen seventeen eighteen nineteen"
    ).split()
    tens = "twenty thirty forty fifty sixty seventy eighty ninety".split()
    if number < 20:
        return small[number - 1]
    if number < 100:
        rest = number % 10
        return tens[number // 10 - 2] + (f"-{small[rest - 1]}" if rest else "")
    size, name = (1000, "thousand") if number >= 1000 else (100, "hundred")
    rest = number % size
    return f"{_in_words(number // size)} {name}" + (f" and {_in_words(rest)}" if rest else "")
