"""Bytes -> text. What a document declares about itself is believed only where it can be true.

The HTTP charset is not looked at: ministries serve what their web server was set up with.
The order: byte order mark, UTF-8, UTF-8 with a few damaged bytes, the declaration, Windows-1252.
"""

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]+)[\"']")
_UNMARKED_UTF16 = {b"<\x00?\x00": "utf-16-le", b"\x00<\x00?": "utf-16-be"}
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
DAMAGE = 0.02
"""The share of non-ASCII characters that may be damaged in what still counts as UTF-8."""


def text(body: bytes) -> str:
    """The text of a document, from its first `<` or `{` on, without an XML declaration."""
    decoded = _NOT_XML.sub("", _decoded(body).lstrip("\ufeff"))
    start = re.search(r"<(?:\?xml|!--|!DOCTYPE|[A-Za-z])", decoded)
    return _DECLARATION.sub("", decoded[start.start() :] if start else decoded, count=1)


def _decoded(body: bytes) -> str:
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body.decode(encoding, "replace")
    if wide := _UNMARKED_UTF16.get(body[:4]):
        return body.decode(wide, "replace")
    return _utf8(body) or _as_declared(body) or body.decode("cp1252", "replace")


def _utf8(body: bytes) -> str | None:
    decoded = body.decode("utf-8", "replace")
    damaged = decoded.count("\ufffd")
    foreign = len(re.findall(r"[^\x00-\x7f]", decoded)) if damaged else 0
    return decoded if damaged <= foreign * DAMAGE else None


def _as_declared(body: bytes) -> str | None:
    declared = _DECLARED.search(body[:1024])
    if declared is None:
        return None
    name = declared[1].decode("ascii").lower()
    # Browsers and feed writers alike mean Windows-1252 by Latin-1 (WHATWG Encoding, section 4.2).
    name = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "us-ascii": "cp1252"}.get(name, name)
    try:
        return body.decode(name, "replace")
    except (LookupError, UnicodeError):
        return None
