"""Render developments as feeds: Atom (RFC 4287) and JSON Feed 1.1."""

import datetime as dt
from collections.abc import Sequence

import msgspec
from msgspec import Struct

from bot.i18n import Locale
from bot.models import Development
from bot.reader_language import title_language
from bot.render.labels import english_labels
from bot.render.page import record_fields
from bot.render.templates import environment
from bot.text import readable

JSON_FEED = "https://jsonfeed.org/version/1.1"


class FeedInfo(Struct, frozen=True, kw_only=True):
    """What a feed says of itself."""

    title: str
    url: str
    """Where it is."""
    page: str = ""
    """Where the same can be read, if anywhere."""
    base_url: str = ""
    """Of the archive, under which each record has its page; empty: none has."""
    hub: str = ""
    """The hub that is told when the feed changes (WebSub), if any."""


def atom_feed(feed: FeedInfo, records: Sequence[Development], to: Locale) -> str:
    """Return developments as an Atom feed in a language."""
    fields = {record.id: record_fields(record, to) for record in records}
    template = environment(to.code).get_template("web/feed.atom.j2")
    text = template.render(
        feed=feed,
        records=records,
        fields=fields,
        updated=_updated(records),
        to=to,
        title_language=title_language,
    )
    return readable(text)  # XML 1.0 cannot hold control characters


def json_feed(feed: FeedInfo, records: Sequence[Development], to: Locale) -> bytes:
    """Return developments as a JSON Feed in a language."""
    told: dict[str, object] = {"version": JSON_FEED, "title": feed.title, "language": to.code}
    if feed.page:
        told |= {"home_page_url": feed.page, "feed_url": feed.url}
    items = [_json_item(feed, record, to) for record in records]
    return msgspec.json.encode({**told, "items": items})


def _json_item(feed: FeedInfo, record: Development, to: Locale) -> dict[str, object]:
    item: dict[str, object] = {
        "id": f"urn:policy-herald:{record.id}",
        "title": record.title,
        "content_html": record_fields(record, to),
        "date_published": _moment(record),
        "tags": [
            *english_labels("theme", record.themes),
            *english_labels("topic", record.topics),
            record.type,
            *([record.country] if record.country else []),
        ],
    }
    if feed.base_url:
        item["url"] = f"{feed.base_url}/d/{record.id}"
    if language := title_language(record):
        item["language"] = language
    if record.summary:
        item["summary"] = record.summary
    if feed.base_url:
        item["url"] = f"{feed.base_url}/d/{record.id}"
    if url := record.sources[0].url:
        item["external_url"] = url
    return item


def _moment(record: Development) -> str:
    return (record.recorded or _EPOCH).isoformat(timespec="seconds")


def _updated(records: Sequence[Development]) -> str:
    """Return when the newest of some records was recorded (a feed must say when it changed)."""
    return max(map(_moment, records), default=_EPOCH.isoformat())


_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
