"""Only what is new reaches feedparser, and it is read as if all had."""

import datetime as dt
from collections.abc import Collection
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.models.sources import Document
from bot.parse import feed, new_items
from bot.parse.item import ParseContext
from tests.fakes.sources import Entry, atom, rss
from tests.release import examples
from tests.samples import source

TODAY = dt.date(2026, 11, 23)
DAY = dt.datetime(2025, 1, 16, 9, 0)
CONTEXT = ParseContext(source(language=None), "https://mv.example/rss", TODAY)


def entry(number: int, **changes: object) -> Entry:
    facts = {
        "title": f"Zpráva {number}",
        "link": f"https://mv.example/{number}",
        "guid": f"g{number}",
        "date": DAY,
        "text": f"Text {number} & <b>více</b>.",
    }
    return Entry(**{**facts, **changes})  # type: ignore[arg-type]


def read(text: str, known: bytes = b"") -> Document:
    return feed.parse_feed(CONTEXT, text, known)


def known_of(document: Document, places: Collection[int]) -> bytes:
    """What a document with these of its items alone would have left behind."""
    found = new_items.split_marks(document.pieces)
    return b"".join(found[place] for place in sorted(places))


def titles(document: Document) -> list[str]:
    return [item.title for item in document.items]


@pytest.mark.parametrize("write", [rss, atom])
def test_of_a_changed_feed_only_the_new_item_is_read(write: object) -> None:
    before = read(write([entry(2), entry(1)]))  # type: ignore[operator]
    after = read(write([entry(3), entry(2), entry(1)]), before.pieces)  # type: ignore[operator]
    assert titles(after) == ["Zpráva 3"]
    assert (after.total, before.total) == (3, 2)


def test_an_item_that_changed_is_read_again() -> None:
    before = read(rss([entry(2), entry(1)]))
    after = read(rss([entry(2), entry(1, text="Opraveno.")]), before.pieces)
    assert titles(after) == ["Zpráva 1"]


def test_when_only_the_head_changed_nothing_is_read() -> None:
    before = read(rss([entry(1)], title="Včera"))
    after = read(rss([entry(1)], title="Dnes"), before.pieces)
    assert (after.items, after.total, after.pieces) == ((), 1, before.pieces)


@pytest.mark.parametrize(
    "shared", [{"guid": "g1"}, {"link": "https://mv.example/1"}, {"title": "Zpráva 1"}]
)
def test_a_new_item_that_shares_a_name_has_all_read(shared: dict[str, str]) -> None:
    before = read(rss([entry(1), entry(0)]))
    after = read(rss([entry(2, **shared), entry(1), entry(0)]), before.pieces)
    assert len(after.items) == 3


def test_what_feedparser_is_spared_makes_no_difference_to_the_rest() -> None:
    text = (
        '<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        '<channel rdf:about="x"><title>t</title><dc:language>pl</dc:language></channel>'
        '<item rdf:about="https://a.example/1"><title>Azyl</title><dc:date>2025-01-16</dc:date>'
        "<link>https://a.example/1</link></item>"
        '<item rdf:about="https://a.example/2"><title>Wizy</title><dc:date>2025-01-17</dc:date>'
        "<link>https://a.example/2</link></item></rdf:RDF>"
    )
    whole = read(text)
    part = read(text, known_of(whole, [0]))
    assert part.items == whole.items[1:]
    assert part.items[0].language == "pl"


@pytest.mark.parametrize(
    "text",
    [
        "<rss><channel><item><title>a</title></channel></rss>",
        "<rss><channel><item><item><title>a</title></item></item></channel></rss>",
        "<rss><item><title>a</title></item><channel><item><title>b</title></item></channel></rss>",
        "<rss><channel><item/></channel></rss>",
        "<rss><channel></channel></rss>",
        '<!DOCTYPE rss [<!ENTITY a "b">]><rss><channel><item>&a;</item></channel></rss>',
        "<rss><channel><x:item xmlns:y='z'></x:item></channel></rss>",
        "<html><body>no feed",
        "",
    ],
)
def test_in_any_doubt_there_are_no_pieces(text: str) -> None:
    assert new_items.cut_items(text).items == []


def test_an_item_in_cdata_is_none() -> None:
    inner = "<![CDATA[<item><title>x</title></item>]]>"
    pieces = new_items.cut_items(
        f"<rss><channel><item><title>{inner}</title></item></channel></rss>"
    )
    assert len(pieces.items) == 1


@given(st.binary(max_size=200))
def test_marks_of_another_kind_have_all_read(known: bytes) -> None:
    text = rss([entry(2), entry(1)])
    assert read(text, known) == read(text)


@pytest.mark.parametrize("around", ["<!-- {} -->", "<description><![CDATA[{}]]></description>"])
def test_a_known_item_that_is_only_quoted_hides_no_new_one(around: str) -> None:
    old = "<item><guid>1</guid><title>Stará</title></item>"
    known = read(f"<rss><channel>{old}</channel></rss>").pieces
    new = f"<item><guid>2</guid>{around.format(old)}<title>Nová</title></item>"
    assert titles(read(f"<rss><channel>{new}{old}</channel></rss>", known)) == ["Nová"]
    assert titles(read(f"<rss><channel>{around.format(old)}{new}</channel></rss>", known)) == [
        "Nová"
    ]


words = st.text(alphabet="abč<&> ]é\n", min_size=1, max_size=12).filter(str.strip)
items = st.lists(
    st.tuples(words, words, st.booleans(), st.sampled_from(["<br/>", "<!-- <item> -->", ""])),
    min_size=1,
    max_size=6,
)


@settings(max_examples=examples(40))
@given(items, st.data())
def test_reading_what_is_new_is_reading_all_and_leaving_out_the_old(
    written: list[tuple[str, str, bool, str]], data: st.DataObject
) -> None:
    pieces = [
        f"{between}<item><guid>{number}</guid><title>{escape(title)} {number}</title>"
        f"<link>https://a.example/{number}</link><description>"
        f"{f'<![CDATA[{text}]]>' if in_cdata and ']]>' not in text else escape(text)}"
        "</description></item>"
        for number, (title, text, in_cdata, between) in enumerate(written)
    ]
    text = f'<rss version="2.0"><channel><title>t</title>{"".join(pieces)}</channel></rss>'
    whole = read(text)
    assert len(whole.items) == len(pieces)
    old = data.draw(st.sets(st.integers(0, len(pieces) - 1)))
    part = read(text, known_of(whole, old))
    assert part.items == tuple(item for place, item in enumerate(whole.items) if place not in old)
    assert part.pieces == whole.pieces


@pytest.mark.parametrize(
    ("head", "every", "skipped"),
    [
        ("<ttl>60</ttl>", dt.timedelta(hours=1), ()),
        ("<sy:updatePeriod> hourly\n</sy:updatePeriod>", dt.timedelta(hours=1), ()),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>",
         dt.timedelta(hours=6), ()),
        ("<skipHours><hour>0</hour><hour>23</hour><hour>24</hour></skipHours>", None, (0, 23)),
        ("<ttl>soon</ttl>", None, ()),
    ],
)  # fmt: skip
def test_a_feed_says_how_often_it_is_to_be_read(
    head: str, every: dt.timedelta | None, skipped: tuple[int, ...]
) -> None:
    item = "<item><title>a</title><ttl>1</ttl></item>"
    opening = '<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">'
    rhythm = read(f"{opening}<channel>{head}{item}</channel></rss>").rhythm
    assert (rhythm.every, rhythm.skip_hours) == (every, skipped)


def test_a_feed_without_end_is_read_as_far_as_is_sane(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "ITEM_LIMIT", 3)
    document = read(rss([entry(number) for number in range(5)]))
    assert titles(document) == ["Zpráva 0", "Zpráva 1", "Zpráva 2"]
    assert any("only the first 3" in problem for problem in document.problems)


TEXTS = st.lists(
    st.sampled_from(
        ["<b>", "</b>", "&", "&amp;", "&#233;", "\r", "\n", "]]>", "]]", ">", '"', "é", " "]
    )
    | st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=4)
).map("".join)


@given(title=TEXTS, text=TEXTS, is_odd=st.booleans())
def test_what_reaches_feedparser_says_the_same(title: str, text: str, is_odd: bool) -> None:
    aside = "<!-- &amp; <x>&lt;</x> -->" if is_odd else ""
    said = f'<a href="1 > 2 &amp; 3">{escape(title)}</a>{aside}<b>{escape(text)}</b>'
    body = f"<rss><channel><item>{said}</item></channel></rss>"
    pieces = new_items.cut_items(body)
    assert all_of(pieces.only([0])) == all_of(body.encode())


def all_of(body: bytes) -> list[tuple[str, dict[str, str], str]]:
    return [
        (each.tag, dict(each.attrib), each.text or "")
        for each in ElementTree.fromstring(body).iter()
    ]
