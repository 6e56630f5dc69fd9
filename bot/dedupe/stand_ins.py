"""Tell the text of an item from a page that stands for it: an error, a login, a consent (pure).

Such pages come with status 200. They share next to nothing with what they stand for, and a site
shows the same one at many addresses.
"""

from functools import lru_cache

from msgspec import Struct

from bot.data_files import read_data
from bot.dedupe.substance import stems
from bot.models import PageText
from bot.models.sources import Document
from bot.text import first_sentence, normalise
from bot.text.phrases import Phrases

SHARED = 0.3
"""The least share of the words of the shorter of two texts of one page that the other has."""
SAME = 0.9
"""The share of them from which two pages of a site read alike."""
FEWEST, MANY = 4, 8
"""Words of a text below which they must share more than half, and from which a text cannot become
as short as that."""
NAMED = 1 / 3
"""The least share of a title's words that its page has."""
NOTICES = 2
"""Items of the longest feed that may be a notice alone."""
HEADING = 12
"""Words of the longest heading of a page that stands for another."""


class _Language(Struct, frozen=True, forbid_unknown_fields=True):
    """What `data/stand_ins.toml` has of one language."""

    says: tuple[str, ...]
    about: tuple[str, ...]


def shares_text(one: str, other: str, least: float = SHARED) -> bool:
    """Return whether two texts share a part of the words of the shorter."""
    short, long = sorted((stems(one), stems(other)), key=len)
    if len(short) < FEWEST:
        return len(long) < MANY or 2 * len(short & long) > len(short)
    return len(short & long) >= least * len(short)


def reads_alike(one: PageText, other: PageText) -> bool:
    """Return whether two pages say the same."""
    return bool(one.text) and one.title == other.title and shares_text(one.text, other.text, SAME)


def names_title(text: str, title: str) -> bool:
    """Return whether a text has words of a title; any text has those of a title of short words."""
    words = stems(title)
    return len(words & stems(text)) >= NAMED * len(words)


def has_stand_in_heading(page: PageText, title: str) -> bool:
    """Return whether a page is headed as those are that stand for another; `title` is that of what
    it should show."""
    return is_stand_in(page.title or first_sentence(page.text)) and not is_stand_in(title)


def is_notice(document: Document) -> bool:
    """Return whether a feed has nothing but a notice, that it is maintained or has failed."""
    return 0 < document.total == len(document.items) <= NOTICES and all(
        has_stand_in_heading(PageText(title=item.title, text=item.text), "")
        for item in document.items
    )


def is_stand_in(heading: str) -> bool:
    """Return whether a heading has a phrase of stand-ins, and no word that is of an article: a
    shelter may be out of service, too."""
    words = normalise(heading).split()
    says, about = _headings()
    at, has_phrase = 0, False
    while at < len(words):
        if length := says.length_at(words, at):
            has_phrase = True
            at += length
        elif words[at] in about or words[at].isdigit():
            at += 1
        else:
            return False
    return has_phrase and len(words) <= HEADING


@lru_cache(maxsize=1)
def _headings() -> tuple[Phrases, frozenset[str]]:
    languages = read_data("stand_ins", dict[str, _Language]).values()
    says = Phrases(phrase for language in languages for phrase in language.says)
    about = frozenset(normalise(word) for language in languages for word in language.about)
    return says, about
