"""The rounds that somebody else has written (docs/LABELS.md): what was right stays right."""

import json
from pathlib import Path

import pytest

from bot.enrich.labels import RESIDUAL, find_labels
from tests.release import some_of

ROUNDS = sorted((Path(__file__).parent / "first_look").glob("*.jsonl"))
CHANCE = 1
"""Items of a sample, or of a short round, that may be wrong beyond the share of all."""


@pytest.mark.parametrize("path", ROUNDS, ids=lambda path: path.stem)
def test_rounds_are_still_labelled_rightly(path: Path) -> None:
    lines = some_of(path.read_text(encoding="utf-8").splitlines(), one_in=4)
    rows = [json.loads(line) for line in lines]
    made = [find_labels(row["title"], row["text"], row["lang"]) for row in rows]
    pairs = [(row, labels) for row, labels in zip(rows, made, strict=True) if row["relevant"]]
    taken = [row for row, labels in zip(rows, made, strict=True) if labels.is_relevant]
    rightly = sum(row["relevant"] for row in taken)
    assert rightly >= 0.95 * len(pairs) - CHANCE
    assert rightly >= 0.93 * len(taken) - CHANCE
    right = [
        not {*row["themes"], *row["topics"]}.isdisjoint((*labels.themes, *labels.topics))
        or (not row["topics"] and labels.themes == (RESIDUAL,) == tuple(row["themes"]))
        for row, labels in pairs
    ]
    assert sum(right) >= 0.93 * len(right) - CHANCE
    assert sum(row["type"] == labels.type for row, labels in pairs) >= 0.88 * len(pairs) - CHANCE
