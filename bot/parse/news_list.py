"""News lists in HTML (by CSS selectors) and in JSON (by dotted paths) -> Document."""

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from bot import dates
from bot.errors import ParseError
from bot.models.sources import Document, Item, PageSelectors, Source
from bot.parse import decode, find_list
from bot.parse.dom import Element, parse_html, select
from bot.parse.item import (
    ITEM_LIMIT,
    RawItem,
    absolute_url,
    empty_item_problems,
    language_tag,
    make_item,
)
from bot.text import one_line

PAGE_ITEM_LIMIT = 500
"""Items of one page: a news list has ten to a hundred."""


class NewsList(Struct, frozen=True):
    """A news list being parsed: its selectors, and what holds for all of its items."""

    source: Source
    page: PageSelectors
    base: str
    language: str | None
    today: dt.date


def parse_html_list(
    source: Source, text: str, url: str, today: dt.date, before: PageSelectors | None = None
) -> Document:
    """Return the items of a news list in HTML. Raises ParseError when there are none.

    The selectors are the source's; where it has none, those found `before`, so that the list does
    not become another one of the page; else those found now.
    """
    tree = parse_html(text)
    own = source.page if source.page.item else before
    page = own or find_list.find_selectors(tree, source.language, today)
    elements = select(tree, page.item)[:PAGE_ITEM_LIMIT] if page else []
    if page is None or not elements:
        raise ParseError(_no_items_reason(source, text))
    base = absolute_url(url, _attribute(tree, "base[href]", "href")) or url
    language = source.language or language_tag(_attribute(tree, "html[lang]", "lang"))
    news = NewsList(source, page, base, language, today)
    links = [_link(element, page) for element in elements]
    dates_by_url = _script_dates(tree, links, page)
    elements_as_items = [
        _item(news, *pair, dates_by_url) for pair in zip(elements, links, strict=True)
    ]
    if not source.page.item and "." not in (page.item or ""):  # found by its dates, if no class
        elements_as_items = [item for item in elements_as_items if item and item.published]
        if not elements_as_items:
            raise ParseError(_no_items_reason(source, text))
    items = tuple(item for item in elements_as_items if item)
    return Document(
        items=items,
        total=len(items),
        problems=_problems(elements_as_items, page),
        title=one_line(tree.findtext(".//title") or "") or None,
        language=language,
        page=None if source.page.item else page,
    )


def select_date(
    element: Element, page: PageSelectors, language: str | None, today: dt.date
) -> dt.date | None:
    """Return the date in an element: in the part that the source's `date` selects, in its
    `date_attribute`, or in a `time`."""
    own = [element] if page.date_attribute else select(element, "time")
    for part in select(element, page.date) if page.date else own:
        for raw in (part.get(page.date_attribute or "datetime"), part.text_content()):
            if date := dates.parse_date(raw, language, today, page.date_format):
                return date
    return None


def _item(
    news: NewsList, element: Element, link: Element | None, dates_by_url: Mapping[str, str]
) -> Item | None:
    page, address = news.page, link.get("href") if link is not None else None
    titles = select(element, page.title) if page.title else _headings(link)
    summaries = [part.text_content() for part in select(element, page.summary)]
    raw = RawItem(
        title=_title_text(titles[0]) if titles else "",
        link=address,
        bodies=[one_line(summary) for summary in summaries],
        published=_published(news, element, dates_by_url.get(address or "")),
        language=news.language,
    )
    return make_item(news.source, raw, news.base)


def _published(news: NewsList, element: Element, script_date: str | None) -> dt.date | None:
    match news.page.date_in:
        case "list":
            return select_date(element, news.page, news.language, news.today)
        case "script":
            return dates.parse_date(script_date, news.language, news.today, news.page.date_format)
        case _:
            return None


def _headings(link: Element | None) -> list[Element]:
    """Return what may be the title of an item: the headings in its link, else the link."""
    return [] if link is None else [*select(link, "h1, h2, h3, h4, h5, h6"), link]


def _title_text(element: Element) -> str:
    """Return the text of an element; where it is abbreviated, that of its label."""
    return one_line(element.text_content()) or one_line(element.get("aria-label") or "")


def _link(element: Element, page: PageSelectors) -> Element | None:
    """Return the URL of an item: of what `link` selects in it, else its own, else the first in
    it."""
    if page.link:
        found = [*select(element, page.link), *([element] if element.get("href") else [])]
    else:
        found = [element] if element.get("href") else select(element, "a[href]")
    return found[0] if found else None


def _script_dates(
    tree: Element, links: Sequence[Element | None], page: PageSelectors
) -> dict[str, str]:
    """Return the values that scripts give for each URL, where the dates are in scripts."""
    if page.date_in != "script" or not page.date:
        return {}
    addresses = [link.get("href") or "" for link in links if link is not None]
    return script_values(tree, addresses, page.date)


def _attribute(tree: Element, selector: str, name: str) -> str | None:
    found = select(tree, selector)
    return found[0].get(name) if found else None


def _problems(items: list[Item | None], page: PageSelectors) -> tuple[str, ...]:
    problems = empty_item_problems(items)
    undated = [item for item in items if item and not item.published]
    if undated and page.date_in != "article":
        problems.append(f"{len(undated)} of {len(items)} items have no date that can be read")
    return tuple(problems)


def _no_items_reason(source: Source, text: str) -> str:
    """Return why a page gave no item, for whoever wrote the selectors."""
    if decode.is_challenge(text):
        return decode.describe_content(text, "a news list")
    if source.page.item:
        return f"nothing on the page matches item = “{source.page.item}”"
    return "no news list was found on the page: give its selectors (item, link, title, date)"


DATE_DISTANCE_LIMIT = 5000
"""Characters between an item's address and its date."""

_NEXT_PUSH = "self.__next_f.push("


def script_values(tree: Element, addresses: Sequence[str], name: str) -> dict[str, str]:
    """Return the value of a name that stands nearest to each URL in the scripts, on the same side
    of all of them and between its neighbours."""
    text = "".join(_script_text(script.text or "") for script in select(tree, "script:not([src])"))
    positions = sorted(
        (position, address)
        for address in set(addresses)
        if (position := _url_position(text, address)) is not None
    )
    stated = re.compile(rf'"{re.escape(name)}"\s*:\s*"([^"]{{1,60}})"')
    found = [(match.start(), match[1]) for match in stated.finditer(text)]
    starts = [position for position, _ in positions]
    after = {
        address: _nearest(
            text, found, position, (position, min(end, position + DATE_DISTANCE_LIMIT))
        )
        for (position, address), end in zip(positions, [*starts[1:], len(text)], strict=True)
    }
    before = {
        address: _nearest(
            text, found, position, (max(start, position - DATE_DISTANCE_LIMIT), position)
        )
        for (position, address), start in zip(positions, [0, *starts[:-1]], strict=True)
    }
    side = min((after, before), key=lambda side: sum(distance for distance, _ in side.values()))
    return {address: value for address, (_, value) in side.items() if value is not None}


def _nearest(
    text: str, found: list[tuple[int, str]], position: int, bounds: tuple[int, int]
) -> tuple[int, str | None]:
    """Return the distance and the value nearest to a position within bounds."""
    # What stands in the same JSON object counts as nearer than what stands in the next.
    inside = [
        (_distance(text, *sorted((at, position))), value)
        for at, value in found
        if bounds[0] <= at < bounds[1]
    ]
    return min(inside, default=(DATE_DISTANCE_LIMIT * DATE_DISTANCE_LIMIT, None))


def _distance(text: str, start: int, end: int) -> int:
    braces = text.count("{", start, end) + text.count("}", start, end)
    return braces * DATE_DISTANCE_LIMIT + end - start


def _url_position(text: str, address: str) -> int | None:
    """Return the position where a script names a URL, or its last part."""
    for name in (address, address.rstrip("/").rpartition("/")[2]):
        if name and (position := text.find(f'"{name}"')) >= 0:
            return position
    return None


def _script_text(script: str) -> str:
    """Return the text of a script, with the pieces that Next.js pushes put together."""
    bare = script.strip().removesuffix(";").rstrip()
    if not (bare.startswith(_NEXT_PUSH) and bare.endswith(")")):
        return script
    try:
        pushed = json.loads(bare[len(_NEXT_PUSH) : -1])
    except (ValueError, RecursionError):
        return script
    return "".join(part for part in pushed if isinstance(part, str)) if pushed else ""


def parse_json_list(source: Source, text: str, url: str, today: dt.date) -> Document:
    """Return the items of a news list in JSON. Raises ParseError when there are none."""
    page, language = source.page, source.language
    found = decode.load_json(text)
    entries = at_path(found, page.item)
    if not isinstance(entries, list):
        raise ParseError(decode.describe_content(text, f"a list at item = “{page.item or ''}”"))
    entries_as_items = [
        make_item(
            source,
            RawItem(
                title=_json_text(entry, page.title or "title"),
                link=_json_text(entry, page.link or "url"),
                guid=_json_text(entry, "id"),
                bodies=[_json_text(entry, page.summary)] if page.summary else [],
                published=dates.parse_date(
                    _json_text(entry, page.date or "date"), language, today, page.date_format
                ),
                language=language,
            ),
            url,
        )
        for entry in entries[:ITEM_LIMIT]
    ]
    return Document(
        items=tuple(item for item in entries_as_items if item),
        total=len(entries_as_items),
        problems=tuple(empty_item_problems(entries_as_items)),
        language=language,
    )


def at_path(found: Any, path: str | None) -> Any:
    """Return the value at a dotted path, or None; `docs[]` is all of `docs`."""
    for name in (path or "").replace("[]", "").split("."):
        if name:
            found = found.get(name) if isinstance(found, dict) else None
    return found


def _json_text(entry: Any, path: str) -> str:
    value = at_path(entry, path)
    return str(value) if isinstance(value, str | int | float) else ""
