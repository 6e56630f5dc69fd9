"""PDFs for tests, written by hand: pages of lines, in any script."""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import NamedTuple

from pypdf import PdfReader, PdfWriter

# Every sign stands for the character of the same number (ISO 32000-1, 9.10.3).
_TO_UNICODE = (
    b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def "
    b"1 begincodespacerange <0000> <FFFF> endcodespacerange "
    b"256 beginbfrange "
    + b" ".join(b"<%02x00> <%02xff> <%02x00>" % (high, high, high) for high in range(256))
    + b" endbfrange endcmap end end"
)


class Line(NamedTuple):
    """A line of text with its place on the page."""

    text: str
    left: int = 72
    size: int = 11
    down: int | None = None
    """How far below the head of the page; None: below the line before."""


def make_pdf(
    pages: Iterable[Sequence[str | Line]],
    title: str = "",
    *,
    scans: Iterable[int] = (),
    password: str | None = None,
    owner: str | None = None,
) -> bytes:
    """A PDF of pages of lines; those of the numbers `scans` have a picture. `password` opens it,
    `owner` lets it be changed."""
    pictured = set(scans)
    bodies = list(pages)
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [%s] /Count %d >>"
        % (b" ".join(b"%d 0 R" % (10 + 2 * n) for n in range(len(bodies))), len(bodies)),
        3: b"<< /Type /Font /Subtype /Type0 /BaseFont /U /Encoding /Identity-H "
        b"/DescendantFonts [4 0 R] /ToUnicode 5 0 R >>",
        4: b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /U /CIDSystemInfo "
        b"<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /DW 500 >>",
        5: stream(_TO_UNICODE),
        6: stream(b"\0" * 4, "/Type /XObject /Subtype /Image /Width 2 /Height 2 "
                  "/ColorSpace /DeviceGray /BitsPerComponent 8"),
        7: b"<< /Title <%s> >>" % ("\ufeff" + title).encode("utf-16-be").hex().encode(),
    }  # fmt: skip
    for n, lines in enumerate(bodies):
        picture = b"/XObject << /Im 6 0 R >>" if n + 1 in pictured else b""
        objects[10 + 2 * n] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F 3 0 R >> %s >> >>" % (11 + 2 * n, picture)
        )
        objects[11 + 2 * n] = stream(_content(lines))
    written = write_objects(objects, "/Info 7 0 R" if title else "")
    return written if password is owner is None else _encrypted(written, password or "", owner)


def stream(data: bytes, entries: str = "") -> bytes:
    """A compressed stream."""
    packed = zlib.compress(data)
    head = f"<< /Filter /FlateDecode /Length {len(packed)} {entries} >>\nstream\n".encode()
    return head + packed + b"\nendstream"


def write_objects(objects: Mapping[int, bytes], trailer: str = "") -> bytes:
    """A file of numbered objects, of which 1 is the catalogue."""
    body, offsets = b"%PDF-1.7\n", {}
    for number, written in objects.items():
        offsets[number] = len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, written)
    table = b"".join(
        b"%d 1\n%010d 00000 n \n" % (number, offset) for number, offset in offsets.items()
    )
    end = f"trailer << /Root 1 0 R /Size {max(objects) + 1} {trailer} >>\nstartxref\n{len(body)}"
    return body + b"xref\n0 1\n0000000000 65535 f \n" + table + end.encode() + b"\n%%EOF\n"


def _content(lines: Sequence[str | Line]) -> bytes:
    drawn, down = [], 60
    for each in lines:
        line = each if isinstance(each, Line) else Line(each)
        down = line.down if line.down is not None else down + line.size + 4
        text = line.text.encode("utf-16-be").hex()
        drawn.append(f"BT /F {line.size} Tf 1 0 0 1 {line.left} {842 - down} Tm <{text}> Tj ET")
    return "\n".join(drawn).encode()


def _encrypted(written: bytes, password: str, owner: str | None) -> bytes:
    writer, result = PdfWriter(clone_from=PdfReader(BytesIO(written))), BytesIO()
    writer.encrypt(password, owner, algorithm="AES-256")
    writer.write(result)
    return result.getvalue()
