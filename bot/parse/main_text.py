"""Find the heading and the main text of an article among all that its page has."""

import re
from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct

from bot.parse.boilerplate import is_boilerplate
from bot.parse.dom import Element, is_unread, readable_text, select
from bot.parse.titles import SEPARATOR
from bot.text import normalise, one_line

# What the standard elements and the class names of the common CMS put around an article.
_ARTICLE_TAGS = {"html", "head", "body", "main", "article", "h1"}
_FURNITURE_TAGS = set(
    "nav aside footer form button figcaption dialog menu noscript template".split()
)
_FURNITURE_NAME = re.compile(
    r"(?:^|[\s_-])(?:share|shares|sharing|social|socials|breadcrumbs?|cookies?|newsletter|related"
    r"|recommend\w*|read-?(?:more|also|next|time)|reading-?time|hashtags?|tags|tag-?list|byline"
    r"|author|captions?|credits?|copyright|print|pager|pagination|sidebar|toolbar|counter|comments?"
    r"|contacts?|skip|navbar|navigation|promo|adverts?|advertisement|follow|subscribe|date|dates"
    r"|published|posted-on|submitted|meta|metadata|kicker"
    r"|(?:photo|foto|image|img|picture|bild)[-_]?(?:text|desc\w*|info|source|author|title|note)"
    r")(?=$|[\s_-])",
    re.IGNORECASE,
)
FURNITURE_LETTERS = 1000
"""Letters of the longest element that its class alone removes."""
FURNITURE_SHARE = 0.3
"""The share of the text of a page up to which its class alone removes an element."""

LEAD_WORDS = 3
"""Words of a paragraph that belongs to the article although trafilatura drops it."""
LEAD_LINES = 4
"""Lines of a lead at most."""
HEADING_WORDS = 3
"""Words of a title that remain without the name of its site."""
KNOWN_WORDS = 4
"""Words of a line that is found within a longer one."""
LOST = 0.2
"""The share of the text found up to which the lines of the page may lack it."""
DESCRIPTION_LETTERS = 60
"""Letters in which a line agrees with the description that a page gives of itself."""
_SENTENCE_END = (".", "!", "?", "…", ":", "”", "»", '"')


class _Line(Struct, frozen=True):
    """A line of a page, and its words as they are compared."""

    text: str
    words: str

    @property
    def count(self) -> int:
        return len(self.words.split())

    @property
    def is_sentence(self) -> bool:
        """Return whether it may be a paragraph of an article."""
        is_whole = self.count >= LEAD_WORDS and self.text.endswith(_SENTENCE_END)
        return is_whole and not is_boilerplate(self.text)


def find_heading(tree: Element) -> tuple[str, list[str]]:
    """Return the heading of an article, and the names of its site."""
    own, declared = _declared_titles(tree)
    first = _texts(tree, "main h1, article h1") + _texts(tree, "h1")
    # Of those that the page's own titles hold, the longest: a logo is a heading and in them, too.
    named = _longest_in(declared, first) or _longest_in(declared, _texts(tree, "h2"))
    heading = named or next(iter((*first, *map(_without_last_part, declared))), "")
    if normalise(heading) in map(normalise, own):
        heading = next(iter(declared), heading)
    return heading, [*own, *_names_beside([heading, *declared])]


def _without_last_part(title: str) -> str:
    """Return a title of the head of a page without its last part, mostly the name of the site."""
    *_, last = (None, *SEPARATOR.finditer(title))
    bare = title[: last.start()] if last else ""
    return bare if len(bare.split()) >= HEADING_WORDS else title


def _longest_in(titles: list[str], headings: list[str]) -> str:
    """Return the longest of the headings that a title holds."""
    held = (text for text in headings if any(_holds(title, text) for title in titles))
    return max(held, key=len, default="")


def _texts(tree: Element, selector: str) -> list[str]:
    texts = (one_line(element.text_content()) for element in select(tree, selector))
    return list(filter(None, texts))


def _declared_titles(tree: Element) -> tuple[list[str], list[str]]:
    """Return the names of the site and the titles that the head of a page declares."""
    names = "meta[property='og:site_name'], meta[name='application-name']"
    titles = "meta[property='og:title'], meta[name='twitter:title'], meta[name='dcterms.title']"
    own = [one_line(element.get("content") or "") for element in select(tree, names)]
    declared = [one_line(element.get("content") or "") for element in select(tree, titles)]
    declared += _texts(tree, "head title")[:1]
    return list(filter(None, own)), list(filter(None, declared))


def _holds(title: str, heading: str) -> bool:
    """Return whether the words of a heading stand in a title."""
    return f" {normalise(heading)} " in f" {normalise(title)} "


def _names_beside(titles: list[str]) -> Iterator[str]:
    """Yield what titles of a page have beside the shortest of them: names of its site."""
    bare = min(titles, key=len, default="")
    for title in titles:
        if _holds(title, bare):
            yield from (part for part in SEPARATOR.split(title) if part and not _holds(bare, part))


def main_text(tree: Element, heading: str) -> str:
    """Return the main text of a page, its lead first. The tree loses what is no article."""
    from trafilatura import extract  # late: 200 ms that only a worker ever pays

    descriptions = _descriptions(tree)
    _remove_furniture(tree)
    found = extract(
        tree, fast=True, favor_precision=True, include_comments=False, include_tables=False
    )
    lines = [_Line(line, normalise(line)) for line in readable_text(tree).split("\n")]
    return _in_order(found or "", lines, normalise(heading), descriptions)


def _descriptions(tree: Element) -> list[str]:
    selector = "meta[property='og:description'], meta[name='description']"
    written = (normalise(each.get("content") or "") for each in select(tree, selector))
    return [each[:DESCRIPTION_LETTERS] for each in written if len(each.split()) >= LEAD_WORDS]


def _remove_furniture(tree: Element) -> None:
    """Remove the elements that their tags or classes tell from the article."""
    limit = min(FURNITURE_LETTERS, int(FURNITURE_SHARE * len(tree.text_content())))
    for element in list(tree.iterdescendants()):
        if _is_furniture(element, limit) and element.find(".//h1") is None:
            element.drop_tree()


def _is_furniture(element: Element, limit: int) -> bool:
    tag, attributes = element.tag, element.attrib
    if not isinstance(tag, str) or tag in _ARTICLE_TAGS:
        return False
    if tag in _FURNITURE_TAGS or (attributes and is_unread(tag, attributes)):
        return True
    name = f"{attributes.get('class', '')} {attributes.get('id', '')}" if attributes else ""
    return _names_furniture(name) and len(element.text_content()) <= limit


@lru_cache(maxsize=2000)  # the elements of a page have few names, and a site has the same on all
def _names_furniture(name: str) -> bool:
    return _FURNITURE_NAME.search(name) is not None


def _in_order(found: str, lines: list[_Line], heading: str, descriptions: list[str]) -> str:
    """Return the lines of a page that are of the text found in it, in their order, with the
    sentences among them and its lead."""
    # Precision costs trafilatura short leads, and the order of short pages.
    known, whole = set(map(normalise, found.split("\n"))), normalise(found)
    start = 1 + max((at for at, line in enumerate(lines) if line.words == heading), default=-1)
    own = [
        start + index
        for index, line in enumerate(lines[start:])
        if line.words in known or (line.count >= KNOWN_WORDS and line.words in whole)
    ]
    anchors = [index for index in own if lines[index].count >= KNOWN_WORDS]
    if not anchors:
        own = [at for at in range(start, len(lines)) if lines[at].is_sentence]
        return found or "\n".join(lines[at].text for at in own)
    body = range(anchors[0], anchors[-1] + 1)
    kept = [
        *_described(lines[:start], descriptions),
        *[line for line in lines[start : body.start] if line.is_sentence][-LEAD_LINES:],
        *(lines[index] for index in body if index in own or lines[index].is_sentence),
    ]
    words = " ".join(line.words for line in kept)
    lost = sum(len(line.split()) for line in known if line not in words and line != heading)
    return found if lost > LOST * len(whole.split()) else "\n".join(line.text for line in kept)


def _described(lines: list[_Line], descriptions: list[str]) -> list[_Line]:
    """Return the lines that a page gives as its description."""
    return [
        line for line in lines if line.is_sentence and any(map(line.words.startswith, descriptions))
    ]
