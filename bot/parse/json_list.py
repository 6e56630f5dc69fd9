"""A news list in JSON, as sites load it themselves -> Document, by the dotted paths of
`models.Page`: `item = "response.docs"`, `link = "uri"`."""

import datetime as dt
import json
from typing import Any

from bot import dates
from bot.errors import ParseError
from bot.models import Document, Source
from bot.parse import not_a_feed
from bot.parse.item import ITEM_LIMIT, Raw, made
from bot.text import one_line


def parse_json_list(source: Source, text: str, url: str, today: dt.date) -> Document:
    """The items of a list. Raises ParseError when there are none."""
    page, language = source.page, source.language
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ParseError(f"JSON that cannot be read came ({one_line(str(error))[:100]})") from None
    entries = at_path(found, page.item)
    if not isinstance(entries, list):
        raise ParseError(not_a_feed.name_content(text, f"a list at item = “{page.item or ''}”"))
    made_items = [
        made(
            source,
            Raw(
                title=_json_text(entry, page.title or "title"),
                link=_json_text(entry, page.link or "url"),
                guid=_json_text(entry, "id"),
                bodies=[_json_text(entry, page.summary)] if page.summary else [],
                published=dates.read(
                    _json_text(entry, page.date or "date"), language, today, page.date_format
                ),
                language=language,
            ),
            url,
        )
        for entry in entries[:ITEM_LIMIT]
    ]
    odd = [f"item {n}: neither title nor link" for n, item in enumerate(made_items, 1) if not item]
    items = tuple(item for item in made_items if item)
    return Document(items=items, total=len(made_items), problems=tuple(odd), language=language)


def at_path(found: Any, path: str | None) -> Any:
    """What stands at a dotted path; None where nothing does. `docs[]` is `docs`, all of it."""
    for name in (path or "").replace("[]", "").split("."):
        if name:
            found = found.get(name) if isinstance(found, dict) else None
    return found


def _json_text(entry: Any, path: str) -> str:
    value = at_path(entry, path)
    return str(value) if isinstance(value, str | int | float) else ""
