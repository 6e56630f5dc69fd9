import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from bot.fetch.body import Framing, framing_of, is_whole
from bot.fetch.head import Head


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
