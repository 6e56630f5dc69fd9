"""Find the words and phrases that filters and searches ask for in developments (pure).

A development is found by an `IndexEntry`: the words of its titles and texts, folded. The entry is
what a commit asks when it matches filters, and what the store's index holds: so both agree.
"""

import functools
import re
from collections.abc import Callable, Collection, Iterable, Iterator

from msgspec import Struct

from bot.models import Development
from bot.models.chats import Filter
from bot.text import fold

BREAK = "¶"
"""Stands between two texts, so that no phrase reaches from one into the next; no word has it."""
TITLE_LIMIT, TEXT_LIMIT = 1_000, 15_000
"""Words of an entry: PostgreSQL tells the places of 16,383 apart (its manual, section 12.11)."""
LETTERS_LIMIT = 200_000
"""Letters of an entry, which PostgreSQL takes no megabyte of."""
RANKED = 300
"""The newest finds of a search, and the newest with all words in the title, of which the best are
chosen: to rank 100,000 takes a second."""
# PostgreSQL takes no word above 2 kB; what is longer than any word of a language counts as several.
_WORD = re.compile(r"[^\W_]{1,100}")

HasWord = Callable[[str], bool]
"""Whether a word or phrase stands in a development's titles and texts; `*` at its end stands for
any ending."""


class Phrase(Struct, frozen=True):
    """A word or phrase that is asked for."""

    words: tuple[str, ...]
    """Folded; none: it cannot be found."""
    is_open: bool = False
    """Whether the last word may have any ending."""


class Search(Struct, frozen=True, kw_only=True):
    """What to look for in the archive: what a filter wants that also has all of some words."""

    filter: Filter
    words: tuple[str, ...] = ()


class IndexEntry(Struct, frozen=True, kw_only=True):
    """What a development is found by: folded words, a space apart."""

    title: str
    text: str
    labels: str
    """Each label as one word (`label_word`)."""

    def has(self, word: str) -> bool:
        """Return whether a word or phrase stands in it."""
        return _pattern(word) in f" {self.title} {BREAK} {self.text} "


def parse_phrase(word: str) -> Phrase:
    """Return what a person means by a word or phrase."""
    return Phrase(tuple(_WORD.findall(fold(word))), word.rstrip('" ').endswith("*"))


def lazy(read: Callable[[], IndexEntry]) -> HasWord:
    """Return a function that tells whether an entry has a phrase; the entry is read at its first
    call."""
    entry = functools.cache(read)
    return lambda word: entry().has(word)


def index_entry(development: Development, texts: Iterable[str] = ()) -> IndexEntry:
    """Return what a development is found by. `texts`: all that its sources say, where it is known
    beyond the summary."""
    translations = development.translations.values()
    titles = (development.title, *_native_titles(development), *(one.title for one in translations))
    translated = (one.summary for one in translations)
    summaries = filter(None, (development.summary, development.summary_native, *translated))
    folded_titles = dict.fromkeys(map(_folded, titles))
    body = _without_repeats(map(_folded, (*summaries, *texts)), folded_titles)
    return IndexEntry(
        title=_joined(folded_titles, TITLE_LIMIT),
        text=_joined(body, TEXT_LIMIT),
        labels=" ".join(sorted({ANY_LABEL, *map(label_word, labels_of(development))})),
    )


def labels_of(development: Development) -> frozenset[str]:
    """Return all labels of a development in the form of `Filter.less`: `theme:return`."""
    return frozenset(
        (
            *(f"theme:{code}" for code in (*development.themes, *development.topics)),
            f"type:{development.type}",
            *(f"country:{code}" for code in (development.country,) if code),
            *(f"source:{source.source}" for source in development.sources),
            *(
                f"source_type:{each.source_type}"
                for each in development.sources
                if each.source_type
            ),
            *(f"mention:{code}" for code in development.mentions),
            *(f"reference:{name}" for name in development.references),
        )
    )


ANY_LABEL = "_any"
"""The word that stands among the labels of every entry."""


def label_word(label: str) -> str:
    """Return a label as one word of an index, unlike any of a text: what follows its facet in hex,
    as it may hold signs that would part it."""
    facet, _, value = label.partition(":")
    return f"_{facet}{value.encode().hex()}"


@functools.lru_cache(maxsize=10_000)  # of the filters of all chats
def _pattern(word: str) -> str:
    """Return what stands in the words of an entry where a phrase is found."""
    phrase = parse_phrase(word)
    if not phrase.words:
        return "\0"  # in no entry
    return f" {' '.join(phrase.words)}{'' if phrase.is_open else ' '}"


def _native_titles(development: Development) -> Iterator[str]:
    for source in development.sources:
        yield source.title_native
        if source.title_en:
            yield source.title_en


def _folded(text: str) -> str:
    return " ".join(_WORD.findall(fold(text)))


def _without_repeats(texts: Iterable[str], titles: Collection[str]) -> list[str]:
    """Return the texts that are no title, and whose words stand in no other one."""
    apart = [f" {text} " for text in dict.fromkeys(texts) if text not in titles]
    whole = (one for one in apart if not any(one in text for text in apart if text is not one))
    return [one.strip() for one in whole]


def _joined(texts: Iterable[str], limit: int) -> str:
    words = f" {BREAK} ".join(filter(None, texts))[:LETTERS_LIMIT].split(" ")
    return " ".join(words[:limit])
