"""Turn HTML into text, or into a tree of which elements are selected by CSS.

lxml is imported late: its 5 MB are for the workers, not for the service that waits.
"""

import html
import re
from functools import lru_cache
from typing import Any

from bot.errors import ParseError
from bot.text import one_line, tidy

_TAG = re.compile(r"<(?:(/?)([a-zA-Z][a-zA-Z0-9:]*+)[^<>]*+|[!?][^<>]*+)>")
_ABSURD = re.compile(r"&#(?:\d{8,}|[xX][0-9a-fA-F]{7,});?")  # no character has such a number
_HIDDEN = {"script", "style", "noscript", "template", "head"}
_BLOCKS = set(
    "address article aside blockquote br dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 "
    "header hr li main nav ol p pre section table td th title tr ul".split()
)
_STILL_MARKUP = re.compile(
    r"&(?:[a-zA-Z]{2,8}|#\d{1,6}|#x[0-9a-fA-F]{1,5});|</?(?:p|br|b|i|em|strong|a|div|span)\b[^<>]*>"
)

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
    """Return the elements that match a CSS selector, in order. Raises ParseError."""
    from lxml.etree import LxmlError

    if not selector:
        return []
    try:
        return list(_compiled(selector)(tree))
    except LxmlError as error:
        raise ParseError(f"“{selector}” cannot be looked for ({error})") from None


def select_first(tree: Element, selector: str | None) -> Element | None:
    """Return the first element that matches a CSS selector. Raises ParseError."""
    return next(iter(select(tree, selector)), None)


@lru_cache(maxsize=500)
def _compiled(selector: str) -> Any:
    from cssselect import SelectorError
    from lxml.cssselect import CSSSelector  # type: ignore[import-untyped]
    from lxml.etree import LxmlError

    try:
        return CSSSelector(selector, translator="html")
    except (SelectorError, LxmlError) as error:
        raise ParseError(f"“{selector}” is no CSS selector ({error})") from None


def html_to_text(markup: str) -> str:
    """Return the readable text of HTML, paragraphs on lines of their own."""
    # Feeds escape once, twice or not at all: what still looks like markup is stripped once more.
    text = _strip(markup)
    if _STILL_MARKUP.search(text):
        text = _strip(text)
    return tidy(text)


def _strip(markup: str) -> str:
    pieces: list[str] = []
    hidden, position = None, 0
    for tag in _TAG.finditer(markup):
        if hidden is None:
            pieces.append(markup[position : tag.start()])
        position = tag.end()
        name = (tag[2] or "").lower()
        if hidden is None and name in _HIDDEN and not tag[1] and not tag[0].endswith("/>"):
            hidden = name
        elif hidden == name and tag[1]:
            hidden = None
        elif name in _BLOCKS:
            pieces.append("\n")
    if hidden is None:
        pieces.append(markup[position:])
    return html.unescape(_ABSURD.sub("\ufffd", "".join(pieces)))
