"""Mend the HTML of feeds before an HTML parser reads it, so that none of their words is lost.

A parser of HTML takes every `<` before a letter for a tag, the `<Dublin III>` of a plain title too,
CDATA for a comment, and an empty element of XML for a start without an end.
"""

import html
import re

_NAMES = (  # the most frequent first, as they are tried in turn
    "p a br li ul div span strong em b i img h2 h3 td tr figure abbr acronym address area article "
    "aside audio base bdi bdo big blink blockquote body button canvas caption center cite code col "
    "colgroup command data datalist dd del details dfn dialog dir dl dt embed fieldset figcaption "
    "font footer form frame frameset h1 h4 h5 h6 head header hgroup hr html iframe input ins kbd "
    "label legend link main map mark marquee math menu menuitem meta meter nav nobr noembed "
    "noframes noscript object ol optgroup option output param picture plaintext pre progress q rp "
    "rt ruby s samp script search section select slot small source strike style sub summary sup "
    "svg table tbody template textarea tfoot th thead time title track tt u var video wbr xml xmp"
)
_VOID = "area|base|br|col|embed|frame|hr|img|input|link|meta|param|source|track|wbr"
_TAG_NAME = rf"(?=[a-z])(?:{'|'.join(_NAMES.split())})(?![^\s/>])"

# Also as it is left by who has escaped it, or has taken it for a comment.
_CDATA_START = re.compile(r"(?:(?:<|&(?:amp;)*lt;)?!(?:--)?\s*)?\[\s*CDATA\s*\[", re.IGNORECASE)
_CDATA_END = re.compile(r"\]\]\s*(?:--)?(?:>|&(?:amp;)*gt;)*")
_LEFT_CDATA_END = re.compile(r"\s*\]\](?:>|&(?:amp;)*gt;)\s*\Z")
_CAPTION = re.compile(
    r"\[caption\b[^\[\]]{0,500}\].{0,2000}?\[/caption\]", re.DOTALL
)  # of WordPress
_ESCAPED_QUOTES = re.compile(
    r"(?<==)(&(?:#0?39|#x27|apos|quot|#34|#x22);)((?:(?!\1).){0,2000}?)\1(?=[\s/>])",
    re.DOTALL | re.IGNORECASE,
)
_DOCUMENT_TAG = re.compile(r"</?(?:html|body)(?:\s[^<>]*)?>", re.IGNORECASE)
_EMPTY_ELEMENT = re.compile(
    rf"<(?!(?:{_VOID})\b)([A-Za-z][\w:.-]*)(?:\s[^<>]*[\s\"'])?/>", re.IGNORECASE
)
# A `<` that begins no tag that HTML has, or one that runs into the next.
_DOUBTFUL = re.compile(
    rf"<(?!/{_TAG_NAME}|{_TAG_NAME}(?![^<>\"'=]*(?:<|\Z))|!--|!doctype\b|!\[|\?\w)", re.IGNORECASE
)
_FOREIGN_TAG = re.compile(
    r"</[A-Za-z][\w:.-]*\s*>"
    r"|<[A-Za-z][\w.-]*(?::[A-Za-z][\w.-]*)?(?:\s[^<>=]*=[^<>]*|\s*/)>"
)
_FOREIGN_START = re.compile(r"<([A-Za-z][\w:.-]*)(?:\s[^<>]*)?>")
_FOREIGN_END = re.compile(r"</([A-Za-z][\w:.-]*)")
_REFERENCE = r"&(?:[a-z]{2,8}|#\d{1,6}|#x[0-9a-f]{1,5});|<!--|<!\[|\[CDATA\[|\]\]>"
_MARKUP = re.compile(rf"{_REFERENCE}|<{_TAG_NAME}[^<>]*>|</[a-z]|<[a-z][^<>=]*=", re.IGNORECASE)
# What stands escaped among tags is markup that was escaped by mistake only where it is of these;
# else it may be said of HTML.
_ESCAPED_MARKUP = re.compile(
    rf"{_REFERENCE}|</?(?:p|br|b|i|em|strong|a|div|span)\b[^<>]*>", re.IGNORECASE
)


def is_markup(text: str, *, among_tags: bool = False) -> bool:
    """Return whether a text holds tags, comments, CDATA, or references to characters; `among_tags`,
    where tags beside it were read before."""
    if not ("<" in text or "&" in text or "[" in text or "]]>" in text):
        return False  # as most texts are: far faster than the patterns
    return bool((_ESCAPED_MARKUP if among_tags else _MARKUP).search(text))


def without_cdata(text: str) -> str:
    """Return a text without the marks of CDATA sections that were escaped, or nested."""
    if ("CDATA" in text or "cdata" in text) and _CDATA_START.search(text):
        return _CDATA_END.sub("", _CDATA_START.sub("", text)).strip()
    return _LEFT_CDATA_END.sub("", text) if "]]" in text[-20:] else text


def mend_markup(markup: str) -> str:
    """Return HTML of which an HTML parser loses no word."""
    markup = without_cdata(markup)
    if "[/caption]" in markup:
        markup = _CAPTION.sub("", markup)
    if "<" not in markup:
        return markup
    markup = _DOCUMENT_TAG.sub("", markup)  # what stands after its end is shown, too
    if "=&" in markup:
        markup = _ESCAPED_QUOTES.sub(_with_quotes, markup)
    if "/>" in markup:
        markup = _EMPTY_ELEMENT.sub(r"<\1></\1>", markup)
    return _close_quotes(_escape_literals(markup))


def _with_quotes(value: re.Match[str]) -> str:
    quote = html.unescape(value[1])
    return f"{quote}{value[2].replace(quote, value[1])}{quote}"


def _escape_literals(markup: str) -> str:
    """Escape each `<` that begins no tag."""
    # What HTML does not know by name is a tag if it has attributes, or is closed.
    if not _DOUBTFUL.search(markup):
        return markup
    closed = {name.lower() for name in _FOREIGN_END.findall(markup)}

    def escape(less_than: re.Match[str]) -> str:
        start = _FOREIGN_START.match(markup, less_than.start())
        is_closed = start is not None and start[1].lower() in closed
        is_tag = is_closed or _FOREIGN_TAG.match(markup, less_than.start())
        return "<" if is_tag else "&lt;"

    return _DOUBTFUL.sub(escape, markup)


def _close_quotes(markup: str) -> str:
    """Close a quote that is open in a tag, where the tag ends: all that follows would be lost."""
    for quote in "\"'":
        start = markup.rfind(f"={quote}")
        if start < 0 or quote in markup[start + 2 :]:
            continue
        end = markup.find(">", start)
        if end >= 0 and markup.rfind("<", 0, start) > markup.rfind(">", 0, start):
            markup = f"{markup[:end]}{quote}{markup[end:]}"
    return markup
