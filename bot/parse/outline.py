"""Where the news list of a page stands, when nobody has said: the elements of one kind that each
hold a date and an address, most often."""

import datetime as dt
import re
from collections import Counter, defaultdict

from bot import dates
from bot.models import Page
from bot.parse.tree import Element, select
from bot.text import line

SMALLEST = 3
"""Items below which a list is chance."""
TITLE = 12
"""Characters from which the words of a link may be a title: less is `more` or a number."""
DATE_LENGTH = 60
DEPTH = 4
"""Elements that a selector names above each other."""
_OUTSIDE = {"html", "body", "head", "script", "style", "nav", "footer", "header", "form", "select"}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_NAME = re.compile(r"-?[A-Za-z_][A-Za-z0-9_-]*")


def found(tree: Element, language: str | None, today: dt.date) -> Page | None:
    """The selectors of the page's news list; None where none is seen."""
    dated = _dated(tree, language, today)
    holders = {element for date in dated for element in (date, *date.iterancestors())}
    kinds: dict[str, set[Element]] = defaultdict(set)
    for date in dated:
        if (item := _around(date, holders)) is not None:
            kinds[_selector(item)].add(item)
    kind = max(kinds, key=lambda kind: len(kinds[kind]), default=None)
    if kind is None or len(kinds[kind]) < SMALLEST:
        return None
    links = Counter(_selector(_title(item)) for item in kinds[kind])
    dates_ = Counter(
        _selector(date) for item in kinds[kind] for date in _dated(item, language, today)[:1]
    )
    return Page(item=kind, link=links.most_common(1)[0][0], date=dates_.most_common(1)[0][0])


def _dated(tree: Element, language: str | None, today: dt.date) -> list[Element]:
    """The innermost elements whose words, or whose `datetime`, are a date."""
    dated = []
    for element in tree.iter():
        if not isinstance(element.tag, str) or element.tag in _OUTSIDE:
            continue
        own = line(element.text or "")
        raw = element.get("datetime") or (own if len(own) <= DATE_LENGTH else "")
        if any(letter.isdigit() for letter in raw) and dates.read(raw, language, today):
            dated.append(element)
    return dated


def _around(dated: Element, holders: set[Element]) -> Element | None:
    """The element around a date that is one of several alike: each with a date and a title."""
    for item in (dated, *dated.iterancestors()):
        around = item.getparent()
        if item.tag in _OUTSIDE or around is None:
            return None
        alike = [element for element in around if element.tag == item.tag and element in holders]
        if len(alike) > 1 and all(_addresses(element) for element in alike):
            return item
    return None


def _addresses(item: Element) -> list[Element]:
    """The addresses in an item whose words may be its title."""
    links = [item] if item.get("href") else select(item, "a[href]")
    return [link for link in links if len(line(link.text_content())) >= TITLE]


def _title(item: Element) -> Element:
    """Of those, the one in a heading, else the longest."""
    links = _addresses(item)
    headed = [link for link in links if any(up.tag in _HEADINGS for up in link.iterancestors())]
    return max(headed or links, key=lambda link: len(line(link.text_content())))


def _selector(element: Element) -> str:
    """An element as CSS: its name and its classes, below those around it until one has some."""
    steps = [_simple(element)]
    for around in element.iterancestors():
        if "." in steps[0] or around.tag in _OUTSIDE:
            break
        steps.insert(0, _simple(around))
    return " > ".join(steps[-DEPTH:])


def _simple(element: Element) -> str:
    classes = [name for name in (element.get("class") or "").split() if _NAME.fullmatch(name)]
    return ".".join([str(element.tag), *classes[:1]])  # the further ones tell items apart
