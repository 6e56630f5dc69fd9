"""Feeds of what is selected, read by programs that nobody here has written."""

import datetime as dt
import json
import re
from xml.etree import ElementTree

import aiohttp
import feedparser
import icalendar
from msgspec.structs import replace

from bot.chat import callbacks, commands, feed
from bot.chat.context import ChatContext, Request
from bot.models import DateAhead
from bot.models.chats import LOWEST_CHAT, Endpoint, Filter
from bot.store import RowStore
from tests.samples import NOW, citation
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
    read = feedparser.parse(body)
    assert not read.bozo
    assert read.version == "atom10"
    assert read.feed.title.endswith(": Return of former applicants")
    links = {link.rel: link.href for link in read.feed.links}
    assert links == {
        "self": f"{BASE}/feed.atom?theme=return&lang=en",
        "alternate": f"{BASE}/?theme=return",
    }
    (entry,) = read.entries
    assert entry.link == f"{BASE}/d/{id_}"
    assert entry.id == f"urn:policy-herald:{id_}"
    assert "Ministerstvo vnitra" in entry.content[0].value
    assert "<b>Vláda" not in entry.content[0].value


async def test_a_json_feed_has_what_its_version_demands(
    record: Record, browser: aiohttp.ClientSession
) -> None:
    id_ = await record("one")
    told = json.loads(await _read(browser, "/feed.json", "application/feed+json"))
    assert told["version"] == "https://jsonfeed.org/version/1.1"
    (item,) = told["items"]
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


async def test_a_filter_is_read_under_a_secret_address(
    record: Record, store: RowStore, browser: aiohttp.ClientSession
) -> None:
    await record("Flight to Tirana", themes=("return",))
    await record("Camp")
    context = ChatContext(store, (), lambda: NOW, archive_url=BASE)
    request = Request(5, 5)
    wanted = Filter(id=7, themes=frozenset({"return"}))
    await store.change_chat(5, lambda chat: replace(chat, filters=(wanted,)))

    told = (await feed.feed(context, request, "")).messages[-1].plain
    address = re.search(rf"{BASE}(/f/[\w-]{{32}})\.atom", told)
    assert address, told
    path = address[1]

    read = feedparser.parse(await _read(browser, f"{path}.atom", "application/atom+xml"))
    assert [entry.title for entry in read.entries] == ["Flight to Tirana"]
    items = json.loads(await _read(browser, f"{path}.json", "application/feed+json"))["items"]
    assert len(items) == 1
    await _read(browser, f"{path}.ics", "text/calendar")
    again = await feed.feed(context, request, "1")
    assert path in again.messages[-1].plain

    async with browser.get(f"{path}.atom", headers={"Accept-Encoding": "gzip"}) as answer:
        tag = answer.headers["ETag"]
        assert tag.startswith("W/")
    async with browser.get(f"{path}.atom", headers={"If-None-Match": tag}) as answer:
        assert answer.status == 304
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"

    await feed.withdraw(context, request, wanted)
    for gone in (f"{path}.atom", f"{path}.exe", "/f/x.atom"):
        async with browser.get(gone) as answer:
            assert answer.status == 404
    await feed.feed(context, request, "1")
    await store.forget_chat(5)
    assert await store.feeds_of(5) == {}


async def test_undo_brings_secret_addresses_back_and_a_new_filter_gets_new_ones(
    store: RowStore,
) -> None:
    context = ChatContext(store, (), lambda: NOW, archive_url=BASE)
    request = Request(5, 5)

    async def addresses() -> tuple[str, int]:
        (kept,) = (await store.chat(5)).filters
        told = (await feed.feed(context, request, "")).messages[-1].plain
        endpoints = await store.endpoints_of(5)
        return told, sum(each.filters == (kept,) for each in endpoints)

    await commands.answer(context, request, "subscribe", "Czechia")
    (kept,) = (await store.chat(5)).filters
    hook = Endpoint(url="https://hook.example/", secret="", filter=kept.id)
    await store.add_endpoint(LOWEST_CHAT - 1, 5, hook)
    before = await addresses()
    removed = await commands.answer(context, request, "unsubscribe", "1")
    await store.remove_expired(NOW)
    await callbacks.answer_press(context, request, str(removed.buttons[-1][0].data))
    assert await addresses() == before

    await commands.answer(context, request, "unsubscribe", "1")
    await commands.answer(context, request, "subscribe", "Czechia")
    told, endpoints = await addresses()
    assert told != before[0]
    assert endpoints == 0


async def test_without_an_archive_no_address_is_given(store: RowStore) -> None:
    context = ChatContext(store, (), lambda: NOW)
    answer = await feed.feed(context, Request(5, 5), "")
    assert "serves no feeds" in answer.messages[0].plain
