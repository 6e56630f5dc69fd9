import contextlib
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import parse
from bot.errors import ParseError
from bot.models.sources import Document, Fetched
from bot.parse import decode, feed
from tests.samples import source

TODAY = dt.date(2026, 11, 23)

RSS = """<?xml version="1.0" encoding="{encoding}"?>
<rss version="2.0"><channel><title>Zprávy</title><link>https://mv.example/</link>
<language>cs-CZ</language>{items}</channel></rss>"""
ITEM = """<item><title>Žádosti o azyl: příliš žluťoučký kůň</title>
<link>https://mv.example/clanek/1</link><guid isPermaLink="false">42</guid>
<pubDate>Thu, 16 Jan 2025 00:30:00 +0100</pubDate>
<description>První věta. Druhá věta o&amp;nbsp;návratech.</description></item>"""


def read(body: bytes | str) -> Document:
    raw = body if isinstance(body, bytes) else body.encode()
    return parse.parse_document(
        source(language=None), Fetched(url="https://mv.example/rss", body=raw), TODAY
    )


def rss(*items: str, encoding: str = "utf-8") -> str:
    return RSS.format(encoding=encoding, items="".join(items))


def test_an_rss_item_is_read_whole() -> None:
    (item,) = read(rss(ITEM)).items
    assert item.title == "Žádosti o azyl: příliš žluťoučký kůň"
    assert item.url == "https://mv.example/clanek/1"
    assert item.guid == "42"
    assert item.text == "První věta. Druhá věta o návratech."
    assert item.published is not None
    assert item.published.isoformat() == "2025-01-16T00:30:00+01:00"
    assert item.language == "cs"


def test_atom_and_rdf_are_read_too() -> None:
    atom = """<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><entry>
        <title type="html">Asile &amp;amp; migration</title><link href="/fr/1"/><id>urn:1</id>
        <updated>2025-01-16T10:00:00+01:00</updated><summary>Texte.</summary></entry></feed>"""
    rdf = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
        xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
        <channel rdf:about="x"><title>t</title></channel>
        <item rdf:about="https://pl.example/1"><title>Azyl</title><link>https://pl.example/1</link>
        <dc:date>2025-01-16</dc:date></item></rdf:RDF>"""
    (entry,) = read(atom).items
    assert (entry.title, entry.url) == ("Asile & migration", "https://mv.example/fr/1")
    (item,) = read(rdf).items
    assert (item.title, item.published) == ("Azyl", dt.date(2025, 1, 16))


def test_an_entry_names_its_editions() -> None:
    atom = """<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><entry><title>Azyl</title>
        <link href="/cs/1"/><link rel="alternate" hreflang="en" href="/en/1"/>
        <link rel="related" hreflang="de" href="/de/2"/></entry></feed>"""
    (entry,) = read(atom).items
    assert entry.editions == entry.english == ("https://mv.example/en/1",)


def test_one_broken_item_leaves_the_others() -> None:
    broken = "<item><description></description><pubDate>never</pubDate></item>"
    document = read(rss(broken, ITEM))
    assert len(document.items) == 1
    assert document.problems == ("item 1: neither title nor link",)


def test_an_item_without_title_is_called_by_its_first_sentence() -> None:
    (item,) = read(rss("<item><description>První věta. Druhá.</description></item>")).items
    assert item.title == "První věta."


@pytest.mark.parametrize(
    ("entry", "title"),
    [
        ("<guid>30733</guid>", "30733"),
        ("<description>Click here</description>", "Click here"),
        ("<link>/1</link><description>&lt;!-- x --&gt;</description>", "https://mv.example/1"),
    ],
)
def test_an_item_that_says_next_to_nothing_is_one(entry: str, title: str) -> None:
    (item,) = read(rss(f"<item>{entry}</item>")).items
    assert item.title == title


@pytest.mark.parametrize("link", ["javascript:alert(1)", "http://[broken", "mailto:a@b.example"])
def test_an_address_that_is_none_is_left_out(link: str) -> None:
    (item,) = read(rss(f"<item><title>t</title><link>{link}</link></item>")).items
    assert item.url is None


@pytest.mark.parametrize("date", ["yesterday", "Thu, 01 Jan 1970 00:00:00 GMT", "2099-01-01", ""])
def test_a_date_that_is_none_stays_unknown(date: str) -> None:
    (item,) = read(rss(f"<item><title>t</title><pubDate>{date}</pubDate></item>")).items
    assert item.published is None


NAMESPACES = (
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:atom="http://www.w3.org/2005/Atom"'
)
PHOTO = (
    "<media:content url='a.jpg' medium='image'><media:title>Popisek</media:title>"
    "<media:description type='html'>Foto: dlouhý popisek fotografie z archivu.</media:description>"
    "<media:credit>Agentura</media:credit></media:content>"
)


def test_what_is_said_of_a_picture_is_not_said_of_the_item() -> None:
    own = "<title>Azyl</title><description>Krátce.</description><link>https://mv.example/1</link>"
    logo = "<title>Logo</title><description>Dlouhý popis loga.</description><url>a.png</url>"
    pictures = [
        PHOTO,
        PHOTO.replace("media:content", "media:group"),
        PHOTO.replace("<media:content url='a.jpg' medium='image'>", "").partition("</media:con")[0],
        f"<image>{logo}<link>https://mv.example/logo</link></image>",
        "<media:thumbnail url='a.jpg'/><media:text>Dlouhý text k obrázku.</media:text>",
    ]
    for picture in pictures:
        for written in (own + picture, picture + own):
            for end in ("</item>", "<broken></item>"):
                document = read(rss(f"<item {NAMESPACES}>{written}{end}"))
                (item,) = document.items
                assert (item.title, item.text, item.url) == (
                    "Azyl", "Krátce.", "https://mv.example/1",
                )  # fmt: skip


def test_the_own_title_wins_over_that_of_dublin_core() -> None:
    for written in ("{own}{dc}", "{dc}{own}"):
        titles = written.format(own="<title>Azyl</title>", dc="<dc:title>DC</dc:title>")
        (item,) = read(rss(f"<item {NAMESPACES}>{titles}</item>")).items
        assert item.title == "Azyl"
    (item,) = read(rss(f"<item {NAMESPACES}><dc:title xml:lang='cs'>DC</dc:title></item>")).items
    assert item.title == "DC"


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("<guid>30733</guid>", None),
        ("<guid isPermaLink='true'>30733</guid>", None),
        ("<guid isPermaLink='false'>https://mv.example/1</guid>", None),
        ("<guid>https://mv.example/1</guid>", "https://mv.example/1"),
        ("<guid>https://mv.example/2</guid><link>/1</link>", "https://mv.example/1"),
        ("<link>#</link><guid>https://mv.example/1</guid>", "https://mv.example/1"),
        ("<link>/1</link><link>/2</link>", "https://mv.example/1"),
        ("<link/><atom:link href='/1'/>", "https://mv.example/1"),
        ("<atom:link rel='alternate' href='/2'/><link>/1</link>", "https://mv.example/1"),
        ("<atom:link rel='related' href='/2'/>", None),
        ("<enclosure url='/1.pdf' type='application/pdf'/>", "https://mv.example/1.pdf"),
        ("<enclosure xml:base='https://a.example/' url='1.pdf'/>", "https://a.example/1.pdf"),
        ("<enclosure url='/1.jpg' type='image/jpeg'/>", None),
        ("<media:content url='/1.pdf' type='application/pdf'/>", "https://mv.example/1.pdf"),
        ("<media:content url='/1' medium='image'/>", None),
    ],
)
@pytest.mark.parametrize("base", ["", "xml:base='https://mv.example/zpravy/'"])
def test_the_address_of_an_item_is_its_own(written: str, url: str | None, base: str) -> None:
    (item,) = read(rss(f"<item {NAMESPACES} {base}><title>t</title>{written}</item>")).items
    assert item.url == url
    assert item.guid is None or item.guid in written  # as it is written, also under a base


def atom(entry: str, attributes: str = "") -> Document:
    head = f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}><title>t</title>'
    return read(f"{head}<entry>{entry}</entry></feed>")


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("<id>https://mv.example/2</id><link href='/1'/>", "https://mv.example/1"),
        ("<id>https://mv.example/1</id>", "https://mv.example/1"),
        ("<id>https://mv.example/1</id><link rel='related' href='/2'/>", None),
        ("<id>urn:1</id><content src='/1' type='text/html'/>", "https://mv.example/1"),
        ("<id>urn:1</id><content src='1.png' type='image/png'/>", None),
        ("<link xml:base='https://a.example/' href='1'/>", "https://a.example/1"),
        ("<link xml:base='https://a.example/' href='www.mv.example/1'/>",
         "https://www.mv.example/1"),
        ("<link rel='enclosure' type='image/png'>/2</link><link href='/1'/>",
         "https://mv.example/1"),
    ],
)  # fmt: skip
def test_the_address_of_an_atom_entry_is_its_page(written: str, url: str | None) -> None:
    (item,) = atom(f"<title>t</title>{written}").items
    assert item.url == url


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ('<title type="text">O &lt;b&gt; a 1 &lt; 2</title>', "O <b> a 1 < 2"),
        ('<title type="text">Rada &amp;amp; my</title>', "Rada & my"),
        ('<title type="html">O &lt;b&gt;azylu&lt;/b&gt;</title>', "O azylu"),
        (
            "<title>O &lt;b&gt;azylu&lt;/b&gt; a &lt;Dublin III&gt;</title>",
            "O azylu a <Dublin III>",
        ),
    ],
)
def test_of_a_title_in_plain_text_no_tag_is_one(written: str, title: str) -> None:
    (item,) = atom(written).items
    assert item.title == title


def test_paragraphs_that_are_not_escaped_are_not_glued() -> None:
    inner = "<div><div>Ministr</div></div><span>jednal &amp; podepsal.</span>"
    (item,) = read(rss(f"<item><title>t</title><description>{inner}</description></item>")).items
    assert item.text == "Ministr\njednal & podepsal."


def test_html_within_a_description_does_not_end_it() -> None:
    inner = "<details><summary>Kdo</summary>Ministr</details><title>x</title> jednal."
    (item,) = read(rss(f"<item><title>t</title><description>{inner}</description></item>")).items
    assert item.text == "Kdo\nMinistr\njednal."


@pytest.mark.parametrize(
    "head",
    [
        "Dohoda redaktor Po, 06/10/2025 - 10:00\n",
        "Dohoda\nredaktor\nPo, 6. 10. 2025 - 10:00\n",
        "Dohoda\njan.novak\n6. října 2025 10:00\n",
        "Po, 06/10/2025 - 10:00\n",
        "Dohoda\nSubmitted by Tiskové Oddělení on Mon, 10/06/2025 - 10:00\n",
        "Dohoda\nredaktor\n2025-10-06T10:00:00+02:00\n",
        "Dohoda jan lundi 6 octobre 2025 - 10:00\n",
        "Dohoda jan October 6, 2025 at 10:00 am\n",
        "Dohoda\n2025. október 6., hétfő - 10:00\n",
        "Dohoda\n6 de octubre de 2025\n",
        "Dohoda redaktor\n",
        "admin\n2025-10-06\n",
        "",
    ],
)
def test_what_drupal_writes_before_a_text_is_left_out(head: str) -> None:
    body = "".join(f"<div>{line}</div>" for line in [*head.splitlines(), "Ministr ji podepsal."])
    entry = (
        f"<item {NAMESPACES}><title>Dohoda</title><dc:creator>redaktor</dc:creator>"
        f"<description><![CDATA[{body}]]></description></item>"
    )
    (item,) = read(rss(entry)).items
    assert item.text == "Ministr ji podepsal."


@pytest.mark.parametrize(
    "text",
    [
        "Dohoda s Tureckem platí od 6. 10. 2025",
        "Dohoda\nNový text",
        "Zákon platí od 1. ledna 2026\nDále",
        "Dohoda",
    ],
)
def test_a_text_that_begins_like_its_title_stays(text: str) -> None:
    (item,) = read(
        rss(f"<item><title>Dohoda</title><description>{text}</description></item>")
    ).items
    assert item.text == text


def test_an_empty_feed_is_a_feed() -> None:
    assert read(rss()).items == ()


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("", "empty"),
        ("  \n", "empty"),
        ("<!DOCTYPE html><html><body>Are you human?</body></html>", "an HTML page"),
        ('{"error": "not found"}', "JSON"),
        ("plain words", "no feed"),
    ],
)
def test_what_is_no_feed_is_told_as_what_it_is(body: str, told: str) -> None:
    with pytest.raises(ParseError, match=told):
        read(body)


@pytest.mark.parametrize(
    "body",
    [
        rss(ITEM).encode("utf-8-sig"),
        rss(ITEM).encode("utf-16"),
        rss(ITEM, encoding="windows-1250").encode("cp1250"),
        rss(ITEM, encoding="iso-8859-2").encode("iso-8859-2"),
        rss(ITEM, encoding="iso-8859-2").encode(),  # declared wrong
        b"<br />\n<b>Warning</b>: PHP\n" + rss(ITEM).encode(),
        b"\n\n" + rss(ITEM).encode(),
        rss(ITEM).replace("První", "Prv\x0bní").encode(),
    ],
)
def test_titles_survive_how_servers_write_them(body: bytes) -> None:
    (item,) = read(body).items
    assert item.title == "Žádosti o azyl: příliš žluťoučký kůň"


def test_a_stray_byte_costs_one_letter_not_the_document() -> None:
    body = rss(ITEM, ITEM.replace("42", "43")).encode().replace("První".encode(), b"Prvn\x96", 1)
    assert {item.title for item in read(body).items} == {"Žádosti o azyl: příliš žluťoučký kůň"}


@given(st.binary(max_size=400))
def test_no_bytes_break_the_decoder(body: bytes) -> None:
    assert isinstance(decode.decode_text(body), str)


@given(st.text(alphabet=st.sampled_from("<>/&;[]!CDAT item rsltk\"='-?xm"), max_size=200))
def test_no_markup_breaks_the_reader(markup: str) -> None:
    with contextlib.suppress(ParseError):
        read(rss(markup))


@pytest.mark.parametrize(
    "notice",
    [
        "<p>The post Azyl appeared first on Ministerstvo.</p>",
        " Der Beitrag Asyl erschien zuerst auf BMI.",
        "<p>Το άρθρο Άσυλο εμφανίστηκε πρώτα στο Υπουργείο.</p>",
        " [&hellip;]",
        "",
    ],
)
def test_what_a_cms_appends_is_left_out(notice: str) -> None:
    text = f"<![CDATA[První věta. Druhá věta.{notice}]]>"
    (item,) = read(rss(f"<item><title>t</title><description>{text}</description></item>")).items
    assert item.text == "První věta. Druhá věta."
    kept = "It first appeared on Monday. The law passed."
    (item,) = read(rss(f"<item><title>t</title><description>{kept}</description></item>")).items
    assert item.text == kept


REFERENCE = "&#" + "9" * 5000 + ";"


@pytest.mark.parametrize(
    "broken",
    [
        f"<item><title>x</title><description>{REFERENCE}</description></item>",
        f"<item><title>x</title><description><![CDATA[{REFERENCE}]]></description></item>",
        f"<item><title>{REFERENCE.replace('&', '&amp;')}</title></item>",
        "<item><title>x &#x110000; &#55296; &#0;</title></item>",
        '<item xmlns:gml="http://www.opengis.net/gml"><title>x</title>'
        "<gml:pos>1 2</gml:pos></item>",
        "<item><title>" + "x" * 100_000 + "</title></item>",
        "<item>" + "<b>" * 300 + "</b>" * 300 + "</item>",
        "<item><title>x</title><link>" + "h" * 100_000 + "</link></item>",
    ],
)
def test_one_item_that_breaks_the_reader_leaves_the_others(broken: str) -> None:
    titles = [item.title for item in read(rss(ITEM, broken)).items]
    assert titles[0] == "Žádosti o azyl: příliš žluťoučký kůň"


def test_whatever_breaks_the_reader_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*args: object) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr(feed, "parse_feed", breaks)
    with pytest.raises(ParseError, match=r"breaks the reader \(RecursionError: too deep\)"):
        read(rss(ITEM))


def test_of_many_problems_only_the_first_are_told() -> None:
    document = read(rss(ITEM, *["<item><pubDate>never</pubDate></item>"] * 50))
    assert len(document.problems) == parse.PROBLEM_LIMIT + 1
    assert document.problems[-1] == "and 40 more"


def test_a_feed_of_absurd_length_is_refused() -> None:
    with pytest.raises(ParseError, match="more than 20000 items"):
        read(rss("<item></item>" * 20_001))


def test_json_of_absurd_length_is_read_as_far_as_is_sane() -> None:
    document = read('{"items":[{"id":1,"title":"a"}' + ",0" * 200_000 + "]}")
    assert (len(document.items), document.total) == (1, 5000)
