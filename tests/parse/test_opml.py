"""Lists of feeds, as readers of feeds write them, and as somebody writes them who means harm."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ParseError
from bot.parse.opml import ListedFeed, read_opml
from bot.render import opml
from tests.samples import NOW, source

LIST = """<?xml version="1.0" encoding="UTF-8"?><opml version="1.1"><head><title>x</title></head>
<body><outline text="Ministries"><outline TEXT="MV &amp; co" type="rss"
xmlURL="https://mv.example/rss" language="cs"/><outline text="again" xmlUrl="https://mv.example/rss"/>
<outline text="a page" type="link" url="https://x.example/"/>
<outline text="no address" xmlUrl="javascript:alert(1)"/><outline xmlUrl="file:///etc/passwd"/>
</outline></body></opml>"""


def test_feeds_are_read_once_at_any_depth() -> None:
    assert read_opml(LIST.encode()) == [ListedFeed("https://mv.example/rss", "MV & co", "cs")]


def test_what_is_written_is_read_again() -> None:
    made = [
        source(id="a", url="https://a.example/rss?x=1&y=2", publisher_native='"<Úřad>"'),
        source(id="b", url="https://b.example/", country=None, language=None, kind="feed"),
        source(id="c", url="https://c.example/", kind="page"),
    ]
    assert read_opml(opml(made, NOW)) == [
        ListedFeed("https://a.example/rss?x=1&y=2", '"<Úřad>"', "cs"),
        ListedFeed("https://b.example/", "Ministerstvo vnitra", None),
    ]


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize(
    "declarations",
    [
        f'<!ENTITY a0 "https://a.example/">{LAUGHS}',
        '<!ENTITY a11 SYSTEM "file:///etc/passwd">',
        '<!ENTITY % p SYSTEM "http://127.0.0.1:1/x.dtd">%p;',
    ],
)
def test_no_entity_is_expanded_and_nothing_is_fetched(declarations: str) -> None:
    text = (
        f"<!DOCTYPE opml [{declarations}]><opml><body>"
        '<outline text="&a11;" xmlUrl="https://b.example/rss"/></body></opml>'
    )
    try:
        (found,) = read_opml(text.encode())
    except ParseError:
        return
    assert "root" not in found.name
    assert len(found.name) <= 100


@pytest.mark.parametrize(
    "text", ["", "x", "<html><body/></html>", "<opml><body/></opml>", "<opml", "\0", "{}"]
)
def test_what_is_no_list_is_refused(text: str) -> None:
    with pytest.raises(ParseError):
        read_opml(text.encode())


@given(st.binary(max_size=300))
def test_whatever_comes_is_read_or_refused(body: bytes) -> None:
    with suppress(ParseError):
        read_opml(b"<opml><body>" + body)
