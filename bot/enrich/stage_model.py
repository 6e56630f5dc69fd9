"""Weigh the features of a text by the linear model of stages (`data/stage_model.msgpack`).

`tools/stage_model` trains it. Its weights stay in the file, which all processes map.
"""

import math
from collections.abc import Iterable
from functools import lru_cache
from operator import mul

from msgspec import Struct

from bot.data_files import map_data
from bot.enrich.stage_features import Features, Weighted
from bot.models import StageKind

Row = tuple[float, ...]
"""A number for each column of the model: the first is of no stage, the others of its kinds."""


class StageModel(Struct, frozen=True):
    """The weights of the model."""

    kinds: tuple[StageKind, ...]
    bias: Row
    facts: dict[str, Row]
    scale: Row
    """What a weight of a word is multiplied by."""
    bits: int
    """How many bits of a word's hash tell its row."""
    words: memoryview
    """Rows of signed bytes."""


@lru_cache(maxsize=1)
def load_model() -> StageModel:
    """Return the model of the package."""
    return map_data("stage_model", StageModel)


def stage_shares(features: Features, model: StageModel) -> dict[StageKind | None, float]:
    """Return the probability that a text tells no stage (None), and of each kind of stage; their
    sum is 1."""
    facts = (model.facts[fact] for fact in sorted(features.facts) if fact in model.facts)
    words = _sums(features.words, model)
    columns = zip(model.bias, *facts, words, strict=True)
    scores = [sum(column) for column in columns]
    powers = [math.exp(score - max(scores)) for score in scores]
    whole = sum(powers)
    return {kind: power / whole for kind, power in zip((None, *model.kinds), powers, strict=True)}


def _sums(groups: Iterable[Weighted], model: StageModel) -> Row:
    """Return the sum of each column of the words of a text."""
    rows, width = model.words.cast("b"), len(model.bias)
    mask = (1 << model.bits) - 1
    sums = [0.0] * width
    for value, hashes in groups:
        places = (width * (each & mask) for each in hashes)
        found = [rows[at : at + width] for at in places]
        if found:
            of_group = map(sum, zip(*found, strict=True))
            sums = [before + value * each for before, each in zip(sums, of_group, strict=True)]
    return tuple(map(mul, sums, model.scale))
