import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.parse import dom


@pytest.mark.parametrize(
    ("markup", "readable"),
    [
        ("<p>Ahoj&nbsp;<b>světe</b></p>", "Ahoj světe"),
        ("&lt;p&gt;o&amp;nbsp;novom&lt;/p&gt;", "o novom"),
        ("<ul><li>one</li><li>two</li></ul>", "one\ntwo"),
        ("a < b & c > d", "a < b & c > d"),
        ("seen<script>alert(1)</script><style>p{}</style> too", "seen too"),
        ("<!-- hidden --> shown", "shown"),
        ("unclosed <b", "unclosed <b"),
        ("", ""),
    ],
)
def test_markup_becomes_what_is_read(markup: str, readable: str) -> None:
    assert dom.html_to_text(markup) == readable


@given(st.text(alphabet=st.sampled_from("<>/&;pbscriptl!- \n#39amg")))
def test_no_markup_breaks_the_reader(markup: str) -> None:
    assert isinstance(dom.html_to_text(markup), str)


@pytest.mark.parametrize(
    "hostile",
    ["<" + "a" * 400_000, "<!" + "-" * 400_000, "a" + "\u0301\u0323" * 200_000, "<p " * 100_000,
     "&" * 400_000, "&#" * 200_000, ". " * 200_000, "<b>" * 100_000],
)  # fmt: skip
def test_no_markup_takes_longer_than_its_length(hostile: str) -> None:
    """Anything quadratic would take hours here."""
    assert len(dom.html_to_text(hostile)) <= len(hostile)
