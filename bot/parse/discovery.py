"""Find the list of news on a page: the selectors of its items, by their dates."""

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import islice

from bot import dates
from bot.models.sources import PageSelectors
from bot.parse.dom import Element, select
from bot.text import one_line

MIN_ITEMS = 3
"""Items below which a list is chance."""
MIN_TITLE_LENGTH = 12
"""Characters from which the words of a link may be a title: less is `more` or a number."""
DATE_LENGTH = 60
MAX_DEPTH = 4
"""Elements that a selector names above each other."""
MAX_DATES = 1000
"""Dates of a page that are looked at."""
_EXCLUDED_TAGS = {"html", "body", "head", "script", "style", "nav", "form", "select"}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_NAME = re.compile(r"-?[A-Za-z_][A-Za-z0-9_-]*")


def find_selectors(tree: Element, language: str | None, today: dt.date) -> PageSelectors | None:
    """Return the selectors of the news list of a page; None where there seems to be none."""
    lists: dict[str, list[Element]] = defaultdict(list)
    for items in _groups(list(islice(_date_elements(tree, language, today), MAX_DATES))):
        lists[_selector(items[0])] += items
    kind = max(lists, key=lambda kind: len(lists[kind]), default=None)
    if kind is None or len(lists[kind]) < MIN_ITEMS:
        return None
    links, days = Counter[str](), Counter[str]()
    for item in lists[kind]:
        links[_selector(_title_link(item), item)] += 1
        date = next(_date_elements(item, language, today))
        days[_selector(date, item)] += 1
    return PageSelectors(item=kind, link=links.most_common(1)[0][0], date=days.most_common(1)[0][0])


def _date_elements(tree: Element, language: str | None, today: dt.date) -> Iterator[Element]:
    """Yield the elements whose own text, or whose `datetime`, is a date."""
    for element in tree.iter():
        if isinstance(element.tag, str) and element.tag not in _EXCLUDED_TAGS:
            raw = element.get("datetime") or one_line((element.text or "")[:DATE_LENGTH])
            if any(letter.isdigit() for letter in raw) and dates.parse_date(raw, language, today):
                yield element


def _groups(dated: list[Element]) -> list[list[Element]]:
    """Return the groups of similar siblings around dates, each with a date and a title."""
    holders = {element for date in dated for element in (date, *date.iterancestors())}
    groups: dict[tuple[Element, str], list[Element]] = {}
    for date in dated:
        for item in (date, *date.iterancestors()):
            parent = item.getparent()
            if item.tag in _EXCLUDED_TAGS or parent is None or (parent, item.tag) in groups:
                break
            siblings = [other for other in parent if other.tag == item.tag and other in holders]
            if len(siblings) > 1 and all(map(_title_links, siblings)):
                groups[parent, item.tag] = siblings
                break
    return list(groups.values())


def _title_links(item: Element) -> list[Element]:
    """Return the links in an item whose text may be its title."""
    links = [item] if item.get("href") else select(item, "a[href]")
    return [link for link in links if len(one_line(link.text_content())) >= MIN_TITLE_LENGTH]


def _title_link(item: Element) -> Element:
    """Return the link in a heading, else the one with the longest text."""
    links = _title_links(item)
    headed = [link for link in links if any(up.tag in _HEADINGS for up in link.iterancestors())]
    return max(headed or links, key=lambda link: len(one_line(link.text_content())))


def _selector(element: Element, within: Element | None = None) -> str:
    """Return an element as a CSS selector: its name and class, below its ancestors up to one that
    has a class; within an item, up to the item."""
    steps = [_simple_selector(element)]
    for parent in element.iterancestors():
        if "." in steps[0] or parent.tag in _EXCLUDED_TAGS or parent is within:
            break
        steps.insert(0, _simple_selector(parent))
    return " > ".join(steps[-MAX_DEPTH:])


def _simple_selector(element: Element) -> str:
    tag = element.tag if isinstance(element.tag, str) and _NAME.fullmatch(element.tag) else "*"
    classes = [name for name in (element.get("class") or "").split() if _NAME.fullmatch(name)]
    return ".".join([tag, *classes[:1]])  # the further ones tell items apart
