"""What servers send in spite of the standards, and browsers take."""

import asyncio
import functools
import gzip
import importlib.util
import re
import socket
import sys
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot import fetch
from bot.errors import FetchError, UnreadableError
from bot.fetch import Fetcher, coding, open_fetcher
from bot.fetch import robots as robots_txt
from bot.models.sources import Fetched, SourceState
from tests.fakes.raw_server import (
    NO_ROBOTS,
    Answer,
    always,
    answering,
    listening,
    path_of,
    response,
)
from tests.samples import source

FEED = b"<?xml version='1.0'?><rss><channel><item><title>Azyl</title></item></channel></rss>"
pack = functools.partial(gzip.compress, mtime=0)
GZIPPED = pack(FEED)
LONG_POLICY = "Content-Security-Policy: " + " ".join(f"https://cdn{n}.example" for n in range(2800))


@pytest_asyncio.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with open_fetcher(["127.0.0.1"]) as made:
        yield made


async def fetched(fetcher: Fetcher, answer: Answer, path: str = "/rss") -> Fetched:
    async with answering(answer) as url:
        return await fetcher.get(source(url=url + path))


async def body_of(fetcher: Fetcher, raw: bytes) -> bytes | None:
    return (await fetched(fetcher, always(raw))).body


# ------------------------------------------------------------------ heads


@pytest.mark.parametrize(
    "header",
    [
        LONG_POLICY,
        "\r\n".join(f"X-{n}: {'x' * 100}" for n in range(500)),
        "no colon in it",
        "X With Spaces: 1",
        "X-Space-Before : 1",
        ": no name",
        "X-Folded: a,\r\n b\r\n\tc",
        "X-Control: a\x01b",
        "X-Emoji: 🙂",
        b"X-Owner: Minist\xe8re",
        b"X-Zero: a\0b",
        "Content-Length: 82",
        "Content-Length: 3, 82",
        "Content-Length: many",
        "Transfer-Encoding: identity",
        "Link: <broken",
        "Set-Cookie: ;;;=; path",
        "Content-Encoding: none",
        "Content-Encoding: UTF-8",
        "Content-Encoding: binary",
        "Content-Encoding: ",
        "Content-Encoding: gzip",
        "Content-Encoding: deflate",
        "Content-Encoding: br",
    ],
    ids=lambda header: str(header[:20]),
)
async def test_a_header_that_is_odd_costs_nothing(fetcher: Fetcher, header: str | bytes) -> None:
    if "br" in str(header[-2:]):
        pytest.importorskip("brotli")
    assert await body_of(fetcher, response(FEED, header)) == FEED


async def test_headers_without_end_are_told(fetcher: Fetcher) -> None:
    for endless in (b"X: " + b"x" * 300_000, b"X: x\r\n" * 50_000, b"\r\n" * 300_000):
        with pytest.raises(UnreadableError, match=r"longer than 256 kB|empty lines"):
            await body_of(fetcher, response(FEED, endless) if endless[:1] == b"X" else endless)


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200\r\n\r\n",
        b"HTTP/1.0 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\n\n",
        b"HTTP/1.1 200 OK\nX: 1\r\n\n",
        b"http/1.1 200 ok\r\n\r\n",
        b"HTTP/1.1  200  OK\r\n\r\n",
        b"HTTP/1.1\r\n\r\n",
        b"\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
        b"\xef\xbb\xbfHTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 V po\xf8\xe1dku\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 102 P\r\n\r\nHTTP/1.1 103 E\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
        b"",
    ],
)
async def test_a_head_is_read_in_any_form(fetcher: Fetcher, head: bytes) -> None:
    assert await body_of(fetcher, head + FEED) == FEED


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", "without an answer"),
        (b"\x00\x00\x12\x04\x00\x00", "does not answer in HTTP"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "does not answer in HTTP"),
        (b"HTTP/1.1 100 Continue\r\n\r\n", "without an answer"),
    ],
)
async def test_what_is_no_answer_is_told(fetcher: Fetcher, raw: bytes, told: str) -> None:
    with pytest.raises(UnreadableError, match=told):
        await body_of(fetcher, raw)


# ------------------------------------------------------------------ where a body ends


def chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n", headers: str = "") -> bytes:
    body = b"".join(b"%x ;name=1\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    return f"HTTP/1.1 200 OK\r\n{headers}Transfer-Encoding: chunked\r\n\r\n".encode() + body + end


@pytest.mark.parametrize(
    "raw",
    [
        response(FEED, length=len(FEED) + 3),
        response(FEED, length=len(FEED) - 60),
        response(FEED, length=0),
        response(GZIPPED, length=len(FEED)),
        chunked(FEED[:9], FEED[9:]),
        chunked(FEED[:9], FEED[9:], end=b""),
        chunked(FEED[:9], FEED[9:], end=b"0\r\n"),
        chunked(FEED[:9], FEED[9:], end=b"0\r\nX-Trailer: 1\r\n\r\n"),
        chunked(FEED, headers="Content-Length: 5\r\n"),
        chunked(end=FEED),
    ],
)
async def test_a_body_with_a_wrong_end_comes_where_it_is_whole(
    fetcher: Fetcher, raw: bytes
) -> None:
    assert await body_of(fetcher, raw) == FEED


@pytest.mark.parametrize(
    "raw",
    [
        response(FEED[:-5], length=len(FEED)),
        chunked(FEED[:-20], end=b""),
        chunked(end=b"400\r\n" + FEED[:-9]),
        response(GZIPPED[:-20]),
        response(b'{"items": [{"title": "a"}', length=100),
    ],
)
async def test_a_body_that_was_cut_is_none(fetcher: Fetcher, raw: bytes) -> None:
    with pytest.raises(UnreadableError, match="is cut short"):
        await body_of(fetcher, raw)


async def test_a_server_that_does_not_close_is_not_waited_for(fetcher: Fetcher) -> None:
    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.readuntil(b"\r\n\r\n")
        writer.write(NO_ROBOTS if b"robots" in asked else response(FEED))
        await reader.read()

    async with listening(converse) as url, asyncio.timeout(0.9):
        answer = await fetcher.get(source(url=f"{url}/rss"))
    assert answer.body == FEED


# ------------------------------------------------------------------ codings


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (GZIPPED, []),
        (GZIPPED, ["Content-Encoding: gzip, identity"]),
        (GZIPPED, ["Content-Encoding: none"]),
        (GZIPPED, ["Content-Encoding: gzip, gzip"]),
        (GZIPPED, ["Content-Encoding: gzip", "Content-Encoding: gzip"]),
        (GZIPPED[:-8], ["Content-Encoding: gzip"]),
        (GZIPPED[:-3], ["Content-Encoding: x-gzip"]),
        (GZIPPED[:-8] + b"\0" * 8, ["Content-Encoding: gzip"]),
        (pack(GZIPPED), ["Content-Encoding: gzip"]),
        (pack(pack(GZIPPED)), []),
        (zlib.compress(FEED)[2:-4], ["Content-Encoding: deflate"]),
        (zlib.compress(FEED)[:-4], ["Content-Encoding: deflate"]),
        (GZIPPED, ["Content-Encoding: deflate"]),
    ],
)
async def test_a_body_is_decompressed_by_what_it_is(
    fetcher: Fetcher, body: bytes, headers: list[str]
) -> None:
    assert await body_of(fetcher, response(body, *headers)) == FEED


async def test_brotli_and_zstd_are_read_though_nobody_asked(fetcher: Fetcher) -> None:
    brotli, zstd = pytest.importorskip("brotli"), pytest.importorskip("backports.zstd")
    packed = brotli.compress(FEED)
    assert await body_of(fetcher, response(packed, "Content-Encoding: br")) == FEED
    assert (
        await body_of(fetcher, response(brotli.compress(GZIPPED), "Content-Encoding: br")) == FEED
    )
    with pytest.raises(UnreadableError, match="is cut short"):
        await body_of(fetcher, response(packed[:-9], "Content-Encoding: br"))
    frames = zstd.compress(FEED[:20]) + zstd.compress(FEED[20:])
    assert await body_of(fetcher, response(frames, "Content-Encoding: zstd")) == FEED
    with pytest.raises(UnreadableError, match="is cut short"):
        await body_of(fetcher, response(frames[:-9]))
    with pytest.raises(UnreadableError, match="is broken"):
        await body_of(fetcher, response(frames[:4] + b"\xff" * 40))


async def test_bombs_of_every_kind_are_cut_short(
    fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    brotli, zstd = pytest.importorskip("brotli"), pytest.importorskip("backports.zstd")
    monkeypatch.setattr(coding, "BODY_LIMIT", 1_000_000)
    zeros = b"0" * 20_000_000
    twice = pack(pack(zeros))
    for bomb, label in (
        (pack(zeros), "gzip"),
        (twice, "gzip"),
        (zlib.compress(zeros), "deflate"),
        (brotli.compress(zeros), "br"),
        (zstd.compress(zeros), "zstd"),
    ):
        with pytest.raises(UnreadableError, match="more than"):
            await body_of(fetcher, response(bomb, f"Content-Encoding: {label}"))


# ------------------------------------------------------------------ statuses


@pytest.mark.parametrize(
    "status",
    ["203 Non-Authoritative", "206 Partial Content", "226 IM Used", "201 Created", "404 Not Found",
     "500 Internal Server Error", "403 Forbidden"]
)  # fmt: skip
async def test_a_feed_comes_with_any_status(fetcher: Fetcher, status: str) -> None:
    assert await body_of(fetcher, response(FEED, status=status)) == FEED


async def test_a_part_is_whole_where_it_is_all(fetcher: Fetcher) -> None:
    whole = f"Content-Range: bytes 0-{len(FEED) - 1}/{len(FEED)}"
    part = f"Content-Range: bytes 0-{len(FEED) - 1}/{len(FEED) + 1}"
    assert await body_of(fetcher, response(FEED, whole, status="206 P")) == FEED
    with pytest.raises(FetchError, match="HTTP 206"):
        await body_of(fetcher, response(FEED, part, status="206 P"))


@pytest.mark.parametrize("status", ["404 Not Found", "500 Error", "202 Accepted", "204 None"])
async def test_an_error_page_stays_an_error(fetcher: Fetcher, status: str) -> None:
    with pytest.raises(FetchError, match=f"HTTP {status[:3]}"):
        await body_of(fetcher, response(b"<html>The page is not found</html>", status=status))


async def test_a_feed_that_is_gone_or_asks_for_rest_is_not_taken(fetcher: Fetcher) -> None:
    with pytest.raises(FetchError, match="HTTP 410"):
        await body_of(fetcher, response(FEED, status="410 Gone"))
    with pytest.raises(FetchError, match="HTTP 503"):
        await body_of(fetcher, response(FEED, "Retry-After: 60", status="503 Busy"))


async def test_nothing_changed_is_no_answer_to_who_has_nothing(fetcher: Fetcher) -> None:
    unchanged = always(response(b"", status="304 Not Modified"))
    with pytest.raises(FetchError, match="HTTP 304"):
        await fetched(fetcher, unchanged)
    async with answering(unchanged) as url:
        known = SourceState(id="cz", url=url, etag='"1"')
        assert (await fetcher.get(source(url=url), state=known)).body is None


# ------------------------------------------------------------------ ways


@pytest.mark.parametrize(
    ("status", "header"),
    [
        ("300 Multiple Choices", "Location: /ok"),
        ("200 OK", "Refresh: 0; url=/ok"),
        ("200 OK", "Refresh: 1;URL='/ok'"),
        ("200 OK", "Refresh: 0, /ok"),
        ("302 Found", "location : /ok"),
    ],
)
async def test_another_address_is_followed(fetcher: Fetcher, status: str, header: str) -> None:
    def answer(request: bytes) -> bytes:
        ways = {"/ok": response(FEED), "/rss": response(b"", header, status=status)}
        return ways.get(path_of(request), NO_ROBOTS)

    assert (await fetched(fetcher, answer)).body == FEED


@pytest.mark.parametrize(
    "header", ["Refresh: 300", "Refresh: 50", "Refresh: 300; url=/ok", "Refresh: 0; url=/rss"]
)
async def test_a_page_that_shows_itself_again_is_the_page(fetcher: Fetcher, header: str) -> None:
    assert await body_of(fetcher, response(FEED, header)) == FEED


def asks_for_a_cookie(request: bytes) -> bytes:
    """A server that shows its feed to who brings its cookie, and sends all others for it."""
    ways = {
        "/rss": response(b"", "Location: /rss", "Set-Cookie: ck=a b; Path=/", status="302 Found"),
        "/detour": response(b"", "Location: /set", status="302 Found"),
        "/set": response(b"", "Location: /detour", "Set-Cookie: ck=a b; Path=/", status="307 T"),
    }
    is_known = b"Cookie: ck=a b\r\n" in request or b"Cookie: own=1; ck=a b\r\n" in request
    return response(FEED) if is_known else ways.get(path_of(request), NO_ROBOTS)


@pytest.mark.parametrize("path", ["/rss", "/detour"])
async def test_a_cookie_is_brought_back_within_one_errand(fetcher: Fetcher, path: str) -> None:
    asked: list[bytes] = []

    def answer(request: bytes) -> bytes:
        asked.append(request)
        return asks_for_a_cookie(request)

    async with answering(answer) as url:
        for _ in range(2):
            first = len(asked)
            assert (await fetcher.get(source(url=url + path))).body == FEED
            assert b"Cookie:" not in asked[first]  # nothing is kept from the errand before
        own = source(url=url + path, headers={"cookie": "own=1"})
        assert (await fetcher.get(own)).body == FEED


async def test_a_cookie_stays_with_who_set_it() -> None:
    asked: list[bytes] = []

    def elsewhere(request: bytes) -> bytes:
        asked.append(request)
        return response(FEED)

    async with answering(elsewhere) as there, open_fetcher(["127.0.0.1", "localhost"]) as fetcher:
        port = there.rsplit(":", 1)[1]
        cookies = ["Set-Cookie: a=1", "Set-Cookie: b=2; Domain=localhost"]
        way = response(b"", f"Location: http://localhost:{port}/", *cookies, status="302 F")
        async with answering(always(way)) as url:
            with pytest.raises(FetchError, match="port"):
                await fetcher.get(source(url=url + "/rss"))
            on_one_port = source(url=there.replace("127.0.0.1", "localhost"))
            assert (await fetcher.get(on_one_port)).body == FEED
    assert not any(b"Cookie:" in request for request in asked)


async def test_a_password_in_an_address_goes_to_its_server_and_into_no_word(
    fetcher: Fetcher,
) -> None:
    asked: list[bytes] = []

    def answer(request: bytes) -> bytes:
        asked.append(request)
        return response(
            b"", "Location: /b", status="302 F" if path_of(request) == "/a" else "404 N"
        )

    async with answering(answer) as url:
        secret = url.replace("127.0.0.1", "ann:s3cret@127.0.0.1")
        with pytest.raises(FetchError) as raised:
            await fetcher.get(source(url=f"{secret}/a"))
        for broken in (f"{secret}99999/", secret.replace("127.0.0.1", "[x"), "http://ann:s3cret@/"):
            with pytest.raises(FetchError) as refused:
                await fetcher.get(source(url=broken))
            assert "s3cret" not in str(refused.value)
    assert str(raised.value) == "HTTP 404 N"
    sent = [path_of(request) for request in asked if b"Basic YW5uOnMzY3JldA==" in request]
    assert sent == ["/a", "/b"]


# ------------------------------------------------------------------ robots.txt


@pytest.mark.parametrize(
    "robots",
    [
        None,
        b"",
        b"\x00\x00\x12",
        b"User-agent: *\nDisallow: /",  # without a head
        response(b"User-agent: *", length=99),
        response(b"User-agent: *\nDisallow: /", LONG_POLICY * 5),
        response(b"", "Location: http://[", status="301 Moved"),
        response(b"", "Location: http://nowhere.invalid/", status="301 Moved"),
        response(b"", "Location: /robots.txt", status="301 Moved"),
        response(b"", status="204 None"),
        response(b"", status="304 Not Modified"),
        response(GZIPPED[:20] + b"x" * 20),
    ],
)
async def test_a_robots_txt_that_cannot_be_read_forbids_nothing(
    fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch, robots: bytes | None
) -> None:
    monkeypatch.setattr(fetch, "ROBOTS_TIMEOUT", 0.2)
    asked: list[str] = []

    def answer(request: bytes) -> bytes | None:
        asked.append(path_of(request))
        return robots if path_of(request) == "/robots.txt" else response(FEED)

    async with answering(answer) as url:
        for _ in range(2):
            assert (await fetcher.get(source(url=url + "/rss"))).body == FEED
    assert asked.count("/robots.txt") <= robots_txt.REDIRECT_LIMIT + 1


@pytest.mark.parametrize(
    "robots",
    [
        response(b"User-agent: *\nDisallow: /", LONG_POLICY),
        response(b"User-agent: *\nDisallow: /", "no colon"),
        response(pack(b"User-agent: *\nDisallow: /")[:-8]),
        response(b"\xef\xbb\xbfUser-agent: *\nDisallow: /", status="203 N"),
        response(b"User-agent: *\nDisallow: /", status="500 Error"),
    ],
)
async def test_a_robots_txt_that_is_odd_is_obeyed(fetcher: Fetcher, robots: bytes) -> None:
    with pytest.raises(FetchError, match=r"robots\.txt"):
        await fetched(fetcher, lambda request: robots)


# ------------------------------------------------------------------ a server of oddities

ODD_SERVER = Path(__file__).parents[3] / "shared" / "data" / "bugs" / "odd_server.py"
NO_DOCUMENT = {"/robots.txt", "/echo", "/set", "/304always", "/http2"}
"""Paths that control the server, or send no document at all."""


@pytest.mark.skipif(not ODD_SERVER.exists(), reason="no shared material beside the project")
async def test_every_path_of_the_odd_server_gives_its_entries(fetcher: Fetcher) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    paths = set(re.findall(r"p=='(/[^']+)'", ODD_SERVER.read_text(encoding="utf-8"))) - NO_DOCUMENT
    if not importlib.util.find_spec("brotli"):
        paths -= {"/br"}
    server = await asyncio.create_subprocess_exec(sys.executable, str(ODD_SERVER), str(port))
    try:
        bodies = await asyncio.gather(*(_ask(fetcher, port, path) for path in paths))
    finally:
        server.terminate()
        await server.wait()
    found = dict(zip(paths, bodies, strict=True))
    assert [path for path, body in found.items() if b"Azyl zprava 2" not in body] == []


async def _ask(fetcher: Fetcher, port: int, path: str) -> bytes:
    for _ in range(100):  # while the server starts, the connection is refused
        try:
            return (await fetcher.get(source(url=f"http://127.0.0.1:{port}{path}"))).body or b""
        except FetchError as error:
            if "refused" not in str(error):
                return str(error).encode()
        await asyncio.sleep(0.05)
    return b""
