"""Hubs tell of news: the source is polled at once; what nobody has signed changes nothing."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import aiohttp
import pytest
import pytest_asyncio

from bot.config import Config
from bot.config.schema import (
    CatalogueConfig,
    PollingConfig,
    SourceConfig,
    StorageConfig,
    TelegramConfig,
    WebConfig,
)  # fmt: skip
from bot.config.values import (
    CountryCode,
    Duration,
    LanguageTag,
    Listen,
    PublicUrl,
    Reachable,
    Secret,
    SourceId,
    StorageUrl,
    WebUrl,
)  # fmt: skip
from bot.jobs import websub
from bot.models.sources import Document, Fetched, Hub, HubSubscription
from bot.parse import parse_document as parsed
from bot.pipeline.rules import RULES
from bot.store import open_store
from bot.transport import rate_limiter
from tests.end_to_end.running_service import service, until
from tests.fakes.hub import CHALLENGE, FakeHub
from tests.fakes.sources import Entry, FakeSources, rss
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.samples import NOW, source

CHAT = 1001
OLD = Entry("Azyl: stará zpráva", "https://mv.example/1", "g1", dt.datetime(2025, 1, 10, 9, 0))
NEW = Entry("Azyl: nová zpráva", "https://mv.example/2", "g2", dt.datetime(2025, 1, 16, 9, 0))


class World:
    """Telegram, a ministry, its hub, and the service between them."""

    def __init__(self, telegram: FakeTelegram, web: FakeSources, place: str, port: int) -> None:
        self.telegram, self.web, self.place = telegram, web, place
        self.base = f"http://127.0.0.1:{port}"

    def hub(self, **habits: Any) -> FakeHub:
        return FakeHub(int(self.web.url("").rpartition(":")[2]), **habits)

    def publishes(self, hub: FakeHub, *entries: Entry) -> bytes:
        links = f"<link rel='self' href={quoteattr(self.web.url('/cz'))}/>"
        links += f"<atom:link rel='hub' href={quoteattr(hub.url)}/>"
        written = rss(entries).replace("<channel>", f"<channel>{links}", 1)
        written = written.replace("<rss ", "<rss xmlns:atom='http://www.w3.org/2005/Atom' ", 1)
        self.web.publish("/cz", written)
        return written.encode()

    def config(self) -> Config:
        return Config(
            telegram=TelegramConfig(token=Secret(TOKEN), base_url=WebUrl(self.telegram.base_url)),
            storage=StorageConfig(url=StorageUrl(f"tinydb:{self.place}")),
            polling=PollingConfig(
                interval=Duration(hours=1), private_hosts=(Reachable("127.0.0.0/8"),)
            ),
            catalogue=CatalogueConfig(countries=()),
            web=WebConfig(
                listen=Listen(self.base.removeprefix("http://")),
                public_url=PublicUrl(f"{self.base}/herald/"),
            ),
            sources=(
                SourceConfig(
                    id=SourceId("cz"),
                    url=WebUrl(self.web.url("/cz")),
                    country=CountryCode("CZ"),
                    language=LanguageTag("cs"),
                    publisher="Ministry of the Interior",
                ),
            ),
        )

    def service(self) -> AbstractAsyncContextManager[None]:
        return service(self.config())

    async def kept(self) -> HubSubscription | None:
        async with open_store(self.place, RULES) as store:
            return (await store.hub_subscriptions()).get("cz")


@pytest_asyncio.fixture
async def world(
    tmp_path: Path, unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    monkeypatch.setattr(rate_limiter, "CHAT_GAP", 0.01)
    monkeypatch.setattr(websub, "ASK", dt.timedelta(seconds=0.05))
    async with FakeTelegram(TOKEN) as telegram, FakeSources() as web:
        yield World(telegram, web, str(tmp_path / "herald.db"), unused_tcp_port)


async def test_what_a_hub_tells_of_is_polled_at_once(world: World) -> None:
    async with world.hub() as hub:
        world.publishes(hub, OLD)
        async with world.service():
            world.telegram.says(CHAT, "/subscribe Czechia")
            await world.telegram.heard(CHAT)
            await until(lambda: bool(hub.confirmed))
            written = world.publishes(hub, NEW, OLD)
            assert await hub.push(written) == 202
            _, told = await world.telegram.heard(CHAT, 2)
            assert "Azyl: nová zpráva" in told.text
        (asked,) = hub.asked
        assert asked["hub.topic"] == world.web.url("/cz")
        assert asked["hub.callback"].startswith(f"{world.base}/herald/hub/")
        kept = await world.kept()
        assert kept
        assert kept.until
        assert kept.since
        assert kept.until - kept.since == websub.LEASE


async def test_what_is_not_signed_as_agreed_is_ignored(world: World) -> None:
    async with world.hub() as hub:
        world.publishes(hub, OLD)
        async with world.service():
            await until(lambda: bool(hub.confirmed))
            asked = len(world.web.requests("/cz"))
            assert await hub.push(b"<rss/>", secret="guessed") == 202
            assert await hub.push(b"<rss/>", method="md5") == 202
            async with aiohttp.ClientSession() as session:
                unsigned = await session.post(hub.confirmed[0]["hub.callback"], data=b"<rss/>")
                assert unsigned.status == 202
                nobodys = await session.post(f"{world.base}/herald/hub/{'0' * 32}", data=b"<rss/>")
                assert nobodys.status == 404
            await asyncio.sleep(0.2)
            assert len(world.web.requests("/cz")) == asked
        kept = await world.kept()
        assert kept
        assert kept.news is None


async def test_only_what_was_asked_for_is_confirmed(world: World) -> None:
    async with world.hub() as hub:
        world.publishes(hub, OLD)
        async with world.service():
            await until(lambda: bool(hub.confirmed))
            asked = hub.confirmed[0]
            assert await hub.verify(asked) == (200, CHALLENGE)
            for changes in (
                {"topic": "https://other.example/rss"},
                {"mode": "unsubscribe"},
                {"lease_seconds": "soon"},
            ):
                assert (await hub.verify(asked, **changes))[0] == 404
            nobodys = {**asked, "hub.callback": f"{world.base}/herald/hub/{'0' * 32}"}
            assert (await hub.verify(nobodys))[0] == 404


async def test_a_hub_that_refuses_is_left_alone(world: World) -> None:
    async with world.hub(refuses=True) as hub:
        world.publishes(hub, OLD)
        async with world.service():
            await until(lambda: bool(hub.asked))
            await asyncio.sleep(0.3)
        assert len(hub.asked) == 1
        kept = await world.kept()
        assert kept
        assert kept.refused
        assert kept.until is None


async def test_a_lease_is_renewed_before_it_ends(world: World) -> None:
    async with world.hub(lease=1) as hub:
        world.publishes(hub, OLD)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(websub, "AGAIN", dt.timedelta(seconds=0.1))
            async with world.service():
                await until(lambda: len(hub.confirmed) >= 2)
        kept = await world.kept()
        assert kept
        assert kept.until


HUB = Hub(url="https://hub.example", topic="t")


def ago(days: float) -> dt.datetime:
    return NOW - dt.timedelta(days)


def kept(asked: float, **facts: Any) -> HubSubscription:
    return HubSubscription(**{"source": "cz", "hub": HUB, "asked": ago(asked), **facts})


@pytest.mark.parametrize(
    ("known", "is_due"),
    [
        (None, True),
        (kept(0.04), False),
        (kept(0.05), True),  # it has not confirmed for an hour
        (kept(7.9, since=ago(7.9), until=ago(-2.1)), False),
        (kept(8.1, since=ago(8.1), until=ago(-1.9)), True),
        (kept(0.01, since=ago(9), until=ago(-1)), False),
        (kept(1.5, refused=ago(0.9)), False),
        (kept(1.5, refused=ago(1.1)), True),
        (kept(0, hub=Hub(url="https://old.example", topic="t")), True),
    ],
)
def test_when_a_hub_is_asked(known: HubSubscription | None, is_due: bool) -> None:
    assert websub.is_due(known, HUB, NOW) is is_due


@pytest.mark.parametrize(
    "known",
    [None, kept(1.5, refused=ago(1.1)), kept(9, hub=Hub(url="https://old.example", topic="t"))],
)
def test_a_hub_that_was_just_asked_is_not_asked_again(known: HubSubscription | None) -> None:
    assert not websub.is_due(websub.with_request(known, "cz", HUB, NOW), HUB, NOW + websub.ASK)


def test_while_a_lease_is_renewed_the_old_one_goes_on() -> None:
    known = kept(8.5, since=ago(8.5), until=ago(-1.5))
    assert websub.with_request(known, "cz", HUB, NOW).until == known.until


def told(head: str) -> Hub | None:
    opening = "<rss version='2.0' xmlns:atom='http://www.w3.org/2005/Atom'><channel>"
    body = f"{opening}{head}<item><title>a</title><link rel='hub' href='x'/></item>".encode()
    return parsed(source(), Fetched(url="https://a/b", body=body), NOW.date()).hub


@pytest.mark.parametrize(
    ("head", "url", "topic"),
    [
        (
            "<atom:link href='https://h/?a=1&amp;b=2' rel='hub'/>",
            "https://h/?a=1&b=2",
            "https://a/b",
        ),
        (
            '<link rel="hub" href="/hub"/><link href="c" rel="self"/>',
            "https://a/hub",
            "https://a/c",
        ),
        ("<link rel='self hub' href='https://h/'/>", "https://h/", "https://h/"),
    ],
)
def test_a_feed_names_its_hub(head: str, url: str, topic: str) -> None:
    assert told(head) == Hub(url=url, topic=topic)


def test_a_feed_without_a_hub_names_none() -> None:
    assert told("<link>https://a/</link><link rel='alternate' href='https://a/'/>") is None
    assert told("<link rel='hub'/>") is None
    assert told("<link rel='hub' href='http://[bad'/>") is None


def test_a_json_feed_names_its_hub() -> None:
    body = b"""{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "url": "https://a/1"}],
        "feed_url": "https://a/feed", "hubs": [{"type": "rssCloud", "url": "https://no"},
        {"type": "WebSub", "url": "https://h/"}]}"""
    made: Document = parsed(source(), Fetched(url="https://a/b", body=body), NOW.date())
    assert made.hub == Hub(url="https://h/", topic="https://a/feed")
