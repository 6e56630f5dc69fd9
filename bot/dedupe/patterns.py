"""Tell apart sentences that are made after one pattern, with another word in it (pure)."""

import difflib
import itertools
from collections.abc import Iterable

from bot.dedupe.event_terms import EventTerms, contradict
from bot.dedupe.reports import HEAD, ReportContent, Word
from bot.dedupe.word_forms import is_form_of

SAME_SHARE = 0.7
"""The least share of words in the same places of two sentences made after one pattern."""
SHORTEST = 4
"""Words of the shortest such sentence."""
TITLE_SHARE = 0.6
"""The least share of words in the same order of two titles made after one pattern."""
MEANT = 3
"""Letters of the shortest word that may make a difference."""
LONGEST = 60
"""Words of the longest title that is compared word by word."""


def follow_one_pattern(one: ReportContent, other: ReportContent) -> bool:
    """Return whether two sentences are made after one pattern, with another word in it, or with a
    negation."""
    sentences, others = _sentences(one, other), _sentences(other, one)
    shared = {*map(tuple, sentences)} & {*map(tuple, others)}
    return _has_other_words(sentences[0], others[0], one.terms) or any(
        _is_variant(first, second, one.terms, is_head=max(rank, at) < HEAD)
        for rank, first in enumerate(sentences)
        for at, second in enumerate(others)
        if tuple(first) not in shared and tuple(second) not in shared
    )


def _sentences(one: ReportContent, other: ReportContent) -> list[list[str]]:
    """Return the words of a title, without the abbreviations of what both reports name, and of
    each sentence of a text."""
    return [_title(one, other), *map(_folded, one.sentences[1:])]


def _title(one: ReportContent, other: ReportContent) -> list[str]:
    return [
        word
        for word in _folded(one.sentences[0])
        if word not in one.acronyms or not other.names_acronym(word)
    ]


def _folded(sentence: Iterable[Word]) -> list[str]:
    return [word.folded for word in sentence]


def _is_variant(words: list[str], others: list[str], terms: EventTerms, *, is_head: bool) -> bool:
    """Return whether a sentence says of something else what another one says, or denies it."""
    if words == others or min(len(words), len(others)) < SHORTEST:
        return False
    if len(words) != len(others):
        return _bare(words, terms) == _bare(others, terms)
    pairs = [(word, other) for word, other in zip(words, others, strict=True) if word != other]
    # Beyond the lead another word may say the same.
    differ = _are_other_words if is_head else _are_opposed
    is_pattern = len(pairs) <= (1 - SAME_SHARE) * len(words)
    return is_pattern and any(differ(*pair, terms) for pair in pairs)


def _has_other_words(words: list[str], others: list[str], terms: EventTerms) -> bool:
    """Return whether two titles have other words in the same place."""
    longest = max(len(words), len(others))
    if longest > LONGEST:
        return words != others
    words, others = sorted((words, others))  # difflib aligns two texts one way and another
    blocks = difflib.SequenceMatcher(None, words, others, autojunk=False).get_opcodes()
    same = sum(end - start for kind, start, end, *_ in blocks if kind == "equal")
    return (
        longest >= SHORTEST
        and same >= TITLE_SHARE * longest
        and any(
            _has_own_word(words[start:end], others, terms)
            and _has_own_word(others[first:last], words, terms)
            for kind, start, end, first, last in blocks
            if kind == "replace"
        )
    )


def _has_own_word(words: list[str], others: list[str], terms: EventTerms) -> bool:
    """Return whether one of some words differs from all words of another title."""
    return any(
        all(_are_other_words(word, other, terms) for other in others)
        for word in words
        if len(word) >= MEANT
    )


def _bare(words: list[str], terms: EventTerms) -> list[str]:
    """Return the words of a sentence without its negations."""
    return [word for word in words if not terms.is_negation(word)]


def _are_other_words(word: str, other: str, terms: EventTerms) -> bool:
    """Return whether two words are neither forms of one word nor known to name the same."""
    facets = [*zip(terms.codes_of_word(word), terms.codes_of_word(other), strict=True)]
    is_synonym = any(a and b for a, b in facets) and not _are_opposed(word, other, terms)
    return not is_synonym and not is_form_of(word, other)


def _are_opposed(word: str, other: str, terms: EventTerms) -> bool:
    """Return whether two words name different things of one facet."""
    facets = zip(terms.codes_of_word(word), terms.codes_of_word(other), strict=True)
    return any(itertools.starmap(contradict, facets))
