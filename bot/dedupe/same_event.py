"""Find developments of the same event among those of several sources, and merge them (pure)."""

import datetime as dt
import math
import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from functools import lru_cache

from msgspec.structs import replace

from bot.models import Citation, Development, Provenance
from bot.text import fold, normalise, numbers
from bot.urls import canonical_url, edition

WINDOW = 14
"""Days within which several sources report one event."""
# At .6 one pair of 40,000 was wrongly merged.
SHARED = 0.6
"""The least share of the shorter text's three-word runs that the longer one has."""
RUN = 3
SHORT = 8
"""Three-word runs below which only the titles are compared, which must be equal."""
FEWEST = math.ceil(SHARED * SHORT)
"""The least number of three-word runs that two texts of one event share."""
NEAR = 2
"""Days within which an equal title means the same event: some titles recur each month."""
TITLE = 4
"""The least number of words of a title that identifies an event."""
ANCHORS = 3
"""Names and numbers in common from which texts in two languages may report one event."""

_NAME = re.compile(r"(?<=[^\W\d_] )[^\W\d_a-z][^\W\d_]{4}")


def find_same(draft: Development, others: Iterable[Development]) -> Development | None:
    """Return the first development that reports the same event as a draft."""
    return next((other for other in others if _is_same(draft, other)), None)


def merge(before: Development, draft: Development) -> Development:
    """Merge two developments of the same event: the official source decides labels and country."""
    # A publisher's English edition gives its words to the native one.
    edition_of = _edition(before, draft)
    leads = draft.sources[0].official and not before.sources[0].official
    first, second = (draft, before) if leads else (before, draft)
    first = edition_of or first
    cited = dict[str, Citation]()
    for source in (*first.sources, *before.sources, *draft.sources):
        cited.setdefault(_source_key(source), source)
    sources = sorted(cited.values(), key=lambda source: not source.official)
    themes = tuple(dict.fromkeys((*first.themes, *second.themes)))[:2]
    if before.is_corrected:
        first = replace(first, type=before.type, is_corrected=True)
        themes = before.themes
    return replace(
        first,
        id=before.id,
        recorded=before.recorded,
        revision=before.revision,
        sources=tuple(sources),
        summary=first.summary or second.summary,
        date=first.date or second.date,
        country=first.country or second.country,
        themes=themes,
        references=tuple(dict.fromkeys((*first.references, *second.references))),
        topics=tuple(dict.fromkeys((*first.topics, *second.topics))),
    )


def _edition(before: Development, draft: Development) -> Development | None:
    """Return the native one of a publisher's two editions, in the words of the English one."""
    one, other = before.sources[0], draft.sources[0]
    if one.publisher != other.publisher or one.language == other.language:
        return None
    native_one, english = (before, draft) if other.language == "en" else (draft, before)
    source = native_one.sources[0]
    if english.sources[0].language != "en" or native_one.translated_by:
        return None
    return replace(
        native_one,
        title=english.title,
        summary=english.summary or native_one.summary,
        summary_native=native_one.summary if english.summary else None,
        provenance=Provenance(
            title="edition", summary="edition" if english.summary else "original"
        ),
        key_terms=(),
        sources=(replace(source, title_en=english.title), *native_one.sources[1:]),
    )


def _source_key(citation: Citation) -> str:
    """Return the URL of a citation, else its publisher and title."""
    # One page is one source, whatever feed has led to it.
    return (
        canonical_url(citation.url) or f"{citation.publisher}: {normalise(citation.title_native)}"
    )


def _is_same(draft: Development, other: Development) -> bool:
    countries = {draft.country, other.country} - {None}
    if len(countries) > 1 or _days_between(draft, other) > WINDOW:
        return False
    own, theirs = draft.sources[0], other.sources
    if any(_is_one_page(own, citation) for citation in theirs):
        return True
    if any(own.publisher == citation.publisher for citation in theirs):
        return False  # two releases of one publisher are two, however alike
    return _has_same_content(draft, other)


def _days_between(one: Development, other: Development) -> int:
    """Return the days between two developments; 0 where one has no date."""
    return abs((one.date - other.date).days) if one.date and other.date else 0


def _is_one_page(one: Citation, other: Citation) -> bool:
    """Return whether two sources lead to one page of one day, or to two language editions of
    one."""
    # A publisher may use a page again: hence the day.
    if one.date != other.date:
        return False
    url, another = canonical_url(one.url), canonical_url(other.url)
    if url is None or another is None:
        return False
    if url == another:
        return normalise(one.title_native) == normalise(other.title_native)
    neutral = edition(one.url)
    return neutral is not None and neutral == edition(other.url) and one.language != other.language


def _has_same_content(draft: Development, other: Development) -> bool:
    short, long = sorted((draft, other), key=lambda development: len(word_runs(development)))
    runs = word_runs(short)
    if len(runs) < SHORT:
        title, another = (normalise(native_text(each)[0]) for each in (short, long))
        is_near = _days_between(draft, other) <= NEAR
        return is_near and title == another and len(title.split()) >= TITLE
    if len(runs & word_runs(long)) < SHARED * len(runs):
        return False
    # The longer text holds every number of the shorter: weekly reports differ in nothing else.
    return numbers(_text(short)) <= numbers(_text(long))


def native_text(development: Development) -> tuple[str, str]:
    """Return the title and the summary as published."""
    title = development.sources[0].title_native
    summary = development.summary_native
    return title, development.summary if summary is None else summary


def _text(development: Development) -> str:
    return " ".join(native_text(development))


def word_runs(development: Development) -> frozenset[int]:
    """Return the hashes of the three-word runs of a development's own text."""
    return _hash_runs(_text(development))


@lru_cache(maxsize=1000)
def _hash_runs(text: str) -> frozenset[int]:
    words = normalise(text).split()
    return frozenset(
        hash(tuple(words[start : start + RUN])) for start in range(max(len(words) - RUN + 1, 0))
    )


def similar_in_other_languages(
    draft: Development, others: Iterable[Development]
) -> list[Development]:
    """Return the developments in other languages that may be of the same event: of the same
    country, day and labels, with names and numbers in common."""
    return [other for other in others if _is_similar(draft, other)]


def _is_similar(draft: Development, other: Development) -> bool:
    one, another = draft.sources[0], other.sources[0]
    if one.language == another.language or draft.country != other.country or not draft.country:
        return False
    is_near = draft.date and other.date and abs((draft.date - other.date).days) <= 1
    about = {*draft.themes, *draft.topics} & {*other.themes, *other.topics}
    return bool(is_near and about) and len(_anchors(draft) & _anchors(other)) >= ANCHORS


def _anchors(development: Development) -> frozenset[str]:
    """Return what translation keeps: the first letters of names, and numbers."""
    text = _text(development)
    names = {fold(match[0]) for match in _NAME.finditer(text)}
    years = {str(day.year) for day in (development.date,) if day}
    return frozenset(names | {number for number in numbers(text) - years if len(number) > 1})


class RecentEvents:
    """An index of recent developments by title, URL, day and three-word runs."""

    def __init__(self, developments: Iterable[Development] = ()) -> None:
        self._by_id: dict[str, Development] = {}
        self._ids: dict[Hashable, tuple[str, ...]] = {}
        self._languages = set[str | None]()
        for development in developments:
            self.put(development)

    def put(self, development: Development) -> None:
        """Add a development, or replace the one of the same id."""
        number = str(development.id)
        self.remove(number)
        self._by_id[number] = development
        self._languages.add(development.sources[0].language)
        alone = (number,)  # one tuple for all that nobody else has
        for key in _index_keys(development):
            self._ids[key] = (*self._ids[key], number) if key in self._ids else alone

    def remove(self, development_id: str) -> None:
        """Remove a development, if it is there."""
        if before := self._by_id.pop(development_id, None):
            for key in _index_keys(before):
                others = tuple(each for each in self._ids.pop(key) if each != development_id)
                if others:
                    self._ids[key] = others

    def find_same_event(self, draft: Development) -> Development | None:
        """Return the development of the same event as a draft, if there is one."""
        shared = Counter(self._ids_under(word_runs(draft)))
        alike = (number for number, runs in shared.items() if runs >= FEWEST)
        return find_same(draft, self._in_order({*alike, *self._ids_under(_lookup_keys(draft))}))

    def find_similar(self, draft: Development) -> list[Development]:
        """Return developments in other languages that may report the same event."""
        days = (
            day
            for language in self._languages - {draft.sources[0].language}
            for day in _day_keys(draft, language, -1, 0, 1)
        )
        return similar_in_other_languages(draft, self._in_order({*self._ids_under(days)}))

    def _ids_under(self, keys: Iterable[Hashable]) -> Iterator[str]:
        return (number for key in keys for number in self._ids.get(key, ()))

    def _in_order(self, numbers: Iterable[str]) -> list[Development]:
        return [self._by_id[number] for number in sorted(numbers)]


def _index_keys(development: Development) -> set[Hashable]:
    days = _day_keys(development, development.sources[0].language, 0)
    return {*_lookup_keys(development), *days, *word_runs(development)}


def _lookup_keys(development: Development) -> Iterator[Hashable]:
    """Return the index keys of a development: title, URLs, and URLs without language."""
    yield normalise(native_text(development)[0])
    for source in development.sources:
        if url := canonical_url(source.url):
            yield url
        if neutral := edition(source.url):
            yield "edition", neutral


def _day_keys(development: Development, language: str | None, *shifts: int) -> Iterator[Hashable]:
    """Return the index keys of a country, a language, and each day."""
    if development.country and development.date:
        for shift in shifts:
            yield development.country, language, development.date + dt.timedelta(days=shift)
