"""What feeds hold that is no XML."""

import datetime as dt
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import parse
from bot.models.sources import Fetched
from bot.parse.xml_repair import repair_references, repair_texts
from tests.samples import source

FEED = """<rss version="2.0"><channel><title>Zprávy</title>
<item><title>{title}</title><link>https://mv.example/1</link><description>{text}</description></item>
<item><title>Druhá</title><link>https://mv.example/2</link><description>Text</description></item>
</channel></rss>"""


@pytest.mark.parametrize(
    ("written", "mended"),
    [
        ("A & B", "A &amp; B"),
        ("R&D; x&y=1", "R&D; x&amp;y=1"),
        ("a&nbsp;b", "a\u00a0b"),
        ("&amp;nbsp; &lt; &#160; &#xA0;", "&amp;nbsp; &lt; &#160; &#xA0;"),
        ("<![CDATA[a & b &nbsp;]]> &", "<![CDATA[a & b &nbsp;]]> &amp;"),
        ("<!-- & -->&eacute;", "<!-- & -->é"),
        ("<![CDATA[ never closed & ", "<![CDATA[ never closed & "),
    ],
)
def test_ampersands_are_mended_outside_cdata(written: str, mended: str) -> None:
    assert repair_references(written) == mended


def test_a_document_with_entities_of_its_own_is_left_alone() -> None:
    own = '<!DOCTYPE rss [<!ENTITY nbsp "x">]><rss>&nbsp; & </rss>'
    assert repair_references(own) == own


@given(st.text(max_size=300))
def test_mending_twice_is_mending_once(text: str) -> None:
    repaired = repair_references(text)
    assert repair_references(repaired) == repaired


@pytest.mark.parametrize(
    ("title", "read"),
    [
        ("Azyl < návraty", "Azyl < návraty"),
        ("Nařízení <Dublin III> platí", "Nařízení <Dublin III> platí"),
        ("Pište na <a@mv.example>", "Pište na <a@mv.example>"),
        ("<![CDATA[Azyl", "Azyl"),
        ("<![CDATA[Azyl]]", "Azyl"),
        ("<![CDATA[Azyl]] >", "Azyl"),
        ("<![CDATA[<![CDATA[Azyl]]>]]>", "Azyl"),
        ("Azyl]]>", "Azyl"),
        ("<b>Azyl<br> a & návraty", "Azyl a & návraty"),
        ("<![CDATA[Sousední]]>", "Sousední"),
    ],
)
@pytest.mark.parametrize("text", ["Text.", "<p>Text.<br>", "<details><summary>Text.</summary><p>"])
def test_an_item_that_is_no_xml_costs_nothing(title: str, read: str, text: str) -> None:
    body = FEED.format(title=title, text=text).encode()
    fetched = Fetched(url="https://mv.example/rss", body=body)
    document = parse.parse_document(source(), fetched, dt.date(2026, 11, 23))
    told = [(item.title, item.url, item.text) for item in document.items]
    assert told == [
        (read, "https://mv.example/1", "Text."),
        ("Druhá", "https://mv.example/2", "Text"),
    ]


def test_a_text_without_an_end_does_not_swallow_the_next_item() -> None:
    broken = FEED.format(title="<b>Azyl", text="Text").replace("</title><link>", "<link>", 1)
    assert repair_texts(broken) == broken


@given(st.text(st.sampled_from("<>/!&;[]CDAT-pb ")), st.text(st.sampled_from("<>/![]CDATitle ")))
def test_repaired_texts_are_xml(title: str, text: str) -> None:
    body = repair_texts(repair_references(FEED.format(title=f"x<{title}>", text=f"<b>{text}")))
    if "</title" not in title and "<title" not in title:
        ElementTree.fromstring(body)


@pytest.mark.parametrize(
    "hostile",
    ["<title>", "<title><description>", "<title><![CDATA[", "<title><item>", "<title ", "</title"],
)
def test_no_feed_takes_longer_than_its_length(hostile: str) -> None:
    """Anything quadratic would take hours here."""
    assert len(repair_texts("<title>" + "<" * 100_000 + hostile * 50_000)) > 100_000
