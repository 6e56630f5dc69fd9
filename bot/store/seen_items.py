"""The items that were seen: the keys of each, and the development that they stand for."""

import datetime as dt
import itertools
from collections.abc import Iterable
from typing import Any

import msgspec
from tinydb import where

from bot.models import ItemKeys
from bot.models.sources import PollCommit, SeenItem, Unsent
from bot.store.database import reads
from bot.store.tinydb_rows import RowDB, having

NOTED_EVERY = dt.timedelta(days=29)
"""How often it is noted that an item still stands in its list."""
KeyIds = dict[str, str]
"""The id of the development that a key stands for."""


class SeenItems:
    """The table of keys."""

    def __init__(self, db: RowDB) -> None:
        self._rows = db.rows("seen")

    @reads
    def known_keys(self, keys: Iterable[str]) -> frozenset[str]:
        return frozenset(row["key"] for row in self._rows.among("key", keys))

    @reads
    def seen_items(self, keys: Iterable[str]) -> list[SeenItem]:
        return [
            SeenItem(
                source=row["source"],
                development=row.get("development"),
                unsent=msgspec.convert(row.get("unsent"), Unsent | None),
            )
            for row in self._rows.among("key", keys)
        ]

    def development_of(self, keys: ItemKeys) -> str | None:
        """Return the id of the development that the strongest of some keys stands for."""
        ids = {row["key"]: row.get("development") for row in self._rows.among("key", keys)}
        return next((ids[key] for key in keys if ids.get(key)), None)

    def learn(self, commit: PollCommit, ids: KeyIds) -> None:
        """Save the keys that a poll saw, with the developments that they stand for."""
        stands_for = dict[str, str | None]()
        for keys in commit.same:
            stands_for |= dict.fromkeys(keys, self.development_of(keys))
        stands_for |= _all_keys(commit, ids)
        seen = {*itertools.chain.from_iterable(commit.seen)}
        known = [*self._rows.among("key", seen)]
        self._rows.insert_multiple(
            _row(key, commit, stands_for.get(key))
            for key in sorted(seen - {row["key"] for row in known})
        )
        today, lately = str(commit.at.date()), str((commit.at - NOTED_EVERY).date())
        stale = [row.doc_id for row in known if row.get("day", "") < lately]
        self._rows.update({"day": today}, doc_ids=stale)

    def complete(self, commit: PollCommit, ids: KeyIds) -> None:
        """Save what has become of items whose keys are known already."""
        stands_for = _all_keys(commit, ids)
        rows = [*self._rows.among("key", stands_for.keys() | commit.unsent.keys())]
        for row in rows:
            row["development"] = row.get("development") or stands_for.get(row["key"])
            if unsent := commit.unsent.get(row["key"]):
                row["unsent"] = msgspec.to_builtins(unsent)
        self._rows.put(rows)

    def move(self, keys: ItemKeys, before: str, after: str) -> None:
        """Let those of some keys that stood for a development stand for another."""
        of_keys = (where("development") == before) & where("key").one_of([*keys])
        self._rows.update({"development": after}, of_keys)

    def move_source(self, source: str, before: str, after: str) -> None:
        """Let all keys of a source that stood for a development stand for another."""
        self._rows.update({"development": after}, having(development=before, source=source))

    def forget_development(self, id_: str) -> None:
        """Let the keys of a development stand for none; they stay known."""
        self._rows.update({"development": None}, where("development") == id_)


def _all_keys(commit: PollCommit, ids: KeyIds) -> KeyIds:
    """Return the ids of developments by all keys of their items."""
    return {
        key: id_
        for keys in commit.seen
        if (id_ := next((ids[key] for key in keys if key in ids), None))
        for key in keys
    }


def _row(key: str, commit: PollCommit, development: str | None) -> dict[str, Any]:
    row = {
        "key": key,
        "source": commit.state.id,
        "development": development,
        "day": str(commit.at.date()),  # on which its list has shown it last, give or take a month
    }
    unsent = commit.unsent.get(key)
    return {**row, "unsent": msgspec.to_builtins(unsent)} if unsent else row
