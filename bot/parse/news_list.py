"""News lists in HTML (by CSS selectors) and in JSON (by dotted paths) -> Document."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from bot.errors import ParseError
from bot.models.sources import Document, Item, PageSelectors
from bot.parse import decode, discovery
from bot.parse.addresses import absolute_url, is_media_file
from bot.parse.dom import Element, parse_html, readable_text, select, select_first
from bot.parse.item import (
    ITEM_LIMIT,
    ParseContext,
    RawItem,
    empty_item_problems,
    language_tag,
    make_item,
)
from bot.text import one_line, parse_json

PAGE_ITEM_LIMIT = 500
"""Items of one page: a news list has ten to a hundred."""


def parse_html_list(
    context: ParseContext, text: str, before: PageSelectors | None = None
) -> Document:
    """Return the items of a news list in HTML. Raises ParseError when there are none.

    The selectors are the source's; where it has none, those found `before`, so that the list does
    not become another one of the page; else those found now.
    """
    tree, own = parse_html(text), context.source.page
    is_found = not own.item
    page = own if own.item else before
    page = page or discovery.find_selectors(tree, context.language, context.today)
    elements = select(tree, page.item)[:PAGE_ITEM_LIMIT] if page else []
    if page is None or not elements:
        raise ParseError(_no_items_reason(own, text))
    context = _page_context(context, tree)
    links = [_link(element, page) for element in elements]
    script_dates = _script_dates(tree, links, page)
    pairs = zip(elements, links, strict=True)
    items = [_item(context, page, element, link, script_dates) for element, link in pairs]
    if is_found and "." not in (page.item or ""):  # found by its dates, if no class
        items = [item for item in items if item and item.published]
        if not items:
            raise ParseError(_no_items_reason(own, text))
    complete = tuple(item for item in items if item)
    return Document(
        items=complete,
        total=len(complete),
        problems=_problems(items, page),
        title=one_line(tree.findtext(".//title") or "") or None,
        language=context.language,
        page=page if is_found else None,
    )


def _page_context(context: ParseContext, tree: Element) -> ParseContext:
    """Return a context with what a page declares: its base, and its language."""
    base = select_first(tree, "base[href]")
    url = None if base is None else absolute_url(context.url, base.get("href"))
    language = context.language or language_tag(tree.get("lang"))
    return replace(context, url=url or context.url, language=language)


def select_date(context: ParseContext, element: Element, page: PageSelectors) -> dt.date | None:
    """Return the date in an element: in the part that the source's `date` selects, in its
    `date_attribute`, or in a `time`."""
    own = [element] if page.date_attribute else select(element, "time")
    for part in select(element, page.date) if page.date else own:
        for raw in (part.get(page.date_attribute or "datetime"), part.text_content()):
            if date := context.date(raw, page.date_format):
                return date
    return None


def _item(
    context: ParseContext,
    page: PageSelectors,
    element: Element,
    link: Element | None,
    script_dates: Mapping[str, str],
) -> Item | None:
    address = None if link is None else link.get("href")
    title = select_first(element, page.title) if page.title else _heading(link)
    summaries = [readable_text(part) for part in select(element, page.summary)]
    if page.date_in == "list":
        published = select_date(context, element, page)
    else:
        published = context.date(script_dates.get(address or ""), page.date_format)
    raw = RawItem(
        title="" if title is None else _title_text(title),
        is_plain_title=True,
        link=address,
        bodies=[one_line(summary) for summary in summaries],
        published=published,
    )
    return make_item(context, raw)


def _heading(link: Element | None) -> Element | None:
    """Return what may be the title of an item: the first heading in its link, else the link."""
    heading = None if link is None else select_first(link, "h1, h2, h3, h4, h5, h6")
    return link if heading is None else heading


def _title_text(element: Element) -> str:
    """Return the text of an element; where it is abbreviated, that of its label."""
    return one_line(readable_text(element)) or one_line(element.get("aria-label") or "")


def _link(element: Element, page: PageSelectors) -> Element | None:
    """Return the link of an item: what `link` selects in it, else itself, else the first in it that
    leads to a page."""
    chosen = select_first(element, page.link)
    if chosen is None and element.get("href"):
        return element
    if page.link:
        return chosen
    links = select(element, "a[href]")
    pages = (link for link in links if _is_page(link.get("href")))
    return next(pages, links[0] if links else None)


def _is_page(address: str) -> bool:
    elsewhere = ("#", "mailto:", "tel:", "javascript:")
    return not address.strip().lower().startswith(elsewhere) and not is_media_file(address)


def _script_dates(
    tree: Element, links: Sequence[Element | None], page: PageSelectors
) -> dict[str, str]:
    """Return the dates that scripts give, by URL; none, where the dates are elsewhere."""
    if page.date_in != "script" or not page.date:
        return {}
    addresses = {link.get("href") or "" for link in links if link is not None}
    scripts = [_script_text(each.text or "") for each in select(tree, "script:not([src])")]
    return script_values("".join(scripts), addresses, page.date)


def _problems(items: Sequence[Item | None], page: PageSelectors) -> tuple[str, ...]:
    problems = empty_item_problems(items)
    undated = [item for item in items if item and not item.published]
    if undated and page.date_in != "article":
        problems.append(f"{len(undated)} of {len(items)} items have no date that can be read")
    return tuple(problems)


def _no_items_reason(own: PageSelectors, text: str) -> str:
    """Return why a page gave no item, for whoever wrote the selectors."""
    if decode.is_challenge(text):
        return decode.describe_content(text, "a news list")
    if own.item:
        return f"nothing on the page matches item = “{own.item}”"
    return "no news list was found on the page: give its selectors (item, link, title, date)"


DATE_DISTANCE_LIMIT = 5000
"""Characters between an item's address and its date."""

_NEXT_PUSH = "self.__next_f.push("


def script_values(text: str, addresses: set[str], name: str) -> dict[str, str]:
    """Return the value of a name that stands nearest to each URL in scripts, on the same side of
    all of them and between its neighbours."""
    positions = sorted(
        (position, address)
        for address in addresses
        if (position := _url_position(text, address)) is not None
    )
    pattern = re.compile(rf'"{re.escape(name)}"\s*:\s*"([^"]{{1,60}})"')
    values = [(match.start(), match[1]) for match in pattern.finditer(text)]
    starts = [position for position, _ in positions]
    after = [
        _nearest(text, values, at, (at, min(end, at + DATE_DISTANCE_LIMIT)))
        for at, end in zip(starts, [*starts[1:], len(text)], strict=True)
    ]
    before = [
        _nearest(text, values, at, (max(start, at - DATE_DISTANCE_LIMIT), at))
        for at, start in zip(starts, [0, *starts[:-1]], strict=True)
    ]
    side = min(after, before, key=lambda side: sum(distance for distance, _ in side))
    pairs = zip(positions, side, strict=True)
    return {address: value for (_, address), (_, value) in pairs if value is not None}


def _nearest(
    text: str, values: list[tuple[int, str]], position: int, bounds: tuple[int, int]
) -> tuple[int, str | None]:
    """Return the distance and the value nearest to a position within bounds."""
    # What stands in the same JSON object counts as nearer than what stands in the next.
    inside = [
        (_distance(text, *sorted((at, position))), value)
        for at, value in values
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
        pushed = parse_json(bare[len(_NEXT_PUSH) : -1])
    except (ValueError, RecursionError):
        return script
    return "".join(part for part in pushed if isinstance(part, str)) if pushed else ""


def parse_json_list(context: ParseContext, text: str) -> Document:
    """Return the items of a news list in JSON. Raises ParseError when there are none."""
    page, json_text = context.source.page, decode.json_text
    entries = decode.json_at(decode.load_json(text), page.item or "")
    if not isinstance(entries, list):
        raise ParseError(decode.describe_content(text, f"a list at item = “{page.item or ''}”"))
    items = [
        make_item(
            context,
            RawItem(
                title=json_text(entry, page.title or "title"),
                link=json_text(entry, page.link or "url"),
                guid=json_text(entry, "id"),
                bodies=[json_text(entry, page.summary)] if page.summary else [],
                published=context.date(json_text(entry, page.date or "date"), page.date_format),
            ),
        )
        for entry in entries[:ITEM_LIMIT]
    ]
    return Document(
        items=tuple(item for item in items if item),
        total=len(items),
        problems=tuple(empty_item_problems(items)),
        language=context.language,
    )
