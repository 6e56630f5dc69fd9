"""The index of words: which developments have a word or phrase, and which are the best of a search.

On SQLite it is an FTS5 table without content, on PostgreSQL a column of `tsvector`. Both are handed
words that are folded and split already (`bot.search`), so that they find the same.
"""

import zlib
from collections.abc import Collection, Iterable
from typing import Any

import msgspec
from msgspec import Struct

from bot.search import (
    ANY_LABEL,
    BREAK,
    RANKED,
    IndexEntry,
    Phrase,
    Search,
    label_word,
    parse_phrase,
)
from bot.store.database import Database, NumberedEntry, Row

IN_TITLE = 1_000.0
"""By how much the score of a find is higher with all words in the title."""
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
            """fts5(title, text, labels, content = '', tokenize = "ascii tokenchars '_'")"""
        )
        # To take an entry back, FTS5 must be told what it was (before SQLite 3.43).
        self._engine.execute(
            "CREATE TABLE IF NOT EXISTS indexed (id INTEGER PRIMARY KEY, entry BLOB NOT NULL)"
        )

    def is_whole(self) -> bool:
        """Return whether the index can be read: 40 s for 1 GB."""
        try:
            self._engine.execute("INSERT INTO words (words) VALUES ('integrity-check')")
            for (packed,) in self._engine.stream("SELECT entry FROM indexed"):
                zlib.decompress(packed)
        except zlib.error:
            return False
        except self._engine.errors:
            return False
        return True

    def clear(self) -> None:
        self._engine.execute("INSERT INTO words (words) VALUES ('delete-all')")
        self._engine.execute("DELETE FROM indexed")

    def put(self, entries: Iterable[NumberedEntry]) -> None:
        for number, entry in entries:
            self.remove([number])
            self._engine.execute(
                "INSERT INTO words (rowid, title, text, labels) VALUES (?, ?, ?, ?)",
                (number, entry.title, entry.text, entry.labels),
            )
            packed = zlib.compress(msgspec.msgpack.encode(entry), 1)
            self._engine.execute("INSERT INTO indexed VALUES (?, ?)", (number, packed))

    def remove(self, numbers: Iterable[int]) -> None:
        known = "DELETE FROM indexed WHERE id = ? RETURNING entry"
        entries = (
            (number, packed)
            for number in numbers
            for (packed,) in self._engine.execute(known, (number,))
        )
        for number, packed in entries:
            entry = msgspec.msgpack.decode(zlib.decompress(packed), type=IndexEntry)
            self._engine.execute(
                "INSERT INTO words (words, rowid, title, text, labels) "
                "VALUES ('delete', ?, ?, ?, ?)",
                (number, entry.title, entry.text, entry.labels),
            )

    def having(self, *words: str) -> frozenset[int]:
        phrases = [*map(parse_phrase, words)]
        if not all(phrase.words for phrase in phrases):
            return frozenset()
        found = "SELECT rowid FROM words WHERE words MATCH ?"
        rows = self._engine.execute(found, (" AND ".join(map(_in_fts5, phrases)),))
        return frozenset(number for (number,) in rows)

    def find(self, search: Search) -> dict[int, float]:
        query = _query(search)
        if query is None:
            return {}
        newest = "FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?"
        # Of an ending that is open, bm25 would count every form: a thousand take 100 ms.
        is_open = any(phrase.is_open for phrase in query.all)
        score = "0.0" if is_open else "-bm25(words, 10.0, 1.0, 0.0)"
        ranked = f"SELECT rowid, {score} {newest}"
        scores: dict[int, float] = dict(self._engine.execute(ranked, (_as_fts5(query), RANKED)))
        if query.all:
            titled = (_as_fts5(query, "title : "), RANKED)
            _put_first(scores, self._engine.execute(f"SELECT rowid {newest}", titled))
        return scores


def _put_first(scores: dict[int, float], titled: Iterable[Row]) -> None:
    """Let what has all words in its title come first, also where it is not among the newest."""
    for (number,) in titled:
        scores[number] = scores.get(number, 0.0) + IN_TITLE


def _as_fts5(query: "Query", place: str = "") -> str:
    found = [
        *(f"{place}{_in_fts5(phrase)}" for phrase in query.all),
        *(f"({' OR '.join(map(_in_fts5, phrases))})" for phrases in query.one_of),
    ]
    unwanted = " OR ".join(map(_in_fts5, query.none))
    return " AND ".join(found) + (f" NOT ({unwanted})" if unwanted else "")


def _in_fts5(phrase: Phrase) -> str:
    return f'"{" ".join(phrase.words)}"{" *" if phrase.is_open else ""}'


TITLE = "^"
"""What the words of titles begin with where they are indexed a second time: a GIN index knows no
weights."""


class TsvectorIndex:
    """PostgreSQL's full text search (its manual, chapter 12)."""

    def __init__(self, engine: Database) -> None:
        self._engine = engine

    def make(self) -> None:
        # Entries lie apart from their numbers, so that many numbers are read from few pages.
        self._engine.execute(
            "CREATE TABLE IF NOT EXISTS words (id bigint PRIMARY KEY, entry tsvector NOT NULL) "
            "WITH (toast_tuple_target = 128)"
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

    def remove(self, numbers: Iterable[int]) -> None:
        self._engine.execute("DELETE FROM words WHERE id = ANY (?::bigint[])", ([*numbers],))

    def having(self, *words: str) -> frozenset[int]:
        phrases = [*map(parse_phrase, words)]
        if not all(phrase.words for phrase in phrases):
            return frozenset()
        found = "SELECT id FROM words WHERE entry @@ ?::tsquery"
        rows = self._ask(found, (" & ".join(map(_in_tsquery, phrases)),))
        return frozenset(number for (number,) in rows)

    def find(self, search: Search) -> dict[int, float]:
        query = _query(search)
        if query is None:
            return {}
        ranked = " & ".join(map(_in_tsquery, query.all)) or ANY_LABEL
        newest, values = _newest(query)
        scored = (
            "SELECT id, ts_rank('{0, 0, 0.1, 1}', entry, ?::tsquery) FROM words "
            f"WHERE id = ANY (ARRAY({newest}))"
        )
        scores: dict[int, float] = dict(self._ask(scored, (ranked, *values)))
        if query.all:
            _put_first(scores, self._ask(*_newest(query, TITLE)))
        return scores

    def _ask(self, sql: str, values: Collection[Any]) -> list[Row]:
        # What it costs to unpack an entry the planner does not know: it would read all of them.
        self._engine.execute("SET LOCAL enable_seqscan = off")
        self._engine.execute("SET LOCAL jit = off")  # which takes longer than the search
        return self._engine.execute(sql, values)


# Not the plain id: the planner would go through all entries from the newest on, as if to unpack
# each cost nothing.
NEWEST = "SELECT id FROM words WHERE entry @@ ?::tsquery ORDER BY id + 0 DESC LIMIT ?"
NEWEST_IN_ORDER = """
    WITH found AS MATERIALIZED (SELECT id FROM words WHERE entry @@ ?::tsquery)
    SELECT id FROM (SELECT id FROM found ORDER BY id DESC OFFSET 0) AS newest
    WHERE (SELECT entry @@ ?::tsquery FROM words WHERE words.id = newest.id)
    LIMIT ?
"""
"""The index finds at once what has all words. Whether they stand side by side each entry must be
asked: the newest first."""


def _newest(query: "Query", mark: str = "") -> tuple[str, tuple[str | int, ...]]:
    """Return the statement for the newest finds of a query, and its values."""
    asked = _as_tsquery(query, mark)
    loose = _as_tsquery(query.without_order(), mark)
    if loose == asked:
        return NEWEST, (asked, RANKED)
    return NEWEST_IN_ORDER, (loose, asked, RANKED)


def _as_tsvector(entry: IndexEntry) -> str:
    """Return an entry as PostgreSQL writes it: words of titles have the weight A, of texts B, and
    labels D."""
    titles, texts = entry.title.split(), entry.text.split()
    placed = [
        *((place, word, f"A '{TITLE}{word}':{place}") for place, word in enumerate(titles, 1)),
        *((place, word, "B") for place, word in enumerate(texts, len(titles) + 2)),
    ]
    words = (f"'{word}':{place}{weight}" for place, word, weight in placed if word != BREAK)
    return " ".join([*words, *(f"{label}:{LAST_PLACE}" for label in entry.labels.split())])


def _as_tsquery(query: "Query", mark: str = "") -> str:
    found = [
        *(_in_tsquery(phrase, mark) for phrase in query.all),
        *(f"({' | '.join(map(_in_tsquery, phrases))})" for phrases in query.one_of),
        *(f"!({_in_tsquery(phrase)})" for phrase in query.none),
    ]
    return " & ".join(found)


def _in_tsquery(phrase: Phrase, mark: str = "") -> str:
    words = " <-> ".join(f"'{mark}{word}'" for word in phrase.words)
    return f"{words}:*" if phrase.is_open else words


class Query(Struct, frozen=True):
    """A search that can be asked of an index: all of some phrases, one of each group, and none of
    others."""

    all: list[Phrase]
    one_of: list[list[Phrase]]
    none: list[Phrase]

    def without_order(self) -> "Query":
        """Return the query for all that this one may find, which asks for single words alone."""
        parted = [part for phrase in self.all for part in _parts(phrase)]
        single = [group for group in self.one_of if all(len(one.words) == 1 for one in group)]
        return Query(parted, single, [one for one in self.none if len(one.words) == 1])


def _parts(phrase: Phrase) -> list[Phrase]:
    *words, last = phrase.words
    return [*(Phrase((word,)) for word in words), Phrase((last,), phrase.is_open)]


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
        "source_type": wanted.source_types,
    }
    labels = [
        [_label(f"{facet}:{value}") for value in sorted(values)]
        for facet, values in facets.items()
        if values
    ]
    phrases, choices = [*map(parse_phrase, search.words)], _findable(wanted.words)
    if not all(phrase.words for phrase in phrases) or bool(choices) != bool(wanted.words):
        return None
    return Query(
        all=phrases,
        one_of=[[Phrase((ANY_LABEL,))], *labels, *([choices] if choices else [])],
        none=[*_findable(wanted.without), *map(_label, sorted(wanted.less))],
    )


def _findable(words: Iterable[str]) -> list[Phrase]:
    return [phrase for phrase in map(parse_phrase, words) if phrase.words]


def _label(label: str) -> Phrase:
    return Phrase((label_word(label),))
