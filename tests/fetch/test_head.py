import asyncio
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.fetch.head import Head, WireError, parse_head, read_head

TOKENS = st.text(string.ascii_letters + string.digits + "!#$%&'*+-.^_`|~", min_size=1, max_size=20)
VALUES = st.text(string.printable.strip() + " ", max_size=40).map(str.strip)


@given(st.lists(st.tuples(TOKENS, VALUES), max_size=10), st.integers(200, 599))
def test_a_head_by_the_book_is_read_as_it_stands(
    headers: list[tuple[str, str]], status: int
) -> None:
    lines = [f"HTTP/1.1 {status} OK", *(f"{name}: {value}" for name, value in headers)]
    head = parse_head([f"{line}\r\n".encode() for line in lines])
    assert (head.status, head.reason) == (status, "OK")
    assert list(head.headers.items()) == headers


@given(st.binary(max_size=300))
def test_bytes_are_read_or_refused_and_nothing_breaks(raw: bytes) -> None:
    async def read(data: bytes) -> Head:
        reader = asyncio.StreamReader(100)
        reader.feed_data(data)
        reader.feed_eof()
        return await read_head(reader)

    for data in (raw, b"HTTP/1.1 200 OK\r\n" + raw):
        try:
            head = asyncio.run(read(data))
        except WireError:
            continue
        assert all(
            ord(sign) >= 32 or sign == "\t" for value in head.headers.values() for sign in value
        )


@pytest.mark.parametrize("line", ["HTTP/1.1 OK", "HTTP/1.1 20", "220 mail.example ESMTP", "HTML"])
def test_what_is_no_status_line_is_refused(line: str) -> None:
    with pytest.raises(WireError, match="does not answer in HTTP"):
        parse_head([line.encode()])
