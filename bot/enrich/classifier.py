"""Weigh the words of a text by a linear model, whose weights were learned from written examples.

`tools/label_model` trains it. A text has a value for each n-gram of its words, for each pair of
neighbours, and for each word list that has a word in it; the score of a label is the sum of these
values times its weights.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from operator import mul
from typing import NamedTuple

from bot.enrich.label_model import Head, load_model, sums_of
from bot.text.terms import FoldedText

STEM = 6
"""Letters of each of two neighbours."""
TITLE_VALUE = 2.0
"""The value of a word of the title; one of the text has 1."""
SHORT = 8.0
"""The least length of a text by which its values are divided: a few words say less."""
_WORD = re.compile(r"\w+")


class Hit(NamedTuple):
    """What a word list has in a text."""

    list: str
    value: float
    words: tuple[str, ...]


class Word(NamedTuple):
    """A word, or two neighbours, as a text writes them."""

    written: str
    value: float


class Part(NamedTuple):
    """What a word, or the words of a list, adds to the scores of a text: its row, so many times."""

    value: float
    row: Sequence[float]
    words: tuple[str, ...]


class Weighed:
    """The scores of a text, and what each of its words and word lists adds to them."""

    def __init__(self, title: FoldedText, text: FoldedText, hits: Iterable[Hit]) -> None:
        self._model = model = load_model()
        self._lists = [
            Part(hit.value, model.lists[hit.list], hit.words)
            for hit in hits
            if hit.list in model.lists
        ]
        self._words = [
            Part(word.value / sums.root, sums.weights, (word.written,))
            for folded, word in words_of(title, text).items()
            if (sums := sums_of(folded))
        ]
        columns = (model.bias, model.scale, _sums(self._lists), _sums(self._words))
        self._scores = [
            bias + by_list + scale * by_word
            for bias, scale, by_list, by_word in zip_longest(*columns, fillvalue=0.0)
        ]

    def probabilities(self, head: Head) -> dict[str, float]:
        """Return the probability of each label of a head, the greatest first; their sum is 1."""
        columns, labels = self._columns(head), self._model.heads[head]
        scores = [self._scores[column] / self._model.temperature[head] for column in columns]
        powers = [math.exp(score - max(scores)) for score in scores]
        shares = {label: power / sum(powers) for label, power in zip(labels, powers, strict=True)}
        return dict(sorted(shares.items(), key=lambda share: -share[1]))

    def pulls(self, head: Head, label: str) -> dict[str, float]:
        """Return how much each word adds to the score of a label, the greatest first."""
        own = self._columns(head)[self._model.heads[head].index(label)]
        pulls = defaultdict[str, float](float)
        for parts, scale in ((self._lists, 1.0), (self._words, self._model.scale[own])):
            for value, row, words in parts:
                for word in words:
                    pulls[word] += value * row[own] * scale / len(words)
        return dict(sorted(pulls.items(), key=lambda pull: -pull[1]))

    def _columns(self, head: Head) -> range:
        start = 0
        for name, labels in self._model.heads.items():
            if name == head:
                return range(start, start + len(labels))
            start += len(labels)
        raise KeyError(head)


def words_of(title: FoldedText, text: FoldedText) -> dict[str, Word]:
    """Return each word and each pair of neighbours of a text, folded, with its value; the squares
    of the values have the sum 1, in a short text less."""
    of_title, of_text = _words_of(title), _words_of(text)
    of_text = {folded: written for folded, written in of_text.items() if folded not in of_title}
    length = max(math.sqrt(TITLE_VALUE**2 * len(of_title) + len(of_text)), SHORT)
    return {
        folded: Word(written, value / length)
        for passage, value in ((of_title, TITLE_VALUE), (of_text, 1.0))
        for folded, written in passage.items()
    }


def _words_of(passage: FoldedText) -> dict[str, str]:
    """Return the words and the pairs of neighbours of a passage by their folded forms."""
    words, before = dict[str, str](), None
    for match in _WORD.finditer(passage.folded):
        words.setdefault(match[0], passage.text[match.start() : match.end()])
        if before:
            pair = f"{before[0][:STEM]} {match[0][:STEM]}"
            words.setdefault(pair, passage.text[before.start() : match.end()])
        before = match
    return words


def _sums(parts: Sequence[Part]) -> list[float]:
    """Return the sum of each column of some parts; of none, nothing."""
    values = [value for value, _, _ in parts]
    columns = zip(*(row for _, row, _ in parts), strict=True)
    return [sum(map(mul, values, column)) for column in columns]
