"""Developments, their numbers, and the names that items are known by. Each method is part of a
transaction of the store's."""

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from tinydb import where

from bot.dedupe import changes, same_event
from bot.models import Change, Development, ItemKeys, PollCommit
from bot.store.codec import read, written
from bot.store.recent_developments import RecentDevelopments, listed
from bot.store.tinydb_rows import RowDB

Drafts = Sequence[tuple[ItemKeys, Development]]
Ids = dict[str, str]
"""Which development a key stands for."""


class Amended(Struct, frozen=True):
    """A development that reads otherwise than it did."""

    development: Development
    draft: Development | None = None
    """What another source tells of it."""
    change: Change | None = None


class Recorded(Struct, frozen=True):
    """What became of drafts."""

    new: list[Development] = []
    joined: list[Amended] = []
    """Those that another source had told of."""
    alike: list[tuple[Development, Development]] = []
    """New ones, and those in other languages that may tell of the same."""
    ids: Ids = {}


class Revised(Struct, frozen=True):
    """What became of updates."""

    all: list[Amended] = []
    ids: Ids = {}


class Developments:
    """What has been published."""

    def __init__(self, db: RowDB, events: RecentDevelopments) -> None:
        self._db, self._events = db, events
        self._seen, self._developments = map(db.rows, ("seen", "developments"))
        self._counters = db.rows("counters")

    def known(self, keys: Iterable[str]) -> frozenset[str]:
        """Those of some names that an item was seen under."""
        return frozenset(row["key"] for row in self._seen.among("key", keys))

    def learn(self, source: str, commit: PollCommit, ids: Ids) -> None:
        """Remembers names of a source's items, and the developments that they stand for."""
        stands = dict[str, str | None]()
        for names in commit.same:
            stands |= dict.fromkeys(names, self._stands_for(names))
        for names in commit.seen:
            if told := next((ids[key] for key in names if key in ids), None):
                stands |= dict.fromkeys(names, told)
        all_names = {*itertools.chain.from_iterable(commit.seen)}
        learned = sorted(all_names - self.known(all_names))
        self._seen.insert_multiple(
            {"key": key, "source": source, "development": stands.get(key)} for key in learned
        )

    def _stands_for(self, names: ItemKeys) -> str | None:
        """The development of the strongest of some names that stand for one."""
        seen = {row["key"]: row.get("development") for row in self._seen.among("key", names)}
        return next((seen[name] for name in names if seen.get(name)), None)

    def record(self, drafts: Drafts) -> Recorded:
        """Numbers and writes those of which no name is known, and that tell of nothing that is
        recorded."""
        recorded = Recorded()
        if not drafts:
            return recorded
        first = min(listed(draft) for _, draft in drafts)
        recent = self._events.since(first - dt.timedelta(days=same_event.WINDOW), self._db)
        for names, draft in drafts:
            if self.known(names):
                continue
            if before := recent.same(draft):
                made = same_event.joined(before, draft)
                self.write(made)
                recorded.joined.append(Amended(made, draft))
            else:
                made = self._numbered(draft)
                recorded.alike.extend((made, other) for other in recent.resembling(made))
                self._events.recorded(made, self._developments.insert(_dated(made)))
                recorded.new.append(made)
            recorded.ids.update(dict.fromkeys(names, str(made.id)))
        return recorded

    def revise(self, updates: Drafts) -> Revised:
        """Writes known developments anew, with the same numbers. An item that became none before
        becomes none now."""
        revised = Revised()
        for names, draft in updates:
            known = self._stands_for(names)
            if before := self.one(known) if known else None:
                made, change = changes.revised(before, draft)
                revised.ids.update(dict.fromkeys(names, str(before.id)))
                if made != before:
                    self.write(made)
                    revised.all.append(Amended(made, change=change))
        return revised

    def write(self, development: Development) -> None:
        """Writes a known development as it reads now."""
        self._developments.update(_dated(development), where("id") == development.id)
        self._events.rewritten(development, self._db)

    def one(self, id: str) -> Development | None:  # noqa: A002
        """The development of a number."""
        found = self._developments.get(where("id") == id)
        return read(found, Development) if found else None

    def newest(self) -> Iterator[tuple[str, Development]]:
        """Each development with the day it is listed under, newest first."""
        for found in self._developments.newest("day"):
            yield found["day"], read(found, Development)

    def count(self, series: str, step: int = 1) -> int:
        """The next number of a series; none is given twice."""
        counter = self._counters.get(where("name") == series)
        number = (counter["last"] if counter else 0) + step
        self._counters.upsert({"name": series, "last": number}, where("name") == series)
        return number

    def _numbered(self, development: Development) -> Development:
        series = f"{development.country or 'XX'}-{listed(development).year}"
        return replace(development, id=f"{series}-{self.count(series):04d}")


def _dated(development: Development) -> dict[str, Any]:
    return {**written(development), "day": listed(development).isoformat()}
