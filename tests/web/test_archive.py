"""The archive as a browser asks for it, over a real connection."""

import datetime as dt
import json
import re
from html import unescape

import aiohttp
import feedparser

from bot.models import Confidence, ReviewRule, Stage
from bot.models.readings import Reading
from bot.models.sources import Source
from bot.models.translations import Translation
from bot.store import RowStore
from bot.web.protection import ClientLimit
from tests.samples import NOW, citation, commit, development, source
from tests.web.conftest import Record

HOSTILE = "</script><script>alert(1)</script> \"'&"


async def _page(browser: aiohttp.ClientSession, path: str) -> str:
    async with browser.get(path) as answer:
        assert answer.status == 200, path
        return await answer.text()


def _titles(page: str) -> list[str]:
    return [unescape(each) for each in re.findall(r"<h2><a [^>]*>(.*?)</a>", page)]


def _link(page: str, text: str) -> str:
    """The address of the link that begins with a text."""
    found = re.search(rf'<a(?: rel="\w+")? href="([^"]*)"[^>]*>(?:<span>)?{text}', page)
    assert found, text
    return unescape(found[1])


async def test_returns_to_albania_last_quarter_in_three_clicks(
    record: Record, browser: aiohttp.ClientSession
) -> None:
    day = dt.date(2024, 12, 1)
    theirs = {"themes": ("return",), "mentions": ("AL",), "date": day}
    wanted = await record("Flight to Tirana", **theirs)
    await record("Flight of today", **{**theirs, "date": NOW.date()})
    await record("Flight to Rabat", **{**theirs, "mentions": ("MA",)})
    await record("Camp", **{**theirs, "themes": ("reception",)})

    page = await _page(browser, "/")
    for click in ("Return of former applicants", "Albania", "last quarter"):
        page = await _page(browser, _link(page, click))
    assert _titles(page) == ["Flight to Tirana"]

    page = await _page(browser, _link(page, "Flight to Tirana"))
    assert f"http://127.0.0.1:8080/d/{wanted}" in page
    assert "Ministry of the Interior | Ministerstvo vnitra (16 January, 2025)" in page


async def test_counts_are_those_of_the_other_choices(
    record: Record, browser: aiohttp.ClientSession
) -> None:
    await record("one", themes=("return",))
    await record("two", themes=("return",), country="DE")
    await record("three", country="DE")

    page = await _page(browser, "/?country=DE")

    counts = dict(re.findall(r'<span>([^<]*)</span> <span class="count">(\d+)', page))
    assert (counts["Czechia"], counts["Germany"]) == ("1", "2")
    assert counts["Return of former applicants"] == "1"
    assert "2 records" in page


async def test_what_changes_is_shown_at_once(
    record: Record, browser: aiohttp.ClientSession
) -> None:
    assert "0 records" in await _page(browser, "/")
    await record("new")
    async with browser.get("/") as answer:
        assert "1 record<" in await answer.text()
        tag = answer.headers["ETag"]
    async with browser.get("/", headers={"If-None-Match": tag}) as answer:
        assert answer.status == 304
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    await record("newer")
    async with browser.get("/", headers={"If-None-Match": tag}) as answer:
        assert "2 records" in await answer.text()


async def test_words_find_and_pages_follow(record: Record, browser: aiohttp.ClientSession) -> None:
    for number in range(51):
        await record(f"Nový azylový dům {number}")
    await record("Jiná zpráva")
    page = await _page(browser, "/?q=azylovy")
    assert len(_titles(page)) == 50
    assert _titles(await _page(browser, _link(page, "Older"))) == ["Nový azylový dům 0"]


async def test_hostile_words_stay_words(record: Record, browser: aiohttp.ClientSession) -> None:
    made = citation(title_native=HOSTILE, url="https://mv.example/?a=1&b=<2>")
    id_ = await record(HOSTILE, sources=(made,))
    for path in ("/", f"/d/{id_}", "/?q=%3Cscript%3Ealert(1)%3C/script%3E"):
        page = await _page(browser, path)
        assert "<script>alert" not in page
    data = re.search(
        r'<script type="application/ld\+json">(.*?)</script>',
        page_of := (await _page(browser, f"/d/{id_}")),
        re.DOTALL,
    )
    assert data, page_of
    assert json.loads(data[1])["headline"] == HOSTILE


async def test_words_are_marked_with_their_language(
    record: Record, browser: aiohttp.ClientSession
) -> None:
    german = Translation(title="Flug", summary=None, by="x", origin="machine")
    native = {"sources": (citation(title_native="קליטה", language="he"),)}
    await record("Flight", translations={"de": german}, **native)
    await record("קליטה", **native)

    shown = {
        "en": [("he", "קליטה"), ("en", "Flight")],
        "de": [("he", "קליטה"), ("de", "Flug")],
        "fr": [("he", "קליטה"), ("en", "Flight")],
    }
    for code, titles in shown.items():
        page = await _page(browser, f"/?lang={code}")
        assert re.findall(r'<h2><a [^>]* lang="(\w+)" dir="auto">(.*?)</a>', page) == titles
        feed = feedparser.parse(await _page(browser, f"/feed.atom?lang={code}"))
        assert [(each.title_detail.language, each.title) for each in feed.entries] == titles
        page = await _page(browser, f"/d/CZ-2025-0001?lang={code}")
        assert f'<h1 lang="{titles[1][0]}" dir="auto">{titles[1][1]}</h1>' in page


async def test_a_source_that_is_followed_later_has_its_name(
    record: Record, sources: list[Source], browser: aiohttp.ClientSession
) -> None:
    await record("one", sources=(citation(source="at"),))
    sources.append(source(id="at", publisher="Bundesamt", country="AT"))
    assert "<span>Bundesamt</span>" in await _page(browser, "/")
    assert "<td>0/1</td>" in (await _page(browser, "/coverage?lang=en")).split("Austria")[1][:400]


async def test_a_record_of_no_country_names_none(
    record: Record, browser: aiohttp.ClientSession
) -> None:
    id_ = await record("one", country=None, themes=())
    for path in ("/", "/map", f"/d/{id_}"):
        page = await _page(browser, f"{path}?lang=en")
        assert "None" not in page
        assert "·  ·" not in page


async def test_what_is_not_there_is_said(store: RowStore, browser: aiohttp.ClientSession) -> None:
    doubted = development(confidence=Confidence(relevance=0.1))
    rule = ReviewRule(0.6, dt.timedelta(minutes=30))
    await store.commit(commit(("a",), doubted, review=rule), lambda *_: [])
    for path in ("/d/CZ-2025-0001", "/d/CZ-2025-0002", "/d/..%2F..%2Fetc"):
        async with browser.get(path) as answer:
            assert answer.status == 404
            assert "There is no such record" in await answer.text()
    async with browser.get("/?theme=retrun&lang=en") as answer:
        assert answer.status == 400
        assert "theme: found &#39;retrun&#39;" in await answer.text()


async def test_who_asks_too_often_waits(browser: aiohttp.ClientSession) -> None:
    for _ in range(60):
        async with browser.get("/robots.txt") as answer:
            assert answer.status == 200
    async with browser.get("/robots.txt") as answer:
        assert answer.status == 429
        assert answer.headers["Retry-After"] == "1"
    named = {"X-Forwarded-For": "203.0.113.7"}  # as a proxy on this machine says
    async with browser.get("/robots.txt", headers=named) as answer:
        assert answer.status == 200
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_addresses_of_one_network_are_one_client() -> None:
    limit = ClientLimit(lambda: 0)
    waits = [limit.wait_for(f"2001:db8::{number:x}") for number in range(1, 62)]
    assert [wait > 0 for wait in waits] == [False] * 60 + [True]
    for other in ("2001:db8:0:1::1", "::ffff:192.0.2.1", "::ffff:192.0.2.2", "192.0.2.1"):
        assert limit.wait_for(other) == 0


async def test_a_browser_is_answered_in_its_language(
    record: Record, browser: aiohttp.ClientSession
) -> None:
    await record("one", country="DE")
    async with browser.get("/", headers={"Accept-Language": "sv, cs;q=0.8, en"}) as answer:
        assert answer.headers["Content-Language"] == "cs"
        assert "Německo" in await answer.text()
    assert "Allemagne" in await _page(browser, "/map?lang=fr")


async def test_a_record_tells_its_stage_and_what_was_read(
    store: RowStore, browser: aiohttp.ClientSession
) -> None:
    stage = Stage(kind="adopted", words="Sněmovna schválila tisk 512.")
    made = development(stage=stage, own_references=("sněmovní tisk 512",))
    said = Reading(
        source="", url="https://mv.example/k", title="t", text="x", sha256="ab" * 32, at=NOW
    )
    await store.commit(commit(("k",), made, texts={("k",): (said,)}), None)
    page = await _page(browser, "/d/CZ-2025-0001")
    assert "sněmovní tisk 512 · adopted" in page
    assert f"SHA-256 {'ab' * 32}" in page
