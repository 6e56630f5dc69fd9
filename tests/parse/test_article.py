import datetime as dt

import pytest

from bot import parse
from bot.models import PageText
from bot.models.sources import Fetched
from bot.text import first_sentences
from tests.parse.pages import LAYOUTS, PAGES, ArticlePage, html_of
from tests.samples import source

TODAY = dt.date(2025, 3, 20)


def read(html: str, language: str = "cs", publisher: str = "Publisher") -> PageText:
    own = source(language=language, publisher=publisher, publisher_native=None)
    fetched = Fetched(url="https://ministry.example/1", body=html.encode())
    return parse.parse_article_page(own, fetched, language, TODAY)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.language)
def test_a_page_is_its_title_and_its_sentences(page: ArticlePage, layout: str) -> None:
    read_page = read(html_of(page, layout), page.language)
    body = " ".join(page.body)
    assert read_page.text.split("\n") == [page.lead, body]
    assert first_sentences(read_page.title, read_page.text) == f"{page.lead} {body}"
    if layout == "lines":  # capitals hide which words are names
        assert read_page.title.casefold() == page.title.casefold()
        assert read_page.title[1:5].islower()
    else:
        assert read_page.title == page.title


HEAD = "<title>Novela azylového zákona platí - Úřad</title>"
BODY = "Vláda novelu schválila ve středu. Změny se týkají návratů a dočasné ochrany."


@pytest.mark.parametrize(
    "html",
    [
        f"<h1>Úřad</h1><div><h1>Novela azylového zákona platí</h1><p>{BODY}</p></div>",
        f"<table><td>Úřad<td><h2>Novela azylového zákona platí</h2><p>{BODY}</p></table>",
        f"<h1>Novela azylového zákona platí</h1><i>1. 2. 2025 | Přečteno: 431</i><br>{BODY}<br>",
        f"<div class='top'>Novela azylového zákona platí</div><div><div>{BODY}</div></div>",
        f"<h1>NOVELA AZYLOVÉHO ZÁKONA PLATÍ</h1><p>{BODY}</p><p>Sdílet</p><p>Daň: 19013983-1</p>",
        f"<h1></h1><article><h1>Novela azylového zákona platí</h1><p>{BODY}</p></article>",
        f"<h1>Novela azylového zákona platí</h1><p>{BODY}</p><div hidden>Tajná věta je zde.</div>",
    ],
)  # fmt: skip
def test_pages_without_the_usual_elements_are_read(html: str) -> None:
    page = read(f"<html><head>{HEAD}</head><body>{html}</body></html>")
    assert (page.title, page.text) == ("Novela azylového zákona platí", BODY)


def test_acronyms_of_the_site_stay_in_capitals() -> None:
    html = (
        "<h1>112 STRĂINI DEPISTAȚI ÎN URMA ACȚIUNILOR IGI</h1><p>Polițiștii au făcut controale.</p>"
    )
    page = read(html, "ro", "Inspectoratul General pentru Imigrări")
    assert page.title == "112 străini depistați în urma acțiunilor IGI"


def test_a_page_of_nothing_but_a_notice_has_no_text() -> None:
    assert read("<h1>Soukromí</h1><p>Tento web používá cookies, aby fungoval lépe.</p>").text == ""


def test_a_text_that_is_too_long_says_that_it_is_cut() -> None:
    sentence = "Vláda schválila novelu zákona o azylu. "
    short, long = (f"<h1>Zákon</h1><p>{sentence * count}</p>" for count in (9, 4_000))
    assert not read(f"<html><body><main>{short}</main></body></html>").is_cut
    page = read(f"<html><body><main>{long}</main></body></html>")
    assert (len(page.text), page.is_cut) == (100_000, True)


def test_a_page_names_its_editions() -> None:
    html = """<html><head><link rel="alternate" hreflang="en" href="/en/new-law">
        <link rel="alternate" hreflang="cs" href="https://ministry.example/1">
        <link rel="alternate" hreflang="x-default" href="/en/new-law">
        <link rel="alternate" hreflang="de" href="javascript:alert(1)">
        <link rel="alternate" type="application/rss+xml" href="/rss">
        <link rel="stylesheet" hreflang="fr" href="/fr"></head>
        <body><main><h1>Nový azylový zákon</h1><p>Vláda ho schválila.</p></main></body></html>"""
    assert read(html).editions == ("https://ministry.example/en/new-law",)
