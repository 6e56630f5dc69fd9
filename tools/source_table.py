"""Write the table of built-in sources into docs/CATALOGUE.md: `python -m tools.source_table`."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from bot import taxonomy
from bot.config.schema import BuiltIn, catalogue

DOCUMENT = Path(__file__).parents[1] / "docs" / "CATALOGUE.md"
BEGIN, END = "<!-- sources -->\n", "<!-- end of sources -->\n"
COLUMNS = {
    "government": ("ministry", "agency", "eu", "international", "ngo"),
    "courts": ("court",),
    "gazettes": ("gazette",),
    "parliaments": ("parliament",),
    "press": ("press",),
}
SEVERAL = "several"


def table() -> str:
    """Return the table: the ids of the sources of each country, by what publishes them. Those in
    italics are followed with `catalogue.press` alone."""
    return "".join(f"| {' | '.join(row)} |\n" for row in _rows())


def _rows() -> Iterator[tuple[str, ...]]:
    yield "country", *COLUMNS
    yield ("---",) * (1 + len(COLUMNS))
    by_country = defaultdict[str, list[BuiltIn]](list)
    for source in catalogue().sources:
        by_country[source.country or SEVERAL].append(source)
    for country in sorted(by_country, key=lambda code: (code == SEVERAL, code)):
        name = taxonomy.label("country", country) if country != SEVERAL else SEVERAL
        yield name, *(_cell(by_country[country], types) for types in COLUMNS.values())


def _cell(sources: list[BuiltIn], types: tuple[str, ...]) -> str:
    return ", ".join(
        f"*{each.id}*" if each.group == "press" else each.id
        for each in sources
        if each.type in types
    )


def with_table(document: str) -> str:
    """Return the document with the table as it is now."""
    before, _, rest = document.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


if __name__ == "__main__":
    DOCUMENT.write_text(with_table(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
