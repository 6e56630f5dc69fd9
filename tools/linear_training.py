"""Learn the weights of a linear model (`bot/enrich/linear_model.py`) from examples.

Needs the extra `train`.
"""

import math
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Generic

import msgspec
import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from bot.enrich.linear_model import Features, Kind, LinearModel

PENALTY_OF_FACTS, PENALTY_OF_WORDS = 1.0, 0.35
RARE = 2
"""The least number of examples with a fact."""
STEPS = 80
BYTE = 127


class Trainer(Generic[Kind]):
    """The features of all examples, as a matrix of examples and columns: facts, then words."""

    def __init__(
        self,
        kinds: tuple[Kind, ...],
        examples: Sequence[Features],
        wanted: Any,
        weights: Sequence[float],
        bits: int,
    ) -> None:
        """`wanted`: a row for each example, with 1 where it is none, or of a kind; -1 where it is
        of one of these kinds. `weights`: how much each counts. `bits`: of the hashes of words."""
        self.kinds, self.bits = kinds, bits
        self.wanted, self.weights = wanted, np.array(weights)
        found = Counter(fact for each in examples for fact in each.facts)
        self.facts = sorted(fact for fact, count in found.items() if count >= RARE)
        places = {fact: place for place, fact in enumerate(self.facts)}
        cells = Counter[tuple[int, int]]()
        for row, each in enumerate(examples):
            for fact in each.facts & places.keys():
                cells[row, places[fact]] = 1.0 / math.sqrt(PENALTY_OF_FACTS)
            for value, hashes in each.words:
                for one in hashes:
                    place = len(places) + one % (1 << bits)
                    cells[row, place] += value / math.sqrt(PENALTY_OF_WORDS)
        rows, columns = zip(*cells, strict=True)
        shape = (len(examples), len(places) + (1 << bits))
        self.matrix = csr_matrix(([*cells.values()], (rows, columns)), shape, dtype=np.float32)

    def learn(self, rows: Any) -> tuple[Any, Any]:
        """Return the weights of the columns, a row each, and the bias, learned from some rows."""
        matrix, wanted, weights = self.matrix[rows], self.wanted[rows], self.weights[rows]
        turned, shape = matrix.T.tocsr(), (matrix.shape[1], wanted.shape[1])
        is_any = wanted.min(axis=1) < 0
        known = np.maximum(wanted, 0)

        def loss(flat: Any) -> tuple[float, Any]:
            learned, bias = flat[: -shape[1]].reshape(shape), flat[-shape[1] :]
            scores = matrix @ learned.astype(np.float32) + bias
            logs = scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)
            shares = np.exp(logs)
            some = np.maximum(1 - shares[:, 0], 1e-9)
            aim = known.copy()
            aim[is_any, 1:] = shares[is_any, 1:] / some[is_any, None]
            gains = np.where(is_any, np.log(some), (known * logs).sum(axis=1))
            wrong = (shares - aim) * weights[:, None]
            slope = turned @ wrong.astype(np.float32) + learned
            total = -(weights * gains).sum() + (learned**2).sum() / 2
            return total, np.concatenate([slope.ravel(), wrong.sum(axis=0)])

        zeros = np.zeros(shape[0] * shape[1] + shape[1])
        options = {"maxiter": STEPS, "maxcor": 5}
        flat = minimize(loss, zeros, jac=True, method="L-BFGS-B", options=options).x
        penalties = np.full(shape[0], PENALTY_OF_WORDS)
        penalties[: len(self.facts)] = PENALTY_OF_FACTS
        learned = flat[: -shape[1]].reshape(shape) / np.sqrt(penalties)[:, None]
        return learned, flat[-shape[1] :]

    def model(self, rows: Any) -> LinearModel[Kind]:
        """Return the model that is learned from some rows."""
        learned, bias = self.learn(rows)
        facts, words = learned[: len(self.facts)], learned[len(self.facts) :]
        scale = np.maximum(np.abs(words).max(axis=0), 1e-6) / BYTE
        return LinearModel(
            kinds=self.kinds,
            bias=tuple(bias.round(4).tolist()),
            facts={
                fact: tuple(row)
                for fact, row in zip(self.facts, facts.round(3).tolist(), strict=True)
            },
            scale=tuple(scale.tolist()),
            bits=self.bits,
            words=memoryview(np.round(words / scale).astype(np.int8)),
        )

    def write(self, path: Path) -> None:
        """Learn from all examples, and write the model to a file."""
        path.write_bytes(msgspec.msgpack.encode(self.model(np.arange(len(self.weights)))))
        size = path.stat().st_size / 1e6
        print(f"{len(self.weights)} examples; {path.name} has {size:.1f} MB", file=sys.stderr)
