"""Index recent developments by what those of one event have in common."""

import datetime as dt
import zlib
from array import array
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from functools import lru_cache
from itertools import chain

import msgspec

from bot.dedupe.key_index import KeyIndex
from bot.dedupe.resemblance import (
    FEWEST_MARKS,
    FEWEST_RUNS,
    RETOLD,
    cases,
    least_names,
    marks_of,
    told_text,
    word_runs,
    words_of,
)
from bot.dedupe.same_event import find_same, similar_in_other_languages
from bot.dedupe.same_facts import Facts, facts_of, may_have_same_facts
from bot.dedupe.same_figures import FEWEST_RETOLD, figure_keys, may_have_same_figures
from bot.models import Development
from bot.text import normalise
from bot.urls import canonical_url, edition, site

DECODED = 200
"""Developments that are kept as they are: those of one poll are compared with the same ones."""

_DECODER = msgspec.msgpack.Decoder(Development)


class _Kept:
    """What is kept of a development: 3 kB with its keys, where objects take 25."""

    __slots__ = ("facts", "id", "record", "words")

    def __init__(self, development: Development) -> None:
        self.id, self.record = str(development.id), _pack(development)
        self.words = array("I", _digests(words_of(development)))
        self.facts: Facts | None = None
        """Of most, nobody ever asks for them."""

    def share(self, words: frozenset[int]) -> tuple[int, int]:
        """Return how many of some words it has, and how many the one of the two has that has
        fewer."""
        return len(words.intersection(self.words)), min(len(words), len(self.words))


class RecentEvents:
    """An index of recent developments by title, URL, day and three-word runs."""

    def __init__(self, developments: Iterable[Development] = ()) -> None:
        self._kept: dict[int, _Kept] = {}
        self._numbers: dict[str, int] = {}
        self._keys = KeyIndex()
        self._next = 0
        self._languages = set[str | None]()
        self._developments = lru_cache(DECODED)(lambda number: _unpack(self._kept[number].record))
        for development in developments:
            self.put(development)

    def put(self, development: Development) -> None:
        """Add a development, or replace the one of the same id."""
        kept = _Kept(development)
        self.remove(kept.id)
        number, self._next = self._next, self._next + 1
        self._kept[number], self._numbers[kept.id] = kept, number
        self._languages.add(development.sources[0].language)
        for key in _index_keys(development):
            self._keys.add(key, number)

    def remove(self, development_id: str) -> None:
        """Remove a development, if it is there."""
        if (number := self._numbers.pop(development_id, None)) is not None:
            for key in _index_keys(_unpack(self._kept.pop(number).record)):
                self._keys.remove(key, number)

    def find_same_event(self, draft: Development) -> Development | None:
        """Return the development of the same event as a draft, if there is one."""
        runs = self._shared(word_runs(draft), FEWEST_RUNS)
        days = range(-RETOLD, RETOLD + 1)
        marks = (self._shared(_mark_keys(draft, shift), FEWEST_MARKS) for shift in days)
        alike = self._alike(draft, chain.from_iterable(marks))
        figures = self._with_figures(draft)
        facts = self._with_facts(draft)
        named = self._under(_lookup_keys(draft))
        return find_same(draft, self._in_order({*runs, *alike, *figures, *facts, *named}))

    def find_similar(self, draft: Development) -> list[Development]:
        """Return developments in other languages that may report the same event."""
        days = (
            day
            for language in self._languages - {draft.sources[0].language}
            for day in _day_keys(draft, language, -1, 0, 1)
        )
        return similar_in_other_languages(draft, self._in_order({*self._under(days)}))

    def _alike(self, draft: Development, numbers: Iterable[int]) -> Iterator[int]:
        """Yield the developments with words enough in common with a draft, or about a case."""
        words, has_case = frozenset(_digests(words_of(draft))), bool(cases(draft))
        return (
            number
            for number in numbers
            if has_case or least_names(*self._kept[number].share(words)) is not None
        )

    def _with_figures(self, draft: Development) -> Iterator[int]:
        """Yield the developments of these days with figures in common with a draft."""
        shared = Counter[int]()
        for digits, keys in _figure_keys(draft, -1, 0, 1):
            for number in self._under(keys):
                shared[number] += digits
        return (
            number
            for number, total in shared.items()
            if total >= FEWEST_RETOLD and may_have_same_figures(draft, self._developments(number))
        )

    def _with_facts(self, draft: Development) -> Iterator[int]:
        """Yield the developments of these days that may have many facts in common with a draft."""
        own, words = facts_of(draft), frozenset(_digests(words_of(draft)))
        for number in self._under(_days(draft, -1, 0, 1)):
            facts = self._facts(number)
            if not own.about.isdisjoint(facts.about):
                shared, fewer = self._kept[number].share(words)
                if may_have_same_facts(own, facts, shared / max(fewer, 1)):
                    yield number

    def _facts(self, number: int) -> Facts:
        kept = self._kept[number]
        if kept.facts is None:
            kept.facts = facts_of(self._developments(number))
        return kept.facts

    def _shared(self, keys: Iterable[Hashable], fewest: int) -> Iterator[int]:
        """Yield the developments that have at least some number of keys."""
        shared = Counter(self._under(keys))
        return (number for number, count in shared.items() if count >= fewest)

    def _under(self, keys: Iterable[Hashable]) -> Iterator[int]:
        return chain.from_iterable(map(self._keys.under, keys))

    def _in_order(self, numbers: Iterable[int]) -> list[Development]:
        by_id = sorted(numbers, key=lambda number: self._kept[number].id)
        return [*map(self._developments, by_id)]


def _pack(development: Development) -> bytes:
    """Return a development as bytes, in three fifths of the room."""
    return zlib.compress(msgspec.msgpack.encode(development), 1)


def _unpack(record: bytes) -> Development:
    return _DECODER.decode(zlib.decompress(record))


def _digests(words: Iterable[str]) -> Iterator[int]:
    """Yield 32 bits for each word, enough to count those that two reports share."""
    return (hash(word) & 0xFFFFFFFF for word in words)


def _index_keys(development: Development) -> set[Hashable]:
    days = (*_day_keys(development, development.sources[0].language, 0), *_days(development, 0))
    marks = _mark_keys(development, 0)
    figures = (key for _, keys in _figure_keys(development, 0) for key in keys)
    return {*_lookup_keys(development), *days, *marks, *figures, *word_runs(development)}


def _mark_keys(development: Development, shift: int) -> Iterator[Hashable]:
    """Return the index keys of a day and each mark of a development."""
    if development.date:
        day = development.date + dt.timedelta(days=shift)
        for mark in marks_of(development):
            yield day, development.sources[0].language, mark


def _figure_keys(
    development: Development, *shifts: int
) -> Iterator[tuple[int, Iterator[Hashable]]]:
    """Yield the digits of each figure of a development, and its index keys on some days."""
    if development.country and development.date:
        days = [development.date + dt.timedelta(days=shift) for shift in shifts]
        for figure, digits in figure_keys(development).items():
            yield digits, ((development.country, day, figure) for day in days)


def _lookup_keys(development: Development) -> Iterator[Hashable]:
    """Return the index keys of a development: title, URLs, URLs without language, the day with its
    site and with its publisher, and the editions that it names."""
    yield normalise(told_text(development)[0])
    for source in development.sources:
        if url := canonical_url(source.url):
            yield url
        if neutral := edition(source.url):
            yield "edition", neutral
            yield "site", site(source.url), source.date
        yield "publisher", source.publisher, source.date
        for named in (source.url_en, *source.editions):
            if url := canonical_url(named):
                yield url


def _days(development: Development, *shifts: int) -> Iterator[Hashable]:
    """Return the index keys of a country, or of none, and each day."""
    if development.date:
        for shift in shifts:
            yield "day", development.country, development.date + dt.timedelta(days=shift)


def _day_keys(development: Development, language: str | None, *shifts: int) -> Iterator[Hashable]:
    """Return the index keys of a country, a language, and each day."""
    if development.country and development.date:
        for shift in shifts:
            yield development.country, language, development.date + dt.timedelta(days=shift)
