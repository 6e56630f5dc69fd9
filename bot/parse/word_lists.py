"""Load the words of boilerplate: of what pages have around their articles.

They are in `data/boilerplate`, a file for each language; those of all languages apply to every
text, as sites of one language have buttons in another:

parts       a line is boilerplate if it is made of these, names of networks, and numbers
labels      what stands before a colon: `Photo: …`, `Read also: …`
openings    how a line or sentence of boilerplate begins: `Share this …`
dated       what stands before a date of publication
contacts    headings of contact details
kinds       what a text calls itself: `Press release` (`parse.titles`)
more        links at the end of a teaser: `Read more`
credit      what WordPress appends to every item (`The post … appeared first on …`)
"""

import re
from functools import lru_cache
from typing import NamedTuple

from msgspec import Struct

from bot.data_files import languages_of, read_data
from bot.text import fold, normalise
from bot.text.phrases import Phrases

_ARROW = r"(?:\s*(?:[→»›>…]|\.\.\.|-&gt;|->|\])+\s*)"


class _Words(Struct, frozen=True):
    parts: tuple[str, ...]
    labels: tuple[str, ...]
    openings: tuple[str, ...]
    dated: tuple[str, ...]
    contacts: tuple[str, ...]
    kinds: tuple[str, ...]
    more: tuple[str, ...]
    credit: tuple[str, ...]


class WordLists(NamedTuple):
    """The lists of all languages, ready to be looked up."""

    parts: Phrases
    labels: Phrases
    openings: Phrases
    dated: Phrases
    contacts: Phrases
    kinds: Phrases
    more: re.Pattern[str]
    more_ends: frozenset[str]
    """The last words of `more`."""
    credit: tuple[str, ...]
    beginnings: frozenset[str]
    """The first words of what a line of boilerplate may begin with."""


@lru_cache(maxsize=1)
def word_lists() -> WordLists:
    """Return the word lists of all languages together."""
    words = [read_data(f"boilerplate/{code}", _Words) for code in languages_of("boilerplate")]

    def joined(name: str) -> list[str]:
        return [phrase for each in words for phrase in getattr(each, name)]

    more = "|".join(sorted(map(re.escape, map(fold, joined("more"))), key=len, reverse=True))
    end = r"(?:^|(?<=[.!?…»”\"\])]))"
    return WordLists(
        parts=Phrases(joined("parts")),
        labels=Phrases(joined("labels")),
        openings=Phrases(joined("openings")),
        dated=Phrases(joined("dated")),
        contacts=Phrases(joined("contacts")),
        kinds=Phrases(joined("kinds")),
        # Beside an arrow, the link may name the article; without one, it stands alone.
        more=re.compile(
            rf"(?:{end}\s*[\[(]?(?:{more})[\])]?{_ARROW}?|\b(?:{more})\b[^.!?]{{0,200}}?{_ARROW})$"
        ),
        more_ends=frozenset(normalise(phrase).rpartition(" ")[2] for phrase in joined("more")),
        credit=tuple(map(fold, joined("credit"))),
        beginnings=frozenset(
            normalise(phrase).partition(" ")[0]
            for name in ("parts", "labels", "openings", "dated", "contacts", "kinds")
            for phrase in joined(name)
        ),
    )
