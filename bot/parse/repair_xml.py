"""XML -> XML without what most often keeps a feed from being well-formed."""

import html.entities
import re

_AMPERSAND = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|&(?:([A-Za-z][A-Za-z0-9]{1,31});|#(\d{1,50}|[xX][0-9A-Fa-f]{1,50});|(?!#?\w{1,32};))",
    re.DOTALL,
)
_OF_XML = {"amp", "lt", "gt", "quot", "apos"}
ENTITIES_HEAD = 20_000
"""Characters of a document in which its own entities are declared."""


def repair_xml(xml: str) -> str:
    """XML whose bare ampersands are escaped, and HTML's entities (`&nbsp;`) characters: what most
    often keeps a feed from being well-formed. CDATA stays as it is."""
    return xml if "<!ENTITY" in xml[:ENTITIES_HEAD] else _AMPERSAND.sub(_mended, xml)


def _mended(found: re.Match[str]) -> str:
    if not found[0].startswith("&"):
        return found[0]
    name, number = found[1], found[2]
    if number is not None:
        return found[0] if _is_character(number) else "\ufffd"
    if name is None:
        return "&amp;"
    meant = None if name in _OF_XML else html.entities.html5.get(f"{name};")
    return meant if meant and meant not in "<>&" else found[0]


def _is_character(number: str) -> bool:
    """Whether a character reference names a character of XML 1.0 (section 2.2)."""
    code = int(number[1:], 16) if number[0] in "xX" else int(number)
    return code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0x110000
