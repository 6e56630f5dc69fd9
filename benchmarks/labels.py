"""Labels against those that people gave: precision and recall of each, and what each language gets
right. Reads the records and headlines beside the project."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bot import enrich, taxonomy
from bot.models import Development
from bot.models.sources import Item, Source

DATA = Path(__file__).parents[2] / "shared" / "data"
ANY = Source(id="x", url="", publisher="", scope="migration")
GATED = Source(id="x", url="", publisher="", scope="mixed")


def rows(name: str) -> list[dict[str, Any]]:
    """The rows of a file of JSON Lines."""
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def codes() -> dict[str, str]:
    """The code of each label, as the files write it."""
    found = {taxonomy.label("theme", code): code for code in taxonomy.themes()}
    return found | {f"x:{taxonomy.label('topic', code)}": code for code in taxonomy.topics()}


def made(row: dict[str, Any], language: str, source: Source = ANY) -> Development | None:
    """What becomes of a row."""
    told = Item(source="x", title=row["title"] or "", text=row["text"] or "", language=language)
    return enrich.enrich_item(told, source)


def table(pairs: Iterable[tuple[set[str], set[str]]]) -> None:
    """Precision and recall of each label, of pairs of wanted and given ones."""
    wanted, given, right = Counter[str](), Counter[str](), Counter[str]()
    for want, got in pairs:
        wanted.update(want)
        given.update(got)
        right.update(want & got)
    print(f"{'label':22}{'wanted':>8}{'given':>8}{'right':>8}{'precision':>11}{'recall':>8}")
    for code in sorted(wanted, key=lambda code: -wanted[code]):
        precision = right[code] / given[code] if given[code] else 0.0
        recall = right[code] / wanted[code]
        counts = f"{wanted[code]:8}{given[code]:8}{right[code]:8}"
        print(f"{code:22}{counts}{precision:11.2f}{recall:8.2f}")


def records() -> None:
    """The English records with the database's own labels."""
    known = codes()
    kept = [row for row in rows("records.jsonl") if row["source_kind"] == "euaa_nadd_row"]
    first = among = kind = 0
    pairs = []
    for row in kept:
        want = {known[label] for label in row["themes_canonical"] if label in known}
        got = made(row, "en")
        assert got is not None
        first += got.themes[0] in want
        among += bool(want & set(got.themes))
        kind += got.type == row["type"]
        pairs.append((want, set(got.themes[:1])))
    shares = f"first {first / len(kept):.2f}, among two {among / len(kept):.2f}"
    print(f"records: {len(kept)}; {shares}, type {kind / len(kept):.2f}\n")
    table(pairs)


def headlines() -> None:
    """Headlines of ministries, with one person's labels."""
    known, right, relevant = codes(), defaultdict(list), 0
    found = rows("ministry_items.jsonl")
    for row in found:
        want = {known.get(label) for label in row["my_theme_guess"]}
        got = made(row, row["lang"])
        assert got is not None
        right[row["lang"]].append(bool(want & {*got.themes, *got.topics}))
        relevant += made(row, row["lang"], GATED) is not None
    hits = sum(map(sum, right.values()))
    shares = f"a right label {hits / len(found):.2f}, relevant {relevant / len(found):.2f}"
    print(f"\nheadlines: {len(found)}; {shares}\n")
    print("  ".join(f"{code} {sum(hit)}/{len(hit)}" for code, hit in sorted(right.items())))


if __name__ == "__main__":
    records()
    headlines()
