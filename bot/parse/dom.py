"""Parse HTML into a tree, and select elements by CSS.

lxml is imported late: its 5 MB are for the workers, not for the service that waits.
"""

from functools import lru_cache
from typing import Any

from bot.errors import ParseError
from bot.text import one_line

Element = Any
"""An `lxml.html.HtmlElement`: lxml ships no types."""


def parse_html(text: str) -> Element:
    """Parse HTML into a tree. Raises ParseError when it is none."""
    import lxml.html  # type: ignore[import-untyped]
    from lxml.etree import LxmlError  # type: ignore[import-untyped]

    try:
        return lxml.html.document_fromstring(text)
    except (LxmlError, ValueError, AssertionError) as error:
        raise ParseError(f"no page that can be read came ({one_line(str(error))[:100]})") from None


def select(tree: Element, selector: str | None) -> list[Element]:
    """Return the elements that match a CSS selector, in document order. Raises ParseError for an
    invalid selector."""
    from lxml.etree import LxmlError

    if not selector:
        return []
    try:
        return list(_compiled(selector)(tree))
    except LxmlError as error:
        raise ParseError(f"“{selector}” cannot be looked for ({error})") from None


@lru_cache(maxsize=500)
def _compiled(selector: str) -> Any:
    from cssselect import SelectorError
    from lxml.cssselect import CSSSelector  # type: ignore[import-untyped]
    from lxml.etree import LxmlError

    try:
        return CSSSelector(selector, translator="html")
    except (SelectorError, LxmlError) as error:
        raise ParseError(f"“{selector}” is no CSS selector ({error})") from None
