"""The hub that a feed names: who subscribes there is told at once when the feed changes (WebSub,
https://www.w3.org/TR/websub/, section 4: Discovery)."""

import re
from html import unescape
from urllib.parse import urljoin

from bot.models import Hub

_LINK = re.compile(r"<(?:\w+:)?link\b([^<>]{1,2000})>")
_FIELD = re.compile(r"""\b(rel|href)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_ITEM = re.compile(r"<(?:\w+:)?(?:item|entry)[\s>]")
HEAD = 20_000
"""Characters before the first item in which it is looked for."""


def named(text: str, url: str) -> Hub | None:
    """The hub of an RSS or Atom feed that came from an address."""
    first = _ITEM.search(text)
    head = text[: min(first.start() if first else len(text), HEAD)]
    found: dict[str, str] = {}
    for link in _LINK.finditer(head):
        said = {name: unescape(one or other) for name, one, other in _FIELD.findall(link[1])}
        for relation in said.get("rel", "").lower().split():
            found.setdefault(relation, said.get("href", ""))
    return of(found.get("hub"), found.get("self"), url)


def of(hub: str | None, topic: str | None, url: str) -> Hub | None:
    """A hub, and the address under which it knows the feed: its own one where none is said."""
    if not hub:
        return None
    try:
        return Hub(url=urljoin(url, hub), topic=urljoin(url, topic or url))
    except ValueError:  # no address
        return None
