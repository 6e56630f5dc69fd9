"""Decode bytes to text. What a document declares about itself is believed only where it can be
true.

The HTTP charset is not looked at: ministries serve what their web server was set up with.
The order: byte order mark, UTF-8, UTF-8 with a few damaged bytes; then, of what is declared, what
the operator says of the source, and what the letters speak for, the one with the fewest letters
foreign to the language.
"""

import codecs
import re
from collections import Counter
from functools import lru_cache
from typing import Any

from bot.errors import ParseError
from bot.parse.dom import html_to_text
from bot.text import one_line, parse_json, shorten

_WIDE_STARTS = {  # a byte order mark, or the `<` that most documents begin with
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
    b"<\0\0\0": "utf-32-le",
    b"\0\0\0<": "utf-32-be",
    b"<\0": "utf-16-le",
    b"\0<": "utf-16-be",
}
_FILE_SIGNATURES = {
    b"\x1f\x8b": "a gzip file",
    b"PK\x03\x04": "a zip file",
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
}
_DECLARED_ENCODING = re.compile(
    rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]+)[\"']"
    rb"|<meta[^>]{0,200}?charset\s*=\s*[\"']?([A-Za-z0-9._:-]+)",
    re.IGNORECASE,
)
_DECLARED_LANGUAGE = re.compile(
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
"""Invalid bytes allowed per valid UTF-8 sequence. Of the letters of Ukrainian in Windows-1251,
most prone to it, one in thirty begins a valid sequence by chance."""
HEAD = 20_000
"""Characters or bytes of a document in which it begins, and says what it is."""
# Bytes that are no UTF-8 (as `surrogateescape` shows them): Windows' punctuation, or lost.
_STRAY = {0xDC00 + byte: "\ufffd" for byte in range(0x80, 0x100)} | {
    0xDC00 + byte: bytes((byte,)).decode("cp1252")
    for byte in (0x82, *range(0x84, 0x86), *range(0x91, 0x98))
}


def decode_document(body: bytes | None, hint: str | None, language: str | None) -> str:
    """Return the text of a document. Raises ParseError for a body that holds none."""
    if not body or not body.strip():
        raise ParseError("the answer was empty")
    for start, kind in _FILE_SIGNATURES.items():
        if body.startswith(start):
            raise ParseError(f"{kind} came, not a feed")
    return decode_text(body, hint, language)


def decode_text(body: bytes, hint: str | None = None, language: str | None = None) -> str:
    """Return the text of a document, without an XML declaration and what a server wrote before it.
    `hint` is the encoding that the operator has configured."""
    decoded = _decode(body, hint, language)
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
    """Return whether there can be characters that XML forbids."""
    # Five times faster than to search the text for each of them.
    is_plain = len(body.translate(None, _CONTROLS)) == len(body)
    return not is_plain or "\ufffe" in decoded or "\uffff" in decoded


def _decode(body: bytes, hint: str | None, language: str | None) -> str:
    for start, encoding in _WIDE_STARTS.items():
        if body.startswith(start):
            return body.decode(encoding, "replace")
    return _decode_utf8(body) or body.decode(_best_encoding(body, hint, language), "replace")


def _decode_utf8(body: bytes) -> str | None:
    """Return the text of UTF-8 with a few bad bytes; None where too many are bad."""
    # An 8-bit text holds next to no sequence that is valid UTF-8 by chance.
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        decoded = body.decode("utf-8", "surrogateescape")
    valid = len(decoded.encode("utf-8", "ignore").decode())
    damaged, ascii_letters = len(decoded) - valid, len(decoded.encode("ascii", "ignore"))
    is_utf8 = damaged <= STRAY_LIMIT * (valid - ascii_letters)
    return decoded.translate(_STRAY) if is_utf8 else None


def _best_encoding(body: bytes, hint: str | None, language: str | None) -> str:
    code = language or _declared_value(_DECLARED_LANGUAGE, body)
    names = (_declared_value(_DECLARED_ENCODING, body), hint)
    candidates = [*filter(None, map(_codec_name, names)), guess_charset(body, code)]
    return min(candidates, key=lambda name: count_foreign_letters(body, name, code))


def _codec_name(name: str | None) -> str | None:
    """Return the name of an 8-bit encoding; None where it is unknown, or UTF-8."""
    low = (name or "").lower()
    if not low or low.startswith(("utf", "ucs", "unicode")):
        return None
    try:
        name = codecs.lookup("cp1252" if low in _LATIN else low).name
        bytes(range(256)).decode(name, "replace")  # not every codec is an encoding of text
    except (LookupError, UnicodeError):
        return None
    return name


def _declared_value(pattern: re.Pattern[bytes], body: bytes) -> str | None:
    match = pattern.search(body[:HEAD])
    return (match[1] or match[2]).decode("ascii") if match else None


_CYRILLIC = ("cp1251", "iso-8859-5")
_GREEK = ("cp1253", "iso-8859-7")
_SLAVONIC = "абвгдежзийклмнопрстуфхцчшщъьюя"
# Of each pair of encodings, the languages with their letters outside ASCII.
_ALPHABETS = {
    ("cp1252", "iso-8859-15"): (
        "fr àâæçéèêëîïôœùûüÿ, de äöüß, es áéíñóúü, it àèéìíîòóùú, pt áàâãçéêíóôõú, nl áéëèïóöü, "
        "da æøåé, no æøåéòô, sv åäöé, fi äöåšž, is áðéíóúýþæö, ga áéíóú"
    ),
    ("cp1250", "iso-8859-2"): (
        "cs áčďéěíňóřšťúůýž, sk áäčďéíĺľňóôŕšťúýž, pl ąćęłńóśźż, hu áéíóöőúüű, sl čšž, hr čćđšž, "
        "ro ăâîşţ"
    ),
    ("cp1257", "iso-8859-13"): "lt ąčęėįšųūž, lv āčēģīķļņšūž, et äõöüšž",
    ("cp1254", "iso-8859-9"): "tr çğıöşü",
    _GREEK: "el αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ",
    _CYRILLIC: f"bg {_SLAVONIC}, uk {_SLAVONIC}ґєії",
}
_CHARSET_LANGUAGES = {
    language[:2]: (encodings, language[3:])
    for encodings, languages in _ALPHABETS.items()
    for language in languages.split(", ")
}
_CHARSET_MARKS = "\u00a0«»„“”‚‘’–—…•§°€£©®ºª¿¡·"
_MEDIAL_SIGMA = re.compile(rb"\xf2[\xb0-\xff]")
_MIXED = re.compile(rb"[A-Za-z][\x80-\xff]|[\x80-\xff][A-Za-z]")


def guess_charset(body: bytes, language: str | None) -> str:
    """Return the encoding with the fewest letters foreign to a language (a BCP 47 tag)."""
    return min(_candidates(language), key=lambda pair: _foreign_count(body, *pair))[0]


def count_foreign_letters(body: bytes, encoding: str, language: str | None) -> int:
    """Count the bytes that are foreign to the language in an encoding; where the language is not
    known, to the one that fits best."""
    return min(_foreign_count(body, encoding, code) for _, code in _candidates(language))


def encodings_of(language: str) -> tuple[str, ...]:
    """Return the 8-bit encodings that a language is written in."""
    return _CHARSET_LANGUAGES[language][0]


def _candidates(language: str | None) -> list[tuple[str, str]]:
    primary = (language or "").split("-")[0].lower()
    languages = (primary,) if primary in _CHARSET_LANGUAGES else tuple(_CHARSET_LANGUAGES)
    return [(encoding, code) for code in languages for encoding in _CHARSET_LANGUAGES[code][0]]


def _foreign_count(body: bytes, encoding: str, language: str) -> int:
    seen, mixed, sigmas = _count_bytes(body)
    own, script = _letter_bytes(encoding, language), encodings_of(language)
    count = sum(times for byte, times in seen.items() if byte not in own)
    if script in (_GREEK, _CYRILLIC):
        count += mixed
    return count + sigmas if script == _GREEK else count


@lru_cache(maxsize=4)
def _count_bytes(body: bytes) -> tuple[Counter[int], int, int]:
    """Count, for each byte outside ASCII: how often it occurs; how often beside a Latin letter,
    where words of Greek or Cyrillic have none; and how often as a final sigma within a word."""
    foreign = Counter(byte for byte in body if byte > 0x7F)
    return foreign, len(_MIXED.findall(body)), len(_MEDIAL_SIGMA.findall(body))


@lru_cache(maxsize=200)
def _letter_bytes(encoding: str, language: str) -> frozenset[int]:
    """Return the bytes of an encoding that are letters of a language, or marks of any."""
    letters = _CHARSET_LANGUAGES[language][1]
    own = {*letters, *letters.upper(), *_CHARSET_MARKS}
    return frozenset(
        byte for byte in range(0x80, 0x100) if bytes((byte,)).decode(encoding, "replace") in own
    )


_HTML = re.compile(r"<!doctype html|<(?:html|head|body|meta|title|script|div|br)\b", re.IGNORECASE)
# Of the services that stand before web sites and ask whether the reader is a browser.
_CHALLENGE = re.compile(
    r"captcha|challenge|are you (?:a )?human|just a moment|checking your browser|cloudflare"
    r"|incapsula|imperva|akamai|ddos|access denied|request blocked|enable javascript",
    re.IGNORECASE,
)
_TITLE = re.compile(r"<title[^>]*>(.{0,300}?)</title", re.IGNORECASE | re.DOTALL)
_MESSAGE_KEYS = ("message", "error", "detail", "title", "status")


def load_json(text: str) -> Any:
    """Parse JSON. Raises ParseError."""
    try:
        return parse_json(text)
    except (ValueError, RecursionError) as error:
        raise ParseError(f"JSON that cannot be read came ({one_line(str(error))[:100]})") from None


def json_at(value: Any, path: str) -> Any:
    """Return what stands at a dotted path, or None; `docs[]` is all of `docs`."""
    for name in filter(None, path.replace("[]", "").split(".")):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def json_text(value: Any, path: str) -> str:
    """Return what stands at a dotted path, as text; JSON Feed 1.0 allowed numbers as ids."""
    part = json_at(value, path)
    return str(part) if isinstance(part, str | int | float) else ""


def describe_content(text: str, wanted: str = "a feed") -> str:
    """Describe the content of a document that is not what was expected, for an error message."""
    start = text.lstrip()[:5000]
    if not start:
        return "the answer was empty"
    if start[0] in "{[":
        return f"JSON came, not {wanted}{_json_message(text)}"
    if _HTML.match(start):
        is_asking = is_challenge(text)
        what = "an HTML page that asks for a browser (a challenge)" if is_asking else "an HTML page"
        title = _TITLE.search(start)
        title_text = one_line(html_to_text(title[1])) if title else ""
        return f"{what} came, not {wanted}{_quoted(title_text)}"
    return f"what came is no {wanted.removeprefix('a ')}{_quoted(one_line(start))}"


def is_challenge(text: str) -> bool:
    """Return whether a page is a short one that asks for a browser or a human."""
    return len(html_to_text(text[:50_000])) < 3000 and bool(_CHALLENGE.search(text[:20_000]))


def _json_message(text: str) -> str:
    try:
        answer = load_json(text)
    except ParseError:
        return ""
    messages = [answer.get(key) for key in _MESSAGE_KEYS] if isinstance(answer, dict) else []
    return _quoted(one_line(str(next(filter(None, messages), ""))))


def _quoted(text: str) -> str:
    return f": “{shorten(text, 80)}”" if text else ""
