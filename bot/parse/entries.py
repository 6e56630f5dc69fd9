"""Run feedparser, and keep apart what it mixes up: what is said of an item, of its pictures and of
its guid."""

import io
from typing import Any

import feedparser  # type: ignore[import-untyped]

from bot.parse.addresses import absolute_url

_ITEM_NAMES = {"title", "link", "description", "summary", "guid", "id", "url", "pubdate"}
"""Elements that say something of what they stand in."""
_PARTS = {"image", "textinput", "author", "contributor", "category", "media:content", "media:group"}
"""Elements of an item that have such elements of their own."""


def parse_entries(body: bytes) -> Any:
    """Return what feedparser reads of a feed in UTF-8. An entry has its `dc_title` and `title_type`
    apart, says whether its guid is a `permalink`, and has no texts of its pictures."""
    return feedparser.parse(
        io.BytesIO(body),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,  # all markup is taken out later
        resolve_relative_uris=False,
    )


class _Handlers(feedparser.mixin._FeedParserMixin):  # type: ignore[misc] # noqa: SLF001
    """What is handled otherwise than by feedparser, whose methods are named by the elements."""

    is_strict = False
    _part: str | None = None
    _content_depth = 0

    def unknown_starttag(self, tag: str, attributes: list[tuple[str, str]]) -> None:
        was_content = self.incontent
        if was_content:  # and said to be text: feedparser would drop a first `<div>`
            self.contentparams["type"] = "application/xhtml+xml"
        elif self.inentry and self._part is None and tag in _PARTS:
            self._part = tag
        elif self.inentry:
            tag = self._renamed(tag)
        super().unknown_starttag(tag, attributes)
        if self.incontent and not was_content:
            self._content_depth = self.depth

    def unknown_endtag(self, tag: str) -> None:
        if self.incontent and self.is_strict and self.depth > self._content_depth:
            tag = f"html:{tag.rpartition(':')[2]}"  # else a `</summary>` of HTML would end all
        elif not self.incontent and tag in (self._part, "item", "entry"):
            self._part = None
        elif self.inentry and not self.incontent:
            tag = self._renamed(tag)
        super().unknown_endtag(tag)

    def _renamed(self, tag: str) -> str:
        """Return another name for an element of an item that says nothing of the item itself."""
        prefix, _, name = tag.rpartition(":")
        is_media = self.namespacemap.get(prefix, prefix) == "media"
        return f"part:{name}" if name in _ITEM_NAMES and (is_media or self._part) else tag

    def resolve_uri(self, uri: str) -> str:
        return (absolute_url(self.baseuri, uri) if self.baseuri else None) or uri

    def _start_title(self, attributes: dict[str, str]) -> None:
        if self.inentry and not self.insource:
            self.entries[-1].setdefault("title_type", attributes.get("type"))
        super()._start_title(attributes)

    def _start_dc_title(self, attributes: dict[str, str]) -> None:
        if self.inentry:
            self.push("dc_title", 1)
        else:
            super()._start_title(attributes)

    def _end_dc_title(self) -> None:
        if self.inentry:
            self.pop("dc_title")
        else:
            super()._end_title()

    def _start_link(self, attributes: dict[str, str]) -> None:
        is_bare = not attributes.keys() & {"href", "rel", "type"}
        super()._start_link({**attributes, "is_bare": is_bare})

    def _start_enclosure(self, attributes: dict[str, str]) -> None:
        url = self.resolve_uri(attributes.get("url") or attributes.get("href") or "")
        super()._start_enclosure({**attributes, "url": url})

    def _start_guid(self, attributes: dict[str, str]) -> None:
        super()._start_guid(attributes)
        self._get_context()["permalink"] = attributes.get("ispermalink", "").lower() != "false"
        self.guidislink = False  # else it would be made an absolute address

    def _start_id(self, attributes: dict[str, str]) -> None:
        super()._start_id(attributes)
        self.guidislink = False


class _Strict(_Handlers, feedparser.api.StrictFeedParser):  # type: ignore[misc]
    is_strict = True


class _Loose(_Handlers, feedparser.api.LooseFeedParser):  # type: ignore[misc]
    pass


feedparser.api.PREFERRED_XML_PARSERS = []  # expat: another is looked for with each feed
feedparser.api.StrictFeedParser = _Strict
feedparser.api.LooseFeedParser = _Loose
