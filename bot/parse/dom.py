"""Turn HTML into the text that a reader sees, or into a tree of which elements are selected by CSS.

lxml is imported late: its 5 MB are for the workers, not for the service that waits.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from bot.errors import ParseError
from bot.parse.markup import is_markup, mend_markup
from bot.text import one_line, tidy

ESCAPES = 3
"""Times that a text is read as HTML: feeds escape it once, twice, rarely thrice, or not at all."""

_BLOCKS = set(
    "address article aside blockquote br caption dd details div dl dt fieldset figure footer form "
    "h1 h2 h3 h4 h5 h6 header hgroup hr legend li main nav ol p pre section summary table td th tr "
    "ul".split()
)
# Their content is not shown, is no text, or is the caption of a picture.
_UNREAD = set(
    "annotation audio button canvas datalist figcaption head iframe meter noembed noframes "
    "noscript object progress script select style svg template textarea title video xml".split()
)
_UNREAD_STYLE = re.compile(
    r"(?<![\w-])(?:display\s*:\s*none|(?:content-)?visibility\s*:\s*(?:hidden|collapse)"
    r"|mso-hide\s*:\s*all|opacity\s*:\s*0(?![\d.]*[1-9])"
    r"|clip\s*:\s*rect\(|(?:left|text-indent)\s*:\s*-\d{3})",
    re.IGNORECASE,
)
# What the style sheets of Bootstrap, Drupal and WordPress hide; labels of fields, and captions.
_UNREAD_CLASS = re.compile(
    r"(?<!\S)(?!(?:has|with|no)[-_])(?:hidden|d-none|caption-text|(?:field|views)[-_]{1,2}label"
    r"|[\w-]*(?:visually-?hidden|sr-only|screen-?reader-(?:text|only)|element-invisible)"
    r"|[\w-]*(?:credits?|copyright)"
    r"|[\w-]*(?:image|img|photo|picture|foto|figure|media|wp)[-_]{1,2}caption[\w-]*)(?!\S)",
    re.IGNORECASE,
)
_SHOWN_CLASS = re.compile(r"(?<!\S)(?:[a-z]{2}:(?!hidden)|d-[a-z]{2}-(?!none))")  # on wide screens
STYLE_LIMIT = 500
"""Characters of a style, and of the classes of an element, that are looked at."""
_BREAK = "\u2029"
"""Between paragraphs; the line breaks of HTML are mere spaces."""

Element = Any
"""An `lxml.html.HtmlElement`: lxml ships no types."""


def parse_html(text: str) -> Element:
    """Parse HTML into a tree. Raises ParseError for what is no HTML."""
    import lxml.html  # type: ignore[import-untyped]
    from lxml.etree import LxmlError  # type: ignore[import-untyped]

    try:
        return lxml.html.document_fromstring(text)
    except (LxmlError, ValueError, AssertionError) as error:
        raise ParseError(f"no page that can be read came ({one_line(str(error))[:100]})") from None


def parse_xml(text: str) -> Element:
    """Parse XML into a tree; entities of its own are not expanded, and nothing is fetched. Raises
    ParseError when it is none."""
    from lxml.etree import LxmlError, XMLParser, fromstring

    # One that expands to gigabytes, or to a file of this machine, is what such XML is sent for.
    parser = XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True
    )
    try:
        root = fromstring(text.encode("utf-8", "ignore"), parser)
    except (LxmlError, ValueError) as error:
        raise ParseError(f"no XML that can be read came ({one_line(str(error))[:100]})") from None
    if root is None:
        raise ParseError("no XML that can be read came")
    return root


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
    """Return the text that a reader of HTML sees, paragraphs on lines of their own; no comment, no
    element that is hidden, and no caption of a picture."""
    text, among_tags = markup, False
    for _ in range(ESCAPES):
        if not is_markup(text, among_tags=among_tags):
            break
        among_tags = "<" in text
        text = _read(text)
    return tidy(text.replace(_BREAK, "\n"))


def plain_to_text(text: str) -> str:
    """Return a text that is no HTML as it is read, without references to characters."""
    return tidy(_read(text.replace("<", "&lt;")) if is_markup(text) else text)


def readable_text(element: Element) -> str:
    """Return the text that a reader sees of an element, as html_to_text does."""
    from lxml.etree import iterwalk

    reader = _Reader()
    for event, node in iterwalk(element, events=("start", "end", "comment", "pi")):
        if event == "start":
            reader.start(node.tag, node.attrib)
            reader.data(node.text or "")
            continue
        if event == "end":
            reader.end(node.tag)
        if node is not element:
            reader.data(node.tail or "")
    return tidy(reader.close().replace(_BREAK, "\n"))


def _read(markup: str) -> str:
    from lxml.etree import HTMLParser, fromstring

    # With a target it needs no tree, which libxml2 limits to 256 levels.
    parser = HTMLParser(target=_Reader(), encoding="utf-8")
    text: str = fromstring(
        mend_markup(markup).encode("utf-8", "ignore").replace(b"\0", b""), parser
    )
    return text


class _Reader:
    """Collects what a reader sees: a target of lxml's parsers."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._unread = 0  # elements open, from the outermost that is not read
        self._has_blocks = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._unread or tag in _UNREAD or is_unread(tag, attributes):
            self._unread += 1
        elif tag in _BLOCKS:
            self._has_blocks = True
            self._pieces.append(_BREAK)

    def end(self, tag: str) -> None:
        if self._unread:
            self._unread -= 1
        elif tag in _BLOCKS:
            self._pieces.append(_BREAK)

    def data(self, text: str) -> None:
        if not self._unread:
            self._pieces.append(text)

    def close(self) -> str:
        """Return the text."""
        text = "".join(self._pieces)
        if self._has_blocks:  # else the lines are those of plain text
            text = text.replace("\r", " ").replace("\n", " ")
        return text


def is_unread(tag: str, attributes: Mapping[str, str]) -> bool:
    """Return whether the attributes of an element hide it, or make it the caption of a picture."""
    if tag == "dialog":
        return "open" not in attributes
    if not attributes:
        return False
    style, names = attributes.get("style", ""), attributes.get("class", "")
    return "hidden" in attributes or _hides(style[:STYLE_LIMIT], names[:STYLE_LIMIT])


@lru_cache(maxsize=1000)  # a page has few of them, and each many times
def _hides(style: str, names: str) -> bool:
    is_unread = bool(_UNREAD_CLASS.search(names)) and not _SHOWN_CLASS.search(names)
    return is_unread or bool(_UNREAD_STYLE.search(style))
