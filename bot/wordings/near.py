"""Find what a phrase may mean that names nothing: a part of a label, a slip of the keyboard."""

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

from bot import taxonomy
from bot.i18n import LANGUAGES
from bot.text import normalise
from bot.text.terms import list_language
from bot.wordings.index import (
    PART,
    Meaning,
    Wording,
    all_wordings,
    find,
    labels,
    plain_words,
)

LIMIT = 8
SHORTEST = 5
"""Letters of the shortest wording that is looked for behind a slip: shorter ones are near to
anything."""
LONG = 8
"""Letters from which two slips are looked for."""


def find_related(phrase: str, language: str | None = None) -> tuple[Meaning, ...]:
    """Return what a phrase that names nothing has to do with: what it means in several languages,
    and what has a label or a plain wording that holds it."""
    words = normalise(phrase)
    held = (*find(phrase, language), *_of_labels(words), *_of_plain_words(words))
    return tuple(dict.fromkeys(held))[:LIMIT]


def _of_labels(words: str) -> Iterator[Meaning]:
    """Yield what has a label that holds a phrase, from the beginning of a word: `detent`."""
    if len(words) >= PART:
        for label, meaning in labels():
            if f" {words}" in f" {label}":
                yield meaning


def _of_plain_words(words: str) -> Iterator[Meaning]:
    """Yield what has a plain wording that holds a phrase: `refugees`, of `Ukraine refugees`."""
    if len(words) >= SHORTEST:
        for wording, meaning in plain_words():
            if f" {words} " in f" {wording} ":
                yield meaning


def find_misspelt(phrase: str, language: str | None = None) -> tuple[Meaning, ...]:
    """Return the meanings of the wordings that are one slip of the keyboard away from a phrase, two
    in a long one; only those of the reader's language and of English where there are some."""
    words = normalise(phrase)
    near = defaultdict[int, list[Wording]](list)
    for length in range(max(len(words) - 2, SHORTEST), len(words) + 3):
        most = 2 if min(len(words), length) >= LONG else 1
        if abs(length - len(words)) > most:
            continue
        for wording in _by_beginning().get((words[:1], length), ()):
            slips = _slips(words, wording, most)
            if slips <= most:
                near[slips] += _candidates()[wording]
    nearest = near[min(near)] if near else []
    own = [each for each in nearest if each.language in (list_language(language), "en")]
    return tuple(dict.fromkeys(each.meaning for each in own or nearest))[:LIMIT]


@lru_cache(maxsize=1)
def _candidates() -> dict[str, list[Wording]]:
    """Return what a slip may have been meant for: wordings in the languages of the bot, and the
    countries that are followed by any of their names."""
    followed = set(taxonomy.countries())
    candidates = defaultdict[str, list[Wording]](list)
    for term, meant in all_wordings():
        written = normalise(term.replace("*", ""))
        is_known = meant.language in LANGUAGES or meant.meaning[0].code in followed
        if is_known and len(written) >= SHORTEST and meant not in candidates[written]:
            candidates[written].append(meant)
    return candidates


@lru_cache(maxsize=1)
def _by_beginning() -> dict[tuple[str, int], list[str]]:
    """Return the same by their first letter, in which few slip, and their length."""
    beginnings = defaultdict(list)
    for wording in _candidates():
        beginnings[wording[0], len(wording)].append(wording)
    return beginnings


def _slips(one: str, other: str, most: int) -> int:
    """Return how many letters were left out, added, mistaken, or swapped with their neighbour
    (optimal string alignment); more than `most` for more."""
    # A slip changes two of the letters that both have, at most: most candidates end here.
    if len({*one} ^ {*other}) > 2 * most:
        return most + 1
    above: list[int] = []
    row: list[int] = [*range(len(other) + 1)]
    for place, letter in enumerate(one, 1):
        twice_above, above, row = above, row, [place]
        for column, wanted in enumerate(other, 1):
            is_other = int(letter != wanted)
            cost = min(above[column] + 1, row[-1] + 1, above[column - 1] + is_other)
            if place > 1 and column > 1 and (letter, one[place - 2]) == (other[column - 2], wanted):
                cost = min(cost, twice_above[column - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]
