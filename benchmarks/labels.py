"""Labels against those that people gave.

`python -m benchmarks.labels FILE…` measures items that somebody else has written and labelled
(docs/LABELS.md says how): JSON Lines of `lang`, `title`, `text`, `relevant`, `themes`, `topics`,
`type`. Without a file it reads EUAA's records beside the project.
"""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks import measured
from bot import taxonomy
from bot.enrich.labels import RESIDUAL, Labels, find_labels

BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)

Example = dict[str, Any]


def read(path: Path) -> list[Example]:
    """The items of a file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def records() -> list[Example]:
    """EUAA's own records, as items of a source about migration."""
    codes = {taxonomy.label("theme", code): code for code in taxonomy.themes()}
    rows = [
        row for row in read(measured.data("records.jsonl")) if row["source_kind"] == "euaa_nadd_row"
    ]
    return [
        {
            "lang": "en",
            "title": row["title"] or "",
            "text": row["text"] or "",
            "relevant": True,
            "themes": [codes[label] for label in row["themes_canonical"]],
            "topics": [],
            "type": row["type"],
        }
        for row in rows
    ]


def given(labels: Labels) -> list[str]:
    """The labels of an item, the most certain first: a topic stands for the residual theme."""
    if labels.themes == (RESIDUAL,) and labels.topics:
        return [*labels.topics, RESIDUAL]
    return [*labels.themes, *labels.topics]


def wanted(example: Example) -> set[str]:
    """The labels that are right: the residual theme only where there is no other."""
    named = {*example["themes"], *example["topics"]}
    return named - {RESIDUAL} or {RESIDUAL}


def measure(examples: Sequence[Example], *, is_verbose: bool) -> None:
    """Print the figures of a set, of each type and language, and of each step of confidence."""
    count, kinds = Counter[str](), defaultdict[str, Counter[str]](Counter)
    languages = defaultdict[str, Counter[str]](Counter)
    steps = defaultdict[float, list[bool]](list)
    for example in examples:
        labels = find_labels(example["title"], example["text"], example["lang"])
        language = languages[example["lang"]]
        if not example["relevant"]:
            count.update(off=1, false=labels.is_relevant)
            language.update(false=labels.is_relevant)
            if labels.is_relevant and is_verbose:
                print("FALSE ALARM", example["lang"], example["title"], "|", example["text"])
            continue
        right, found = wanted(example), given(labels)
        is_first, is_typed = found[0] in right, labels.type == example["type"]
        count.update(on=1, found=labels.is_relevant, first=is_first, typed=is_typed)
        count.update(two=not right.isdisjoint(found[:2]))
        language.update(on=1, found=labels.is_relevant, first=is_first)
        kinds[example["type"]].update(on=1, typed=is_typed)
        confidence = labels.confidence.themes[0]
        steps[max(step for step in BINS if step <= confidence)].append(is_first)
        if is_verbose and not (labels.is_relevant and is_first and is_typed):
            missed = "" if labels.is_relevant else "MISSED "
            print(f"{missed}{found} for {sorted(right)}, {labels.type} for {example['type']}:")
            print("   ", example["lang"], example["title"], "|", example["text"])
    _print(count, kinds, languages, steps)


def _print(
    count: Counter[str],
    kinds: dict[str, Counter[str]],
    languages: dict[str, Counter[str]],
    steps: dict[float, list[bool]],
) -> None:
    on, found = count["on"], count["found"]
    precision = found / max(found + count["false"], 1)
    print(
        f"{on + count['off']} items: recall {found / on:.3f}, precision {precision:.3f}", end="; "
    )
    print(f"first label {count['first'] / on:.3f}, among two {count['two'] / on:.3f}", end="; ")
    print(f"type {count['typed'] / on:.3f}")
    print("  ".join(f"{kind} {each['typed']}/{each['on']}" for kind, each in kinds.items()))
    print("language: found, first label right, false alarms, of relevant ones")
    for code, each in sorted(languages.items()):
        print(f"  {code} {each['found']} {each['first']} {each['false']} /{each['on']}", end="")
    print("\nconfidence of the first label, and how often it is right:")
    for step, right in sorted(steps.items()):
        print(f"  from {step:.1f}: {sum(right)}/{len(right)} = {sum(right) / len(right):.2f}")


def main(arguments: Iterable[str]) -> None:
    """Measure each file, or the records."""
    files = [one for one in arguments if one != "-v"]
    is_verbose = "-v" in arguments
    for name in files:
        print(f"== {Path(name).name}")
        measure(read(Path(name)), is_verbose=is_verbose)
    if not files:
        measure(records(), is_verbose=is_verbose)


if __name__ == "__main__":
    main(sys.argv[1:])
