import asyncio
import contextlib
import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict, CIMultiDictProxy

from bot.fetch.body import Framing, framing_of, is_whole, read_body
from bot.fetch.head import Head, WireError, read_head
from tests.fakes.raw_server import response


@pytest.mark.parametrize(
    "document",
    [
        b"<rss><channel/></rss>",
        b"<?xml version='1.0'?>\n<!-- <feed> -->\n<rss></rss>\n<!-- made in 3 ms -->\n",
        b"<!DOCTYPE html><HTML></html>\r\n",
        b"<rdf:RDF xmlns:rdf='x'></rdf:RDF >",
        b'{"items": []}\n',
        b"[]",
        "<rss></rss>".encode("utf-16"),
        "\ufeff<rss></rss>".encode(),
        b"<rss>" + b"<item></item>" * 9999 + b"</rss>",
    ],
)
def test_a_document_is_whole_that_ends_as_it_began(document: bytes) -> None:
    assert is_whole(document)
    assert not is_whole(document.rstrip()[:-2])


@pytest.mark.parametrize(
    "document", [b"", b"text", b"<rss>", b"<rss></channel>", b"<rss></rss><rss>", b'{"items": [']
)
def test_what_ends_otherwise_is_not(document: bytes) -> None:
    assert not is_whole(document)


@pytest.mark.parametrize(
    ("headers", "framing"),
    [
        ([], None),
        ([("Content-Length", "5")], 5),
        ([("Content-Length", "5"), ("Content-Length", "5")], 5),
        ([("Content-Length", "5, 5")], 5),
        ([("Content-Length", "5"), ("Content-Length", "6")], None),
        ([("Content-Length", "-5")], None),
        ([("Content-Length", "٥")], None),
        ([("Content-Length", "5"), ("Transfer-Encoding", "gzip, Chunked")], "chunked"),
        ([("Transfer-Encoding", "identity")], None),
    ],
)
def test_the_end_is_found_of_what_the_headers_agree_on(
    headers: list[tuple[str, str]], framing: Framing
) -> None:
    assert framing_of(Head(200, headers=CIMultiDictProxy(CIMultiDict(headers)))) == framing


FEED = b"<rss><channel><title>Azyl</title></channel></rss>"
RESPONSES = (
    response(FEED),
    response(gzip.compress(FEED, mtime=0), "Content-Encoding: gzip"),
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n31\r\n" + FEED + b"\r\n0\r\n\r\n",
)


@given(
    st.sampled_from(RESPONSES),
    st.lists(st.tuples(st.integers(0, 250), st.integers(0, 4), st.binary(max_size=4)), max_size=4),
)
def test_a_damaged_response_is_read_or_refused_and_nothing_breaks(
    raw: bytes, damages: list[tuple[int, int, bytes]]
) -> None:
    async def read() -> bytes:
        reader = asyncio.StreamReader(1000)
        reader.feed_data(raw)
        reader.feed_eof()
        return await read_body(reader, await read_head(reader))

    for place, length, instead in damages:
        raw = raw[:place] + instead + raw[place + length :]
    with contextlib.suppress(WireError):
        assert asyncio.run(read()) or damages
