"""Read the weights of the linear model of labels (`data/label_model.msgpack`).

They stay in the file, which all processes map: what they look up lies in memory once.
"""

from __future__ import annotations

import math
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal, NamedTuple

from msgspec import Struct

from bot.data_files import map_data

Head = Literal["relevance", "label", "type"]
"""A question that the model answers with one of several labels."""

SIZES = range(3, 7)
"""Letters of the n-grams of a word; the mark at each of its ends counts as a letter."""
BUCKETS = 14
"""Bits of a hash by which its place is found, but for the few that share them."""
SHIFT = 32 - BUCKETS
CACHED = 4096
"""Words whose sums are remembered."""

Row = tuple[float, ...]
"""A number for each column of the model."""


class Model(Struct, frozen=True):
    """The weights of a model, which has a column for each label of each head; those of a head have
    the sum 0."""

    heads: dict[Head, tuple[str, ...]]
    bias: Row
    lists: dict[str, Row]
    """The weights of word lists, by name."""
    hashes: memoryview
    """The CRC-32 of n-grams and pairs, sorted, as unsigned integers of four bytes."""
    weights: memoryview
    """A signed byte for each of these and each column; times `scale` it is a weight."""
    scale: Row
    temperature: dict[Head, float]
    """What the scores of a head are divided by, so that its probabilities are true."""


class Sums(NamedTuple):
    """What the n-grams of a word, or a pair of words, add to each column."""

    weights: array[int]
    """Times `Model.scale`, and divided by `root`, these are weights."""
    root: float
    """The root of how many n-grams it has."""


@lru_cache(maxsize=1)
def load_model() -> Model:
    """Return the model of the package."""
    return map_data("label_model", Model)


def sums_of(words: str) -> Sums | None:
    """Return the sums of a folded word, or of a pair of neighbours; None: the model knows none of
    its n-grams."""
    # Nearly every pair is new, and has one n-gram.
    return _sums(words) if " " in words else _sums_of_word(words)


def ngrams(words: str) -> list[int]:
    """Return the CRC-32 of a word and its n-grams, or of a pair of neighbours."""
    if " " in words:
        return [zlib.crc32(words.encode())]
    marked = f"<{words}>"
    if marked.isascii():  # slices of bytes need not be encoded one by one
        letters = marked.encode()
        slices = (
            letters[at : at + size] for size in SIZES for at in range(len(letters) - size + 1)
        )
        return [*map(zlib.crc32, {*slices, letters})]
    grams = {marked[at : at + size] for size in SIZES for at in range(len(marked) - size + 1)}
    return [zlib.crc32(gram.encode()) for gram in grams | {marked}]


@lru_cache(maxsize=CACHED)
def _sums_of_word(word: str) -> Sums | None:
    return _sums(word)


def _sums(words: str) -> Sums | None:
    grams = ngrams(words)
    rows = _rows().find(grams)
    if not rows:
        return None
    return Sums(array("i", map(sum, zip(*rows, strict=True))), math.sqrt(len(grams)))


@lru_cache(maxsize=1)
def _rows() -> _Rows:
    return _Rows(load_model())


class _Rows:
    """The rows of a model, by the hashes of its n-grams."""

    def __init__(self, model: Model) -> None:
        self._hashes, self._weights = model.hashes.cast("I"), model.weights.cast("b")
        self._width = len(model.bias)
        firsts = (bucket << SHIFT for bucket in range((1 << BUCKETS) + 1))
        self._starts = array("I", (bisect_left(self._hashes, first) for first in firsts))

    def find(self, grams: Iterable[int]) -> list[memoryview]:
        """Return the rows of those of some n-grams that have one."""
        hashes, weights, starts, width = self._hashes, self._weights, self._starts, self._width
        rows = []
        for gram in grams:
            bucket = gram >> SHIFT
            end = starts[bucket + 1]
            at = bisect_left(hashes, gram, starts[bucket], end)
            if at < end and hashes[at] == gram:
                rows.append(weights[at * width : (at + 1) * width])
        return rows
