"""Train the model of dates ahead (`bot/enrich/dates_ahead.py`) from written examples.

`python -m tools.date_model` reads `tools/date_examples`, and writes `bot/data/date_model.msgpack`.
With files of examples behind it, it writes nothing: it says how good the model is on these if it
has learned from the others alone. It is run by hand after a change of the examples, the features
or the word lists, and needs the extra `train`.

An example is a line of JSON: `lang`, `title`, `text`, `published`, and `expected`, the dates to
come that it tells, each with its `kind` and `date`; all its other dates are none.
"""

import datetime as dt
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import msgspec
import numpy as np
from msgspec import Struct

from bot.dates.ahead import DayAhead
from bot.enrich.date_features import read_features
from bot.enrich.dates_ahead import likeliest, read_sentences
from bot.enrich.linear_model import Features, LinearModel
from bot.models import DateAhead, DateKind
from tools.linear_training import Trainer

FILE = Path(__file__).parents[1] / "bot" / "data" / "date_model.msgpack"
EXAMPLES = Path(__file__).parent / "date_examples"
BITS = 16
"""Of the hashes of words: with 15 more of them fall together, with 17 the file is twice as long."""
KINDS: tuple[DateKind, ...] = get_args(DateKind)


class Expected(Struct):
    """A date to come that an example tells."""

    kind: DateKind
    date: dt.date


class Example(Struct):
    """An item, and the dates to come that it tells."""

    lang: str
    title: str
    text: str
    published: dt.date
    expected: tuple[Expected, ...]


class Read(Struct):
    """One date of an example as the model sees it."""

    features: Features
    expected: Expected | None


def read_examples(path: Path) -> list[Example]:
    """Return the examples of a file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [msgspec.json.decode(line, type=Example) for line in lines]


def read(example: Example) -> Iterator[Read]:
    """Yield the dates to come that an example names, with what it tells of them."""
    of = (example.title, example.text, example.lang, example.published)
    for sentence in read_sentences(*of):
        features = read_features(sentence, example.published)
        for day, each in zip(sentence.days, features, strict=True):
            told = next((date for date in example.expected if _is_of(date.date, day)), None)
            yield Read(each, told)


def _is_of(date: dt.date, day: DayAhead) -> bool:
    if day.precision == "day":
        return date in (day.first, day.last)
    told = DateAhead(kind="deadline", day=day.first, words="", sentence="", precision=day.precision)
    return day.first <= date <= (told.last or date)


def trainer_of(dates: list[Read]) -> Trainer[DateKind]:
    """Return what learns from dates."""
    columns = (None, *KINDS)
    wanted = np.zeros((len(dates), len(columns)))
    for row, each in enumerate(dates):
        wanted[row, columns.index(each.expected.kind if each.expected else None)] = 1
    return Trainer(KINDS, [each.features for each in dates], wanted, [1.0] * len(dates), BITS)


def check(model: LinearModel[DateKind], examples: list[Example]) -> None:
    """Print how many dates of some examples a model finds that has not learned from them."""
    right = wrong = of_kind = 0
    for example in examples:
        told = set[dt.date]()
        for each in read(example):
            kind = likeliest(model.shares(each.features))
            if kind is None:
                continue
            if each.expected is None:
                wrong += 1
            elif each.expected.date not in told:
                told.add(each.expected.date)
                of_kind += each.expected.kind == kind
        right += len(told)
    wanted = sum(len(each.expected) for each in examples)
    print(f"{right} of {wanted} dates found, {of_kind} with their kind; {wrong} others taken")


def main() -> None:
    """Train on all examples and write the model, or check it on some files."""
    held = [Path(name).resolve() for name in sys.argv[1:]]
    paths = [path for path in sorted(EXAMPLES.glob("*.jsonl")) if path.resolve() not in held]
    dates = [date for path in paths for each in read_examples(path) for date in read(each)]
    trainer = trainer_of(dates)
    if not held:
        return trainer.write(FILE)
    model = trainer.model(np.arange(len(dates)))
    for path in held:
        print(path.name, end=": ")
        check(model, read_examples(path))
    return None


if __name__ == "__main__":
    main()
