"""Which 8-bit encoding a text is in that does not say so, by the letters that its language has.

The bytes are read as each encoding in turn; the one in which the fewest of them are foreign to
the language is taken. Where the language is not known either, each language is tried. The letters
are CLDR's exemplar letters.
"""

import re
from collections import Counter
from functools import lru_cache

_WESTERN = ("cp1252", "iso-8859-15")
_CENTRAL = ("cp1250", "iso-8859-2")
_BALTIC = ("cp1257", "iso-8859-13")
_CYRILLIC = ("cp1251", "iso-8859-5")
_GREEK = ("cp1253", "iso-8859-7")
_TURKISH = ("cp1254", "iso-8859-9")

_SLAVONIC = "абвгдежзийклмнопрстуфхцчшщъьюя"
_CHARSET_LANGUAGES: dict[str, tuple[tuple[str, ...], str]] = {
    "fr": (_WESTERN, "àâæçéèêëîïôœùûüÿ"),
    "de": (_WESTERN, "äöüß"),
    "es": (_WESTERN, "áéíñóúü"),
    "it": (_WESTERN, "àèéìíîòóùú"),
    "pt": (_WESTERN, "áàâãçéêíóôõú"),
    "nl": (_WESTERN, "áéëèïóöü"),
    "da": (_WESTERN, "æøåé"),
    "no": (_WESTERN, "æøåéòô"),
    "sv": (_WESTERN, "åäöé"),
    "fi": (_WESTERN, "äöåšž"),
    "is": (_WESTERN, "áðéíóúýþæö"),
    "ga": (_WESTERN, "áéíóú"),
    "cs": (_CENTRAL, "áčďéěíňóřšťúůýž"),
    "sk": (_CENTRAL, "áäčďéíĺľňóôŕšťúýž"),
    "pl": (_CENTRAL, "ąćęłńóśźż"),
    "hu": (_CENTRAL, "áéíóöőúüű"),
    "sl": (_CENTRAL, "čšž"),
    "hr": (_CENTRAL, "čćđšž"),
    "ro": (_CENTRAL, "ăâîşţ"),
    "lt": (_BALTIC, "ąčęėįšųūž"),
    "lv": (_BALTIC, "āčēģīķļņšūž"),
    "et": (_BALTIC, "äõöüšž"),
    "tr": (_TURKISH, "çğıöşü"),
    "el": (_GREEK, "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ"),
    "bg": (_CYRILLIC, _SLAVONIC),
    "uk": (_CYRILLIC, f"{_SLAVONIC}ґєії"),
}
_CHARSET_MARKS = "\u00a0«»„“”‚‘’–—…•§°€£©®ºª¿¡·"
_MEDIAL_SIGMA = re.compile(rb"\xf2[\xb0-\xff]")
_MIXED = re.compile(rb"[A-Za-z][\x80-\xff]|[\x80-\xff][A-Za-z]")


def guess_charset(body: bytes, language: str | None) -> str:
    """The encoding that makes the most of the bytes; `language` is a BCP 47 tag, where known."""
    return min(_candidates(language), key=lambda pair: _foreign(body, *pair))[0]


def count_foreign_letters(body: bytes, encoding: str, language: str | None) -> int:
    """How many bytes are foreign to the language in an encoding; to the best fitting language,
    where it is not known."""
    return min(_foreign(body, encoding, code) for _, code in _candidates(language))


def encodings_of(language: str) -> tuple[str, ...]:
    """The 8-bit encodings that a language is written in."""
    return _CHARSET_LANGUAGES[language][0]


def _candidates(language: str | None) -> list[tuple[str, str]]:
    primary = (language or "").split("-")[0].lower()
    languages = (primary,) if primary in _CHARSET_LANGUAGES else tuple(_CHARSET_LANGUAGES)
    return [(encoding, code) for code in languages for encoding in _CHARSET_LANGUAGES[code][0]]


def _foreign(body: bytes, encoding: str, language: str) -> int:
    seen, mixed, sigmas = _bytes(body)
    own = _own(encoding, language)
    odd = sum(times for byte, times in seen.items() if byte not in own)
    script = encodings_of(language)
    if script in (_GREEK, _CYRILLIC):
        odd += mixed
    return odd + sigmas if script == _GREEK else odd


@lru_cache(maxsize=4)
def _bytes(body: bytes) -> tuple[Counter[int], int, int]:
    """How often each byte of no ASCII stands in a text; how many stand beside a Latin letter,
    which whole words of Greek or Cyrillic do not; and how many would be a final sigma that ends
    no word."""
    foreign = Counter(byte for byte in body if byte > 0x7F)
    return foreign, len(_MIXED.findall(body)), len(_MEDIAL_SIGMA.findall(body))


@lru_cache(maxsize=200)
def _own(encoding: str, language: str) -> frozenset[int]:
    """The bytes that are letters of a language, or marks of any, in an encoding."""
    letters = _CHARSET_LANGUAGES[language][1]
    wanted = {*letters, *letters.upper(), *_CHARSET_MARKS}
    return frozenset(
        byte for byte in range(0x80, 0x100) if bytes((byte,)).decode(encoding, "replace") in wanted
    )
