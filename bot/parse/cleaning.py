"""Clean the titles of a document's items by what the document says of its site."""

import html
import itertools
import re
from collections.abc import Sequence

from msgspec.structs import replace

from bot.models.sources import Document, Item, Source
from bot.parse.capitals import to_sentence_case
from bot.parse.titles import clean_title, shared_parts, site_names

_TITLES = re.compile(r"<title\b[^>]*>\s*(?:<!\[CDATA\[)?([^<]{1,500}?)(?:\]\]>)?\s*</title>")
TITLES_LIMIT = 200
"""Titles of a feed in which the name of its site is looked for."""


def clean_document(document: Document, source: Source, written: str) -> Document:
    """Return a document with clean titles; `written` is all of it, with the items read before."""
    # All titles are compared, so that an item reads the same whichever others are new.
    found = itertools.islice(_TITLES.finditer(written), TITLES_LIMIT)
    titles = [html.unescape(title[1]) for title in found]
    names = site_names(source.publisher, source.publisher_native, document.title)
    names += shared_parts(titles or [item.title for item in document.items])
    return replace(
        document, items=tuple(_clean_item(item, source, names) for item in document.items)
    )


def _clean_item(item: Item, source: Source, names: Sequence[str]) -> Item:
    title = clean_title(item.title, names, is_official=source.is_official)
    title = to_sentence_case(title, item.text, item.language, names)
    return item if title == item.title else replace(item, title=title)
