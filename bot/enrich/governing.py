"""Find the word that a day in a sentence belongs to (`event_words`): the one of a decision, or of
another event, that stands nearest to it."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from bot.dates.mentions import Day
from bot.enrich.event_words import (
    DECIDE,
    LAW,
    MADE,
    MEETING,
    OTHER,
    PUBLISH,
    RULING,
    EventPatterns,
    Word,
)

FAR = 1000
"""The distance of a word that is not in the sentence."""
SAME_CLAUSE = 7
"""Distance of two words below which they most often stand in one clause."""
OPENING = (4, 2)
"""Words before a law at the beginning of a title, and of the lead, that is about it."""
BESIDE = 3
"""Words between a law and the verb that says what became of it."""

CITED = {MEETING, RULING}
"""Kinds that are most often named as nouns, after which something else was decided."""


class Sentence(NamedTuple):
    """A sentence of an item, folded, with the days and the words of events in it; the title has
    position 0."""

    folded: str
    position: int
    days: list[Day]
    words: list[Word]
    patterns: EventPatterns
    is_of_law: bool
    """Whether the title tells that a law was made."""


class Governor(NamedTuple):
    """What a day belongs to."""

    kind: str | None
    """None: the sentence has no word of a decision, nor of another event."""
    distance: int


def governor(sentence: Sentence, day: Day, *, is_old: bool) -> Governor:
    """Return what a day belongs to; what is only cited, or to come, is another event."""
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
    law = sentence.patterns.law_of(sentence.folded, day)
    if law and _is_own_subject(sentence, law):
        return Governor(OTHER if other < SAME_CLAUSE else LAW, _distance(sentence, law, day))
    if near == other == FAR:
        return Governor(OTHER if law else None, FAR)
    is_background = (
        other < near + 1
        or (law and (is_old or not _makes(sentence, verbs, law, day)))
        or ((is_old or verb.kind in CITED) and sentence.patterns.is_cited(sentence.folded, verb))
        or _is_to_come(sentence, verb)
        or _is_of_other_clause(sentence, verb, day)
    )
    return Governor(OTHER if is_background else verb.kind, near)


def _is_object(sentence: Sentence, word: Word, verbs: Sequence[Word]) -> bool:
    """Return whether a word of another event is what a decision is about, and not dated itself
    (`extended the deadline on 10 November`)."""
    gaps = (sentence.folded[verb.end : word.start] for verb in verbs if verb.kind == DECIDE)
    return any(re.fullmatch(r"\s(?:[\w']+\s){0,2}", gap) for gap in gaps)


def _is_of_other_clause(sentence: Sentence, verb: Word, day: Day) -> bool:
    """Return whether a day stands in a subordinate clause without a word that it belongs to, and
    the verb outside (`the man, who on 3 November drove twelve people, was convicted`)."""
    count_clauses = sentence.patterns.count_clauses
    if verb.end <= day.start:
        return count_clauses(sentence.folded[verb.end : day.start]) > 0
    before = max((word.end for word in sentence.words if word.end <= day.start), default=0)
    is_apart = "," in sentence.folded[day.end : verb.start]
    return is_apart and count_clauses(sentence.folded[before : day.start]) > 0


def _is_to_come(sentence: Sentence, verb: Word) -> bool:
    """Return whether a verb has a word of another event right before it (`will meet`)."""
    gaps = (sentence.folded[word.end : verb.start] for word in sentence.words if word.kind == OTHER)
    return any(re.fullmatch(r"\s+(?:\w{1,3}\s+)?", gap) for gap in gaps)


def _is_own_subject(sentence: Sentence, law: Word) -> bool:
    """Return whether a law that is named by its day is what the title, or the lead below a title
    that tells of a law, is about."""
    if sentence.position > 1 or (sentence.position == 1 and not sentence.is_of_law):
        return False
    is_opening = len(sentence.folded[: law.start].split()) <= OPENING[sentence.position]
    return is_opening and not sentence.patterns.is_cited(sentence.folded, law)


def _makes(sentence: Sentence, verbs: Sequence[Word], law: Word, day: Day) -> bool:
    """Return whether a verb beside a law that is named by its day says that it was adopted, signed
    or published then."""
    start, end = min(law.start, day.start), max(law.end, day.end)
    gaps = (
        sentence.folded[verb.end : start]
        if verb.end <= start
        else sentence.folded[end : verb.start]
        for verb in verbs
        if verb.kind in (*MADE, PUBLISH)
    )
    return any(len(gap.split()) <= BESIDE and not re.search("[,;:]", gap) for gap in gaps)


def _distance(sentence: Sentence, word: Word, day: Day) -> int:
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
