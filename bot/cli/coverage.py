"""Print what is followed of each country, and what is known to be missing."""

from collections.abc import Iterable, Iterator

from bot import taxonomy
from bot.cli import console
from bot.monitoring.coverage import NATIONAL_TYPES, Coverage, GapKind


def print_coverage(told: Iterable[Coverage]) -> None:
    """Print what is followed of each country, and what is known to be missing."""
    console.print_table(
        "Coverage",
        ("country", *NATIONAL_TYPES, "others", "answered", "languages", "known gaps"),
        (
            (
                taxonomy.label("country", each.country) if each.country else "several",
                *(each.types[code] or "" for code in NATIONAL_TYPES),
                sum(each.types[code] for code in each.types if code not in NATIONAL_TYPES) or "",
                f"{each.answering} of {len(each.sources)}",
                ", ".join(each.languages),
                "; ".join(f"{kind}: {', '.join(names)}" for kind, names in _gaps(each)),
            )
            for each in told
        ),
    )


def _gaps(told: Coverage) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the gaps of a country by what they are."""
    kinds: dict[str, GapKind] = {
        "no": "type", "no source in": "language", "failing": "failing", "silent": "silent",
        "switched off": "off",
    }  # fmt: skip
    yield from ((what, names) for what, kind in kinds.items() if (names := told.missing(kind)))
