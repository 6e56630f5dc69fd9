"""The index of words: which developments have a word or phrase, and which are the best of a search.

On SQLite it is an FTS5 table without content, on PostgreSQL a column of `tsvector`. Both are handed
words that are folded and split already (`bot.words`), so that they find the same.
"""

import itertools
import zlib
from collections.abc import Iterable

import msgspec
from msgspec import Struct

from bot.store.database import Database, NumberedEntry
from bot.words import ANY_LABEL, BREAK, IndexEntry, Search, Term, label_word, parse_term

CANDIDATES = 1_000
"""The newest finds, and the newest with all words in the title, of which the best are chosen: to
rank 100,000 takes a second."""
LAST_PLACE = 16_383
"""The last place of a word that PostgreSQL tells from others; that of labels."""


class Fts5Index:
    """SQLite's FTS5 (https://www.sqlite.org/fts5.html)."""

    def __init__(self, engine: Database) -> None:
        self._engine = engine

    def make(self) -> None:
        # The tokeniser `ascii` parts words at spaces alone: all letters beyond ASCII are of a word.
        self._engine.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS words USING "
            "fts5(title, text, labels, content = '', tokenize = 'ascii')"
        )
        # To take an entry back, FTS5 must be told what it was (before SQLite 3.43).
        self._engine.execute(
            "CREATE TABLE IF NOT EXISTS indexed (id INTEGER PRIMARY KEY, entry BLOB NOT NULL)"
        )

    def clear(self) -> None:
        self._engine.execute("INSERT INTO words (words) VALUES ('delete-all')")
        self._engine.execute("DELETE FROM indexed")

    def put(self, entries: Iterable[NumberedEntry]) -> None:
        for number, entry in entries:
            self._remove(number)
            self._engine.execute(
                "INSERT INTO words (rowid, title, text, labels) VALUES (?, ?, ?, ?)",
                (number, entry.title, entry.text, entry.labels),
            )
            packed = zlib.compress(msgspec.msgpack.encode(entry), 1)
            self._engine.execute("INSERT INTO indexed VALUES (?, ?)", (number, packed))

    def _remove(self, number: int) -> None:
        known = "DELETE FROM indexed WHERE id = ? RETURNING entry"
        for (packed,) in self._engine.execute(known, (number,)):
            entry = msgspec.msgpack.decode(zlib.decompress(packed), type=IndexEntry)
            self._engine.execute(
                "INSERT INTO words (words, rowid, title, text, labels) "
                "VALUES ('delete', ?, ?, ?, ?)",
                (number, entry.title, entry.text, entry.labels),
            )

    def having(self, word: str) -> frozenset[int]:
        term = parse_term(word)
        found = "SELECT rowid FROM words WHERE words MATCH ?"
        rows = self._engine.execute(found, (_in_fts5(term),)) if term.words else ()
        return frozenset(number for (number,) in rows)

    def find(self, search: Search) -> dict[int, float]:
        query, scores = _query(search), dict[int, float]()
        if query is None:
            return scores
        for columns in ("title", "title text"):
            scores |= self._engine.execute(
                "SELECT rowid, -bm25(words, 10.0, 1.0, 0.0) FROM words WHERE words MATCH ? "
                "ORDER BY rowid DESC LIMIT ?",
                (_as_fts5(query, columns), CANDIDATES),
            )
        return scores


def _as_fts5(query: "Query", columns: str) -> str:
    found = [
        *(_in_fts5(term, columns) for term in query.all),
        *(f"({' OR '.join(map(_in_fts5, terms))})" for terms in query.one_of),
    ]
    unwanted = " OR ".join(map(_in_fts5, query.none))
    return " AND ".join(found) + (f" NOT ({unwanted})" if unwanted else "")


def _in_fts5(asked: Term | str, columns: str = "title text") -> str:
    """Return what finds a term, or a label's word."""
    if isinstance(asked, str):
        return f"labels : {asked}"
    return f'{{{columns}}} : "{" ".join(asked.words)}"{" *" if asked.is_open else ""}'


class TsvectorIndex:
    """PostgreSQL's full text search (its manual, chapter 12)."""

    def __init__(self, engine: Database) -> None:
        self._engine = engine

    def make(self) -> None:
        self._engine.execute(
            "CREATE TABLE IF NOT EXISTS words (id bigint PRIMARY KEY, entry tsvector NOT NULL)"
        )
        self._engine.execute("CREATE INDEX IF NOT EXISTS found_by ON words USING gin (entry)")

    def clear(self) -> None:
        self._engine.execute("TRUNCATE words")

    def put(self, entries: Iterable[NumberedEntry]) -> None:
        given = [(number, _as_tsvector(entry)) for number, entry in entries]
        if given:
            self._engine.execute(
                "INSERT INTO words (id, entry) SELECT number, entry::tsvector "
                "FROM unnest(?::bigint[], ?::text[]) AS new (number, entry) "
                "ON CONFLICT (id) DO UPDATE SET entry = excluded.entry",
                [*map(list, zip(*given, strict=True))],
            )

    def having(self, word: str) -> frozenset[int]:
        term = parse_term(word)
        found = "SELECT id FROM words WHERE entry @@ ?::tsquery"
        rows = self._engine.execute(found, (_in_tsquery(term),)) if term.words else ()
        return frozenset(number for (number,) in rows)

    def find(self, search: Search) -> dict[int, float]:
        query, scores = _query(search), dict[int, float]()
        if query is None:
            return scores
        ranked = " & ".join(map(_in_tsquery, query.all)) or ANY_LABEL
        for weights in ("A", "AB"):
            scores |= self._engine.execute(
                "SELECT id, ts_rank('{0, 0, 0.1, 1}', entry, ?::tsquery) FROM "
                "(SELECT id, entry FROM words WHERE entry @@ ?::tsquery "
                "ORDER BY id DESC LIMIT ?) AS newest",
                (ranked, _as_tsquery(query, weights), CANDIDATES),
            )
        return scores


def _as_tsvector(entry: IndexEntry) -> str:
    """Return an entry as PostgreSQL writes it: words of titles have the weight A, of texts B, and
    labels D."""
    titles = entry.title.split()
    weights = itertools.chain(itertools.repeat("A", len(titles)), itertools.repeat("B"))
    places = zip(itertools.count(1), [*titles, BREAK, *entry.text.split()], weights, strict=False)
    words = (f"'{word}':{place}{weight}" for place, word, weight in places if word != BREAK)
    return " ".join([*words, *(f"{label}:{LAST_PLACE}" for label in entry.labels.split())])


def _as_tsquery(query: "Query", weights: str) -> str:
    found = [
        *(_in_tsquery(term, weights) for term in query.all),
        *(f"({' | '.join(map(_in_tsquery, terms))})" for terms in query.one_of),
        *(f"!({_in_tsquery(term)})" for term in query.none),
    ]
    return " & ".join(found)


def _in_tsquery(asked: Term | str, weights: str = "AB") -> str:
    """Return what finds a term, or a label's word."""
    if isinstance(asked, str):
        return f"{asked}:D"
    *words, last = asked.words
    ending = "*" if asked.is_open else ""
    return " <-> ".join([*(f"'{word}':{weights}" for word in words), f"'{last}':{ending}{weights}"])


class Query(Struct, frozen=True):
    """A search that can be asked of an index: all of some terms, one of each group of terms or
    labels' words, and none of others."""

    all: list[Term]
    one_of: list[list[Term | str]]
    none: list[Term | str]


def _query(search: Search) -> Query | None:
    """Return the query of a search; None, where it asks for what cannot be found."""
    wanted = search.filter
    facets = {
        "country": wanted.countries,
        "theme": wanted.themes | wanted.topics,
        "type": wanted.types,
        "mention": wanted.mentions,
        "reference": wanted.references,
        "source": wanted.sources,
    }
    labels: list[list[Term | str]] = [
        [label_word(f"{facet}:{value}") for value in sorted(values)]
        for facet, values in facets.items()
        if values
    ]
    terms, choices = [*map(parse_term, search.words)], _terms(wanted.words)
    if not all(term.words for term in terms) or bool(choices) != bool(wanted.words):
        return None
    return Query(
        all=terms,
        one_of=[[ANY_LABEL], *labels, *([choices] if choices else [])],
        none=[*_terms(wanted.without), *map(label_word, sorted(wanted.less))],
    )


def _terms(words: Iterable[str]) -> list[Term | str]:
    """Return the terms among words that can be found."""
    return [term for term in map(parse_term, words) if term.words]
