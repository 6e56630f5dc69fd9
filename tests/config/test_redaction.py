"""That no secret is left in a text, however a server writes it there."""

import html
import re
import string
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from bot.config.redaction import Redactor
from bot.config.values import Key, Secret

TOKEN = "123456:ABCdefGHI-jklMNO_pqrSTUvwx"
PART = TOKEN.partition(":")[2]
KEY = "sk-Key.with~signs/and+more=="
PASSWORD = "žluťoučký k%ůň"

redactor = Redactor([Secret(TOKEN), Key(KEY), Key(PASSWORD)])


def percent(letter: str) -> str:
    return "".join(f"%{byte:02x}" for byte in letter.encode())


WAYS = (
    str,
    str.upper,
    str.lower,
    percent,
    lambda letter: percent(letter).upper(),
    lambda letter: percent(letter.upper()),
    lambda letter: percent(letter).replace("%", "%25"),
    lambda letter: percent(letter).replace("%", "%252525"),
    lambda letter: "".join(map(percent, percent(letter))),
    lambda letter: f"\\u{ord(letter):04X}" if letter.isascii() else letter,
    lambda letter: f"&#{ord(letter)};",
    lambda letter: f"&#x{ord(letter):x};",
)


@st.composite
def written(draw: DrawFn, secrets: tuple[str, ...] = (TOKEN, PART, KEY, PASSWORD)) -> str:
    """A secret as a server may write it, each character in a way of its own or all in one."""
    secret = draw(st.sampled_from(secrets))
    every = draw(st.none() | st.sampled_from(WAYS))
    return "".join((every or draw(st.sampled_from(WAYS)))(letter) for letter in secret)


_CODE = re.compile(r"\\u(00[0-9A-F]{2})")


def _letter_of(code: re.Match[str]) -> str:
    return chr(int(code[1], 16))


def read(text: str) -> str:
    """A text without its escapes, in lower case."""
    before = ""
    while text != before:
        before, text = text, html.unescape(unquote(_CODE.sub(_letter_of, text)))
    return text.lower()


around = st.text(st.sampled_from("%25aF3 :/\\&#;<é" + string.ascii_letters), max_size=8)


@given(around, written(), around)
def test_no_way_of_writing_a_secret_escapes(before: str, secret: str, after: str) -> None:
    assert redactor(f"{before}{secret}{after}") == redactor(before) + "<token>" + redactor(after)


@given(written((TOKEN, PART)))
def test_the_secret_can_be_read_from_each_way_of_writing_it(secret: str) -> None:
    assert PART.lower() in read(secret)


@pytest.mark.parametrize("text", ["", "123456", "%", "ABCdefGHI-jklMNO", "sk-Key"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert redactor(text) == text
    assert Redactor([])(text) == text
