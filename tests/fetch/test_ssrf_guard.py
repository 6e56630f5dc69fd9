"""What may be dialled: no address that is private, however it is spelled or reached."""

import socket
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from bot.errors import FetchError
from bot.fetch import open_fetcher
from tests.fakes.sources import FakeSources
from tests.samples import source


@pytest_asyncio.fixture
async def web() -> AsyncIterator[FakeSources]:
    async with FakeSources() as sources:
        yield sources


async def refused(url: str, *trusted: str) -> str:
    """Why an address is not fetched."""
    async with open_fetcher(trusted) as fetcher:
        with pytest.raises(FetchError) as raised:
            await fetcher.get(source(url=url))
    return str(raised.value)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "localhost.", "[::1]", "10.0.0.1", "169.254.169.254",
             "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0.0.0.0", "100.64.0.1", "[64:ff9b::7f00:1]",
             "[2002:7f00:1::]", "[::127.0.0.1]", "[fec0::1]", "[64:ff9b:1::1]", "192.0.0.8",
             "192.88.99.1", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "127.0.0.1.",
             "１２７.0.0.1", "user@127.0.0.1", "public.example@127.0.0.1", "224.0.0.1",
             "255.255.255.255", "168.63.129.16", "[3fff::1]",
             "[2a00:1::5efe:127.0.0.1]", "[2a00:1::200:5efe:10.0.0.1]",
             "[fe80::1%25lo]", "[fd00::1]", "198.18.0.1", "192.168.1.1"]
)  # fmt: skip
async def test_private_addresses_are_not_dialled_in_any_spelling(host: str) -> None:
    told = ("private address", "host is not known", "is no address", "not a canonical")
    reason = await refused(f"http://{host}/")
    assert any(why in reason for why in told)


async def test_a_name_that_leads_to_a_private_address_is_not_dialled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = iter(["127.0.0.1", "169.254.169.254", "10.1.2.3"])

    async def resolve(self: object, host: str, port: int = 0, **more: object) -> list[object]:
        """Says something else each time it is asked."""
        found = {"hostname": host, "host": next(answers), "port": port}
        return [{**found, "family": socket.AF_INET, "proto": 0, "flags": 0}]

    monkeypatch.setattr(aiohttp.AsyncResolver, "resolve", resolve)
    assert "127.0.0.1 is a private address" in await refused("http://rebinding.example/")
    assert "169.254.169.254 is a private" in await refused("http://rebinding.example/")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_to_a_private_address_is_not_followed(
    web: FakeSources, status: int
) -> None:
    port = web.url("/").split(":")[2].strip("/")
    web.redirects("/a", f"http://127.0.0.2:{port}/b", status)
    assert "127.0.0.2 is a private address" in await refused(web.url("/a"), "127.0.0.1")


async def test_a_redirect_of_robots_txt_to_a_private_address_is_not_followed(
    web: FakeSources,
) -> None:
    port = web.url("/").split(":")[2].strip("/")
    web.publish("/a", "<rss/>")
    web.redirects("/robots.txt", f"http://127.0.0.2:{port}/b")
    async with open_fetcher(["127.0.0.1"]) as fetcher:
        assert (await fetcher.get(source(url=web.url("/a")))).body == b"<rss/>"
    assert web.requests("/b") == []


@pytest.mark.parametrize("port", [22, 6379, 8080])
async def test_only_the_web_s_ports_are_dialled_unless_the_source_names_another(
    web: FakeSources, port: int
) -> None:
    web.redirects("/a", f"http://127.0.0.1:{port}/b")
    assert f"port {port} is none of the web's" in await refused(web.url("/a"), "127.0.0.1")


@pytest.mark.parametrize("trusted", ["localhost", "127.0.0.0/8", "127.0.0.1"])
async def test_private_hosts_may_be_trusted_by_name_or_network(
    web: FakeSources, trusted: str
) -> None:
    web.publish("/rss", b"<rss/>")
    url = web.url("/rss").replace("127.0.0.1", "localhost")
    async with open_fetcher([trusted, "::1"]) as trusting:
        assert (await trusting.get(source(url=url))).body == b"<rss/>"
