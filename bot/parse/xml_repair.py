"""Repair XML that is not well-formed, as far as it can be told what was meant."""

import re
from collections.abc import Iterator
from html.entities import html5

from bot.parse.markup import without_cdata

ENTITIES_HEAD = 20_000
"""Characters at the start of a document that are searched for entity declarations."""
_AMPERSAND = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|&(?:([A-Za-z][A-Za-z0-9]{1,31});|#(\d{1,50}|[xX][0-9A-Fa-f]{1,50});|(?!#?\w{1,32};))",
    re.DOTALL,
)
# An element of text with what stands in it, as far as the next of its kind, or the end of its item.
_TEXT_ELEMENT = re.compile(
    r"(<((?:\w{1,20}:)?(?:title|description|summary|content|encoded))(?:\s[^<>]*)?(?<!/)>)"
    r"((?:[^<]++|<(?!/?(?:item|entry|\2)[\s>]))*+)(?=</\2\s*>)"
)


def repairs(xml: str) -> Iterator[str]:
    """Yield a document as it is, then with more and more of it repaired."""
    yield xml
    repaired = repair_references(xml)
    yield repaired
    yield repair_texts(repaired)


def repair_texts(xml: str) -> str:
    """Make CDATA of the texts of a feed that hold HTML, or a `<` that begins no tag."""
    return _TEXT_ELEMENT.sub(_text_in_cdata, xml)


def _text_in_cdata(element: re.Match[str]) -> str:
    start, text = element[1], element[3].strip()
    is_cdata = text.startswith("<![CDATA[") and text.find("]]>") == len(text) - len("]]>")
    if is_cdata or "<" not in text:
        return element[0]
    return f"{start}<![CDATA[{without_cdata(text).replace(']]>', ']]&gt;')}]]>"


def repair_references(xml: str) -> str:
    """Escape bare ampersands and replace HTML entities (`&nbsp;`), except in CDATA."""
    # Bare ampersands and HTML entities are the most frequent reasons why a feed is not well-formed.
    return xml if "<!ENTITY" in xml[:ENTITIES_HEAD] else _AMPERSAND.sub(_repair_match, xml)


def _repair_match(match: re.Match[str]) -> str:
    reference, name, number = match[0], match[1], match[2]
    if not reference.startswith("&"):  # a CDATA section, or a comment
        return reference
    if number:
        return reference if _is_character(number) else "\ufffd"
    if not name:
        return "&amp;"
    character = html5.get(f"{name};", "&")
    return reference if character in set("<>&\"'") else character


def _is_character(number: str) -> bool:
    """Return whether a reference is to a character of XML 1.0 (section 2.2)."""
    code = int(number[1:], 16) if number[0] in "xX" else int(number)
    return code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0x110000
