"""Train the model of labels (`bot/enrich/label_model.py`) from written examples.

`python -m tools.label_model` reads `tools/label_examples`, JSON Lines of `lang`, `title`, `text`,
`relevant`, `themes` and `topics` (the best first), and `type`, and what the tests have of it; it
writes `bot/data/label_model.msgpack`. It is run by hand after a change of the examples or of the
word lists, and needs the extra `train`. Examples of `tools/label_examples/indirect` avoid the
obvious words.

The weights start from what the word lists say anyhow (`PRIOR`), and leave it as far as the examples
demand: softmax regression, with a penalty on the square of what was learned.
"""

import json
import math
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from msgspec import Struct
from scipy.linalg import solve_triangular
from scipy.optimize import minimize, minimize_scalar
from scipy.sparse import csr_matrix

from bot import taxonomy
from bot.enrich import lexicon
from bot.enrich.classifier import words_of
from bot.enrich.label_model import Head, Model, ngrams
from bot.enrich.labels import LEAD, RELEVANT, RESIDUAL
from bot.text.terms import FoldedText, listed_language

FILE = Path(__file__).parents[1] / "bot" / "data" / "label_model.msgpack"
EXAMPLES = Path(__file__).parent / "label_examples"
INDIRECT = EXAMPLES / "indirect"
ROUNDS = Path(__file__).parents[1] / "tests" / "enrich" / "first_look"
HEADLINES = Path(__file__).parents[1] / "tests" / "enrich" / "headlines"
HEADS: dict[Head, tuple[str, ...]] = {
    "relevance": ("other", RELEVANT),
    "label": (*taxonomy.themes(), *taxonomy.topics()),
    "type": taxonomy.types(),
}
PRIOR = {"title": 2.5, "text": 1.5}
"""The weight of a list for its own label, by where its word stands."""
WEAK = 0.35
"""The share of it that a word of a weak list has, and one of the list of the residual theme."""
PRIOR_OF_RELEVANCE = {"gate": 3.0, "ambiguous": 1.0, "names": 2.5, "topics": 1.5, "other": -2.0}
PENALTY_OF_LISTS, PENALTY_OF_NGRAMS = 8.0, 0.05
INDIRECT_SHARE = 0.4
"""How much an example that avoids the obvious words counts for its labels and its type: more of it
teaches to trust these words less where they stand."""
FIRST_SHARE = 0.65
"""How much of an example counts for the best of several labels."""
RARE = 2
"""The least number of examples with an n-gram."""
BYTE = 127
FAINT = 2
"""An n-gram none of whose weights is larger, as a byte, is left out: it changes next to nothing."""
KEPT = 5
"""One example of so many is kept back to find how sure the scores may be."""
JITTER = 1e-4
"""What is added to the diagonal of a kernel, whose numbers have four bytes."""

Example = dict[str, Any]
Features = dict[str | int, float]


def read_examples(paths: Iterable[Path]) -> list[Example]:
    """Return the examples of some files."""
    lines = (line for path in paths for line in path.read_text(encoding="utf-8").splitlines())
    return [json.loads(line) for line in lines if line.strip()]


def read_headlines() -> list[Example]:
    """Return the headlines of the tests as examples."""
    on, more, *off = (
        tomllib.loads((HEADLINES / f"{name}.toml").read_text(encoding="utf-8"))
        for name in ("on", "more", "off", "traps")
    )
    rows = [(lang, row[0], "", row[1], row[2]) for lang, rows in on.items() for row in rows]
    rows += [(lang, *row, None) for lang, found in more.items() for row in found]
    rows += [(lang, row, "", None, None) for each in off for lang in each for row in each[lang]]
    return [_headline(*row) for row in rows]


def indirect(examples: Iterable[Example]) -> list[Example]:
    """Return examples that avoid the obvious words as such that count less."""
    return [{**example, "share": INDIRECT_SHARE} for example in examples]


def _headline(lang: str, title: str, text: str, labels: str | None, kind: str | None) -> Example:
    codes = (labels or "").split()
    return {
        "lang": lang,
        "title": title,
        "text": text,
        "relevant": labels is not None,
        "themes": [code for code in codes if code in taxonomy.themes()],
        "topics": [code for code in codes if code in taxonomy.topics()],
        "type": kind,
    }


def titles_alone(examples: Iterable[Example]) -> list[Example]:
    """Return the titles of relevant examples that a list speaks for: in feeds many come without a
    text."""
    return [
        {**example, "text": "", "themes": [], "topics": [], "type": None}
        for example in examples
        if example["relevant"] and example["text"] and _is_named(example)
    ]


def _is_named(example: Example) -> bool:
    terms = lexicon.load_lexicon(example["lang"])
    title = FoldedText(example["title"])
    return any(matcher.find_words(title) for matcher in (terms.gate, *terms.topics.values()))


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


def shares_of(head: Head, example: Example) -> dict[str, float]:
    """Return what a head is to say of an example; nothing, where it has no say. The sum is how much
    the example counts."""
    if head == "relevance":
        return {RELEVANT if example["relevant"] else "other": 1.0}
    if not example["relevant"]:
        return {}
    share = example.get("share", 1.0)
    if head == "type" or not (example["themes"] or example["topics"]):
        return {example["type"]: share} if head == "type" and example["type"] else {}
    first, *others = labels_of(example)
    rest = {code: share * (1 - FIRST_SHARE) / len(others) for code in others}
    return {first: share * (FIRST_SHARE if others else 1.0), **rest}


class Weights(Struct):
    """What was learned for a head: a column for each of its labels."""

    columns: Any
    bias: Any

    def scores(self, matrix: Any) -> Any:
        """Return the scores of examples: a row each."""
        return matrix @ self.columns + self.bias


class Trainer:
    """The features of all examples and of titles alone, as a matrix of examples and names."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self.examples = [*examples, *titles_alone(examples)]
        features = [features_of(each) for each in self.examples]
        # A title alone is no second example of its n-grams.
        found = Counter(name for each in features[: len(examples)] for name in each)
        self.names = [n for n, count in found.items() if isinstance(n, str) or count >= RARE]
        columns = {name: column for column, name in enumerate(self.names)}
        cells = [
            (row, columns[name], value)
            for row, each in enumerate(features)
            for name, value in each.items()
            if name in columns
        ]
        rows, places, values = zip(*cells, strict=True)
        shape = (len(self.examples), len(columns))
        self._matrix = csr_matrix((values, (rows, places)), shape=shape)
        is_list = np.array([isinstance(name, str) for name in self.names])
        penalties = np.where(is_list, PENALTY_OF_LISTS, PENALTY_OF_NGRAMS)
        self._scaled = self._matrix.multiply(1 / penalties).tocsr()
        halves = self._scaled.astype(np.float32), self._matrix.T.astype(np.float32)
        self._kernel = (halves[0] @ halves[1]).toarray()

    def fit(self, head: Head) -> tuple[Weights, float]:
        """Return the weights of a head, learned from all examples, and what its scores must be
        divided by, so that its probabilities are true of examples that it has not learned from."""
        shares = [shares_of(head, each) for each in self.examples]
        rows = np.array([row for row, each in enumerate(shares) if each])
        wanted = np.array([[shares[row].get(one, 0.0) for one in HEADS[head]] for row in rows])
        is_kept = np.random.default_rng(0).permutation(len(rows)) % KEPT == 0
        learned = self._learn(head, rows[~is_kept], wanted[~is_kept])
        scores = learned.scores(self._matrix[rows[is_kept]])
        return self._learn(head, rows, wanted), _temperature(scores, wanted[is_kept])

    def _learn(self, head: Head, rows: Any, wanted: Any) -> Weights:
        # There are far more names than examples: what is learned is a sum of examples, each with
        # as much of it as the loss demands, and these shares are what is sought.
        prior = self._prior(head)
        start = self._matrix[rows] @ prior
        kernel = self._kernel[np.ix_(rows, rows)]
        kernel[np.diag_indices_from(kernel)] += JITTER
        root = np.linalg.cholesky(kernel)
        del kernel

        def loss(flat: Any) -> tuple[float, Any]:
            learned, bias = flat[: wanted.size].reshape(wanted.shape), flat[wanted.size :]
            scores = start + root @ learned.astype(np.float32) + bias
            logs = scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)
            wrong = np.exp(logs) * wanted.sum(axis=1, keepdims=True) - wanted
            slope = root.T @ wrong.astype(np.float32) + learned
            total = -(wanted * logs).sum() + (learned**2).sum() / 2
            return total, np.concatenate([slope.ravel(), wrong.sum(axis=0)])

        zeros = np.zeros(wanted.size + wanted.shape[1])
        flat = minimize(loss, zeros, jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
        learned = flat[: wanted.size].reshape(wanted.shape)
        parts = solve_triangular(root, learned.astype(np.float32), trans="T", lower=True)
        weights = prior + self._scaled[rows].T @ parts
        # The same for all labels, a weight speaks for none.
        return Weights(weights - weights.mean(axis=1, keepdims=True), flat[wanted.size :])

    def _prior(self, head: Head) -> Any:
        """Return the weights that a head starts from."""
        labels = HEADS[head]
        weights = np.zeros((len(self.names), len(labels)))
        for row, name in enumerate(self.names):
            if isinstance(name, str):
                for label, weight in _prior_of(head, *name.split(" ")):
                    weights[row, labels.index(label)] = weight
        return weights


def _temperature(scores: Any, wanted: Any) -> float:
    def loss(heat: float) -> float:
        logs = scores / heat - np.logaddexp.reduce(scores / heat, axis=1, keepdims=True)
        return float(-(wanted * logs).sum(axis=1).mean())

    return float(minimize_scalar(loss, bounds=(0.2, 5.0), method="bounded").x)


def _prior_of(head: Head, kind: str, *rest: str) -> list[tuple[str, float]]:
    """Return the labels that a list speaks for anyhow, with the weights."""
    code, place = rest[0], rest[-1]
    share = WEAK if kind == "weak" or code == RESIDUAL else 1.0
    if head == "relevance" and kind in PRIOR_OF_RELEVANCE:
        weight = PRIOR_OF_RELEVANCE[kind] * (1.0 if place == "title" else 0.8)
        return [(RELEVANT, weight)]
    if head == "label" and kind in ("themes", "weak", "topics"):
        return [(code, PRIOR[place] * share)]
    return [(code, PRIOR[place])] if head == "type" and kind == "types" else []


def train(examples: Sequence[Example]) -> Model:
    """Return a model of all heads."""
    trainer = Trainer(examples)
    fitted = {head: trainer.fit(head) for head in HEADS}
    weights = np.hstack([each.columns for each, _ in fitted.values()])
    grams = sorted((name, row) for row, name in enumerate(trainer.names) if isinstance(name, int))
    of_grams = weights[[row for _, row in grams]]
    scale = np.abs(of_grams).max(axis=0) / BYTE
    as_bytes = np.round(of_grams / scale).astype(np.int8)
    is_kept = np.abs(as_bytes).max(axis=1) > FAINT
    return Model(
        heads=HEADS,
        bias=tuple(np.concatenate([each.bias for each, _ in fitted.values()]).tolist()),
        lists={
            name: tuple(weights[row].round(4).tolist())
            for row, name in enumerate(trainer.names)
            if isinstance(name, str)
        },
        hashes=memoryview(np.array([name for name, _ in grams], np.uint32)[is_kept]),
        weights=memoryview(as_bytes[is_kept]),
        scale=tuple(scale.tolist()),
        temperature={head: heat for head, (_, heat) in fitted.items()},
    )


def main() -> None:
    """Train on all examples of the project, and write the model."""
    files = sorted([*EXAMPLES.glob("*.jsonl"), *ROUNDS.glob("*.jsonl")])
    examples = [*read_examples(files), *read_headlines()]
    examples += indirect(read_examples(sorted(INDIRECT.glob("*.jsonl"))))
    FILE.write_bytes(msgspec.msgpack.encode(train(examples)))
    size = FILE.stat().st_size / 1e6
    print(f"{len(examples)} examples; {FILE.name} has {size:.1f} MB", file=sys.stderr)


if __name__ == "__main__":
    main()
