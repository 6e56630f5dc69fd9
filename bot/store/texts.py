"""The index of words: what developments are found by, of their titles and of their readings."""

from collections.abc import Iterable, Iterator
from itertools import islice

from bot import evidence
from bot.models import Citation, Development
from bot.models.readings import Reading
from bot.search import HasWord, IndexEntry, Search, index_entry, lazy
from bot.store.readings import Readings
from bot.store.tinydb_rows import RowDB, decode

TOGETHER = 500
"""Entries that are indexed at a time."""


class Texts:
    """What the sources of developments say now; and the index by which its words are found."""

    def __init__(self, db: RowDB) -> None:
        self.readings, self._index = Readings(db), db.engine.word_index

    def of_source(self, development: Development, cited: Citation) -> str:
        """Return the most that a source says of a development; empty: it was not read."""
        said = self._current(development)
        texts = (one.text for one in said if (one.source, one.url) == (cited.source, cited.url))
        return max(texts, key=len, default="")

    def index(self, number: int, development: Development) -> None:
        """Let a development, whose row has a number, be found by its words as they are now."""
        self._index.put([(number, self.entry(development))])

    def remove(self, numbers: Iterable[int]) -> None:
        """Remove the rows of these numbers from the index."""
        self._index.remove(numbers)

    def has_word(self, development: Development) -> HasWord:
        """Return a function that tells whether a development's titles and texts have a word."""
        return lazy(lambda: self.entry(development))

    def entry(self, development: Development) -> IndexEntry:
        """Return what a development is found by."""
        said = self._current(development)
        return index_entry(development, (text for one in said for text in (one.text, one.title)))

    def _current(self, development: Development) -> list[Reading]:
        urls = {url for cited in development.sources for url in (cited.url, cited.url_en)}
        return evidence.current(self.readings.readings(str(development.id)), urls)

    def having(self, *words: str) -> frozenset[int]:
        """Return the numbers of the developments that have all of some words or phrases, at least
        one."""
        return self._index.having(*words)

    def find(self, search: Search) -> dict[int, float]:
        """Return the numbers of the developments that a search finds, with how well they match."""
        return self._index.find(search)


def rebuild_index(db: RowDB) -> None:
    """Index every development of a store anew."""
    texts, index = Texts(db), db.engine.word_index
    index.make()
    index.clear()
    entries = _entries(db, texts)
    while chunk := list(islice(entries, TOGETHER)):
        index.put(chunk)


def _entries(db: RowDB, texts: Texts) -> Iterator[tuple[int, IndexEntry]]:
    for row in db.rows("developments"):
        yield row.doc_id, texts.entry(decode(row, Development))
