"""The address of an item, as feeds write it and among what else they link."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.parse.addresses import Link, absolute_url, choose_address

BASE = "https://mv.example/zpravy/"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1", "https://mv.example/zpravy/1"),
        ("/1", "https://mv.example/1"),
        ("//jinde.example/1", "https://jinde.example/1"),
        ("?id=1", "https://mv.example/zpravy/?id=1"),
        ("index.php/1", "https://mv.example/zpravy/index.php/1"),
        ("clanek.aspx", "https://mv.example/zpravy/clanek.aspx"),
        ("www.mv.example", "https://www.mv.example"),
        ("www.mv.example/1", "https://www.mv.example/1"),
        ("jinde.mv.example/1?a=b", "https://jinde.mv.example/1?a=b"),
        ("mv.example:8080/1", "https://mv.example:8080/1"),
        ("https:/mv.example/1", "https://mv.example/1"),
        ("https:///mv.example/1", "https://mv.example/1"),
        ("https:mv.example/1", "https://mv.example/1"),
        ("http//mv.example/1", "http://mv.example/1"),
        ("http:\\\\mv.example\\1\\a.aspx", "http://mv.example/1/a.aspx"),
        ("htp://mv.example/1", "http://mv.example/1"),
        ("htttps://mv.example/1", "https://mv.example/1"),
        ("ttps://mv.example/1", "https://mv.example/1"),
        ("https;//mv.example/1", "https://mv.example/1"),
        ("HTTP://mv.example/1", "http://mv.example/1"),
        ("feed://mv.example/1", "https://mv.example/1"),
        ("feed:http://mv.example/1", "http://mv.example/1"),
        ("http://https://mv.example/1", "https://mv.example/1"),
        ("https://http://mv.example/1", "http://mv.example/1"),
        ("http://https//mv.example/1", "https://mv.example/1"),
        ("https://mv.examplehttps://mv.example/1", "https://mv.example/1"),
        ("https://mv.example/https://mv.example/1", "https://mv.example/1"),
        ("https://a.example/http://b.example/1", "https://a.example/http://b.example/1"),
        ("https://mv.example/zpráva o azylu?q=ž", "https://mv.example/zpr%C3%A1va%20o%20azylu?q=%C5%BE"),
        ("https://mv.example/a%20b%", "https://mv.example/a%20b%"),
        ("\n  https://mv.example/\n   1\n", "https://mv.example/1"),
        ("https://mv.example/1?a=1&amp;b=2", "https://mv.example/1?a=1&b=2"),
        ("<![CDATA[https://mv.example/1]]>", "https://mv.example/1"),
        ('<a href="https://mv.example/1">Zpráva</a>', "https://mv.example/1"),
        ("<https://mv.example/1>", "https://mv.example/1"),
        ("javascript:void(0)", None),
        ("mailto:a@mv.example", None),
        ("http://", None),
        ("#", None),
        ("", None),
    ],
)  # fmt: skip
def test_an_address_is_mended(written: str, meant: str | None) -> None:
    assert absolute_url(BASE, written) == meant


@given(st.text(alphabet="htps:/\\.w<>[]#?&; a1č@%\n", max_size=60))
def test_an_address_is_absolute_or_none(written: str) -> None:
    url = absolute_url(BASE, written)
    assert url is None or url.startswith(("http://", "https://"))
    assert url is None or absolute_url("", url) in (url, None)


PAGE = Link(href="https://mv.example/1")


@pytest.mark.parametrize(
    "other",
    [
        Link(href="https://mv.example/1.jpg", media_type="image/jpeg"),
        Link(href="https://mv.example/1.jpg"),
        Link(href="https://mv.example/1.pdf", media_type="application/pdf"),
        Link(href="https://mv.example/1.pdf", relation="enclosure"),
        Link(href="https://mv.example/1.json", media_type="application/json"),
        Link(href="https://mv.example/1.atom", media_type="application/atom+xml"),
        Link(href="https://mv.example/en/1", language="en"),
        Link(href="https://mv.example/en/1", language="en-GB", media_type="text/html"),
        Link(href="https://mv.example/self", relation="self"),
        Link(href="https://mv.example/edit", relation="edit"),
        Link(href="https://jinde.example/1", relation="related"),
        Link(href="https://jinde.example/1", relation="via"),
        Link(href="javascript:void(0)"),
        Link(href=""),
    ],
)
def test_nothing_wins_over_the_page_of_an_item(other: Link) -> None:
    assert choose_address(BASE, [PAGE, other], "cs") == PAGE.href
    assert choose_address(BASE, [other, PAGE], "cs") == PAGE.href


def test_the_link_of_rss_wins_over_those_of_atom() -> None:
    bare = Link(href="https://mv.example/rss", is_bare=True)
    assert choose_address(BASE, [PAGE, bare], None) == bare.href


def test_of_several_languages_the_own_is_chosen() -> None:
    pages = [Link(href=f"https://mv.example/{code}/1", language=code) for code in ("en", "cs")]
    assert choose_address(BASE, pages, "cs") == "https://mv.example/cs/1"
    assert choose_address(BASE, pages, "fr") == "https://mv.example/en/1"


@pytest.mark.parametrize(
    ("link", "is_one"),
    [
        (Link(href="/1", relation="ALTERNATE"), True),
        (Link(href="/1", relation="http://www.iana.org/assignments/relation/alternate"), True),
        (Link(href="/1", relation="alternate nofollow"), True),
        (Link(href="/1", relation=""), True),
        (Link(href="/1.pdf", relation="enclosure", media_type="application/pdf"), True),
        (Link(href="/1.pdf", relation="enclosure"), True),
        (Link(href="/1.jpg", relation="enclosure"), False),
        (Link(href="/1", relation="enclosure", media_type="video/mp4"), False),
        (Link(href="/1", media_type="image/png"), False),
        (Link(href="/1", relation="related"), False),
    ],
)
def test_alone_a_page_or_a_document_is_an_address(link: Link, is_one: bool) -> None:
    assert (choose_address(BASE, [link], None) is not None) == is_one
