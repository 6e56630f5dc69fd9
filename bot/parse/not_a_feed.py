"""What came in place of a feed, in words that tell a person what to do about it."""

import json
import re

from bot.errors import ParseError
from bot.text import html_to_text, one_line, shorten

_FILES = (
    (b"\x1f\x8b", "a gzip file"),
    (b"PK\x03\x04", "a zip file"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
)
_HTML = re.compile(r"<!doctype html|<(?:html|head|body|meta|title|script|div|br)\b", re.IGNORECASE)
# Of the services that stand before web sites and ask whether the reader is a browser.
_CHALLENGE = re.compile(
    r"captcha|challenge|are you (?:a )?human|just a moment|checking your browser|cloudflare"
    r"|incapsula|imperva|akamai|ddos|access denied|request blocked|enable javascript",
    re.IGNORECASE,
)
_TITLE = re.compile(r"<title[^>]*>(.{0,300}?)</title", re.IGNORECASE | re.DOTALL)
_SAYING = ("message", "error", "detail", "title", "status")


def reject_other_content(body: bytes) -> None:
    """Raises ParseError where a body is empty, or a file of a kind that holds no text."""
    if not body.strip():
        raise ParseError("the answer was empty")
    for start, kind in _FILES:
        if body.startswith(start):
            raise ParseError(f"{kind} came, not a feed")


def name_content(text: str, wanted: str = "a feed") -> str:
    """What a document is that is not what was wanted."""
    start = text.lstrip()[:5000]
    if not start:
        return "the answer was empty"
    if start[0] in "{[":
        return f"JSON came, not {wanted}{_said(text)}"
    if _HTML.match(start):
        is_asking = is_challenge(text)
        what = "an HTML page that asks for a browser (a challenge)" if is_asking else "an HTML page"
        title = _TITLE.search(start)
        called = one_line(html_to_text(title[1])) if title else ""
        return f"{what} came, not {wanted}{_quoted(called)}"
    return f"what came is no {wanted.removeprefix('a ')}{_quoted(one_line(start))}"


def is_challenge(text: str) -> bool:
    """Whether a page asks for a browser or a human: a short one that speaks of little else."""
    return len(html_to_text(text[:50_000])) < 3000 and bool(_CHALLENGE.search(text[:20_000]))


def _said(text: str) -> str:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(found, dict):
        return ""
    inner = next((found[key] for key in _SAYING if found.get(key)), None)
    return _quoted(one_line(str(inner))) if inner else ""


def _quoted(text: str) -> str:
    return f": “{shorten(text, 80)}”" if text else ""
