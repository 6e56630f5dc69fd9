"""The rounds that somebody else has written (docs/LABELS.md): what was right stays right."""

import json
from pathlib import Path

import pytest

from bot.enrich.labels import RESIDUAL, find_labels
from tests.release import some_of

ROUNDS = sorted((Path(__file__).parent / "first_look").glob("*.jsonl"))


@pytest.mark.parametrize("path", ROUNDS, ids=lambda path: path.stem)
def test_rounds_are_still_labelled_rightly(path: Path) -> None:
    lines = some_of(path.read_text(encoding="utf-8").splitlines(), one_in=4)
    rows = [json.loads(line) for line in lines]
    made = [find_labels(row["title"], row["text"], row["lang"]) for row in rows]
    pairs = [(row, labels) for row, labels in zip(rows, made, strict=True) if row["relevant"]]
    assert sum(labels.is_relevant for _, labels in pairs) >= 0.95 * len(pairs)
    false = [labels for row, labels in zip(rows, made, strict=True) if not row["relevant"]]
    assert sum(labels.is_relevant for labels in false) <= 0.07 * len(false)
    right = [
        not {*row["themes"], *row["topics"]}.isdisjoint((*labels.themes, *labels.topics))
        or (not row["topics"] and labels.themes == (RESIDUAL,) == tuple(row["themes"]))
        for row, labels in pairs
    ]
    assert sum(right) >= 0.93 * len(right)
    assert sum(row["type"] == labels.type for row, labels in pairs) >= 0.88 * len(pairs)
