"""Find the dates to come that an item tells: what enters into force, ends or is due, and when.

A date in the future belongs to the word of a kind that stands nearest to it (`dates_ahead_words`);
what stands right before or after it says whether something begins or ends then. A date that belongs
to nothing known, or to a meeting, an election or a forecast, is none.
"""

import datetime as dt
import re
from collections.abc import Iterator
from typing import NamedTuple

from msgspec.structs import replace

from bot.dates.ahead import DayAhead, find_days_ahead, most_exact
from bot.enrich.dates_ahead_words import AheadPatterns, Bound, ahead_patterns
from bot.enrich.event_words import Word
from bot.models import DateAhead, DateKind, DatePrecision
from bot.text import PAGE_BREAK, each_sentence, fold, one_line, page_of

MOST = 6
"""Dates that are kept of one item: a law that names more is read by its readers."""
LOOKED_AT = 24
"""Dates that are looked at in one sentence: one that has more is a table."""
QUOTATION = 400
"""Characters of a sentence that are quoted; of a longer one, what stands around the date."""
READ = 8000
"""Characters of a text that are read."""
FAR = 20
"""The distance (in words, with what clauses and other dates add) from which a word is of something
else."""
NEAR = 400
"""Characters that so many words have at most."""
ADJOINING = 7
"""The same, of a word of entry into force that ends then (`in force until 30 June`)."""
RANGE = 3
"""Words between the first and the last day of a range."""
OPENING = 3
"""Words before a date with which a sentence begins."""
BREAK, OTHER_DAY, AFTER = 3, 4, 1
"""How much a mark between clauses, another date, and standing after the date add to it."""
GENERAL = {"in_force": 1, "expires": 7, "submit": 5, "holds": 6, "deadline": 8, "duty": 9}
"""The same for words that say less than others: comments are submitted, too."""
ENDS: dict[str, DateKind] = {
    "comments": "comments", "submit": "submit", "appeal": "appeal", "review": "review",
    "transition": "transition", "expires": "until", "deadline": "deadline", "duty": "deadline",
}  # fmt: skip
"""Words of what ends or is due, with the kind of its date."""
DUE = ("comments", "submit", "appeal", "review", "duty")
"""Those of them that say so only with a word beside the date."""
PERIODS = ("appeal", "comments")
"""Those of them for which a period is told (`within 15 days`). Within that of an application most
often an authority decides."""
_BREAK = re.compile(r"[,;:()](?!\d)| - ")
"""A mark between clauses."""


class _Sentence(NamedTuple):
    """A sentence, tidy and folded, with the dates to come and the words of kinds in it."""

    text: str
    folded: str
    days: list[DayAhead]
    words: list[Word]
    patterns: AheadPatterns
    is_off: bool
    """It, or the title, tells that a hearing will not be held on its day."""


def dates_ahead(
    title: str, text: str, language: str | None, published: dt.date
) -> tuple[DateAhead, ...]:
    """Return the dates after its publication that an item tells, the first one first, each with the
    sentence that tells it; periods for which no day can be told come last."""
    found = dict[tuple[DateKind, dt.date | None, DatePrecision], DateAhead]()
    for sentence in _sentences(title, text, language, published):
        for date in (*_dated(sentence), *_periods(sentence)):
            found.setdefault(date.key, date)
    dates = most_exact(found.values())[:MOST]
    if PAGE_BREAK in text:
        return tuple(replace(date, page=page_of(text, date.sentence)) for date in dates)
    return dates


def _sentences(
    title: str, text: str, language: str | None, published: dt.date
) -> Iterator[_Sentence]:
    """Yield the sentences of an item that have words of a kind beside a date to come, or a
    period."""
    patterns = ahead_patterns(language)
    is_title_off = patterns.is_off(fold(title))
    for written in (title, *each_sentence(text[:READ])):
        sentence = one_line(written)
        folded = fold(sentence)
        days = find_days_ahead(sentence, language, published)
        days = [
            day
            for day in days
            if not patterns.is_void(folded, day)
            and not (day.is_bare and not patterns.looks_ahead(folded, day))
        ][:LOOKED_AT]
        if days or patterns.has_period(folded):
            words = patterns.find(folded)
            is_off = is_title_off or patterns.is_off(folded)
            yield _Sentence(sentence, folded, days, words, patterns, is_off)


# ------------------------------------------------------------------ dates


def _dated(sentence: _Sentence) -> Iterator[DateAhead]:
    is_past = any(not day.has_year for day in sentence.days) and sentence.patterns.is_past(
        sentence.folded
    )
    for day in sentence.days:
        if is_past and not day.has_year:
            continue
        bound = _bound(sentence, day)
        kind = _kind(sentence, day, bound)
        if kind == "hearing" and _is_off(sentence, day, bound):
            continue
        if kind:
            told = day.first if kind in ("in_force", "hearing") else day.last
            quotation = _quotation(sentence.text, day.start, day.end)
            yield DateAhead(
                kind=kind,
                day=told,
                words=day.words,
                sentence=quotation,
                precision=day.precision,
            )


def _is_off(sentence: _Sentence, day: DayAhead, bound: Bound) -> bool:
    """Return whether a hearing will not be held on a day: it is called off, or put off to another
    one, which stands behind the words that say so."""
    is_new_day = bound == "from" and sentence.patterns.is_off(sentence.folded[: day.start])
    return sentence.is_off and not is_new_day


def _bound(sentence: _Sentence, day: DayAhead) -> Bound:
    """Return what begins, ends or is due on a date; on the second of two (`from 1 December to 15
    January`), something ends."""
    bound = sentence.patterns.bound(sentence.folded, day)
    number = sentence.days.index(day)
    if bound or not number:
        return bound
    before = sentence.days[number - 1]
    gap = sentence.folded[before.end : day.start].split()
    begins = sentence.patterns.bound(sentence.folded, before) == "from"
    return "until" if begins and len(gap) <= RANGE else None


def _kind(sentence: _Sentence, day: DayAhead, bound: Bound) -> DateKind | None:
    """Return the kind of the nearest word that may have such a date."""
    near = sorted(
        (
            (_distance(sentence, word, day.start, day.end) + GENERAL.get(word.kind, 0), word.kind)
            for word in sentence.words
            if day.start - NEAR < word.end and word.start < day.end + NEAR
        ),
        key=lambda each: (each[0], GENERAL.get(each[1], 0)),
    )
    if bound is None and _is_due(near):
        bound = "by"
    if day.first != day.last and bound != "by":
        bound = "until"
    if any(word == "deadline" and distance < FAR for distance, word in near):
        near = [each for each in near if each[1] != "expires"]  # it is the deadline that ends
    for distance, word in near:
        if distance >= FAR or word == "other":
            return None
        if kind := _resolved(word, bound, is_beside=distance < ADJOINING):
            return kind
    return "in_force" if bound == "from" and _opens(sentence, day) else None


def _opens(sentence: _Sentence, day: DayAhead) -> bool:
    """Return whether a sentence begins with a date, of which it then says what is new: `From 1
    March, employers must …`."""
    is_first = len(sentence.folded[: day.start].split()) <= OPENING
    return (is_first and not day.is_bare) and all(
        word.kind != "other" and word.start > day.start for word in sentence.words
    )


def _is_due(near: list[tuple[int, str]]) -> bool:
    """Return whether a word of a deadline or of an end says what a date is, without `until`."""
    return any(
        distance - GENERAL[word] <= FAR // 2
        for distance, word in near
        if word in ("deadline", "expires")
    )


def _resolved(word: str, bound: Bound, *, is_beside: bool) -> DateKind | None:
    """Return the kind of date that a word means with what stands beside the date."""
    if word == "in_force":
        return "in_force" if bound != "until" else "until" if is_beside else None
    if word == "holds":
        return "until" if bound == "until" else "in_force" if bound == "from" else None
    if word == "hearing":
        return "hearing" if bound in (None, "from") else None
    is_due = bound in ("until", "by") or (bound is None and word not in DUE)
    return ENDS[word] if is_due else None


def _distance(sentence: _Sentence, word: Word, start: int, end: int) -> int:
    """Return how far a word is from a date: in words, more across clauses and other dates."""
    is_before = word.end <= start
    if not is_before and word.start < end:  # it overlaps the date
        return FAR
    first, last = (word.end, start) if is_before else (end, word.start)
    gap = sentence.folded[first:last]
    others = sum(first <= other.start and other.end <= last for other in sentence.days)
    breaks = len(_BREAK.findall(gap))
    return len(gap.split()) + BREAK * breaks + OTHER_DAY * others + AFTER * (not is_before)


# ------------------------------------------------------------------ periods


def _periods(sentence: _Sentence) -> Iterator[DateAhead]:
    """Yield the periods within which people can appeal or comment. From which day they count is
    seldom said and often another for everybody: no day is told."""
    if sentence.patterns.is_past(sentence.folded):
        return
    for first, end in sentence.patterns.periods(sentence.folded):
        # Where a language says `a month within`, the word before it may be of a kind.
        ends = (word.end for word in sentence.words if first <= word.start < end)
        start = max(ends, default=first - 1) + 1
        near = sorted(
            (_distance(sentence, word, start, end), word.kind)
            for word in sentence.words
            if word.kind in PERIODS and not _is_apart(sentence, word, start, end)
        )
        if near and near[0][0] < FAR // 2:
            quotation = _quotation(sentence.text, start, end)
            words, kind = sentence.text[start:end], ENDS[near[0][1]]
            yield DateAhead(kind=kind, day=None, words=words, sentence=quotation)


def _is_apart(sentence: _Sentence, word: Word, start: int, end: int) -> bool:
    """Return whether a word stands in another clause than a period."""
    first, last = (word.end, start) if word.end <= start else (end, word.start)
    return _BREAK.search(sentence.folded[first:last]) is not None


def _quotation(sentence: str, start: int, end: int) -> str:
    """Return a sentence as it is; of a long one, the part around a date."""
    if len(sentence) <= QUOTATION:
        return sentence
    before = max(start - QUOTATION // 2, 0)
    after = max(end, before + QUOTATION - 2)
    part = sentence[before:after]
    if before:
        part = f"…{part.partition(' ')[2]}"
    return part if after >= len(sentence) else f"{part.rpartition(' ')[0]}…"
