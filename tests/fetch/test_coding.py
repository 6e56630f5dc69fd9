import contextlib
import gzip
import zlib

from hypothesis import given
from hypothesis import strategies as st

from bot.fetch import coding
from bot.fetch.coding import Decoded
from bot.fetch.head import WireError

PLAIN = st.binary(max_size=2000).map(lambda data: b"<" + data)
MEMBERS = st.lists(PLAIN, min_size=1, max_size=3)


@given(MEMBERS, st.sampled_from([[], ["gzip"], ["none"]]), st.binary(max_size=8))
def test_gzip_is_undone_whatever_it_is_called(
    members: list[bytes], labelled: list[str], trailer: bytes
) -> None:
    packed = b"".join(map(gzip.compress, members))
    whole = b"".join(members)
    assert coding.decode(packed, labelled) == Decoded(whole, is_ended=True)
    assert coding.decode(packed[:-8] + trailer, labelled) == Decoded(whole, is_ended=True)


@given(PLAIN)
def test_deflate_is_undone_with_and_without_its_header(plain: bytes) -> None:
    packed = zlib.compress(plain)
    for body in (packed, packed[2:-4]):
        assert coding.decode(body, ["deflate"]) == Decoded(plain, is_ended=True)


@given(st.binary(max_size=500), st.sampled_from(["", "gzip", "deflate", "none, deflate"]))
def test_no_bytes_break_it(body: bytes, label: str) -> None:
    for start in (b"", b"\x1f\x8b\x08", b"\x1f\x8b\x08\x1e\0\0\0\0\0\xff"):
        with contextlib.suppress(WireError):
            coding.decode(start + body, coding.labels([label]))


def test_a_header_of_gzip_may_hold_names_and_comments() -> None:
    bare = gzip.compress(b"<rss/>", mtime=0)
    for flags, extra in ((4, b"\3\0abc"), (8, b"a.xml\0"), (16, b"note\0"), (2, b"\0\0")):
        packed = bare[:3] + bytes([flags]) + bare[4:10] + extra + bare[10:]
        assert coding.decode(packed, []).data == b"<rss/>"
