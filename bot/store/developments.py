"""Developments: numbered, kept, revised, parted; and their corrected labels."""

import datetime as dt
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from tinydb import where

from bot import evidence
from bot.models import (
    Change,
    Citation,
    Correction,
    Development,
    ItemKeys,
    Join,
    Stage,
    Told,
    WatchedPage,
)
from bot.models.readings import Reading
from bot.models.sources import PollCommit
from bot.ports.developments import Predicate
from bot.ports.rules import Rules
from bot.search import Search
from bot.store.archive import Archive
from bot.store.caches import RecentDevelopments, listed_day
from bot.store.database import reads, writes
from bot.store.deliveries import Deliveries
from bot.store.matters import Matters
from bot.store.seen_items import KeyIds, SeenItems
from bot.store.texts import Texts
from bot.store.tinydb_rows import RowDB, decode, encode

LAST_AHEAD = "ahead_until"
"""The field of a row with the last date ahead that a development tells; empty: it tells none."""
Drafts = Sequence[tuple[ItemKeys, Development]]
Revision = tuple[Development, Change | None]
"""A development as it reads now, and the change that readers are to be told."""
Joined = tuple[Development, Join]
"""A development that was recorded before, with another source's draft of its event."""


class Recorded(Struct):
    """What became of the drafts of a commit."""

    new: list[Development]
    joined: list[Joined]
    similar: list[tuple[Development, Development]]
    """New ones, each with one in another language that may be of the same event."""
    ids: KeyIds


class Developments:
    """The tables of developments and of corrected labels."""

    def __init__(
        self,
        db: RowDB,
        deliveries: Deliveries,
        texts: Texts,
        archive: Archive,
        recent: RecentDevelopments,
        rules: Rules,
    ) -> None:
        self._db, self._deliveries, self._archive = db, deliveries, archive
        self._readings, self._texts = texts.readings, texts
        self._recent, self._rules, self.matters = recent, rules, Matters(db, rules)
        self.seen, self._rows = SeenItems(db), db.rows("developments")
        self._counters, self._corrections = db.rows("counters"), db.rows("corrections")

    @reads
    def development(self, id: str) -> Development | None:  # noqa: A002
        row = self._rows.get(where("id") == id)
        return decode(row, Development) if row else None

    @reads
    def developments(
        self,
        wanted: Predicate = lambda development, has_word: True,
        since: dt.date | None = None,
        until: dt.date | None = None,
        limit: int | None = None,
    ) -> list[Development]:
        chosen: list[Development] = []
        having = functools.cache(self._texts.having)
        for row in self._rows.newest("day"):
            if (limit is not None and len(chosen) >= limit) or (since and row["day"] < str(since)):
                break
            if not until or row["day"] <= str(until):
                development = decode(row, Development)
                if wanted(development, functools.partial(_is_among, row.doc_id, having)):
                    chosen.append(development)
        return chosen

    @reads
    def developments_ahead(self, wanted: Predicate, today: dt.date) -> list[Development]:
        chosen, having = list[Development](), functools.cache(self._texts.having)
        for row in self._rows.newest(LAST_AHEAD):
            if row[LAST_AHEAD] < str(today):
                break
            development = decode(row, Development)
            if wanted(development, functools.partial(_is_among, row.doc_id, having)):
                chosen.append(development)
        return chosen

    @reads
    def words_in(self, id: str, words: Iterable[str]) -> frozenset[str]:  # noqa: A002
        development = self.development(id)
        has_word = self._texts.has_word(development) if development else lambda word: False
        return frozenset(filter(has_word, words))

    @reads
    def search(self, search: Search, first: int, limit: int) -> tuple[list[Development], int]:
        scores = self._texts.find(search)
        days = self._rows.values("day", scores)
        numbers = sorted(scores, key=lambda each: (scores[each], days[each], each), reverse=True)
        wanted = numbers[first : first + limit]
        found = {row.doc_id: row for row in self._rows.numbered(wanted)}
        return [decode(found[each], Development) for each in wanted if each in found], len(numbers)

    @writes
    def save_correction(
        self, corrected: Development, correction: Correction, now: dt.datetime
    ) -> None:
        self.save(corrected)
        self.note(correction)
        self._deliveries.enqueue_edits(corrected, None, now)

    def note(self, correction: Correction) -> None:
        """Save what an editor has decided."""
        self._corrections.insert(encode(correction))

    @reads
    def corrections(self) -> list[Correction]:
        return [decode(row, Correction) for row in self._corrections]

    @writes
    def check_writable(self) -> None:
        self.count("checks")

    def record(self, drafts: Drafts, commit: PollCommit) -> Recorded:
        """Number and save drafts; those of a recorded event join its development."""
        recorded = Recorded([], [], [], {})
        if not drafts:
            return recorded
        first_day = min(listed_day(draft) for _, draft in drafts)
        recent = self._recent.since(first_day - self._rules.event_window, self._db)
        for keys, draft in drafts:
            said = commit.texts.get(keys, ())
            if before := recent.find_same_event(draft):
                development = self._placed(self._rules.merge(before, draft), before)
                self._readings.add(str(before.id), said)
                self.save(development)
                if told := self.told(str(development.id)):  # of which it is silently edited
                    self.save_told(development, told.at)
                join = Join(
                    development=str(before.id),
                    before=before,
                    draft=draft,
                    keys=keys,
                    at=commit.at,
                    translation_wait=commit.translation_wait,
                )
                recorded.joined.append((development, join))
            else:
                development = self._placed(self._numbered(draft))
                recorded.similar += (
                    (development, other) for other in recent.find_similar(development)
                )
                self._add(development, said)
                recorded.new.append(development)
            recorded.ids.update(dict.fromkeys(keys, str(development.id)))
        return recorded

    def _placed(self, development: Development, before: Development | None = None) -> Development:
        """Return a development with its matter; `before`: as it was, where its stage and numbers
        may be the same."""
        if before and _stage_of(before) == _stage_of(development):
            return development
        placed, moved = self.matters.place(development)
        for each in moved:
            self.save(each)
        return placed

    def _add(self, development: Development, said: Iterable[Reading]) -> None:
        """Save a new development, with what its source says."""
        number = self._rows.insert(_row(development))
        self._archive.note([number])
        self._recent.added(development, number)
        self._readings.add(str(development.id), said)
        self._texts.index(number, development)

    def part(self, join: Join) -> tuple[Development, Development] | None:
        """Save a draft that had joined a development as one of its own, which its item's keys stand
        for from now on; return what is left of that one, and the new one."""
        joined = self.development(join.development)
        if joined is None:
            return None
        left, draft = self._rules.part(joined, join)
        parted, cited = self._placed(self._numbered(draft)), draft.sources[0]
        left = self._placed(left, joined)
        urls = (cited.url, cited.url_en)
        self._add(parted, self._readings.take(join.development, cited.source, urls))
        self.save(left)
        if told := self.told(join.development):  # of which it is silently edited
            self.save_told(left, told.at)
        before, after = join.development, str(parted.id)
        self.seen.move(join.keys, before, after)
        if all(source.source != cited.source for source in left.sources):
            self.seen.move_source(cited.source, before, after)
        return left, parted

    def revise(
        self, updates: Drafts, texts: Mapping[ItemKeys, Iterable[Reading]], now: dt.datetime
    ) -> tuple[list[Revision], KeyIds]:
        """Save known developments as they read now; return those that read differently, and what
        the keys of all stand for."""
        revisions: list[Revision] = []
        ids: KeyIds = {}
        for keys, draft in updates:
            known = self.seen.development_of(keys)
            if before := self.development(known) if known else None:
                development, change = self._rules.revise(before, draft)
                development = self._placed(development, before)
                if told := self.told(str(before.id)):
                    change = self._rules.change_since(told, development, now)
                ids.update(dict.fromkeys(keys, str(before.id)))
                is_reworded = self._readings.add(str(before.id), texts.get(keys, ()))
                if development != before or is_reworded:
                    self.save(development)
                if development != before:
                    revisions.append((development, change))
        return revisions, ids

    def reread(self, development: Development, page: WatchedPage) -> bool:
        """Save how a page of a development reads now, or that it is gone; return whether that is
        another reading."""
        cited = _citation_of(development, page.url)
        return cited is not None and self._readings.add(str(development.id), _read(cited, page))

    def save(self, development: Development) -> None:
        """Save a known development as it reads now."""
        numbers = self._rows.update(_row(development), where("id") == development.id)
        for number in numbers:
            self._texts.index(number, development)
        self._archive.note(numbers)
        self._recent.changed(development, self._db)

    def remove(self, id: str) -> None:  # noqa: A002
        """Remove a development that is not about migration or asylum; its item stays known."""
        numbers = self._rows.remove(where("id") == id)
        self.matters.remove(id)
        self._forget_texts(id, numbers)
        self._archive.note(numbers)
        self.seen.forget_development(id)
        self._recent.removed(self._db)

    def discard(self, number: int, id: str) -> None:  # noqa: A002
        """Remove a development, whose row has a number, of long ago: no commit looks it up."""
        self._rows.remove(doc_ids=[number])
        self.matters.remove(id)
        self._forget_texts(id, [number])
        self._archive.note([number])

    def _forget_texts(self, id: str, numbers: Iterable[int]) -> None:  # noqa: A002
        self._readings.remove(id)
        self._texts.remove(numbers)

    @reads
    def told(self, id: str) -> Told | None:  # noqa: A002
        row = self._rows.get(where("id") == id)
        return msgspec.convert(row["told"], Told) if row and row.get("told") else None

    def save_told(self, development: Development, at: dt.datetime) -> None:
        """Save that readers were told of a change at a time, and what they know since."""
        told = msgspec.to_builtins(self._rules.as_told(development, at))
        self._rows.update({"told": told}, where("id") == development.id)

    # -------------------------------------------------------------- numbers

    def _numbered(self, development: Development) -> Development:
        series = f"{development.country or 'XX'}-{listed_day(development).year}"
        return replace(development, id=f"{series}-{self.count(series):04d}")

    def count(self, series: str, step: int = 1) -> int:
        """Count on in a series, and return its next number; none is given twice."""
        counter = self._counters.get(where("name") == series)
        number = (counter["last"] if counter else 0) + step
        self._counters.upsert({"name": series, "last": number}, where("name") == series)
        return int(number)


def _read(cited: Citation, page: WatchedPage) -> Iterator[Reading]:
    """Yield what the last check of a page has found."""
    if page.instead:
        yield evidence.of_missing_page(cited, page.url, page.instead, page.seen)
    elif page.reading and page.read == page.seen:
        yield evidence.of_page(cited, page.reading, page.seen, page.url)


def _citation_of(development: Development, url: str) -> Citation | None:
    """Return the source of a development that has a URL; that of its English edition, too."""
    for source in development.sources:
        if source.url == url:
            return source
        if source.url_en == url:
            return replace(source, url=url, language="en")
    return None


def _stage_of(development: Development) -> tuple[Stage | None, tuple[str, ...]]:
    return development.stage, development.own_references


def _is_among(number: int, having: Callable[[str], frozenset[int]], word: str) -> bool:
    return number in having(word)


def _row(development: Development) -> dict[str, Any]:
    days = (str(date.last) for date in development.ahead if date.last)
    last = max(days, default="")
    return {**encode(development), "day": str(listed_day(development)), LAST_AHEAD: last}
