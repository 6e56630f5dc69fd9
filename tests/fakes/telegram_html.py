"""Telegram's HTML parse mode, as strict as Telegram: what people see of a text, or the refusal.

The tags are those of the Bot API ("Formatting options"); how they may be written was measured
against TDLib, whose parser the Bot API server uses. Trimming is left to whoever takes the text.
"""

import re
from typing import NamedTuple, NoReturn

_TYPES = dict(
    pair.split(":")
    for pair in "a:text_link b:bold strong:bold i:italic em:italic u:underline ins:underline "
    "s:strikethrough strike:strikethrough del:strikethrough span:spoiler tg-spoiler:spoiler "
    "tg-emoji:custom_emoji tg-time:date_time pre:pre code:code blockquote:blockquote".split()
)
_CHARACTERS = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(
    r"&(?:#x([\da-fA-F]{1,6})(?![\da-fA-F])|#(\d{1,7})(?!\d)|(lt|gt|amp|quot)(?![a-zA-Z]));?",
    re.ASCII,
)
_NUMBER = re.compile(r"[1-9]\d{0,17}|[1-8]\d{18}", re.ASCII)
_ADDRESS = re.compile(
    r"(?:(https?)://)?((?:[\w-]+\.)+[\w-]+)(:[1-9]\d{0,3})?(?![^/?#])(.*)", re.IGNORECASE
)

# Possessive (`*+`), for Telegram does not go back either; NUL ends everything.
_ATTRIBUTE = r"""[ \t\r\n\v]*+([^ \t\r\n\v\0=>/"']++)(?:[ \t\r\n\v]*+=[ \t\r\n\v]*+
    (?:"([^"\0]*+)"|'([^'\0]*+)'|([a-zA-Z0-9.-]*+)(?=[ \t\r\n\v>]|\Z)))?+"""
_ATTRIBUTES = re.compile(_ATTRIBUTE, re.VERBOSE)
_TOKEN = re.compile(
    rf"""(?P<text>[^<]++)
    | </(?P<end>[^ \t\r\n\v\0>]*+)[ \t\r\n\v]*+>?+
    | <(?P<start>[^ \t\r\n\v\0>]*+)(?P<attributes>(?:{_ATTRIBUTE})*+)[ \t\r\n\v]*+>?+""",
    re.VERBOSE,
)


class BadHtml(ValueError):  # noqa: N818
    """Telegram answers 400 `can't parse entities: ` and this reason."""


class Entity(NamedTuple):
    """A stretch of the visible text, in UTF-16 units, and what is special about it."""

    type: str
    offset: int
    length: int
    url: str | None = None


class _Open(NamedTuple):
    """A tag that waits for its end."""

    name: str
    attributes: dict[str, str]
    start: int


def visible(html: str) -> str:
    """The text that people see. Raises BadHtml."""
    return parse(html)[0]


def entities(html: str) -> list[Entity]:
    """What is special about the visible text, outer before inner. Raises BadHtml.

    A link without a usable address is not among it: Telegram drops it without a word.
    """
    return parse(html)[1]


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units, in which Telegram counts offsets."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse(html: str) -> tuple[str, list[Entity]]:
    """The visible text and its entities. Raises BadHtml."""
    text, found, stack = "", list[Entity](), list[_Open]()
    for token in _TOKEN.finditer(html):
        if token["text"]:
            text += _decoded(token["text"])
        elif token["start"] is not None:
            stack.append(_opened(token, len(text)))
        else:
            tag = _closed(token, stack)
            found += _entities(tag, utf16_length(text[: tag.start]), text[tag.start :])
    if stack:
        raise BadHtml(f'Can\'t find end tag corresponding to start tag "{stack[-1].name}"')
    return text, sorted(found, key=lambda entity: (entity.offset, -entity.length))


def _opened(token: re.Match[str], start: int) -> _Open:
    name = _lower(token["start"])
    attributes = {
        key: _decoded(double or single) or _lower(bare)
        for key, double, single, bare in _ATTRIBUTES.findall(token["attributes"])
    }
    if name not in _TYPES:
        _refuse(token, f'Unsupported start tag "{name}"')
    if not token[0].endswith(">"):
        _refuse(token, "Unclosed start tag")
    if name == "span" and attributes.get("class") != "tg-spoiler":
        _refuse(token, 'Tag "span" must have class "tg-spoiler"')
    return _Open(name, attributes, start)


def _closed(token: re.Match[str], stack: list[_Open]) -> _Open:
    """Takes the tag that an end tag closes from the stack; `</>` closes any."""
    if not stack:
        _refuse(token, "Unexpected end tag")
    if not token[0].endswith(">"):
        _refuse(token, "Unclosed end tag")
    tag, name = stack.pop(), _lower(token["end"])
    if name not in ("", tag.name):
        _refuse(token, "Unmatched end tag", f', expected "</{tag.name}>", found "</{name}>"')
    return tag


def _refuse(token: re.Match[str], reason: str, detail: str = "") -> NoReturn:
    offset = len(token.string[: token.start()].encode(errors="surrogatepass"))
    raise BadHtml(f"{reason} at byte offset {offset}{detail}")


def _entities(tag: _Open, offset: int, inside: str) -> list[Entity]:
    """One entity, or none where Telegram makes none of a tag."""
    if not inside:
        return []
    kind, url, attributes = _TYPES[tag.name], None, tag.attributes
    match tag.name:
        case "a":
            url = _link(attributes.get("href") or inside)
            kind = kind if url else ""
        case "blockquote" if "expandable" in attributes:
            kind = "expandable_blockquote"
        case "tg-emoji" if not _NUMBER.fullmatch(attributes.get("emoji-id", "")):
            raise BadHtml("Invalid custom emoji identifier specified")
    return [Entity(kind, offset, utf16_length(inside), url)] if kind else []


def _link(url: str) -> str | None:
    """The address as Telegram keeps it; None: no plain address with a dot in its host."""
    address = _ADDRESS.fullmatch(url)
    if not address:
        return None
    scheme, host, port, rest = address.groups(default="")
    slash = "" if rest.startswith("/") else "/"
    return f"{scheme.lower() or 'http'}://{_lower(host)}{port}{slash}{rest}".replace(" ", "%20")


def _decoded(text: str) -> str:
    """`&lt; &gt; &amp; &quot;` and numbers are characters; any other reference stays as it is."""
    return _REFERENCE.sub(_character, text)


def _character(reference: re.Match[str]) -> str:
    hexadecimal, decimal, name = reference.groups()
    if name:
        return _CHARACTERS[name]
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    if 0xD800 <= code <= 0xDFFF:
        raise BadHtml("Text contains invalid Unicode characters after decoding HTML entities")
    return chr(code) if 0 < code < 0x10FFFF else reference[0]


def _lower(name: str) -> str:
    """Telegram lowers ASCII only: `<striKe>` with a Kelvin sign for the K is no tag."""
    return name.lower() if name.isascii() else name
