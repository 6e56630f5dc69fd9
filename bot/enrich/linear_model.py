"""Weigh the features of a text by a linear model: how probable each kind of a thing is, and that
there is none.

A feature is a fact, which has a name, or a word, which has a hash. `tools/linear_training` learns
the weights; those of words stay in the file of a model, which all processes map.
"""

import math
from collections.abc import Iterable
from operator import mul
from typing import Generic, NamedTuple, TypeVar

from msgspec import Struct

Kind = TypeVar("Kind", bound=str)
Row = tuple[float, ...]
"""A number for each column of a model: the first is of none, the others of its kinds."""


class Weighted(NamedTuple):
    """Words that have one value."""

    value: float
    hashes: list[int]


class Features(NamedTuple):
    """What a model reads of a text."""

    facts: frozenset[str]
    words: tuple[Weighted, ...]


class LinearModel(Struct, Generic[Kind], frozen=True):
    """The weights of a model."""

    kinds: tuple[Kind, ...]
    bias: Row
    facts: dict[str, Row]
    scale: Row
    """What a weight of a word is multiplied by."""
    bits: int
    """How many bits of a word's hash tell its row."""
    words: memoryview
    """Rows of signed bytes."""

    def shares(self, features: Features) -> dict[Kind | None, float]:
        """Return the probability that a text tells none, and of each kind; their sum is 1."""
        facts = (self.facts[fact] for fact in sorted(features.facts) if fact in self.facts)
        columns = zip(self.bias, *facts, self._sums(features.words), strict=True)
        scores = [sum(column) for column in columns]
        powers = [math.exp(score - max(scores)) for score in scores]
        whole = sum(powers)
        return {
            kind: power / whole for kind, power in zip((None, *self.kinds), powers, strict=True)
        }

    def _sums(self, groups: Iterable[Weighted]) -> Row:
        """Return the sum of each column of the words of a text."""
        rows, width = self.words.cast("b"), len(self.bias)
        mask = (1 << self.bits) - 1
        sums = [0.0] * width
        for value, hashes in groups:
            places = (width * (each & mask) for each in hashes)
            found = [rows[at : at + width] for at in places]
            if found:
                of_group = map(sum, zip(*found, strict=True))
                sums = [before + value * each for before, each in zip(sums, of_group, strict=True)]
        return tuple(map(mul, sums, self.scale))
