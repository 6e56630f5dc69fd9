"""Find the day of the decision that an item reports.

A sentence names several days: of the decision, of the crime it punishes, of the law it amends, of
its entry into force. Each belongs to the word of a decision or of another event that stands nearest
to it (`event_words`). Where it is not clear which day is the decision's, the day of publication
holds.
"""

import datetime as dt
import re
from collections.abc import Iterator
from typing import NamedTuple

from bot.dates.mentions import Day, find_days
from bot.enrich.event_words import LAW, MEETING, OTHER, EventPatterns, Word, event_patterns
from bot.text import each_sentence, fold

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
OPENING = 4
"""Words before a law at the beginning of a sentence that is about it."""
SAME_CLAUSE = 7
"""Distance of two words below which they most often stand in one clause."""
# How far into a text a day counts that is the title's decision, another one, or of neither.
SUBJECT, DECISION, BARE = 3, 2, 1
_LAST_SENTENCE = {SUBJECT: 99, DECISION: 2, BARE: 1}
_PER_SENTENCE = 0.4
"""How much less each sentence counts than the one before it."""


class _Sentence(NamedTuple):
    """A sentence of an item, folded; the title has position 0."""

    folded: str
    position: int
    days: list[Day]
    words: list[Word]
    patterns: EventPatterns


class _Candidate(NamedTuple):
    score: float
    day: dt.date
    words: str


def event_date(
    title: str, text: str, language: str | None, published: dt.date
) -> tuple[dt.date, str] | None:
    """Return the day of the decision that title and lead state, and the words that state it; None
    where none is stated, or it is not clear which one."""
    subject = event_patterns(language).kinds(fold(title))
    candidates = [
        _Candidate(score - _PER_SENTENCE * sentence.position, day.day, day.words)
        for sentence in _sentences(title, text, language, published)
        for day in sentence.days
        if (score := _score(sentence, day, subject, published))
    ]
    best = max(candidates, key=lambda candidate: candidate.score, default=None)
    return best and (best.day, best.words)


def _sentences(
    title: str, text: str, language: str | None, published: dt.date
) -> Iterator[_Sentence]:
    """Yield the sentences that name a day."""
    patterns = event_patterns(language)
    for index, sentence in enumerate((title, *each_sentence(text[:LEAD]))):
        if days := find_days(sentence, language, published):
            folded = fold(sentence)
            yield _Sentence(folded, index, days, patterns.find(folded), patterns)


def _score(
    sentence: _Sentence, day: Day, subject: frozenset[str], published: dt.date
) -> int | None:
    """Return how well a day is stated as that of the decision; None where it is not."""
    is_old = day.day < published - WINDOW
    if day.day > published or sentence.patterns.is_bound(sentence.folded, day):
        return None
    kind = _governing_kind(sentence, day, is_old=is_old)
    if kind == OTHER or (day.is_range and kind != MEETING):
        return None
    is_subject = kind is not None and (kind in subject or sentence.position == 0 or kind == LAW)
    score = SUBJECT if is_subject else BARE if kind is None else DECISION
    if is_old and not (is_subject and kind in TOLD_LATER and _is_stated_old(day, published)):
        return None
    return score if sentence.position <= _LAST_SENTENCE[score] else None


def _is_stated_old(day: Day, published: dt.date) -> bool:
    """Return whether a day before the window is named by its date, and not too old."""
    oldest = OLDEST if re.search(r"\d{4}", day.words) else OLDEST_WITHOUT_YEAR
    return day.has_date and published - oldest <= day.day


def _governing_kind(sentence: _Sentence, day: Day, *, is_old: bool) -> str | None:
    """Return the kind of the word that a day belongs to, `OTHER` also for what is only cited; None
    where the sentence has no such word."""
    is_cited = sentence.patterns.is_cited
    distances = [(_distance(sentence, word, day), word) for word in sentence.words]
    verb = min((each for each in distances if each[1].kind != OTHER), default=None)
    other = min((each[0] for each in distances if each[1].kind == OTHER), default=None)
    law = sentence.patterns.law_before(sentence.folded, day)
    if law and _is_own_subject(sentence, law):
        return OTHER if other is not None and other < SAME_CLAUSE else LAW
    if law and (is_old or is_cited(sentence.folded, law)):
        return OTHER
    if other is not None and (verb is None or other < verb[0] + 1):
        return OTHER
    if verb is None:
        return None
    return OTHER if is_cited(sentence.folded, verb[1]) else verb[1].kind


def _is_own_subject(sentence: _Sentence, law: Word) -> bool:
    """Return whether a law that is named with its day is what the title or lead is about."""
    opening = len(sentence.folded[: law.start].split()) <= OPENING
    return (
        sentence.position <= 1 and opening and not sentence.patterns.is_cited(sentence.folded, law)
    )


def _distance(sentence: _Sentence, word: Word, day: Day) -> int:
    """Return how far a word is from a day: in words, more across clauses and other days, and a
    little more after the day."""
    is_before = word.end <= day.start
    start, end = (word.end, day.start) if is_before else (day.end, word.start)
    gap = sentence.folded[start:end]
    others = sum(start <= other.start and other.end <= end for other in sentence.days)
    breaks = len(re.findall(r"[,;:()]| - ", gap)) + sentence.patterns.count_clauses(gap)
    return len(gap.split()) + 3 * breaks + 4 * others + (0 if is_before else 2)
