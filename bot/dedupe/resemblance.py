"""Decide whether the texts of two developments have as much in common as reports of one event
(pure)."""

import math
from functools import lru_cache

from bot.dedupe.reports import Report, head_stems, read
from bot.models import Development
from bot.text import normalise, numbers

# At .6 one pair of 40,000 was wrongly merged.
SHARED_RUNS = 0.6
"""The least share of the shorter text's three-word runs that the longer one has."""
RUN = 3
SHORT = 8
"""Three-word runs below which only the titles are compared, which must be equal."""
FEWEST_RUNS = math.ceil(SHARED_RUNS * SHORT)
"""The least number of three-word runs that two texts of one event share."""
NEAR = 2
"""Days within which an equal title means the same event: some titles recur each month."""
TITLE = 4
"""The least number of words of a title that identifies an event."""
RETOLD = 1
"""Days within which an event is told in other words."""
SHARED_STEMS = 0.6
"""The least share of the words of the report that has fewer, in a report in other words."""
FEWEST_STEMS = 4
"""The least number of words that the heads of two such reports share."""
ANCHORS = 2
"""The least number of names and numbers that they share."""


def have_same_content(one: Development, other: Development) -> bool:
    """Return whether two developments are told in the same words, or in other words that name the
    same."""
    short, long = sorted((one, other), key=lambda development: len(word_runs(development)))
    days = days_between(one, other)
    if len(word_runs(short)) < SHORT:
        title, another = (normalise(native_text(each)[0]) for each in (short, long))
        return days <= NEAR and title == another and len(title.split()) >= TITLE
    shared = word_runs(short) & word_runs(long)
    if len(shared) >= SHARED_RUNS * len(word_runs(short)):
        # The longer text holds every number of the shorter: weekly reports differ in nothing else.
        return numbers(full_text(short)) <= numbers(full_text(long))
    is_near = one.date is not None and other.date is not None and days <= RETOLD
    return is_near and _name_the_same(report(one), report(other))


def _name_the_same(one: Report, other: Report) -> bool:
    """Return whether two reports in one language share most words, names and numbers, and a step
    of a procedure or a direction."""
    if one.language != other.language:
        return False
    first, second = read(one), read(other)
    fewer, more = sorted((first.stems, second.stems), key=len)
    _, *directions = zip(first.codes, second.codes, strict=True)
    return (
        len(fewer & more) >= SHARED_STEMS * len(fewer)
        and len(head_stems(one.title, one.text) & head_stems(other.title, other.text))
        >= FEWEST_STEMS
        and len(first.anchors & second.anchors) >= ANCHORS
        and any(set(codes) & set(others) for codes, others in directions)
    )


def _head(report: Report) -> frozenset[str]:
    return head_stems(report.title, report.text)


def report(development: Development) -> Report:
    """Return what a development says in its own language."""
    title, text = native_text(development)
    language, mentions = development.sources[0].language, frozenset(development.mentions)
    return Report(title, text, language, mentions)


def days_between(one: Development, other: Development) -> int:
    """Return the days between two developments; 0 where one has no date."""
    return abs((one.date - other.date).days) if one.date and other.date else 0


def native_text(development: Development) -> tuple[str, str]:
    """Return the title and the summary as published."""
    title = development.sources[0].title_native
    summary = development.summary_native
    return title, development.summary if summary is None else summary


def full_text(development: Development) -> str:
    """Return the title and the summary as one text."""
    return " ".join(native_text(development))


def word_runs(development: Development) -> frozenset[int]:
    """Return the hashes of the three-word runs of a development's own text."""
    return _hash_runs(full_text(development))


@lru_cache(maxsize=1000)
def _hash_runs(text: str) -> frozenset[int]:
    words = normalise(text).split()
    return frozenset(
        hash(tuple(words[start : start + RUN])) for start in range(max(len(words) - RUN + 1, 0))
    )
