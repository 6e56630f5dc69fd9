"""Train the model of stages (`bot/enrich/stages.py`) from written and real examples.

`python -m tools.stage_model` reads `tools/stage_examples` and those of `tools/label_examples` that
tell of no law; it writes `bot/data/stage_model.msgpack`. With `--check` it writes nothing: it says
how good the model is on examples that it has not learned from, kept back by source and in thirds.
It is run by hand after a change of the examples, the rules or the word lists, and needs the extra
`train`.

An example is a line of JSON: `lang`, `title`, `text`, `stage` (a kind; `any`: some kind; null:
none), and where they are known `country`, `publisher` and `date`. `<language>.jsonl` are written
examples, `chains.jsonl` written ones of laws from their announcement to the court, of single stages
and of what only cites laws, `laws.jsonl` those of the label examples that tell of laws,
`learned.jsonl` real items which the rules were written from (what these say of them proves
nothing), and `fresh.jsonl` real items that they were not.
"""

import datetime as dt
import json
import sys
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import get_args

import msgspec
import numpy as np
from msgspec import Struct

from bot.enrich.gloss import make_gloss
from bot.enrich.linear_model import Features
from bot.enrich.references import Publication, own_references
from bot.enrich.stage_features import read_features
from bot.enrich.stage_rules import stage_by_rules
from bot.enrich.stages import kind_of
from bot.models import StageKind
from bot.text import first_sentences
from tools.linear_training import Trainer

FILE = Path(__file__).parents[1] / "bot" / "data" / "stage_model.msgpack"
EXAMPLES = Path(__file__).parent / "stage_examples"
LABELS = Path(__file__).parent / "label_examples"
COUNTRIES = {
    "cs": "CZ", "da": "DK", "el": "GR", "et": "EE", "ga": "IE", "sl": "SI", "sv": "SE", "uk": "UA",
    "en": None, "ru": None, "tr": None, "sq": None, "ca": "ES",
}  # fmt: skip
"""The country of a text in a language that says none; of the others, it is the same code."""
WRITTEN, OF_LAWS, LABELLED, UNRELATED = 2.0, 1.0, 0.5, 0.3
"""How much an example counts that is real or was written for stages, one that was written for
labels and tells of a law, or of none, and one that is not about migration."""
UNRELATED_SHARE = 3
"""Of so many of the latter, one is read."""
BITS = 16
LEARNED = "learned"
FOLDS = 3
ANY = "any"
KINDS: tuple[StageKind, ...] = get_args(StageKind)
ALIKE = {
    "adopted": "decided", "challenged": "decided upheld", "bill": "amended",
    "withdrawn": "rejected",
}  # fmt: skip
"""Kinds that are as good as the one that is wanted."""


class Example(Struct):
    """A text, and the stage that it tells."""

    lang: str
    title: str
    text: str
    stage: str | None = None
    country: str | None = ""
    publisher: str = ""
    date: dt.date | None = None
    source: str = ""
    weight: float = WRITTEN


class Read(Struct):
    """An example as the model sees it."""

    example: Example
    features: Features
    by_rules: StageKind | None


def read_examples() -> Iterator[Example]:
    """Yield all examples."""
    for path in sorted(EXAMPLES.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            example = msgspec.json.decode(line, type=Example)
            example.source = path.stem if len(path.stem) > 2 else "written"
            example.weight = OF_LAWS if path.stem == "laws" else WRITTEN
            yield example
    for path in sorted(LABELS.rglob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            told = json.loads(line)
            is_kept = zlib.crc32(told["title"].encode()) % UNRELATED_SHARE == 0
            if told["type"] != "Legislative" and (told["relevant"] or is_kept):
                weight = LABELLED if told["relevant"] else UNRELATED
                yield Example(
                    told["lang"], told["title"], told["text"], source="labels", weight=weight
                )


def read(example: Example) -> Read:
    """Return an example with its features."""
    country = example.country
    if country == "":
        country = COUNTRIES.get(example.lang, example.lang.upper())
    publication = Publication(
        country=country,
        language=example.lang,
        date=example.date,
        publisher=example.publisher,
    )
    own = own_references(example.title, example.text, publication)
    by_rules = stage_by_rules(example.title, example.text, publication, own)
    gloss = make_gloss(example.title, first_sentences(example.title, example.text), example.lang)
    features = read_features(example.title, example.text, publication, own, by_rules, gloss)
    if example.source == LEARNED:
        facts = {each for each in features.facts if not each.startswith("rule ")}
        features = features._replace(facts=frozenset(facts))
    return Read(example, features, by_rules.kind if by_rules else None)


def trainer_of(examples: Sequence[Read]) -> Trainer[StageKind]:
    """Return what learns from examples."""
    names = (None, *KINDS)
    wanted = np.zeros((len(examples), len(names)))
    for row, each in enumerate(examples):
        if each.example.stage == ANY:
            wanted[row, 1:] = -1
        else:
            wanted[row, names.index(each.example.stage)] = 1
    weights = [each.example.weight for each in examples]
    return Trainer(KINDS, [each.features for each in examples], wanted, weights, BITS)


def check(examples: Sequence[Read], trainer: Trainer[StageKind]) -> None:
    """Print how good the model is on examples that it has not learned from."""
    sources = np.array([each.example.source for each in examples])
    thirds = np.array([zlib.crc32(each.example.title.encode()) % FOLDS for each in examples])
    is_cut = np.isin(sources, ("written", "chains", LEARNED))
    kinds = dict[int, StageKind | None]()
    for held in (sources == "fresh", *((thirds == n) & is_cut for n in range(FOLDS))):
        model = trainer.model(np.flatnonzero(~held))
        for row in map(int, np.flatnonzero(held)):
            shares = model.shares(examples[row].features)
            kinds[row] = kind_of(examples[row].by_rules, shares)
    for source in ("fresh", LEARNED, "written", "chains"):
        rows = [row for row in kinds if sources[row] == source]
        wanted = [examples[row].example.stage for row in rows]
        print(f"{source}, by rules: {_told(wanted, [examples[row].by_rules for row in rows])}")
        print(f"{source}, by all: {_told(wanted, [kinds[row] for row in rows])}")


def _told(wanted: Sequence[str | None], kinds: Sequence[StageKind | None]) -> str:
    pairs = [*zip(wanted, kinds, strict=True)]
    stages = [pair for pair in pairs if pair[0]]
    others = [kind for stage, kind in pairs if not stage]
    found = sum(kind is not None for _, kind in stages)
    right = sum(_is_right(kind, stage) for stage, kind in stages)
    wrong = sum(kind is not None for kind in others)
    return f"{found} of {len(stages)} stages, {right} right; {wrong} of {len(others)} others"


def _is_right(kind: str | None, wanted: str | None) -> bool:
    return kind == wanted or kind in ALIKE.get(wanted or "", "").split()


def main() -> None:
    """Train on all examples and write the model, or check it."""
    examples = [read(each) for each in read_examples()]
    trainer = trainer_of(examples)
    if "--check" in sys.argv:
        return check(examples, trainer)
    return trainer.write(FILE)


if __name__ == "__main__":
    main()
