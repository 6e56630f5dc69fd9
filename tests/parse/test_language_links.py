"""Links of a page to its editions in other languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.parse.dom import parse_html
from bot.parse.language_links import LanguageLinks, language_links
from bot.urls import english_twin

OWN = "https://mv.example/cs/novy-zakon"
TWIN = "https://mv.example/en/novy-zakon"
ENGLISH = "https://mv.example/en/new-law"


def links(body: str = "", head: str = "", url: str = OWN) -> LanguageLinks:
    return language_links(url, parse_html(f"<html><head>{head}</head><body>{body}</body></html>"))


@pytest.mark.parametrize(
    "body",
    [
        '<a href="/en/new-law">English</a>',
        '<a href="/en/new-law"> In\nEnglish </a>',
        '<a href="/en/new-law">ENG</a>',
        '<a href="/en/new-law" hreflang="en-GB">🇬🇧</a>',
        '<a href="/en/new-law" lang="en"><i></i></a>',
        '<a href="/en/new-law" title="Anglicky"><i></i></a>',
        '<a href="/en/new-law" aria-label="Switch to English"><svg></svg></a>',
        '<a href="/en/new-law"><img src="gb.svg" alt="Flag of the United Kingdom"></a>',
        '<a href="/en/new-law" class="btn lang-en"><i></i></a>',
        '<a href="/en/new-law"><span class="flag-icon flag-icon-gb"></span></a>',
        '<a href="/en/new-law"><img src="/img/flags/en_gb.png" alt=""></a>',
        '<select><option value="/en/new-law">Englisch</option></select>',
        '<a href="https://www.mv.example/en/new-law#content">Αγγλικά</a>',
    ],
)
def test_a_link_that_switches_to_english_is_recognised(body: str) -> None:
    (english,) = links(body).english
    assert english.replace("www.", "").partition("#")[0] == ENGLISH


@pytest.mark.parametrize(
    "body",
    [
        '<a href="/en">English</a>',  # the home page
        '<a href="/cs/novy-zakon#en">English</a>',
        '<a href="https://elsewhere.example/en/new-law">English</a>',
        '<a href="/files/law-en.pdf">English</a>',
        '<a href="javascript:switchTo(1)">English</a>',
        '<a href="/en/course">English courses for refugees in all of the regions</a>',
        '<a href="/de/neues-gesetz" hreflang="de">Deutsch</a>',
    ],
)
def test_what_leads_to_no_edition_of_the_page_leaves_its_twin(body: str) -> None:
    assert links(body).english == (TWIN,)


def test_what_the_head_declares_goes_first_and_may_be_on_another_host() -> None:
    head = '<link rel="alternate" hreflang="en" href="https://ministry.example/new-law">'
    found = links('<a href="/en/new-law">EN</a>', head)
    assert found.english == ("https://ministry.example/new-law", ENGLISH)


def test_a_page_that_declares_other_languages_has_no_english_twin() -> None:
    head = '<link rel="alternate" hreflang="de" href="/de/neues-gesetz">'
    assert links(head=head).english == ()
    assert links(head=head).editions == ("https://mv.example/de/neues-gesetz",)


def test_the_default_may_be_english() -> None:
    head = '<link rel="alternate" hreflang="x-default" href="/new-law">'
    assert links(head=head).english == ("https://mv.example/new-law", TWIN)
    home = '<link rel="alternate" hreflang="x-default" href="/">'
    assert links(head=home).english == (TWIN,)


def test_the_home_page_in_english_tells_the_twin_of_a_page_without_language() -> None:
    url = "https://mv.example/novy-zakon"
    assert links('<a href="/en/">English</a>', url=url).english == (TWIN,)
    assert links('<a href="/">Domů</a>', url=url).english == ()


@pytest.mark.parametrize(
    "link",
    [
        'type="application/rss+xml" hreflang="en" href="/feed"',
        'type="application/rss+xml" title="News in English" href="/feed"',
        'type="application/atom+xml" href="/en/feed"',
    ],
)
def test_a_feed_in_english_is_declared(link: str) -> None:
    found = links(head=f'<link rel="alternate" {link}>')
    assert found.english_feed in ("https://mv.example/feed", "https://mv.example/en/feed")
    assert found.editions == ()


@pytest.mark.parametrize(
    ("url", "twin"),
    [
        ("https://mv.example/cs/clanek/1", "https://mv.example/en/clanek/1"),
        ("https://mv.example/cs", "https://mv.example/en"),
        ("https://cs.mv.example/clanek", "https://en.mv.example/clanek"),
        ("https://mv.example/Meldungen/DE/1.html", "https://mv.example/Meldungen/EN/1.html"),
        ("https://mv.example/sk-SK/1", "https://mv.example/en/1"),
        ("https://mv.example/ua/1", "https://mv.example/en/1"),
        ("https://mv.example/n_et.html", "https://mv.example/n_en.html"),
        ("https://mv.example/?id=1&lang=lv#top", "https://mv.example/?id=1&lang=en"),
        ("https://mv.example/web/uw/1", None),
        ("https://mv.example/en/1", None),
        ("https://mv.example/english/1", None),
        ("https://mv.example/clanek/1", None),
    ],
)
def test_the_twin_of_a_page_is_at_the_address_of_the_other_language(
    url: str, twin: str | None
) -> None:
    assert english_twin(url) == twin


STEPS = st.lists(st.from_regex(r"[a-z]{4,9}-\d{1,4}", fullmatch=True), max_size=3)


@given(STEPS, st.sampled_from(["cs", "DE", "el-GR", "sl_SI", "ua"]), STEPS)
def test_a_twin_differs_in_the_language_alone(
    before: list[str], code: str, after: list[str]
) -> None:
    own, twin = (
        "/".join(["https://mv.example", *before, step, *after])
        for step in (code, "EN" if code.isupper() else "en")
    )
    assert english_twin(own) == twin
    assert english_twin(twin) is None


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_link_is_taken_or_left(href: str, label: str) -> None:
    body = f"<a href='{href}' title='{label}' hreflang='{label}'>{label}</a>"
    try:
        found = links(body)
    except ValueError:  # what lxml refuses: NULL bytes and the like
        return
    for url in (*found.english, *found.editions):
        assert url.startswith(("http://", "https://"))
