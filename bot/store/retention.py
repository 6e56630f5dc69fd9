"""Remove what has been kept for as long as it is needed (docs/RETENTION.md is its table).

Rows are numbered as they come, so what is oldest in a table stands first; each step looks at some
of the first rows alone, that writers who wait behind it do not wait long.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from itertools import islice

from tinydb import where
from tinydb.table import Document

from bot.models import Development
from bot.models.sources import SourceState
from bot.store.chats import Chats
from bot.store.database import writes
from bot.store.developments import Developments
from bot.store.feeds import Feeds
from bot.store.joins import Joins
from bot.store.tinydb_rows import RowDB, decode

YEAR = dt.timedelta(days=365)
DEVELOPMENTS = 10 * YEAR
"""Developments, since they were recorded, with all that their sources have said."""
DELIVERIES = YEAR
"""What was sent to whom, and what came of it."""
KEYS = YEAR
"""The keys of items, since the list of their source has shown them last."""
SOURCES = YEAR
"""The states of sources that are not polled any more."""
PAGES = dt.timedelta(days=60)
"""Pages that are rechecked: those of sources that are not polled any more."""
EDITS = YEAR
"""Changes of sources that were undone; those that hold are kept."""
PENDING_TRANSLATIONS = dt.timedelta(days=30)
DAILY_COUNTS = dt.timedelta(days=60)
NEWEST = {
    "source_proposals": 1_000,
    "notices": 1_000,
    "invitations": 1_000,
    "translations": 5_000,
    "corrections": 10_000,
}
"""Tables of which the newest rows are kept, and how many."""
AT_ONCE = 200
KEYS_AT_ONCE = 5000
"""Rows of a table that are looked at in one step."""

_DAY = re.compile(r"translated (\d{4}-\d\d-\d\d)")
_SERIES = re.compile(r"[A-Z]{2}-(\d{4})")


class Retention:
    """Removes from all tables what is too old."""

    def __init__(
        self, db: RowDB, developments: Developments, joins: Joins, feeds: Feeds, chats: Chats
    ) -> None:
        self._db, self._developments, self._joins = db, developments, joins
        self._feeds, self._chats = feeds, chats

    @writes
    def remove_expired(self, now: dt.datetime) -> bool:
        removed = self._joins.expire(now) + self._feeds.expire()
        removed += self._chats.expire_endpoints()
        removed += self._remove_first("deliveries", _before("created", now - DELIVERIES))
        removed += self._remove_first("pages", _before("since", now - PAGES))
        removed += self._remove_first("untranslated", _before("since", now - PENDING_TRANSLATIONS))
        removed += self._remove_first("source_edits", _is_undone(now - EDITS))
        for table, kept in NEWEST.items():
            removed += self._remove_beyond(table, kept)
        removed += self._remove_counters(now)
        removed += self._remove_states(now)
        removed += self._remove_developments(now - DEVELOPMENTS)
        return removed > 0

    @writes
    def remove_expired_keys(self, now: dt.datetime, after: int) -> int | None:
        rows = self._db.rows("seen")
        noted = {row["id"]: decode(row, SourceState).noted for row in self._db.rows("sources")}
        undated, expired, last = list[int](), list[int](), None
        for row in islice(rows.after(after), KEYS_AT_ONCE):
            last = row.doc_id
            until = noted.get(row["source"], now)
            if "day" not in row:  # of an earlier version
                undated.append(last)
            elif until and row["day"] < str((until - KEYS).date()):
                expired.append(last)
        rows.update({"day": str(now.date())}, doc_ids=undated)
        rows.remove(doc_ids=expired)
        return last

    def _remove_first(self, table: str, is_expired: Callable[[Document], bool]) -> int:
        """Remove the first rows of a table, as far as they are expired."""
        rows = self._db.rows(table)
        expired = [row.doc_id for row in islice(rows, AT_ONCE) if is_expired(row)]
        rows.remove(doc_ids=expired)
        return len(expired)

    def _remove_beyond(self, table: str, kept: int) -> int:
        """Remove the first rows of a table, but for the newest ones."""
        rows = self._db.rows(table)
        beyond = [row.doc_id for row in islice(rows, min(max(len(rows) - kept, 0), AT_ONCE))]
        rows.remove(doc_ids=beyond)
        return len(beyond)

    def _remove_counters(self, now: dt.datetime) -> int:
        """Remove what was counted of a day long ago, and the series of developments that are
        removed."""
        first_day, first_year = (now - DAILY_COUNTS).date(), (now - DEVELOPMENTS - YEAR).year
        counters = self._db.rows("counters")
        expired = [
            row.doc_id for row in counters if _is_over(row["name"], str(first_day), first_year)
        ]
        counters.remove(doc_ids=expired)
        return len(expired)

    def _remove_states(self, now: dt.datetime) -> int:
        """Remove the states of sources that were not polled for long, where others were."""
        states = [(row.doc_id, decode(row, SourceState)) for row in self._db.rows("sources")]
        polled = [state.polled for _, state in states if state.polled]
        if not polled or now - max(polled) > dt.timedelta(days=1):
            return 0  # the bot itself was away
        expired = [
            (number, state.id)
            for number, state in states
            if state.polled and state.polled < now - SOURCES
        ]
        self._db.rows("sources").remove(doc_ids=[number for number, _ in expired])
        for _, source in expired:
            for table, field in (("subscriptions", "source"), ("switched_off", "id")):
                self._db.rows(table).remove(where(field) == source)
        return len(expired)

    def _remove_developments(self, before: dt.datetime) -> int:
        expired = [*self._first_developments(before)]
        for number, made in expired:
            self._developments.discard(number, str(made.id))
        return len(expired)

    def _first_developments(self, before: dt.datetime) -> Iterator[tuple[int, Development]]:
        """Yield the first developments, as far as they were recorded before a time, with the
        numbers of their rows."""
        for row in self._db.rows("developments").after(0, AT_ONCE):
            made = decode(row, Development)
            if made.recorded is None or made.recorded >= before:
                return
            yield row.doc_id, made


def _before(field: str, moment: dt.datetime) -> Callable[[Document], bool]:
    return lambda row: dt.datetime.fromisoformat(row[field]) < moment


def _is_undone(moment: dt.datetime) -> Callable[[Document], bool]:
    is_before = _before("undone", moment)
    return lambda row: "undone" in row and is_before(row)


def _is_over(name: str, first_day: str, first_year: int) -> bool:
    """Return whether a counter is of a day or a year before the first that counts."""
    if day := _DAY.fullmatch(name):
        return day[1] < first_day
    series = _SERIES.fullmatch(name)
    return series is not None and int(series[1]) < first_year
