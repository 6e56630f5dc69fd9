"""The texts of developments, as their sources give them; and the index of their words."""

import zlib
from collections.abc import Iterable, Iterator
from itertools import islice

from msgspec import Struct
from tinydb import where
from tinydb.table import Document

from bot.models import Citation, Development
from bot.search import HasWord, IndexEntry, Search, index_entry, lazy
from bot.store.tinydb_rows import RowDB, decode, encode, having

TOGETHER = 500
"""Entries that are indexed at a time."""


class SourceText(Struct, frozen=True, kw_only=True):
    """What one source says of a development."""

    development: str
    source: str
    url: str | None
    language: str | None
    packed: bytes
    """The text in UTF-8, compressed (zlib)."""

    @property
    def text(self) -> str:
        return zlib.decompress(self.packed).decode()


class Texts:
    """The table of texts, apart from the developments, of which many are read at a time; and the
    index by which words are found."""

    def __init__(self, db: RowDB) -> None:
        self._db, self._rows, self._index = db, db.rows("texts"), db.engine.word_index

    def add(self, development: str, cited: Citation, text: str) -> None:
        """Save what a page says of a development."""
        if not self._of_page(development, cited):
            self._rows.insert(encode(_packed(development, cited, text)))

    def revise(self, development: str, cited: Citation, text: str) -> bool:
        """Save what a page says of a development now, and return whether it said something else; a
        page that is the only one of its source may have another address now."""
        of_source = self._rows.search(having(development=development, source=cited.source))
        before = self._of_page(development, cited) or (of_source if len(of_source) == 1 else [])
        after = _packed(development, cited, text)
        if not before:
            self._rows.insert(encode(after))
            return True
        self._rows.update(encode(after), doc_ids=[before[0].doc_id])
        return decode(before[0], SourceText).packed != after.packed

    def of_page(self, development: str, cited: Citation) -> str | None:
        """Return what a page says of a development; None: it was not read."""
        rows = self._of_page(development, cited)
        return decode(rows[0], SourceText).text if rows else None

    def take(self, development: str, cited: Citation) -> str | None:
        """Remove what a page says of a development, and return it."""
        text = self.of_page(development, cited)
        self._rows.remove(doc_ids=[row.doc_id for row in self._of_page(development, cited)])
        return text

    def forget(self, development: str) -> None:
        """Remove all texts of a development, of which the rest is kept."""
        self._rows.remove(where("development") == development)

    def remove(self, development: str, numbers: Iterable[int]) -> None:
        """Remove all texts of a development, and the rows of these numbers from the index."""
        self._rows.remove(where("development") == development)
        self._index.remove(numbers)

    def _of_page(self, development: str, cited: Citation) -> list[Document]:
        """Return the row of a page, if there is one."""
        rows = self._rows.search(having(development=development, source=cited.source))
        return [row for row in rows if row["url"] == cited.url]

    def index(self, number: int, development: Development) -> None:
        """Let a development, whose row has a number, be found by its words as they are now."""
        self._index.put([(number, self.entry(development))])

    def has_word(self, development: Development) -> HasWord:
        """Return what asks the titles and texts of a development for words."""
        return lazy(lambda: self.entry(development))

    def entry(self, development: Development) -> IndexEntry:
        """Return what a development is found by."""
        rows = self._rows.search(where("development") == development.id)
        return index_entry(development, (decode(row, SourceText).text for row in rows))

    def having(self, word: str) -> frozenset[int]:
        """Return the numbers of the developments that have a word or phrase."""
        return self._index.having(word)

    def find(self, search: Search) -> dict[int, float]:
        """Return the numbers of the developments that a search finds, with how well they match."""
        return self._index.find(search)


def _packed(development: str, cited: Citation, text: str) -> SourceText:
    return SourceText(
        development=development,
        source=cited.source,
        url=cited.url,
        language=cited.language,
        packed=zlib.compress(text.encode()),
    )


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
