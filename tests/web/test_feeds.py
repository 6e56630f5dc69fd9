"""Feeds of what is selected, read by programs that nobody here has written."""

import datetime as dt
import json
from xml.etree import ElementTree

import aiohttp
import feedparser
import icalendar

from bot.models import DateAhead
from tests.samples import citation
from tests.web.conftest import Record

BASE = "http://127.0.0.1:8080"


async def _read(browser: aiohttp.ClientSession, path: str, content_type: str) -> bytes:
    async with browser.get(path) as answer:
        assert answer.status == 200
        assert answer.content_type == content_type
        return await answer.read()


async def test_a_feed_reader_reads_what_is_selected(
    record: Record, browser: aiohttp.ClientSession
) -> None:
    hostile = '<b>Vláda</b> & ]]> "spol"'
    id_ = await record(hostile, themes=("return",), sources=(citation(title_native=hostile),))
    await record("other")

    body = await _read(browser, "/feed.atom?theme=return&lang=en", "application/atom+xml")

    ElementTree.fromstring(body)
    feed = feedparser.parse(body)
    assert not feed.bozo
    assert feed.version == "atom10"
    assert feed.feed.title.endswith(": Return of former applicants")
    links = {link.rel: link.href for link in feed.feed.links}
    assert links == {
        "self": f"{BASE}/feed.atom?theme=return&lang=en",
        "alternate": f"{BASE}/?theme=return",
    }
    (entry,) = feed.entries
    assert entry.link == f"{BASE}/d/{id_}"
    assert entry.id == f"urn:policy-herald:{id_}"
    assert "Ministerstvo vnitra" in entry.content[0].value
    assert "<b>Vláda" not in entry.content[0].value


async def test_a_json_feed_has_what_its_version_demands(
    record: Record, browser: aiohttp.ClientSession
) -> None:
    id_ = await record("one")
    feed = json.loads(await _read(browser, "/feed.json", "application/feed+json"))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    (item,) = feed["items"]
    assert item["id"].endswith(id_)
    assert item["url"] == f"{BASE}/d/{id_}"
    assert dt.datetime.fromisoformat(item["date_published"]).tzinfo
    assert item["external_url"] == "https://mv.example/one"


async def test_a_calendar_has_the_dates_that_are_ahead(
    record: Record, browser: aiohttp.ClientSession
) -> None:
    def ahead(day: dt.date) -> DateAhead:
        return DateAhead(kind="in_force", day=day, words="dne", sentence="Platí dnem.")

    await record("later", ahead=(ahead(dt.date(2025, 7, 1)), ahead(dt.date(2024, 1, 1))))
    await record("over", ahead=(ahead(dt.date(2024, 1, 1)),))
    await record("elsewhere", ahead=(ahead(dt.date(2025, 8, 1)),), country="DE")

    body = await _read(browser, "/dates.ics?country=CZ", "text/calendar")

    (event,) = icalendar.Calendar.from_ical(body).walk("VEVENT")
    assert event.decoded("dtstart") == dt.date(2025, 7, 1)


async def test_a_feed_is_asked_for_again_without_being_sent(
    record: Record, browser: aiohttp.ClientSession
) -> None:
    await record("one")
    for path in ("/feed.atom", "/feed.json", "/dates.ics"):
        async with browser.get(path) as answer:
            tag = answer.headers["ETag"]
        async with browser.get(path, headers={"If-None-Match": tag}) as answer:
            assert answer.status == 304
