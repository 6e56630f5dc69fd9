import gzip
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot import fetch
from bot.errors import FetchError
from bot.fetch import Fetcher, wire
from bot.models import Source, SourceState
from tests.fake_sources import FakeSources
from tests.samples import source


def at(url: str) -> Source:
    return source(url=url)


@pytest_asyncio.fixture
async def web() -> AsyncIterator[FakeSources]:
    async with FakeSources() as sources:
        yield sources


@pytest_asyncio.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher(["127.0.0.1"]) as made:
        yield made


async def test_a_body_comes_with_its_validators(web: FakeSources, fetcher: Fetcher) -> None:
    web.publish("/rss", b"<rss/>", etag='"v1"', last_modified="Thu, 16 Jan 2025 10:00:00 GMT")
    fetched = await fetcher.get(at(web.url("/rss")))
    assert (fetched.body, fetched.etag) == (b"<rss/>", '"v1"')
    assert fetched.modified == "Thu, 16 Jan 2025 10:00:00 GMT"


async def test_nothing_comes_when_nothing_changed(web: FakeSources, fetcher: Fetcher) -> None:
    web.publish("/rss", b"<rss/>", etag="auto")
    first = await fetcher.get(at(web.url("/rss")))
    state = SourceState(id="cz", url="", etag=first.etag, modified=first.modified)
    assert (await fetcher.get(at(web.url("/rss")), state=state)).body is None


async def test_redirects_are_followed(web: FakeSources, fetcher: Fetcher) -> None:
    web.publish("/new", b"<rss/>")
    web.redirects("/old", "/new", status=301)
    fetched = await fetcher.get(at(web.url("/old")))
    assert fetched.url == web.url("/new")


async def test_redirects_in_a_circle_end(web: FakeSources, fetcher: Fetcher) -> None:
    web.redirects("/a", "/a")
    with pytest.raises(FetchError, match="redirected more than"):
        await fetcher.get(at(web.url("/a")))


async def test_a_redirect_to_a_file_is_none(web: FakeSources, fetcher: Fetcher) -> None:
    web.redirects("/a", "file:///etc/passwd")
    with pytest.raises(FetchError, match="not an http address"):
        await fetcher.get(at(web.url("/a")))


async def test_an_error_of_the_server_is_told(web: FakeSources, fetcher: Fetcher) -> None:
    web.fails("/rss", 503)
    with pytest.raises(FetchError, match="HTTP 503") as raised:
        await fetcher.get(at(web.url("/rss")))
    assert raised.value.status == 503


async def test_a_server_that_hangs_is_left(
    web: FakeSources, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.hangs("/rss")
    monkeypatch.setattr(fetch, "DEADLINE", 0.05)
    with pytest.raises(FetchError, match="no answer within"):
        await fetcher.get(at(web.url("/rss")))


async def test_a_bomb_is_cut_short(
    web: FakeSources, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "BODY_LIMIT", 1_000_000)
    bomb = gzip.compress(b"0" * 20_000_000)
    web.publish("/rss", bomb, headers={"Content-Encoding": "gzip"})
    with pytest.raises(FetchError, match="more than"):
        await fetcher.get(at(web.url("/rss")))


async def test_nobody_listening_is_told(fetcher: Fetcher) -> None:
    with pytest.raises(FetchError, match="connection refused"):
        await fetcher.get(at("http://127.0.0.1:9/"))


@pytest.mark.parametrize(
    "url", ["http://", "http://[", "nonsense", "http://\x00/", "ftp://x.example/"]
)
async def test_an_address_that_is_none_is_told(fetcher: Fetcher, url: str) -> None:
    with pytest.raises(FetchError):
        await fetcher.get(at(url))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "169.254.169.254", "[::ffff:127.0.0.1]",
             "0.0.0.0", "100.64.0.1", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
             "[::127.0.0.1]", "[fec0::1]", "[64:ff9b:1::1]", "192.0.0.8", "192.88.99.1"]
)  # fmt: skip
async def test_private_addresses_are_not_dialled(host: str) -> None:
    async with Fetcher() as closed:
        with pytest.raises(FetchError, match="private address"):
            await closed.get(at(f"http://{host}:9/"))


async def test_a_redirect_to_a_private_address_is_not_followed(web: FakeSources) -> None:
    port = web.url("/").split(":")[2].strip("/")
    web.redirects("/a", f"http://127.0.0.2:{port}/b")
    async with Fetcher(["127.0.0.1"]) as guarded:
        with pytest.raises(FetchError, match=r"127\.0\.0\.2 is a private address"):
            await guarded.get(at(web.url("/a")))


@pytest.mark.parametrize("trusted", ["localhost", "127.0.0.0/8", "127.0.0.1"])
async def test_private_hosts_may_be_trusted_by_name_or_network(
    web: FakeSources, trusted: str
) -> None:
    web.publish("/rss", b"<rss/>")
    url = web.url("/rss").replace("127.0.0.1", "localhost")
    async with Fetcher([trusted, "::1"]) as trusting:
        assert await trusting.get(at(url))
