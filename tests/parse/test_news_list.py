"""News lists in HTML and JSON: by selectors, and found by themselves."""

import datetime as dt
import json

import pytest
from msgspec.structs import replace

from bot import parse
from bot.errors import ParseError
from bot.models.sources import Document, Fetched, Item, PageSelectors
from bot.parse import article, discovery, leads
from bot.parse.dom import parse_html
from tests.samples import item, source

TODAY = dt.date(2026, 11, 23)
BASE = "https://ministry.example/news/"


def read(html: str, page: PageSelectors | None = None, language: str = "cs") -> Document:
    made = source(url=BASE, kind="page", language=language, page=page or PageSelectors())
    return parse.parse_document(made, Fetched(url=BASE, body=html.encode()), TODAY)


def told(document: Document) -> list[tuple[str, str | None, str]]:
    return [(found.title, found.url, str(found.published)[:10]) for found in document.items]


CARDS = "".join(
    f"""<li class="news-item big"><h2><a href="/news/{n}">Zpráva  o azylu číslo {n}</a></h2>
    <span class="tag"><a href="/tags">Informace pro média</a></span>
    <time datetime="2026-09-{n}">{n}. září</time><p class="lead">Úvod {n}.</p></li>"""
    for n in (24, 25, 26)
)
LIST = f"<html><body><nav><a href='/'>Úvodní stránka</a></nav><ul>{CARDS}</ul></body></html>"
EXPECTED = [
    (f"Zpráva o azylu číslo {n}", f"https://ministry.example/news/{n}", f"2026-09-{n}")
    for n in (24, 25, 26)
]


def test_items_are_read_by_selectors() -> None:
    page = PageSelectors(
        item="li.news-item", link="h2 > a", date="time[datetime]", summary="p.lead"
    )
    document = read(LIST, page)
    assert told(document) == EXPECTED
    assert document.items[0].text == "Úvod 24."
    assert document.problems == ()


@pytest.mark.parametrize(
    "other", ["/1.jpg", "javascript:void(0)", "#", "mailto:tisk@ministry.example"]
)
def test_a_photo_or_a_button_is_no_link_of_an_item(other: str) -> None:
    page = PageSelectors(item="li")
    (item,) = read(f"<li><a href='{other}'><img></a> <a href='/1'>Azyl</a></li>", page).items
    assert (item.title, item.url) == ("Azyl", "https://ministry.example/1")


def test_hidden_words_are_not_read() -> None:
    title = "<a href='/1'><i hidden>x</i>Nařízení<!-- y --> &lt;Dublin III&gt;</a>"
    page = PageSelectors(item="li", summary="p")
    (item,) = read(f"<li>{title}<p>Text.<span style='display:none'>x</span></p></li>", page).items
    assert (item.title, item.text) == ("Nařízení <Dublin III>", "Text.")


@pytest.mark.parametrize(
    "row",
    [
        '<li><time>{n}.09.2026</time> <a href="/news/{n}">Zpráva o azylu číslo {n}</a></li>',
        '<tr><td>{n}. září 2026</td><td><a href="/news/{n}">Zpráva o azylu číslo {n}</a></td></tr>',
        '<article><header><h2><a href="/news/{n}">Zpráva o azylu číslo {n}</a></h2>'
        '<time datetime="2026-09-{n}">dnes</time></header></article>',
        '<o:p class="o:x n"><b>{n}.9.2026</b>'
        '<a href="/news/{n}">Zpráva o azylu číslo {n}</a></o:p>',
    ],
)
def test_a_list_without_names_is_found_too(row: str) -> None:
    rows = "".join(row.replace("{n}", str(n)) for n in (24, 25, 26))
    wrapped = f"<table>{rows}</table>" if "<tr>" in row else f"<div>{rows}</div>"
    assert told(read(f"<body><nav><ul><li><a href='/'>Úvodní stránka</a></ul></nav>{wrapped}")) == (
        EXPECTED
    )


def test_a_long_table_of_dates_is_found_as_quickly_as_a_short_one() -> None:
    """Anything quadratic would take hours here."""
    row = '<tr><td>24.9.2026</td><td><a href="/n">Zpráva o azylu a dalších</a></td></tr>'
    assert len(read(f"<table>{row * 20_000}</table>").items) == 500


def test_a_list_is_found_by_its_dates() -> None:
    assert told(read(LIST)) == EXPECTED
    found = discovery.find_selectors(parse_html(LIST), "cs", TODAY)
    assert found == PageSelectors(item="li.news-item", link="h2 > a", date="time")


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("bg", "24 Октомври 2026"),
        ("hu", "2026. 10. 24."),
        ("hu", "2026. október 24."),
        ("nl", "24-10-2026 | 14:30"),
        ("lv", "24.10.2026."),
        ("lt", "2026 m. spalio 24 d."),
        ("pl", "\n24.10.2026\n"),
        ("fi", "24.10.2026 klo 9.05"),
        ("el", "24 Οκτωβρίου 2026"),
        ("pt", "24 de outubro de 2026"),
        ("mt", "24 ta’ Ottubru 2026"),
        ("ga", "24 Deireadh Fómhair 2026"),
    ],
)
def test_dates_are_read_as_each_country_writes_them(language: str, written: str) -> None:
    html = f'<div class="n"><a href="x">Novinka dne</a><b class="d">{written}</b></div>'
    (found,) = read(html, PageSelectors(item="div.n", date=".d"), language).items
    assert str(found.published)[:10] == "2026-10-24"


def test_a_date_may_be_written_in_a_form_of_its_own_or_stand_in_an_attribute() -> None:
    html = '<div class="n" data-on="05/10/2026"><a href="x">Novinka</a></div>'
    page = PageSelectors(item="div.n", date_attribute="data-on", date_format="%m/%d/%Y")
    assert told(read(f"<main>{html}</main>", page))[0][2] == "2026-05-10"
    odd = PageSelectors(item="main", date="div.n", date_attribute="data-on", date_format="%Y")
    assert read(f"<main>{html}</main>", odd).items[0].published is None


def test_the_item_may_be_the_link_itself() -> None:
    cards = "".join(
        f'<a class="card" href="/n/{n}"><h3>Asielinstroom week {n}</h3><span>{n}-09-2026</span></a>'
        for n in (24, 25, 26)
    )
    expected = [
        (f"Asielinstroom week {n}", f"https://ministry.example/n/{n}", f"2026-09-{n}")
        for n in (24, 25, 26)
    ]
    assert (
        told(read(cards, PageSelectors(item="a.card", title="h3", date="span"), "nl")) == expected
    )
    assert told(read(f"<div>{cards}</div>", language="nl")) == expected


def test_of_two_dates_the_first_is_the_publication() -> None:
    html = """<div class="s"><a href="/p/1">Nytt om migration</a><div class="t">
        <time datetime="2026-05-11">11 maj</time><time datetime="2026-10-01">x</time></div></div>"""
    assert (
        told(read(html, PageSelectors(item="div.s", date="div.t time[datetime]"), "sv"))[0][2]
        == "2026-05-11"
    )


def test_a_date_may_stand_in_a_script_behind_the_address() -> None:
    pushed = [
        f'{{"href":"/{slug}","x":[{{"value":"2026-09-{day}T20:11:05+02:00"}}]}}'
        for slug, day in (("prvni", "30"), ("druha", "18"))
    ]
    scripts = "".join(
        f"<script>self.__next_f.push({json.dumps([1, part])})</script>"
        for part in ('{"href":"/treti"}', *pushed, '{"value":"2026-01-01"}')
    )
    names = ("prvni", "druha", "treti")
    html = "".join(
        f'<article><h3><a href="/{name}">Zpráva {name}</a></h3></article>' for name in names
    )
    page = PageSelectors(item="article", link="h3 > a", date="value", date_in="script")
    found = [(title.split()[1], day) for title, _, day in told(read(html + scripts, page))]
    assert found == [("prvni", "2026-09-30"), ("druha", "2026-09-18"), ("treti", "None")]


def test_a_script_may_tell_dates_before_addresses_and_name_only_their_last_part() -> None:
    news = [{"publishedAt": f"2026-09-{day}", "slug": f"zprava-{day}"} for day in (24, 25, 26)]
    data = {"props": {"updated": "2020-01-01", "items": news}, "publishedAt": "2019-01-01"}
    html = "".join(f'<li><a href="/n/zprava-{day}">Zpráva {day}</a></li>' for day in (24, 25, 26))
    page = PageSelectors(item="li", date="publishedAt", date_in="script")
    document = read(f"{html}<script>{json.dumps(data)}</script>", page)
    assert [day for _, _, day in told(document)] == ["2026-09-24", "2026-09-25", "2026-09-26"]


def test_addresses_are_relative_to_the_page_s_base() -> None:
    html = '<base href="/"><div class="n"><a href="a/b">Novinka dnes</a></div>'
    assert read(html, PageSelectors(item="div.n")).items[0].url == "https://ministry.example/a/b"


def test_json_lists_are_read_by_paths() -> None:
    found = {"response": {"docs": [
        {"uri": "/u/1", "title": "Varjupaik", "created": "2026-10-01T08:00Z", "body": "<b>a</b>"},
        {"title": None}, "odd",
    ]}}  # fmt: skip
    page = PageSelectors(item="response.docs[]", link="uri", date="created", summary="body")
    document = read(json.dumps(found), page, "et")
    assert told(document) == [("Varjupaik", "https://ministry.example/u/1", "2026-10-01")]
    assert document.items[0].text == "a"
    assert len(document.problems) == 2


@pytest.mark.parametrize(
    ("html", "page", "said"),
    [
        (LIST, PageSelectors(item="div.none"), "nothing on the page matches item = “div.none”"),
        (LIST, PageSelectors(item="li["), "no CSS selector"),
        (
            "<html><body><p>Nothing here</p></body></html>",
            PageSelectors(),
            "no news list was found",
        ),
        ("<title>Just a moment...</title>", PageSelectors(item="a"), "a challenge"),
        ('{"a": 1}', PageSelectors(item="b"), "JSON came"),
        ("", PageSelectors(item="a"), "empty"),
        (LIST, PageSelectors(item="li", link="a[href="), "no CSS selector"),
        (
            '<base href="http://["><p>x</p>',
            PageSelectors(item="div"),
            "nothing on the page matches",
        ),
        ("{", PageSelectors(item="a"), "JSON that cannot be read"),
    ],
)
def test_what_cannot_be_read_is_told(html: str, page: PageSelectors, said: str) -> None:
    with pytest.raises(ParseError, match=said):
        read(html, page)


def test_undated_items_are_kept_and_told() -> None:
    html = '<div class="n"><a href="x">Novinka dnes</a></div>'
    document = read(html, PageSelectors(item="div.n"))
    assert document.items[0].published is None
    assert document.problems == ("1 of 1 items have no date that can be read",)


# ------------------------------------------------------------------ an item's own page

PAGE = """<html><head><meta property="article:published_time" content="2026-09-30T10:00:00+02:00">
</head><body><nav><a href="/">Domů</a> <a href="/b">O nás</a></nav><main><h1>Titulek</h1>
<p>Vláda schválila novelu azylového zákona. Změny se týkají návratů a dočasné ochrany, uvedl ministr
vnitra po jednání kabinetu.</p><p>Druhý odstavec o azylu s dalšími podrobnostmi, které čtenáře
zajímají.</p></main><footer>Kontakt</footer></body></html>"""


def completed(told: Item, html: str = PAGE, **changes: object) -> Item:
    fetched = Fetched(url=str(told.url), body=html.encode())
    page = article.parse_article(source(url=BASE, **changes), fetched, told.language, TODAY)
    return article.complete_item(told, page)


def test_an_item_s_own_page_completes_it() -> None:
    lacking = item(url="https://ministry.example/1", text="Vláda…")
    assert article.lacks_text(source(url=BASE), lacking)
    full = completed(lacking)
    assert "Změny se týkají návratů a dočasné ochrany" in full.text
    assert "Kontakt" not in full.text
    assert str(full.published)[:10] == "2026-09-30"
    assert not article.lacks_text(source(url=BASE), full)


def test_what_an_item_says_itself_is_kept() -> None:
    known = item(url="https://ministry.example/1", text="x" * 900, published=dt.date(2026, 1, 2))
    assert replace(completed(known), beside="") == known
    assert completed(known, "<title>Just a moment...</title>") == known


def test_the_date_may_stand_on_the_item_s_page_where_the_source_says() -> None:
    page = PageSelectors(item="a", date="b.day", date_in="article")
    html = PAGE.replace("<h1>", '<b class="day">1. 9. 2026</b><h1>')
    lacking = item(url="https://ministry.example/1")
    assert completed(lacking, html, kind="page", page=page).published == dt.date(2026, 9, 1)
    linked = '<html><script type="application/ld+json">{"datePublished": "2026-09-02"}</script><p>a'
    assert completed(lacking, linked).published == dt.date(2026, 9, 2)


@pytest.mark.parametrize(
    ("url", "is_own"),
    [
        ("https://www.ministry.example/1", True),
        ("https://press.ministry.example/1", True),
        ("https://other.example/1", False),
        ("https://badministry.example/1", False),
        (None, False),
    ],
)
def test_only_the_source_s_own_domain_is_asked(url: str | None, is_own: bool) -> None:
    assert article.lacks_text(source(url=BASE), item(url=url)) is is_own


# ------------------------------------------------------------------ the feed behind a page


def test_declared_feeds_come_before_linked_ones() -> None:
    html = """<html><head><link rel="alternate" type="application/rss+xml" href="/rss.php">
    <link rel="alternate" hreflang="en" href="/en"><link rel="stylesheet" href="/a.css"></head>
    <body><a href="feed/atom.xml">Atom</a><a href="/rss.php">RSS</a><a href="/x">x</a>"""
    found = leads.read_leads(Fetched(url=BASE, body=html.encode()), "cs", TODAY)
    assert found is not None
    assert [lead.url for lead in found.feeds] == [
        "https://ministry.example/rss.php",
        "https://ministry.example/news/feed/atom.xml",
    ]
    assert leads.read_leads(Fetched(url=BASE, body=b""), "cs", TODAY) is None


def test_links_are_told_by_what_they_are_called() -> None:
    assert leads.names_news("Tiskové zprávy")
    assert leads.names_news("/en/press-releases/2026/")
    assert not leads.names_news("Kontakty")
    assert leads.names_something_else("Comments on: Asylum law")
    assert leads.names_something_else("/veranstaltungen/feed")


def test_usual_places_are_beside_the_page_and_at_the_root() -> None:
    assert leads.common_feed_urls("https://a.example/news")[:3] == [
        "https://a.example/news/rss",
        "https://a.example/news/feed/",
        "https://a.example/rss",
    ]
