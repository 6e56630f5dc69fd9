"""XML -> XML without what most often keeps a feed from being well-formed."""

import html.entities
import re

_AMPERSAND = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|&(?:([A-Za-z][A-Za-z0-9]{1,31});|(?!#?\w{1,32};))",
    re.DOTALL,
)
_OF_XML = {"amp", "lt", "gt", "quot", "apos"}
HEAD = 20_000
"""Characters of a document in which its own entities are declared."""


def mended(xml: str) -> str:
    """XML whose bare ampersands are escaped, and HTML's entities (`&nbsp;`) characters: what most
    often keeps a feed from being well-formed. CDATA stays as it is."""
    return xml if "<!ENTITY" in xml[:HEAD] else _AMPERSAND.sub(_mended, xml)


def _mended(found: re.Match[str]) -> str:
    if not found[0].startswith("&"):
        return found[0]
    name = found[1]
    if name is None:
        return "&amp;"
    meant = None if name in _OF_XML else html.entities.html5.get(f"{name};")
    return meant if meant and meant not in "<>&" else found[0]
