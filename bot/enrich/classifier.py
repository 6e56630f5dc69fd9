"""Weigh the words of a text by a linear model, whose weights were learned from written examples.

`tools/label_model` trains it. A text has a value for each n-gram of its words, for each pair of
neighbours, and for each word list that has a word in it; the score of a label is the sum of these
values times its weights.
"""

from __future__ import annotations

import math
import re
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from operator import mul
from typing import Literal, NamedTuple

import msgspec
from msgspec import Struct

from bot.text.terms import FoldedText

Head = Literal["relevance", "label", "type"]
"""A question that the model answers with one of several labels."""

SIZES = range(3, 7)
"""Letters of the n-grams of a word; the mark at each of its ends counts as a letter."""
STEM = 6
"""Letters of each of two neighbours."""
TITLE_VALUE = 2.0
"""The value of a word of the title; one of the text has 1."""
SHORT = 8.0
"""The least length of a text by which its values are divided: a few words say less."""
CACHED = 4096
"""Words whose weights are remembered."""
_WORD = re.compile(r"\w+")

Row = tuple[float, ...]
"""A number for each column of the model."""


class Model(Struct, frozen=True):
    """The weights of a model, which has a column for each label of each head; those of a head have
    the sum 0."""

    heads: dict[Head, tuple[str, ...]]
    bias: Row
    lists: dict[str, Row]
    """The weights of word lists, by name."""
    hashes: bytes
    """The CRC-32 of n-grams and pairs, sorted, as unsigned integers of four bytes."""
    weights: bytes
    """A signed byte for each of these and each column; times `scale` it is a weight."""
    scale: Row
    temperature: dict[Head, float]
    """What the scores of a head are divided by, so that its probabilities are true."""


class Hit(NamedTuple):
    """What a word list has in a text."""

    list: str
    value: float
    words: tuple[str, ...]


class Word(NamedTuple):
    """A word, or two neighbours, as a text writes them."""

    written: str
    value: float


class Weighed:
    """The scores of a text, and what each of its words and word lists adds to them."""

    def __init__(self, title: FoldedText, text: FoldedText, hits: Iterable[Hit]) -> None:
        self._model = model = load_model()
        nothing = (0.0,) * len(model.bias)
        by_list = ((hit.words, hit.value, model.lists.get(hit.list, nothing)) for hit in hits)
        by_word = (
            ((word.written,), word.value, _weights_of(folded) or nothing)
            for folded, word in words_of(title, text).items()
        )
        self._parts = [part for part in (*by_list, *by_word) if part[2] is not nothing]
        values = [1.0, *(value for _, value, _ in self._parts)]
        rows = (model.bias, *(row for _, _, row in self._parts))
        self._scores = [sum(map(mul, values, column)) for column in zip(*rows, strict=True)]

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
        pulls = dict[str, float]()
        for words, value, row in self._parts:
            for word in words:
                pulls[word] = pulls.get(word, 0.0) + value * row[own] / len(words)
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
    words = dict[str, Word]()
    for passage, value in ((title, TITLE_VALUE), (text, 1.0)):
        found = [*_WORD.finditer(passage.folded)]
        for index, match in enumerate(found):
            words.setdefault(match[0], Word(passage.text[match.start() : match.end()], value))
            if index:
                before = found[index - 1]
                pair = f"{before[0][:STEM]} {match[0][:STEM]}"
                written = passage.text[before.start() : match.end()]
                words.setdefault(pair, Word(written, value))
    length = max(math.sqrt(sum(word.value**2 for word in words.values())), SHORT)
    return {folded: Word(word.written, word.value / length) for folded, word in words.items()}


def ngrams(word: str) -> list[int]:
    """Return the CRC-32 of a word and its n-grams, or of a pair of neighbours."""
    if " " in word:
        return [zlib.crc32(word.encode())]
    marked = f"<{word}>"
    grams = {
        marked[start : start + size] for size in SIZES for start in range(len(marked) - size + 1)
    } | {marked}
    return [zlib.crc32(gram.encode()) for gram in sorted(grams)]


@lru_cache(maxsize=1)
def load_model() -> Model:
    """Return the model of the package."""
    data = files("bot").joinpath("data/label_model.msgpack").read_bytes()
    return msgspec.msgpack.decode(data, type=Model)


@lru_cache(maxsize=1)
def _hashes() -> array[int]:
    hashes = array("I")
    hashes.frombytes(load_model().hashes)
    return hashes


@lru_cache(maxsize=1)
def _weights() -> array[int]:
    weights = array("b")
    weights.frombytes(load_model().weights)
    return weights


@lru_cache(maxsize=CACHED)
def _weights_of(word: str) -> Row | None:
    """Return the weights of a folded word or pair: the sum of its n-grams' over the root of their
    number; None: the model knows none of them."""
    model, hashes, weights = load_model(), _hashes(), _weights()
    width, grams = len(model.bias), ngrams(word)
    rows = []
    for gram in grams:
        at = bisect_left(hashes, gram)
        if at < len(hashes) and hashes[at] == gram:
            rows.append(weights[at * width : (at + 1) * width])
    if not rows:
        return None
    root = math.sqrt(len(grams))
    sums = map(sum, zip(*rows, strict=True))
    return tuple(scaled / root for scaled in map(mul, sums, model.scale))
