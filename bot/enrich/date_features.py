"""Read what stands around a date to come, for the linear model that tells what it is of
(`bot/enrich/linear_model.py`).

Facts are the words of kinds near the date (`dates_ahead_words`), what stands right beside it, and
what kind of day it is. Words are those before it and behind it, as written and in English.
"""

import datetime as dt
import math
import re
from collections.abc import Iterator
from typing import NamedTuple

from bot.dates.ahead import DayAhead
from bot.enrich.dates_ahead_words import AheadPatterns, Bound
from bot.enrich.event_words import Word
from bot.enrich.gloss import make_gloss
from bot.enrich.glossary import has_glossary
from bot.enrich.linear_model import Features, Weighted
from bot.enrich.word_features import hashes_of, parts_of, with_pairs, words_in
from bot.text import fold

FAR = 30
"""The distance (in words, with what clauses and other dates add) from which a word says nothing."""
BANDS = (3, 8, 19)
"""The greatest distances of words that are beside a date, near it, and in its clause."""
BREAK, OTHER_DAY, AFTER = 3, 4, 1
"""How much a mark between clauses, another date, and standing after the date add to it."""
RANGE = 3
"""Words between the first and the last day of a range."""
BEFORE, BEHIND = 10, 8
"""Words before and behind a date that are read as written."""
CONTEXT = 200
"""Characters before and behind a date of which all this is read."""
FEWEST = 6
"""The least number of words by which their values are divided: a few say less."""
VALUE = 1.5
"""The value of the words of one place together, beside that of a fact."""
DAYS_AHEAD = (7, 30, 120, 400)
"""Days ahead, by which dates are grouped."""
COUNTED = 3
"""Dates of a sentence that are counted."""
_BREAK = re.compile(r"[,;:()](?!\d)| - ")
"""A mark between clauses."""


class Sentence(NamedTuple):
    """A sentence, tidy and folded, with the dates to come and the words of kinds in it."""

    text: str
    folded: str
    language: str | None
    days: list[DayAhead]
    words: list[Word]
    patterns: AheadPatterns
    title: str
    """The title of its item."""
    before: str
    """The sentence before it."""
    behind: str
    """The sentence behind it."""
    is_title: bool


def read_features(sentence: Sentence, published: dt.date) -> list[Features]:
    """Return the features of each of the days of a sentence."""
    facts, words = frozenset(_of_context(sentence)), _words_beside(sentence)
    return [
        Features(
            facts.union(
                _of_day(day, published), _of_place(sentence, day), _of_near_words(sentence, day)
            ),
            (*_words_around(sentence, day), *words),
        )
        for day in sentence.days
    ]


def _of_context(sentence: Sentence) -> Iterator[str]:
    """Yield what a sentence says, and which words of kinds stand in those beside it."""
    patterns = sentence.patterns
    passages = {"behind": sentence.behind}
    if not sentence.is_title:
        passages |= {"title": sentence.title, "before": sentence.before}
    for place, text in passages.items():
        yield from (f"{place} {word.kind}" for word in patterns.find(fold(text)))
    yield "in title" if sentence.is_title else "in text"
    if patterns.is_off(sentence.folded) or patterns.is_off(fold(sentence.title)):
        yield "off"
    if patterns.is_off(fold(sentence.behind)):
        yield "off behind"
    if patterns.is_past(sentence.folded):
        yield "past"


def _of_day(day: DayAhead, published: dt.date) -> Iterator[str]:
    """Yield what kind of day it is."""
    yield f"precision {day.precision}"
    yield "year" if day.has_year else "no year"
    yield f"ahead {sum((day.first - published).days > limit for limit in DAYS_AHEAD)}"
    if day.first != day.last:
        yield "range"
    if day.precision == "day":
        is_last = (day.first + dt.timedelta(1)).day == 1
        yield f"day {'first' if day.first.day == 1 else 'last' if is_last else 'other'}"
        if (day.first.month, day.first.day) in ((1, 1), (12, 31)):
            yield f"day {day.first:%m-%d}"
        if day.first.weekday() >= 5:
            yield "weekend"


def _of_place(sentence: Sentence, day: DayAhead) -> Iterator[str]:
    """Yield where a day stands, and what the words beside it say."""
    patterns, folded = sentence.patterns, sentence.folded
    number, count = sentence.days.index(day), len(sentence.days)
    yield f"{min(number, COUNTED - 1)} of {min(count, COUNTED)}"
    yield f"bound {bound_of(sentence, day)}"
    if day.is_bare and not patterns.looks_ahead(folded, day):
        yield "bare"
    if patterns.is_off(folded[: day.start]):
        yield "off before"
    if not day.has_year and patterns.is_past(folded):
        yield "past, no year"


def bound_of(sentence: Sentence, day: DayAhead) -> Bound:
    """Return what begins, ends or is due on a date; on the last of a range and on the second of
    two (`from 1 December to 15 January`), something ends."""
    bound = sentence.patterns.bound(sentence.folded, day)
    if day.first != day.last:
        return "by" if bound == "by" else "until"
    number = sentence.days.index(day)
    if bound or not number:
        return bound
    before = sentence.days[number - 1]
    gap = sentence.folded[before.end : day.start].split()
    begins = sentence.patterns.bound(sentence.folded, before) == "from"
    return "until" if begins and len(gap) <= RANGE else None


def _of_near_words(sentence: Sentence, day: DayAhead) -> Iterator[str]:
    """Yield of which kinds words stand how near, with what stands beside the day."""
    nearest = dict[str, int]()
    for word in sentence.words:
        if word.end <= day.start - CONTEXT or word.start >= day.end + CONTEXT:
            continue
        far = distance(sentence, word, day.start, day.end)
        nearest[word.kind] = min(far, nearest.get(word.kind, FAR))
    bound = bound_of(sentence, day)
    for kind, far in nearest.items():
        if far < FAR:
            yield f"has {kind}"
            yield f"near {kind} {sum(far > limit for limit in BANDS)}"
            yield f"near {kind} {bound}"


def distance(sentence: Sentence, word: Word, start: int, end: int) -> int:
    """Return how far a word is from a date: in words, more across clauses and other dates."""
    is_before = word.end <= start
    if not is_before and word.start < end:  # it overlaps the date
        return FAR
    first, last = (word.end, start) if is_before else (end, word.start)
    gap = sentence.folded[first:last]
    others = sum(first <= other.start and other.end <= last for other in sentence.days)
    breaks = len(_BREAK.findall(gap))
    return len(gap.split()) + BREAK * breaks + OTHER_DAY * others + AFTER * (not is_before)


def is_apart(sentence: Sentence, word: Word, start: int, end: int) -> bool:
    """Return whether a word stands in another clause than a period."""
    first, last = (word.end, start) if word.end <= start else (end, word.start)
    return _BREAK.search(sentence.folded[first:last]) is not None


def _words_around(sentence: Sentence, day: DayAhead) -> list[Weighted]:
    """Return the words before and behind a day, as written and in English."""
    before = sentence.text[max(day.start - CONTEXT, 0) : day.start]
    behind = sentence.text[day.end : day.end + CONTEXT]
    glosses = [_in_english(text, sentence.language) for text in (before, behind)]
    return [
        _weighted("b", parts_of(words_in(fold(before))[-BEFORE:])),
        _weighted("a", parts_of(words_in(fold(behind))[:BEHIND])),
        _weighted("gb", with_pairs(glosses[0])),
        _weighted("ga", with_pairs(glosses[1])),
        _weighted("gs", {*glosses[0], *glosses[1]}),
    ]


def _words_beside(sentence: Sentence) -> list[Weighted]:
    """Return the English words of the sentences before and behind one."""
    return [
        _weighted(place, with_pairs(_in_english(text, sentence.language)))
        for place, text in (("gp", sentence.before), ("gn", sentence.behind))
    ]


def _in_english(text: str, language: str | None) -> list[str]:
    gloss = make_gloss(text, "", language) if has_glossary(language) else text
    return words_in(fold(gloss))


def _weighted(space: str, parts: set[str]) -> Weighted:
    return Weighted(VALUE / math.sqrt(max(len(parts), FEWEST)), hashes_of(space, parts))
