"""Train the model of labels (`bot/enrich/classifier.py`) from written examples.

`python -m tools.label_model EXAMPLES…` reads JSON Lines of `lang`, `title`, `text`, `relevant`,
`themes` and `topics` (the best first), and `type`, and writes `bot/data/label_model.msgpack`. It is
run by hand after a change of the examples or of the word lists, and needs the extra `train`.
"""

import json
import math
import sys
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold

from bot.enrich import lexicon
from bot.enrich.classifier import Head, Model, ngrams, words_of
from bot.enrich.labels import LEAD, RELEVANT, RESIDUAL
from bot.terms import FoldedText, listed_language

FILE = Path(__file__).parents[1] / "bot" / "data" / "label_model.msgpack"
EXAMPLES = Path(__file__).parent / "label_examples"
STRENGTHS: dict[Head, float] = {"relevance": 16.0, "label": 16.0, "type": 8.0}
"""How far the weights of a head may follow the examples (scikit-learn's C)."""
FIRST_SHARE = 0.65
"""How much of an example counts for the best of several labels."""
RARE = 2
"""The least number of examples with an n-gram."""
SMALL = 0.02
"""Weights of n-grams below this are left out."""
BYTE = 127
FOLDS = 5

Example = dict[str, Any]
Features = dict[str | int, float]
Target = tuple[int, str, float]
"""The number of an example, a label of it, and its share."""


def read_examples(paths: Iterable[Path]) -> list[Example]:
    """Return the examples of some files."""
    lines = (line for path in paths for line in path.read_text(encoding="utf-8").splitlines())
    return [json.loads(line) for line in lines if line.strip()]


def features_of(example: Example) -> Features:
    """Return the values of the word lists, by name, and of the n-grams, by their hashes."""
    title, text = FoldedText(example["title"]), FoldedText(example["text"][:LEAD])
    terms, code = lexicon.load_lexicon(example["lang"]), listed_language(example["lang"], "lexicon")
    features: Features = {
        hit.list: hit.value for hit in lexicon.find_hits(title, text, terms, code)
    }
    for folded, word in words_of(title, text).items():
        grams = ngrams(folded)
        for gram in grams:
            features[gram] = features.get(gram, 0.0) + word.value / math.sqrt(len(grams))
    return features


def labels_of(example: Example) -> list[str]:
    """Return the labels of an example, the best first: the general one where there is no other."""
    themes = [code for code in example["themes"] if code != RESIDUAL]
    return [*themes, *example["topics"]] or [RESIDUAL]


def targets(head: Head, examples: Sequence[Example]) -> list[Target]:
    """Return what a head is to learn."""
    if head == "relevance":
        named = {True: RELEVANT, False: "other"}
        return [(n, named[bool(each["relevant"])], 1.0) for n, each in enumerate(examples)]
    relevant = [(n, each) for n, each in enumerate(examples) if each["relevant"]]
    if head == "type":
        return [(n, each["type"], 1.0) for n, each in relevant if each["type"]]
    chosen = list[Target]()
    for n, each in relevant:
        first, *others = labels_of(each)
        chosen.append((n, first, FIRST_SHARE if others else 1.0))
        chosen += [(n, code, (1 - FIRST_SHARE) / len(others)) for code in others]
    return chosen


class Trainer:
    """The features of all examples, as a matrix of examples and columns."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self.examples = examples
        features = [features_of(each) for each in examples]
        found = Counter(name for each in features for name in each)
        self.names = [n for n, count in found.items() if isinstance(n, str) or count >= RARE]
        columns = {name: column for column, name in enumerate(self.names)}
        cells = [
            (row, columns[name], value)
            for row, each in enumerate(features)
            for name, value in each.items()
            if name in columns
        ]
        rows, places, values = zip(*cells, strict=True)
        shape = len(examples), len(columns)
        self.matrix = csr_matrix((values, (rows, places)), shape=shape)

    def fit(self, head: Head, chosen: Sequence[Target]) -> LogisticRegression:
        """Return the weights of a head, learned from some of the targets."""
        rows, labels, shares = zip(*chosen, strict=True)
        model = LogisticRegression(C=STRENGTHS[head], max_iter=500)
        return model.fit(self.matrix[list(rows)], np.array(labels), sample_weight=shares)

    def temperature(self, head: Head) -> float:
        """Return what the scores of a head must be divided by, so that its probabilities are true
        of examples that it has not learned from."""
        chosen = targets(head, self.examples)
        scores, right = [], []
        for learned, kept in KFold(FOLDS, shuffle=True, random_state=0).split(self.examples):
            model = self.fit(head, [each for each in chosen if each[0] in {*learned}])
            known = list(model.classes_)
            for row, label, share in chosen:
                if row in {*kept} and label in known and share >= FIRST_SHARE:
                    scores.append(_scores(model, self.matrix[row]))
                    right.append(known.index(label))
        found = minimize_scalar(
            lambda heat: _loss(scores, right, heat), bounds=(0.2, 5.0), method="bounded"
        )
        return float(found.x)


def _scores(model: LogisticRegression, row: csr_matrix) -> Any:
    """Return a score for each label; of two labels, the first one's is 0."""
    scores = np.atleast_1d(model.decision_function(row)[0])
    return np.array([0.0, scores[0]]) if len(scores) == 1 else scores


def _loss(scores: Sequence[Any], right: Sequence[int], heat: float) -> float:
    total = 0.0
    for row, label in zip(scores, right, strict=True):
        total += np.logaddexp.reduce(row / heat) - row[label] / heat
    return float(total / len(right))


def train(examples: Sequence[Example]) -> Model:
    """Return a model of all heads."""
    trainer = Trainer(examples)
    heads: dict[Head, tuple[str, ...]] = {}
    weights, bias, heat = [], list[float](), dict[Head, float]()
    for head in STRENGTHS:
        model = trainer.fit(head, targets(head, examples))
        heads[head] = tuple(map(str, model.classes_))
        is_pair = len(model.classes_) == 2
        weights.append(np.vstack([0 * model.coef_, model.coef_]) if is_pair else model.coef_)
        bias += [0.0, *model.intercept_] if is_pair else [*model.intercept_]
        heat[head] = trainer.temperature(head)
    return _packed(trainer.names, np.vstack(weights).T, heads, bias, heat)


def _packed(
    names: Sequence[str | int], weights: Any, heads: Any, bias: list[float], heat: Any
) -> Model:
    scale = np.abs(weights).max(axis=0) / BYTE
    scale[scale == 0] = 1.0
    grams = sorted(
        (name, column)
        for column, name in enumerate(names)
        if isinstance(name, int) and np.abs(weights[column]).max() >= SMALL
    )
    table = np.round(weights[[column for _, column in grams]] / scale).astype(np.int8)
    return Model(
        heads=heads,
        bias=tuple(map(float, bias)),
        lists={
            name: tuple(round(float(weight), 4) for weight in weights[column])
            for column, name in enumerate(names)
            if isinstance(name, str)
        },
        hashes=array("I", [name for name, _ in grams]).tobytes(),
        weights=table.tobytes(),
        scale=tuple(map(float, scale)),
        temperature=heat,
    )


def main(paths: Sequence[str]) -> None:
    """Train on some files, or on all examples of the project, and write the model."""
    examples = read_examples(map(Path, paths or sorted(EXAMPLES.glob("*.jsonl"))))
    FILE.write_bytes(msgspec.msgpack.encode(train(examples)))
    size = FILE.stat().st_size / 1e6
    print(f"{len(examples)} examples; {FILE.name} has {size:.1f} MB", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
