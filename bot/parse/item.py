"""Make an item from an entry of a source: clean its texts, shorten them, check its URL."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct

from bot import dates
from bot.models.sources import Item, Source
from bot.parse.addresses import absolute_url
from bot.parse.boilerplate import clean_text
from bot.parse.dom import html_to_text, plain_to_text
from bot.text import first_sentence, fold, one_line, shorten

ITEM_LIMIT = 5000
"""Items of one document; the largest seen (Slovakia's interior ministry) has 2,983."""
TITLE_LIMIT = 500
MARKUP_LIMIT = 400_000
"""Characters of one text of an item, some of which begin with a whole picture."""
TEXT_LIMIT = 100_000
"""Characters of a text that are kept: some forty pages."""
GUID_LIMIT = 1000


BYLINE_LINES = 4
_BYLINE_DATE = re.compile(
    r"(?:[^\W\d_]{2,12}\.?,?\s)?\b"  # a weekday
    r"(?:\d{1,4}[./-]\s?\d{1,2}[./-]\s?\d{2,4}\.?|[^\W\d_]{3,12}\.?\s\d{1,2},?\s\d{4}"
    r"|\d{1,2}\.?\s(?:de\s)?[^\W\d_]{3,12}\.?,?\s(?:de\s)?\d{4}"
    r"|\d{4}\.?\s[^\W\d_]{3,12}\s\d{1,2}\.?(?:,\s[^\W\d_]{3,12})?)"
    r"(?P<clock>[T\s]*[-–,|]?\s*(?:[^\W\d_]{1,3}\.?\s)?\d{1,2}[:.]\d{2}(?:[\d:.+-]*Z?|\s?[ap]\.?m\.?))?\Z",
    re.IGNORECASE,
)
BYLINE_LENGTH = 80
"""Characters of an author and a date."""
BYLINE_WORDS = 6
"""Words of an author between the title and the date."""


class ParseContext(Struct, frozen=True):
    """What holds for all items of a document."""

    source: Source
    url: str
    """What its links are relative to."""
    today: dt.date
    language: str | None = None

    def date(self, raw: str | None, form: str | None = None) -> dt.date | None:
        """Parse a date in the language of the document."""
        return dates.parse_date(raw, self.language, self.today, form)


class RawItem(Struct, frozen=True, kw_only=True):
    """An entry as the source writes it, markup and all."""

    title: str = ""
    is_plain_title: bool = False
    """Of its title, no tag is one."""
    link: str | None = None
    guid: str | None = None
    author: str = ""
    bodies: Sequence[str] = ()
    """Texts of it, of which the fullest counts."""
    published: dt.date | None = None
    editions: tuple[str, ...] = ()
    english: tuple[str, ...] = ()


def make_item(context: ParseContext, raw: RawItem) -> Item | None:
    """Return the item of an entry; None where it has nothing to be called by."""
    url = absolute_url(context.url, raw.link)
    longest, *others = _bodies(raw.bodies)
    is_cut = len(longest) == TEXT_LIMIT or any(len(body) > MARKUP_LIMIT for body in raw.bodies)
    to_text = plain_to_text if raw.is_plain_title else html_to_text
    raw_title = raw.title[:MARKUP_LIMIT]
    own_title = one_line(to_text(raw_title))
    text = clean_text(_without_byline(longest, own_title, raw.author) if own_title else longest)
    title = own_title or first_sentence(text) or url or first_sentence(longest)
    title = title or one_line(raw_title[:TITLE_LIMIT] or (raw.guid or "")[:TITLE_LIMIT])
    if not title:
        return None
    return Item(
        source=context.source.id,
        title=shorten(title, TITLE_LIMIT),
        url=url,
        guid=one_line((raw.guid or "")[:GUID_LIMIT]) or None,
        text=text,
        beside=beside(text, map(clean_text, others)),
        is_cut=is_cut,
        published=raw.published,
        language=language_tag(context.language),
        editions=tuple(each for each in raw.editions if each != url),
        english=tuple(each for each in raw.english if each != url),
    )


def empty_item_problems(
    items: Sequence[Item | None], indexes: Sequence[int] | None = None
) -> list[str]:
    """Return a problem for each entry of which no item could be made; `indexes` are those of the
    entries in their document, where it was parsed in part."""
    pairs = zip(indexes or range(len(items)), items, strict=False)
    return [f"item {index + 1}: neither title nor link" for index, item in pairs if not item]


def beside(text: str, others: Iterable[str]) -> str:
    """Return those of other texts that a text does not hold, be they cut off, a line each."""
    missing = (other for other in others if other not in text)
    return "\n".join(other for other in missing if fold(other).rstrip(" .…") not in fold(text))


def _bodies(bodies: Sequence[str]) -> list[str]:
    """Return the texts of an item, the longest first; an empty one where there is none."""
    texts = (html_to_text(body[:MARKUP_LIMIT])[:TEXT_LIMIT] for body in bodies if body)
    return sorted(texts, key=len, reverse=True) or [""]


def _without_byline(text: str, title: str, author: str) -> str:
    """Return a text without the title, author and date that Drupal writes before it, on one line or
    on several."""
    lines = text.split("\n", BYLINE_LINES)
    for count in range(len(lines[:BYLINE_LINES]), 0, -1):
        if _is_byline(" ".join(lines[:count]), title, author):
            return "\n".join(lines[count:])
    return text


def _is_byline(line: str, title: str, author: str) -> bool:
    has_title = line.startswith(title)
    rest = line.removeprefix(title).strip(" ,|·–-")
    if len(rest) > BYLINE_LENGTH:
        return False
    date = _BYLINE_DATE.search(rest) if any(map(str.isdigit, rest)) else None
    name = (rest.removesuffix(date[0]) if date else rest).strip(" ,|·–-").casefold()
    if not name:
        return date is not None
    if name in (author.casefold(), "admin"):
        return has_title or date is not None
    # What stands between a title and a moment is no sentence either.
    is_moment = date is not None and bool(date["clock"])
    return has_title and is_moment and len(name.split()) <= BYLINE_WORDS


def language_tag(language: Any) -> str | None:
    """Return a BCP 47 tag from what feeds write (`ro-RO`, `EN_us`), or None."""
    match = re.fullmatch(r"\s*([A-Za-z]{2,3})(?:[-_]([A-Za-z0-9]{2,8}))*\s*", str(language or ""))
    return match[1].lower() if match else None
