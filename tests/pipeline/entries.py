"""Entries that the tests of polling publish."""

import datetime as dt
from typing import Any

from tests.fakes.sources import Entry

OLD = Entry("Azyl: stará zpráva", "https://mv.example/1", "g1", dt.datetime(2025, 1, 10, 9, 0))
NEW = Entry(
    "Nová pravidla pro azyl a návraty",
    "https://mv.example/2",
    "g2",
    dt.datetime(2025, 1, 16, 9, 0),
    "Vláda schválila pravidla pro azyl. Týkají se také návratů do země původu.",
)
OTHER = Entry("Hasiči mají nové auto", "https://mv.example/3", "g3", text="Je červené.")


def many(first: int, last: int, **changes: Any) -> list[Entry]:
    """Entries of as many days, the newest first."""
    return [
        Entry(
            **{
                "title": f"Azyl: rozhodnutí číslo {n}",
                "link": f"https://mv.example/{n}",
                "guid": f"g{n}",
                "date": dt.datetime(2024, 11, 1) + dt.timedelta(days=n),
                **{name: make(n) for name, make in changes.items()},
            }
        )
        for n in range(last, first - 1, -1)
    ]
