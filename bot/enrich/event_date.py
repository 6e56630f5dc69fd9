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
from bot.enrich.event_words import (
    DECIDE,
    LAW,
    MEETING,
    OTHER,
    RULING,
    EventPatterns,
    Word,
    event_patterns,
)
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
FAR = 1000
"""The distance of a word that is not in the sentence."""
OPENING = 4
"""Words before a law at the beginning of a sentence that is about it."""
DATELINE = 80
"""Characters at the beginning of a text that may hold a dateline."""
PLACE = 4
"""Words of the place in a dateline."""
_AFTER_DATELINE = re.compile(r"\)?\s*(?:[–—:|]|\n|\Z)|\)?\s+-\s")
SAME_CLAUSE = 7
"""Distance of two words below which they most often stand in one clause."""
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


class _Sentence(NamedTuple):
    """A sentence of an item, folded; the title has position 0."""

    folded: str
    position: int
    days: list[Day]
    words: list[Word]
    patterns: EventPatterns


class _Governor(NamedTuple):
    """What a day belongs to."""

    kind: str | None
    """None: the sentence has no word of a decision, nor of another event."""
    distance: int


class _Candidate(NamedTuple):
    """A day that may be that of the decision; the greatest one is."""

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
    candidates = (
        _candidate(sentence, day, subject, published)
        for sentence in sentences
        for day in sentence.days
    )
    best = max(filter(None, candidates), default=None)
    return best and (best.day, best.words)


def _subject(title: str, sentences: Sequence[_Sentence], patterns: EventPatterns) -> frozenset[str]:
    """Return the kinds of decisions that an item is about: those of its title, else a court's
    ruling with which its text begins."""
    if not sentences:
        return frozenset()
    first = next((each.folded for each in sentences if each.position == 1), "")
    return patterns.kinds(fold(title)) or patterns.kinds(first) & {RULING}


def _sentences(
    title: str, text: str, language: str | None, published: dt.date
) -> Iterator[_Sentence]:
    """Yield the sentences that name a day; in a text with a dateline, today is its day."""
    patterns, today = event_patterns(language), _dateline(text, language, published)
    lead = (each for each in each_sentence(text[:LEAD]) if normalise(each) != normalise(title))
    for position, sentence in enumerate((title, *lead)):
        if days := find_days(sentence, language, today if position else published):
            folded = fold(sentence)
            yield _Sentence(folded, position, days, patterns.find(folded), patterns)


def _dateline(text: str, language: str | None, published: dt.date) -> dt.date:
    """Return the day with which a text begins (`Brussels, 10 November 2026 - `); else that of its
    publication."""
    beginning = text[:DATELINE]
    for day in find_days(beginning, language, published):
        is_first = len(beginning[: day.start].split()) <= PLACE and day.has_date
        is_apart = _AFTER_DATELINE.match(beginning, day.end)
        if is_first and is_apart and published - WINDOW <= day.day <= published:
            return day.day
    return published


def _candidate(
    sentence: _Sentence, day: Day, subject: frozenset[str], published: dt.date
) -> _Candidate | None:
    """Return a day with how well it is stated as that of the decision; None where it is not."""
    if day.day > published or sentence.patterns.is_bound(sentence.folded, day):
        return None
    kind, distance = _governor(sentence, day, is_old=day.day < published - WINDOW)
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


def _is_count(sentence: _Sentence, day: Day) -> bool:
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


def _governor(sentence: _Sentence, day: Day, *, is_old: bool) -> _Governor:
    """Return what a day belongs to; what is only cited, or to come, is another event."""
    is_cited = sentence.patterns.is_cited
    verbs = [word for word in sentence.words if word.kind != OTHER]
    others = (word for word in sentence.words if word.kind == OTHER)
    near, verb = min(
        ((_distance(sentence, word, day), word) for word in verbs),
        default=(FAR, Word(OTHER, 0, 0)),
    )
    other = min(
        (
            _distance(sentence, word, day)
            for word in others
            if not _is_object(sentence, word, verbs)
        ),
        default=FAR,
    )
    law = sentence.patterns.law_before(sentence.folded, day)
    if law and _is_own_subject(sentence, law):
        return _Governor(OTHER if other < SAME_CLAUSE else LAW, _distance(sentence, law, day))
    if near == other == FAR:
        return _Governor(OTHER if law else None, FAR)
    is_background = (
        other < near + 1
        or (law and (is_old or is_cited(sentence.folded, law)))
        or (verb.end <= day.start and is_cited(sentence.folded, verb))
        or _is_to_come(sentence, verb)
        or _is_of_other_clause(sentence, verb, day)
    )
    return _Governor(OTHER if is_background else verb.kind, near)


def _is_object(sentence: _Sentence, word: Word, verbs: Sequence[Word]) -> bool:
    """Return whether a word of another event is what a decision is about, and not dated itself
    (`extended the deadline on 10 November`)."""
    gaps = (sentence.folded[verb.end : word.start] for verb in verbs if verb.kind == DECIDE)
    return any(re.fullmatch(r"\s(?:[\w']+\s){0,2}", gap) for gap in gaps)


def _is_of_other_clause(sentence: _Sentence, verb: Word, day: Day) -> bool:
    """Return whether a day stands in a subordinate clause without a word that it belongs to, and
    the verb outside (`the man, who on 3 November drove twelve people, was convicted`)."""
    count_clauses = sentence.patterns.count_clauses
    if verb.end <= day.start:
        return count_clauses(sentence.folded[verb.end : day.start]) > 0
    before = max((word.end for word in sentence.words if word.end <= day.start), default=0)
    is_apart = "," in sentence.folded[day.end : verb.start]
    return is_apart and count_clauses(sentence.folded[before : day.start]) > 0


def _is_to_come(sentence: _Sentence, verb: Word) -> bool:
    """Return whether a verb has a word of another event right before it (`will meet`)."""
    gaps = (sentence.folded[word.end : verb.start] for word in sentence.words if word.kind == OTHER)
    return any(re.fullmatch(r"\s+(?:\w{1,3}\s+)?", gap) for gap in gaps)


def _is_own_subject(sentence: _Sentence, law: Word) -> bool:
    """Return whether a law that is named with its day is what the title or lead is about."""
    opening = len(sentence.folded[: law.start].split()) <= OPENING
    return (
        sentence.position <= 1 and opening and not sentence.patterns.is_cited(sentence.folded, law)
    )


def _distance(sentence: _Sentence, word: Word, day: Day) -> int:
    """Return how far a word is from a day: in words, more across clauses and other days, and a
    little more on the side where verbs do not stand."""
    is_before = word.end <= day.start
    start, end = (word.end, day.start) if is_before else (day.end, word.start)
    gap = sentence.folded[start:end]
    others = sum(start <= other.start and other.end <= end for other in sentence.days)
    breaks = len(re.findall(r"[,;:()]| - ", gap)) + sentence.patterns.count_clauses(gap)
    return (
        len(gap.split()) + 3 * breaks + 4 * others + 2 * (is_before == sentence.patterns.verbs_last)
    )
