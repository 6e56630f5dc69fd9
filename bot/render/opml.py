"""The sources as OPML (opml.org/spec2.opml), for any reader of feeds."""

import datetime as dt
import email.utils
from collections.abc import Sequence
from itertools import groupby

from bot import taxonomy
from bot.models.sources import Source

SEVERAL = "Several countries"


def opml(sources: Sequence[Source], now: dt.datetime) -> bytes:
    """Return the feeds by country. News lists on pages stand among them as links: no other reader
    can read them."""
    from xml.etree.ElementTree import (  # late: few ever ask for it
        Element,
        SubElement,
        indent,
        tostring,
    )

    root = Element("opml", version="2.0")
    head = SubElement(root, "head")
    SubElement(head, "title").text = "Sources of Policy Herald"
    SubElement(head, "dateCreated").text = email.utils.format_datetime(now)
    body = SubElement(root, "body")
    ordered = sorted(sources, key=lambda each: (each.country is None, each.country or "", each.id))
    for country, group in groupby(ordered, key=lambda each: each.country):
        name = taxonomy.label("country", country) if country else SEVERAL
        folder = SubElement(body, "outline", text=name, title=name)
        for source in group:
            SubElement(folder, "outline", _attributes(source))
    indent(root)
    written: bytes = tostring(root, "utf-8", xml_declaration=True)
    return written + b"\n"


def _attributes(source: Source) -> dict[str, str]:
    name = source.publisher_native or source.publisher
    language = {"language": source.language} if source.language else {}
    about = {"text": name, "title": name, "description": source.publisher, **language}
    if source.kind == "feed":
        return {"type": "rss", **about, "xmlUrl": source.url}
    return {"type": "link", **about, "url": source.url}
