"""Make a text of the lines of a PDF's pages: without what runs along all pages, in paragraphs, with
words and ligatures whole (pure).

Between pages stands a form feed, as plain texts of pages have it (`text.page_of`).
"""

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from bot.text import PAGE_BREAK, fold, one_line

EDGE = 3
"""Lines at the head and at the foot of a page in which what runs along all pages is looked for."""
RUNNING = 0.5
"""The share of pages on which a line stands that runs along."""
FEWEST_WORDS = 10
"""Words of a page below which a page with a picture is a scan with a stamp on it."""
FULL = 0.6
"""The share of the usual width from which a line may have been broken because it was full."""
UNKNOWN = 0.3
"""The share of characters without a meaning from which a text cannot be read: its fonts do not say
which letters their signs are."""

SOFT_HYPHEN = "\u00ad"
_PRESENTATION = re.compile("[\ufb00-\ufb06\ufb1d-\ufdff\ufe70-\ufefc]")
"""Ligatures, and letters as they are drawn within a word: Latin, Armenian, Hebrew and Arabic."""
_NUMBER = re.compile(r"\d+|\b[ivxlc]+\b")
_PAGE_NUMBER = re.compile(
    r"[\W_]*(?:[^\W\d_]{1,10}[.\s]*)?#(?:[\s/|.–-]*(?:[^\W\d_]{1,6}\s)?#)?[\W_]*"
)
"""`3`, `- 3 -`, `Page 3 of 12`, `Seite 3/12`, with # for each number."""
_HYPHEN = re.compile(r"[^\W\d_][-‐]\Z")
_LIST_ITEM = re.compile(r"(?:[•●▪■◦‣–—*·○►-]|\(?\d{1,3}[.)]|\(?[a-zα-ωа-я][.)]|§|[IVX]{1,5}[.)])\s")
_COMPOUND = re.compile(r"(?<![^\W\d_])[^\W\d_]{1,40}(?:-[^\W\d_]{1,40})+")
_SUSPENDED = ("und", "oder", "bzw", "and", "or", "et", "ou", "e", "o", "en", "of", "og", "och", "i")
"""Words before which a hyphen stands for a part that follows (`Asyl- und Aufenthaltsrecht`)."""
_ENDS = (".", "!", "?", "…", ":", ";")

Page = list[str]
"""The lines of a page."""


def lines_of(text: str) -> Page:
    """Return the lines of a page that have text, tidy, with ligatures as letters."""
    text = _PRESENTATION.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    return list(filter(None, (one_line(_with_hyphen(line)) for line in text.splitlines())))


def _with_hyphen(line: str) -> str:
    """Return a line that a soft hyphen ends with one that is seen."""
    bare = line.rstrip()
    return f"{bare.rstrip(SOFT_HYPHEN)}-" if bare.endswith(SOFT_HYPHEN) else line


def has_readable_text(texts: Sequence[str], have_pictures: Sequence[bool]) -> bool:
    """Return whether pages have a text that can be read, beside a stamp or a signature."""
    whole = "".join("".join(texts).split())
    unknown = sum(
        unicodedata.category(letter) in ("Co", "Cn", "Cc") or letter == "\ufffd" for letter in whole
    )
    if not any(map(str.isalpha, whole)) or unknown > UNKNOWN * len(whole):
        return False
    words = sum(len(text.split()) for text in texts)
    return words >= FEWEST_WORDS * len(texts) or not any(have_pictures)


# ------------------------------------------------------------------ running lines


def without_running_lines(pages: Sequence[Page]) -> list[Page]:
    """Return pages without the headers and footers that stand on most of them, and without their
    numbers."""
    counts = Counter(form for page in pages for form in {_form(line) for line in _edges(page)})
    filled = sum(1 for page in pages if page)
    enough = max(2, RUNNING * filled)
    running = {form for form, count in counts.items() if count >= enough}
    return [_without_edges(page, running) for page in pages]


def _form(line: str) -> str:
    """Return what a line looks like, whatever its numbers are."""
    return _NUMBER.sub("#", fold(line))


def _edges(page: Page) -> Page:
    return page if len(page) <= 2 * EDGE else page[:EDGE] + page[-EDGE:]


def _without_edges(page: Page, running: set[str]) -> Page:
    """Remove from the edges inwards, up to the first line that stays."""
    first, last = 0, len(page)
    while first < min(EDGE, last) and _is_running(page[first], running):
        first += 1
    while last > max(first, len(page) - EDGE) and _is_running(page[last - 1], running):
        last -= 1
    return page[first:last]


def _is_running(line: str, running: set[str]) -> bool:
    form = _form(line)
    return form in running or _PAGE_NUMBER.fullmatch(form) is not None


# ------------------------------------------------------------------ paragraphs


class _Lines(NamedTuple):
    """What tells how the lines of a document go on."""

    width: float
    """Characters of a line that is full."""
    compounds: frozenset[str]
    """Its words with a hyphen within a line, folded."""

    def join(self, before: str, line: str, mark: str) -> tuple[str, str]:
        """Return what stands before a line with what comes between, a page's `mark` included, and
        the line; with the beginning of its first word, where that was broken."""
        if not before:
            return mark, line
        word = re.match(r"[^\W_]*", line)
        first = word[0] if word else ""
        if _HYPHEN.match(before, len(before) - 2) and first and first.casefold() not in _SUSPENDED:
            head, space, beginning = before.rpartition(" ")
            return head + space + mark, self._whole(beginning, first) + line
        return before + (" " if self._goes_on(before, line) else "\n") + mark, line

    def _whole(self, beginning: str, rest: str) -> str:
        """Return the beginning of a broken word, with its hyphen where that belongs to it."""
        has_hyphen = not rest[0].islower() or fold(beginning[:-1] + "-" + rest) in self.compounds
        return beginning[:-1] + ("-" if has_hyphen else "")

    def _goes_on(self, before: str, line: str) -> bool:
        if _LIST_ITEM.match(line):
            return False
        is_full = len(before) >= FULL * self.width
        return is_full or (line[0].islower() and not before.endswith(_ENDS))


def join_pages(pages: Sequence[Page]) -> str:
    """Return the text of pages, a paragraph on each line, and a form feed before each page but the
    first. A word that two pages share stands on the second."""
    lengths = sorted(len(line) for page in pages for line in page if " " in line)
    found = (_COMPOUND.findall(fold(line)) for page in pages for line in page)
    shape = _Lines(
        width=lengths[len(lengths) * 3 // 4] if lengths else 0,
        compounds=frozenset(itertools.chain.from_iterable(found)),
    )
    parts, mark = [""], ""
    for number, page in enumerate(pages):
        mark += PAGE_BREAK if number else ""
        for line in page:
            parts += shape.join(parts.pop(), line, mark)
            mark = ""
    return "".join(parts)
