"""Matters: which developments are stages of one law, bill or case, and by which numbers it goes."""

import datetime as dt
import heapq
from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

from msgspec.structs import replace

from bot.models import Development
from bot.ports.rules import Rules
from bot.store.caches import listed_day
from bot.store.database import reads
from bot.store.tinydb_rows import RowDB, having

LOOKED_AT = 300
"""Stages of a country, the nearest in time, among which an unnumbered one looks for its matter."""


class Placed(NamedTuple):
    """A development with its matter, and the stages that came to this matter from others."""

    development: Development
    moved: list[Development]


class Matters:
    """The tables of stages, one row for each development that tells one, and of numbers."""

    def __init__(self, db: RowDB, rules: Rules) -> None:
        self._stages, self._numbers = db.rows("stages"), db.rows("matter_numbers")
        self._developments, self._deliveries = db.rows("developments"), db.rows("deliveries")
        self._rules = rules

    @reads
    def stages(self, matter: str) -> list[Development]:
        return self._read(row["development"] for row in self._stages.among("matter", [matter]))

    @reads
    def matter_of_number(self, number: str) -> str | None:
        # Where each term of a parliament counts anew, the last one is meant.
        rows = [*self._numbers.among("number", [number])]
        return str(rows[-1]["matter"]) if rows else None

    @reads
    def first_message(self, matter: str, chat: int) -> int | None:
        stages = (row["development"] for row in self._stages.among("matter", [matter]))
        sent = self._deliveries.among("development", stages, chat=chat, kind="news")
        messages = [row for row in sent if row.get("message_id") and row["state"] == "sent"]
        return min((row["message_id"] for row in messages), default=None)

    def place(self, development: Development) -> Placed:
        """Find the matter of a development that has its id, and note its stage; a matter is named
        after its first development, of one day the one that was recorded first. A tentative stage
        begins none."""
        self.remove(str(development.id))
        stage = development.stage
        found = (
            self._rules.of_one_matter(development, self._candidates(development)) if stage else []
        )
        if stage is None or (stage.is_tentative and not found):
            return Placed(replace(development, stage=None, matter=None, matter_references=()), [])
        first = min((*found, development), key=_order)
        matter = str(first.matter or first.id)
        numbers = {number for each in (development, *found) for number in each.own_references}
        placed = replace(development, matter=matter, matter_references=tuple(sorted(numbers)))
        strangers = {str(each.matter) for each in found} - {matter}
        moved = [replace(each, matter=matter) for other in strangers for each in self.stages(other)]
        for other in strangers:
            self._stages.update({"matter": matter}, having(matter=other))
            self._numbers.update({"matter": matter}, having(matter=other))
        self._note(placed)
        return Placed(placed, moved)

    def remove(self, development: str) -> None:
        """Forget the stage of a development; the numbers of its matter stay known by others."""
        rows = self._stages.search(having(development=development))
        self._stages.remove(doc_ids=[row.doc_id for row in rows])
        for matter in {row["matter"] for row in rows}:
            if not self._stages.contains(having(matter=matter)):
                self._numbers.remove(having(matter=matter))

    def _note(self, placed: Development) -> None:
        self._stages.insert(
            {
                "development": placed.id,
                "matter": placed.matter,
                "country": placed.country or "",
                "day": str(listed_day(placed)),
            }
        )
        known = {row["number"] for row in self._numbers.search(having(matter=str(placed.matter)))}
        self._numbers.insert_multiple(
            {"number": number, "matter": placed.matter}
            for number in placed.own_references
            if number not in known
        )

    def _candidates(self, development: Development) -> list[Development]:
        """Return the stages of the matters that have a number of a development, and those of its
        country."""
        numbered = self._numbers.among("number", development.own_references)
        matters = {row["matter"] for row in numbered}
        ids = {row["development"] for row in self._stages.among("matter", matters)}
        day, country = listed_day(development), development.country or ""
        before, after = self._stages.around("day", str(day), LOOKED_AT, country=country)
        nearest = heapq.merge(
            before, after, key=lambda row: abs(dt.date.fromisoformat(row["day"]) - day)
        )
        return self._read(ids | {row["development"] for row in islice(nearest, LOOKED_AT)})

    def _read(self, ids: Iterable[str]) -> list[Development]:
        return [*self._developments.models(Development, "id", {*ids})]


def _order(development: Development) -> tuple[dt.date, int, str]:
    """Return by what developments are sorted: by their day, of one day by their number, which
    counts up as they are recorded."""
    number = str(development.id)
    return listed_day(development), len(number), number
