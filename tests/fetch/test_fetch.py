import asyncio
import datetime as dt
import gzip
import ssl
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
import trustme
from aiohttp import web as aioweb

from bot import fetch
from bot.errors import FetchError
from bot.fetch import Fetcher, coding, connection, open_fetcher, robots
from bot.fetch.http import PerHostLimit
from bot.models.sources import Hub, Source, SourceState, Tls
from tests.fakes.raw_server import NO_ROBOTS, listening
from tests.fakes.sources import FakeSources
from tests.samples import source


def at(url: str) -> Source:
    return source(url=url)


@pytest_asyncio.fixture
async def web() -> AsyncIterator[FakeSources]:
    async with FakeSources() as sources:
        yield sources


@pytest_asyncio.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with open_fetcher(["127.0.0.1"]) as made:
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


@pytest.mark.parametrize(
    ("link", "hub"),
    [
        ('<https://hub.example/>; rel="hub", </rss>; rel=self', "https://hub.example/"),
        ('<https://mv.example/>; rel="shortlink"', None),
        ('<http://[bad>; rel="hub"', None),
        ("nonsense; ; rel", None),
    ],
)
async def test_a_hub_may_stand_in_a_header_and_an_odd_one_costs_nothing(
    web: FakeSources, fetcher: Fetcher, link: str, hub: str | None
) -> None:
    web.publish("/rss", b"<rss/>", headers={"Link": link})
    fetched = await fetcher.get(at(web.url("/rss")))
    assert fetched.body == b"<rss/>"
    assert fetched.hub == (Hub(url=hub, topic=web.url("/rss")) if hub else None)


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


@pytest.mark.parametrize("to", ["http://[", "//[", "http://[x]/", "", "http://", "mailto:a@b.c"])
@pytest.mark.parametrize("path", ["/a", "/robots.txt"])
async def test_a_redirect_to_nowhere_is_told(
    web: FakeSources, fetcher: Fetcher, path: str, to: str
) -> None:
    web.redirects(path, to)
    with pytest.raises(FetchError):
        await fetcher.get(at(web.url("/a")))


async def test_odd_bytes_in_a_redirect_are_sent_back_as_they_came(
    fetcher: Fetcher,
) -> None:
    async def redirect(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 301 Moved\r\nLocation: /\xe1\x80\r\nContent-Length: 0\r\n\r\n")

    async with serving(redirect) as url:
        with pytest.raises(FetchError, match="redirected more than"):
            await fetcher.get(at(url))


async def test_what_is_refused_to_one_source_is_not_refused_to_another(
    web: FakeSources, fetcher: Fetcher
) -> None:
    async with FakeSources() as victim:
        victim.publish("/feed", "<rss/>")
        web.redirects("/evil", victim.url("/feed"))
        with pytest.raises(FetchError, match="none of the web's"):
            await fetcher.get(at(web.url("/evil")))
        assert (await fetcher.get(at(victim.url("/feed")))).body == b"<rss/>"


async def test_all_requests_of_a_fetch_share_one_time_limit(
    web: FakeSources, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slowly(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.05)
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n")

    monkeypatch.setattr(fetch, "FETCH_TIMEOUT", 0.12)
    monkeypatch.setattr(fetch, "MIN_TIMEOUT", 0.01)
    async with serving(slowly) as url:
        with pytest.raises(FetchError, match="no answer within"):
            await fetcher.get(at(url))


async def test_an_error_of_the_server_is_told(web: FakeSources, fetcher: Fetcher) -> None:
    web.fails("/rss", 503)
    with pytest.raises(FetchError, match="HTTP 503") as raised:
        await fetcher.get(at(web.url("/rss")))
    assert raised.value.status == 503


async def test_a_server_that_hangs_is_left(
    web: FakeSources, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.hangs("/rss")
    monkeypatch.setattr(fetch, "REQUEST_TIMEOUT", 0.05)
    with pytest.raises(FetchError, match="no answer within"):
        await fetcher.get(at(web.url("/rss")))


async def test_a_bomb_is_cut_short(
    web: FakeSources, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coding, "BODY_LIMIT", 1_000_000)
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


async def test_a_page_that_says_when_to_come_again_is_heard(
    web: FakeSources, fetcher: Fetcher
) -> None:
    web.publish("/rss", "<rss/>", headers={"Cache-Control": "public, max-age=3600", "Age": "600"})
    assert (await fetcher.get(at(web.url("/rss")))).fresh == dt.timedelta(minutes=50)
    web.publish("/rss", "<rss/>", headers={"Cache-Control": "no-cache, max-age=3600"})
    assert (await fetcher.get(at(web.url("/rss")))).fresh is None


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("120", 120),
        ("Thu, 16 Jan 2025 10:02:00 GMT", 120),
        ("Thu, 16 Jan 2025 09:00:00 GMT", 0),
        ("soon", None),
        ("Thu, 16 Jan 2025 10:00:00 +9999999999999999", None),
        ("", None),
    ],
)
async def test_a_server_that_wants_to_be_left_alone_is(
    web: FakeSources, fetcher: Fetcher, asked: str, seconds: int | None
) -> None:
    date = {"Date": "Thu, 16 Jan 2025 10:00:00 GMT", "Retry-After": asked}
    web.publish("/rss", "", status=503, headers=date)
    with pytest.raises(FetchError, match="HTTP 503") as raised:
        await fetcher.get(at(web.url("/rss")))
    wait = raised.value.retry_after
    assert (wait.total_seconds() if wait is not None else None) == seconds


async def test_only_permanent_redirects_say_where_a_source_has_moved(
    web: FakeSources, fetcher: Fetcher
) -> None:
    web.publish("/new", "<rss/>")
    web.redirects("/old", "/older", 308)
    web.redirects("/older", "/new", 301)
    web.redirects("/sometimes", "/old", 302)
    web.redirects("/half", "/sometimes", 301)
    assert (await fetcher.get(at(web.url("/old")))).moved == web.url("/new")
    assert (await fetcher.get(at(web.url("/sometimes")))).moved is None
    assert (await fetcher.get(at(web.url("/half")))).moved == web.url("/sometimes")


async def test_a_source_s_own_headers_go_to_its_own_host_alone(
    web: FakeSources, fetcher: Fetcher
) -> None:
    async with FakeSources() as other, open_fetcher(["127.0.0.1", "localhost"]) as both:
        elsewhere = other.url("/b").replace("127.0.0.1", "localhost")
        web.redirects("/a", "/c")
        web.redirects("/c", elsewhere)
        own = source(url=web.url("/a"), headers={"Referer": "https://mv.example/"})
        with pytest.raises(FetchError, match="port"):
            await both.get(own)
        assert web.requests("/c")[0].headers["Referer"] == "https://mv.example/"
        assert other.requests("/b") == []


async def test_who_asks_says_who_they_are(web: FakeSources) -> None:
    web.publish("/rss", "<rss/>")
    async with open_fetcher(["127.0.0.1"], contact="https://herald.example/about") as known:
        await known.get(at(web.url("/rss")))
    agent = web.requests("/rss")[0].headers["User-Agent"]
    assert agent.startswith("policy-herald/")
    assert "+https://herald.example/about" in agent


@asynccontextmanager
async def serving(answer: Callable[[asyncio.StreamWriter], Awaitable[None]]) -> AsyncIterator[str]:
    """The address of a server that says `answer` to everything but robots.txt."""

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while asked := await reader.readuntil(b"\r\n\r\n"):
            if b"/robots.txt" in asked:
                writer.write(NO_ROBOTS)
            else:
                await answer(writer)

    async with listening(converse) as url:
        yield f"{url}/rss"


async def test_a_body_that_drips_is_left(fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while True:
            writer.write(b"<")
            await writer.drain()
            await asyncio.sleep(0.01)

    monkeypatch.setattr(fetch, "REQUEST_TIMEOUT", 0.2)
    async with serving(drip) as url:
        with pytest.raises(FetchError, match="no answer within"):
            await fetcher.get(at(url))


async def test_bytes_over_the_wire_count_even_if_they_say_nothing(
    fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def chatter(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\n\r\n\x78\x9c")
        while True:  # empty blocks: compressed data without content
            writer.write(b"\x00\x00\x00\xff\xff" * 10_000)
            await writer.drain()

    monkeypatch.setattr(coding, "BODY_LIMIT", 1_000_000)
    async with serving(chatter) as url:
        with pytest.raises(FetchError, match="more than"):
            await fetcher.get(at(url))


DOCUMENT = "<rss>žluťoučký kůň</rss>".encode() * 5000
BARE = zlib.compressobj(wbits=-15)


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(DOCUMENT)),
        ("GZIP", gzip.compress(DOCUMENT[:70_000]) + gzip.compress(DOCUMENT[70_000:])),
        ("deflate", zlib.compress(DOCUMENT)),
        ("deflate", BARE.compress(DOCUMENT) + BARE.flush()),
        ("identity", DOCUMENT),
    ],
)
async def test_a_compressed_body_comes_whole(
    web: FakeSources, fetcher: Fetcher, encoding: str, packed: bytes
) -> None:
    web.publish("/rss", packed, headers={"Content-Encoding": encoding})
    assert (await fetcher.get(at(web.url("/rss")))).body == DOCUMENT


async def test_what_follows_the_last_member_is_padding(web: FakeSources, fetcher: Fetcher) -> None:
    packed = gzip.compress(DOCUMENT) + b"\0" * 100_000
    web.publish("/rss", packed, headers={"Content-Encoding": "gzip"})
    assert (await fetcher.get(at(web.url("/rss")))).body == DOCUMENT


async def test_a_body_that_was_cut_short_is_none(web: FakeSources, fetcher: Fetcher) -> None:
    web.publish("/rss", gzip.compress(DOCUMENT)[:-20], headers={"Content-Encoding": "gzip"})
    with pytest.raises(FetchError, match="is cut short"):
        await fetcher.get(at(web.url("/rss")))


# ------------------------------------------------------------------ robots.txt


async def test_what_robots_txt_denies_is_not_asked_for(web: FakeSources, fetcher: Fetcher) -> None:
    web.publish("/robots.txt", "User-agent: *\nDisallow: /private/*.xml$\nAllow: /\n")
    web.publish("/rss", "<rss/>")
    web.publish("/private/a.xml", "<rss/>")
    assert (await fetcher.get(at(web.url("/rss")))).robots == "allows"
    with pytest.raises(FetchError, match="denies it to policy-herald") as raised:
        await fetcher.get(at(web.url("/private/a.xml")))
    assert raised.value.is_denied
    assert raised.value.retry_after == dt.timedelta(days=1)
    assert web.requests("/private/a.xml") == []
    assert len(web.requests("/robots.txt")) == 1


async def test_a_rule_for_this_bot_goes_before_one_for_all(
    web: FakeSources, fetcher: Fetcher
) -> None:
    web.publish("/robots.txt", "User-agent: *\nDisallow: /\n\nUser-agent: policy-herald\nAllow: /")
    web.publish("/rss", "<rss/>")
    assert (await fetcher.get(at(web.url("/rss")))).robots == "allows"


@pytest.mark.parametrize("status", [404, 403, 401])
async def test_without_robots_txt_all_is_allowed(
    web: FakeSources, fetcher: Fetcher, status: int
) -> None:
    web.fails("/robots.txt", status)
    web.publish("/rss", "<rss/>")
    assert (await fetcher.get(at(web.url("/rss")))).robots == "none"


@pytest.mark.parametrize("status", [500, 503, 429])
async def test_when_robots_txt_cannot_be_read_nothing_is_allowed(
    web: FakeSources, fetcher: Fetcher, status: int
) -> None:
    web.fails("/robots.txt", status)
    web.publish("/rss", "<rss/>")
    with pytest.raises(FetchError, match=f"robots.txt cannot be read: HTTP {status}"):
        await fetcher.get(at(web.url("/rss")))


async def test_a_redirect_is_subject_to_robots_txt_too(web: FakeSources, fetcher: Fetcher) -> None:
    web.publish("/robots.txt", "User-agent: *\nDisallow: /secret")
    web.redirects("/rss", "/secret")
    with pytest.raises(FetchError, match="denies it"):
        await fetcher.get(at(web.url("/rss")))


# ------------------------------------------------------------------ turns


async def test_a_host_is_asked_one_thing_at_a_time() -> None:
    per_host_limit, under_way, most = PerHostLimit(10), Counter[str](), Counter[str]()

    async def ask(host: str) -> None:
        async with per_host_limit.acquire(host, 0.0):
            under_way[host] += 1
            most[host] = max(most[host], under_way[host])
            await asyncio.sleep(0.001)
            under_way[host] -= 1

    await asyncio.gather(*(ask(host) for host in ("a.example", "b.example") for _ in range(5)))
    assert most == {"a.example": 1, "b.example": 1}


async def test_who_waits_for_a_host_keeps_no_other_waiting() -> None:
    per_host_limit, hanging = PerHostLimit(2), asyncio.Event()

    async def hang() -> None:
        async with per_host_limit.acquire("slow.example", 0.0):
            await hanging.wait()

    waiting = [asyncio.create_task(hang()) for _ in range(5)]
    await asyncio.sleep(0)
    async with asyncio.timeout(1), per_host_limit.acquire("quick.example", 0.0):
        pass
    waiting.pop(0).cancel()
    hanging.set()
    await asyncio.gather(*waiting)


async def test_a_host_gets_the_pause_it_asks_for() -> None:
    per_host_limit, began = PerHostLimit(2), asyncio.get_running_loop().time()
    for _ in range(3):
        async with per_host_limit.acquire("a.example", 0.05):
            pass
    assert asyncio.get_running_loop().time() - began >= 0.1
    assert robots.parse_robots(200, b"User-agent: *\nCrawl-delay: 10", 0.0).delay == 10
    assert (
        robots.parse_robots(200, b"User-agent: *\nCrawl-delay: 9999", 0.0).delay
        == robots.DELAY_LIMIT
    )


# ------------------------------------------------------------------ TLS


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@asynccontextmanager
async def over_tls(authority: trustme.CA, host: str) -> AsyncIterator[str]:
    async def handle(request: aioweb.Request) -> aioweb.Response:
        return aioweb.Response(text="<rss/>", status=404 if "robots" in request.path else 200)

    application = aioweb.Application()
    application.router.add_get("/{path}", handle)
    runner = aioweb.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(context)
    try:
        await aioweb.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        yield f"https://127.0.0.1:{runner.addresses[0][1]}/rss"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("translation_deadline", ["strict", "lenient", "legacy"])
async def test_a_server_is_always_verified(
    authority: trustme.CA, fetcher: Fetcher, tmp_path: Path, translation_deadline: Tls
) -> None:
    file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    async with over_tls(authority, "127.0.0.1") as url:
        known = source(url=url, tls=translation_deadline, ca_file=str(file))
        assert (await fetcher.get(known)).body == b"<rss/>"
    async with open_fetcher(["127.0.0.1"]) as another, over_tls(authority, "127.0.0.1") as url:
        with pytest.raises(FetchError, match="TLS: "):
            await another.get(source(url=url, tls=translation_deadline))
    async with open_fetcher(["127.0.0.1"]) as another, over_tls(authority, "other.example") as url:
        with pytest.raises(FetchError, match="TLS: "):
            await another.get(source(url=url, tls=translation_deadline, ca_file=str(file)))


def test_patience_is_what_it_says() -> None:
    contexts = {
        name: connection.tls_context(name, None) for name in ("strict", "lenient", "legacy")
    }
    assert all(made.verify_mode is ssl.CERT_REQUIRED for made in contexts.values())
    assert all(made.check_hostname for made in contexts.values())
    assert not contexts["lenient"].verify_flags & ssl.VERIFY_X509_STRICT
    assert [bool(made.options & 0x4) for made in contexts.values()] == [False, False, True]


async def test_an_authority_that_cannot_be_read_is_told(fetcher: Fetcher) -> None:
    with pytest.raises(FetchError, match="no such file"):
        await fetcher.get(source(url="http://127.0.0.1:9/", ca_file="/none.pem"))
