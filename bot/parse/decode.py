"""Bytes -> text. What a document declares about itself is believed only where it can be true.

The HTTP charset is not looked at: ministries serve what their web server was set up with.
The order: byte order mark, UTF-8, UTF-8 with a few damaged bytes; then, of what is declared, what
the operator says of the source, and what the letters speak for, the one with the fewest letters
foreign to the language.
"""

import codecs
import re

from bot.parse import charset

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNMARKED = (
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
_DECLARED = re.compile(
    rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]+)[\"']"
    rb"|<meta[^>]{0,200}?charset\s*=\s*[\"']?([A-Za-z0-9._:-]+)",
    re.IGNORECASE,
)
_LANGUAGE = re.compile(
    rb"<(?:dc:)?language>\s*([A-Za-z-]{2,8})\s*<|\b(?:xml:)?lang\s*=\s*[\"']([A-Za-z-]{2,8})[\"']"
)
# Browsers and feed writers alike mean Windows-1252 by Latin-1 (WHATWG Encoding, section 4.2).
_LATIN = dict.fromkeys(("iso-8859-1", "iso8859-1", "latin-1", "latin1", "us-ascii", "ascii"))
_JSON = re.compile(r"\s*[{\[]")
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_CONTROLS = bytes((*range(9), 0x0B, 0x0C, *range(0x0E, 0x20)))
_ROOT = re.compile(r"<\?xml\b|<rss\b|<feed\b|<(?:\w{1,20}:)?RDF\b")
_MARKUP = re.compile(r"<(?:!--|!DOCTYPE|[A-Za-z])")
STRAY_LIMIT = 4
"""Stray bytes for each sequence that is UTF-8. Of the letters of Ukrainian in Windows-1251,
most prone to it, one in thirty begins a valid sequence by chance."""
HEAD = 20_000
"""Characters or bytes of a document in which it begins, and says what it is."""
# Bytes that are no UTF-8 (as `surrogateescape` shows them): Windows' punctuation, or lost.
_STRAY = {0xDC00 + byte: "\ufffd" for byte in range(0x80, 0x100)} | {
    0xDC00 + byte: bytes((byte,)).decode("cp1252")
    for byte in (0x82, *range(0x84, 0x86), *range(0x91, 0x98))
}


def decode_text(body: bytes, hint: str | None = None, language: str | None = None) -> str:
    """The text of a document, without what a server wrote before it and without an XML
    declaration; `hint` is the encoding that the operator knows the source to be in."""
    decoded = _decoded(body, hint, language)
    if _may_hold_controls(body, decoded):
        decoded = _NOT_XML.sub("", decoded)
    decoded = decoded.lstrip("\ufeff")
    if _JSON.match(decoded):  # which may hold markup, but does not begin with it
        return decoded.strip()
    root = _ROOT.search(decoded, 0, HEAD) or _MARKUP.search(decoded)
    start = root.start() if root else 0
    declaration = _DECLARATION.match(decoded, start)
    return decoded[declaration.end() if declaration else start :]


def _may_hold_controls(body: bytes, decoded: str) -> bool:
    """Whether there can be characters that XML forbids: five times faster than to look for each
    in the text."""
    is_plain = len(body.translate(None, _CONTROLS)) == len(body)
    return not is_plain or "\ufffe" in decoded or "\uffff" in decoded


def _decoded(body: bytes, hint: str | None, language: str | None) -> str:
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body.decode(encoding, "replace")
    for start, encoding in _UNMARKED:
        if body.startswith(start):
            return body.decode(encoding, "replace")
    return _utf8(body) or body.decode(_encoding(body, hint, language), "replace")


def _utf8(body: bytes) -> str | None:
    """The text, unless far more bytes are no UTF-8 than are: an 8-bit text holds next to no
    sequence that is valid by chance."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        decoded = body.decode("utf-8", "surrogateescape")
    valid = len(decoded.encode("utf-8", "ignore").decode())
    damaged, ascii_letters = len(decoded) - valid, len(decoded.encode("ascii", "ignore"))
    is_utf8 = damaged <= STRAY_LIMIT * (valid - ascii_letters)
    return decoded.translate(_STRAY) if is_utf8 else None


def _encoding(body: bytes, hint: str | None, language: str | None) -> str:
    spoken = language or _found(_LANGUAGE, body)
    said = [name for name in map(_known, (_found(_DECLARED, body), hint)) if name]
    candidates = [*said, charset.guess_charset(body, spoken)]
    return min(candidates, key=lambda name: charset.count_foreign_letters(body, name, spoken))


def _known(name: str | None) -> str | None:
    """The name of an 8-bit encoding, or None: UTF-8 it is not."""
    low = (name or "").lower()
    if not low or low.startswith(("utf", "ucs", "unicode")):
        return None
    try:
        name = codecs.lookup("cp1252" if low in _LATIN else low).name
        bytes(range(256)).decode(name, "replace")  # not every codec is an encoding of text
    except (LookupError, UnicodeError):
        return None
    return name


def _found(pattern: re.Pattern[bytes], body: bytes) -> str | None:
    match = pattern.search(body[:HEAD])
    return (match[1] or match[2]).decode("ascii") if match else None
