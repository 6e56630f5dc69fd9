"""Index recent developments by what those of one event have in common."""

import datetime as dt
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from itertools import chain

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
from bot.dedupe.same_facts import about
from bot.dedupe.same_figures import FEWEST_RETOLD, figure_keys, may_have_same_figures
from bot.models import Development
from bot.text import normalise
from bot.urls import canonical_url, edition, site


class RecentEvents:
    """An index of recent developments by title, URL, day and three-word runs."""

    def __init__(self, developments: Iterable[Development] = ()) -> None:
        self._by_id: dict[str, Development] = {}
        self._words: dict[str, frozenset[str]] = {}
        self._about: dict[str, frozenset[str]] = {}
        self._ids: dict[Hashable, tuple[str, ...]] = {}
        self._languages = set[str | None]()
        for development in developments:
            self.put(development)

    def put(self, development: Development) -> None:
        """Add a development, or replace the one of the same id."""
        number = str(development.id)
        self.remove(number)
        self._by_id[number] = development
        self._words[number] = words_of(development)
        self._languages.add(development.sources[0].language)
        alone = (number,)  # one tuple for all that nobody else has
        for key in _index_keys(development):
            self._ids[key] = (*self._ids[key], number) if key in self._ids else alone

    def remove(self, development_id: str) -> None:
        """Remove a development, if it is there."""
        if before := self._by_id.pop(development_id, None):
            del self._words[development_id]
            self._about.pop(development_id, None)
            for key in _index_keys(before):
                others = tuple(each for each in self._ids.pop(key) if each != development_id)
                if others:
                    self._ids[key] = others

    def find_same_event(self, draft: Development) -> Development | None:
        """Return the development of the same event as a draft, if there is one."""
        runs = self._ids_shared(word_runs(draft), FEWEST_RUNS)
        days = range(-RETOLD, RETOLD + 1)
        marks = (self._ids_shared(_mark_keys(draft, shift), FEWEST_MARKS) for shift in days)
        alike = self._alike(draft, chain.from_iterable(marks))
        figures = self._with_figures(draft)
        facts = self._about_the_same(draft)
        named = self._ids_under(_lookup_keys(draft))
        return find_same(draft, self._in_order({*runs, *alike, *figures, *facts, *named}))

    def find_similar(self, draft: Development) -> list[Development]:
        """Return developments in other languages that may report the same event."""
        days = (
            day
            for language in self._languages - {draft.sources[0].language}
            for day in _day_keys(draft, language, -1, 0, 1)
        )
        return similar_in_other_languages(draft, self._in_order({*self._ids_under(days)}))

    def _alike(self, draft: Development, numbers: Iterable[str]) -> Iterator[str]:
        """Yield the developments with words enough in common with a draft, or about a case."""
        words, has_case = words_of(draft), bool(cases(draft))
        return (
            number
            for number in numbers
            if has_case or least_names(words, self._words[number]) is not None
        )

    def _with_figures(self, draft: Development) -> Iterator[str]:
        """Yield the developments of these days with figures in common with a draft."""
        shared = Counter[str]()
        for digits, keys in _figure_keys(draft, -1, 0, 1):
            for number in self._ids_under(keys):
                shared[number] += digits
        return (
            number
            for number, total in shared.items()
            if total >= FEWEST_RETOLD and may_have_same_figures(draft, self._by_id[number])
        )

    def _about_the_same(self, draft: Development) -> Iterator[str]:
        """Yield the developments of these days that name what a draft is about."""
        subjects = about(draft)
        return (
            number
            for number in self._ids_under(_days(draft, -1, 0, 1))
            if not subjects.isdisjoint(self._about_of(number))
        )

    def _about_of(self, number: str) -> frozenset[str]:
        """Return what a development is about; most are never asked."""
        if number not in self._about:
            self._about[number] = about(self._by_id[number])
        return self._about[number]

    def _ids_shared(self, keys: Iterable[Hashable], fewest: int) -> Iterator[str]:
        """Yield the developments that have at least some number of keys."""
        shared = Counter(self._ids_under(keys))
        return (number for number, count in shared.items() if count >= fewest)

    def _ids_under(self, keys: Iterable[Hashable]) -> Iterator[str]:
        return (number for key in keys for number in self._ids.get(key, ()))

    def _in_order(self, numbers: Iterable[str]) -> list[Development]:
        return [self._by_id[number] for number in sorted(numbers)]


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
            yield hash((day, development.sources[0].language, mark))  # takes less memory


def _figure_keys(
    development: Development, *shifts: int
) -> Iterator[tuple[int, Iterator[Hashable]]]:
    """Yield the digits of each figure of a development, and its index keys on some days."""
    if development.country and development.date:
        days = [development.date + dt.timedelta(days=shift) for shift in shifts]
        for figure, digits in figure_keys(development).items():
            yield digits, (hash((development.country, day, figure)) for day in days)


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
