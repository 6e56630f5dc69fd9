"""Find the day of the decision that an item reports.

A sentence names several days: of the decision, of the crime it punishes, of the law it amends, of
its entry into force. Each belongs to the word of a decision or of another event that stands nearest
to it (`event_words`). Where it is not clear which day is the decision's, the day of publication
holds.
"""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.dates.mentions import Day, find_days
from bot.enrich.event_words import LAW, MEETING, OTHER, RULING, EventPatterns, event_patterns
from bot.enrich.governing import Sentence, governor
from bot.text import each_sentence, fold, normalise

WINDOW = dt.timedelta(days=14)
"""How long before its publication an event may be dated: releases report the last days."""
OLDEST = dt.timedelta(days=366)
"""The same for what was ruled, adopted or signed, where the item is about that."""
OLDEST_WITHOUT_YEAR = dt.timedelta(days=183)
"""The same where no year is named: the day may be one that is still to come."""
TOLD_LATER = {"adopt", "decide", "rule", "sign", LAW}
"""Kinds of decisions that are told of after weeks."""
LEAD = 800
"""Characters of text that are searched for a date: later ones belong to the background."""
DATELINE = 80
"""Characters at the beginning of a text that may hold a dateline."""
PLACE = 4
"""Words of the place in a dateline."""
_AFTER_DATELINE = re.compile(r"\)?\s*(?:[–—:|]|\n|\Z)|\)?\s+-\s")
COUNTED = re.compile(r"\d[ .,]\d{3}(?!\d)|(?<!\d)(?!(?:19|20)\d\d(?!\d))\d{3,}|\d,\d")
"""A number of a hundred and more that is no year, or a decimal one."""
WEAK = {MEETING, "publish", "say"}
"""Kinds that tell of a decision: the day of the decision itself comes before theirs."""
# What a day is of, and up to which sentence it counts then.
SUBJECT, DECISION, BARE = 3.0, 2.0, 1.0
_LAST_SENTENCE = {SUBJECT: LEAD, DECISION: 2, BARE: 1}
_PER_SENTENCE, _IF_WEAK, _IF_RANGE = 0.4, 0.3, 1.0
"""How much less each sentence counts than the one before it, a weak kind than another, and the
first of several days than a single one."""


class _Candidate(NamedTuple):
    """A day that may be that of the decision."""

    score: float
    nearness: int
    day: dt.date
    words: str


def event_date(
    title: str, text: str, language: str | None, published: dt.date
) -> tuple[dt.date, str] | None:
    """Return the day of the decision that title and lead state, and the words that state it; None
    where none is stated, or it is not clear which one."""
    sentences = [*_sentences(title, text, language, published)]
    subject = _subject(title, sentences, event_patterns(language))
    candidates = [
        candidate
        for sentence in sentences
        for day in sentence.days
        if (candidate := _candidate(sentence, day, subject, published))
    ]
    best = _best(candidates, published) if candidates else None
    return best and (best.day, best.words)


def _best(candidates: Sequence[_Candidate], published: dt.date) -> _Candidate:
    """Return the day that is stated best; of several alike the last, for what a decision annuls or
    punishes came before it, but the nearest to its verb where one is of weeks ago."""
    score = max(candidate.score for candidate in candidates)
    alike = [candidate for candidate in candidates if candidate.score == score]
    if all(published - WINDOW <= candidate.day for candidate in alike):
        return max(alike, key=lambda candidate: candidate.day)
    return max(alike, key=lambda candidate: candidate.nearness)


def _subject(title: str, sentences: Sequence[Sentence], patterns: EventPatterns) -> frozenset[str]:
    """Return the kinds of decisions that an item is about: those of its title, else a court's
    ruling with which its text begins."""
    if not sentences:
        return frozenset()
    first = next((each.folded for each in sentences if each.position == 1), "")
    return patterns.kinds(fold(title)) or patterns.kinds(first) & {RULING}


def _sentences(
    title: str, text: str, language: str | None, published: dt.date
) -> Iterator[Sentence]:
    """Yield the sentences that name a day; in a text with a dateline, today is its day."""
    patterns, dateline = event_patterns(language), _dateline(text, language, published)
    is_of_law = patterns.tells_of_law(fold(title))
    lead = (each for each in each_sentence(text[:LEAD]) if normalise(each) != normalise(title))
    for position, sentence in enumerate((title, *lead)):
        today = dateline or published if position else published
        if days := find_days(sentence, language, today):
            if dateline and position == 1 and len(days) > 1:  # what follows says more
                del days[0]
            folded = fold(sentence)
            yield Sentence(folded, position, days, patterns.find(folded), patterns, is_of_law)


def _dateline(text: str, language: str | None, published: dt.date) -> dt.date | None:
    """Return the day with which a text begins (`Brussels, 10 November 2026 - `)."""
    beginning = text[:DATELINE]
    for day in find_days(beginning, language, published):
        is_first = len(beginning[: day.start].split()) <= PLACE and day.has_date
        is_apart = _AFTER_DATELINE.match(beginning, day.end)
        if is_first and is_apart and published - WINDOW <= day.day <= published:
            return day.day
    return None


def _candidate(
    sentence: Sentence, day: Day, subject: frozenset[str], published: dt.date
) -> _Candidate | None:
    """Return a day with how well it is stated as that of the decision; None where it is not."""
    if day.day > published or sentence.patterns.is_bound(sentence.folded, day):
        return None
    kind, distance = governor(sentence, day, is_old=day.day < published - WINDOW)
    is_subject = kind is not None and (kind in subject or sentence.position == 0 or kind == LAW)
    score = SUBJECT if is_subject else BARE if kind is None else DECISION
    is_stated = (
        kind != OTHER
        and (kind == MEETING or not day.is_range)
        and (kind is not None or not _is_count(sentence, day))
        and (_is_recent(day, published) or (is_subject and _is_told_later(kind, day, published)))
        and sentence.position <= _LAST_SENTENCE[score]
    )
    score -= _PER_SENTENCE * sentence.position
    score -= _IF_WEAK * (kind in WEAK) + _IF_RANGE * day.is_range
    return _Candidate(score, -distance, day.day, day.words) if is_stated else None


def _is_count(sentence: Sentence, day: Day) -> bool:
    """Return whether a day is that of a count: it is a date, and a large number stands beside
    it."""
    rest, end = "", 0
    for each in sentence.days:
        rest, end = rest + sentence.folded[end : each.start], each.end
    return day.has_date and COUNTED.search(rest + sentence.folded[end:]) is not None


def _is_recent(day: Day, published: dt.date) -> bool:
    return published - WINDOW <= day.day


def _is_told_later(kind: str | None, day: Day, published: dt.date) -> bool:
    """Return whether a decision before the window may be what an item reports."""
    oldest = OLDEST if re.search(r"\d{4}", day.words) else OLDEST_WITHOUT_YEAR
    return kind in TOLD_LATER and day.has_date and published - oldest <= day.day
