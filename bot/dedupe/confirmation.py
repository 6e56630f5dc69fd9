"""Tell changes of known items from what a source shows for a while (pure).

A change counts when two polls in a row have read it. It must stay for longer than a day where it
went away and came back, where its figures count on by 1, where a day is all that is new and may be
the clock's, and where an item has changed again and again.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence

from msgspec.structs import replace

from bot.dates import written_day
from bot.dedupe import ClassifiedItem
from bot.models.sources import ItemIdentity, ItemReading

SETTLED = dt.timedelta(hours=30)
"""How long what the clock may have written must stay: a day, and what a cache may be late."""
REMEMBERED = dt.timedelta(days=14)
"""How long it is remembered how an item read."""
MOST = 200
"""Items of one source of which that is remembered."""
ABANDONED, CHANGES = 3, 3
"""Readings in a row that nothing has confirmed, and changes that were, after which an item counts
as one that changes by itself."""
LAST_DAYS = range(28, 32)
BULK, MOST_OF = 5, 0.5
"""Items of a document that have changed at once, and their share of those that were known, from
which none was corrected: a template was."""
JUST_NOW = dt.timedelta(hours=2)
"""Before or after the poll, a moment may be that of the answer, or of a cache."""


def learn(records: Iterable[ClassifiedItem]) -> None:
    """Set the status of changed items to `known`: they are read by other rules than before."""
    for record in records:
        if record.status == "changed":
            record.status = "known"


def learn_nameless(records: Iterable[ClassifiedItem], last_day: dt.date) -> None:
    """Set the status of items with neither a GUID nor a URL to `known`, where they are dated before
    the day of the last poll, or not at all: they are known by their words alone, which are read by
    other rules than before."""
    for record in records:
        item = record.item
        is_old = item.published is None or written_day(item.published) < last_day
        if is_old and not (item.guid or item.url):
            record.status = "known"


def confirm_changes(
    records: Sequence[ClassifiedItem],
    known: Collection[str],
    before: Sequence[ItemReading],
    now: dt.datetime,
    *,
    may_change: bool = True,
) -> None:
    """Set the status of known items to `changed`, `unconfirmed` or `known`, and what is to be
    remembered of them; `before` is what was. Unless they `may_change`, none is `changed` yet."""
    readings = {key: reading for reading in before for key in reading.keys}
    for record in records:
        keys = record.identity.keys
        if record.status == "new" or not any(key in known for key in keys):
            continue
        reading = next((readings[key] for key in keys if key in readings), None)
        record.reading_before = reading
        reading = reading or ItemReading(keys=keys)
        reading = replace(reading, keys=keys)
        record.reading = _read_again(record, reading, known, now, may_change=may_change)
        readings |= dict.fromkeys(keys, record.reading)
    old = [record for record in records if record.reading]
    changed = [record for record in old if record.status == "changed"]
    if len(changed) >= max(BULK, len(old) * MOST_OF):  # the site writes all its items otherwise now
        learn(changed)


def _read_again(
    record: ClassifiedItem,
    reading: ItemReading,
    known: Collection[str],
    now: dt.datetime,
    *,
    may_change: bool,
) -> ItemReading:
    """Set the status of a known item, and return what is to be remembered of it."""
    content = record.identity.content
    record.status = "known"
    if content == reading.recorded or (reading.recorded is None and content in known):
        return _abandon(reading)
    record.status = "unconfirmed"
    # Below a title that two polls have read, the text may change with each.
    is_retitled = record.identity.title == reading.title and reading.title not in known
    if content != reading.other and not is_retitled:
        return replace(
            _abandon(reading),
            other=content,
            title=record.identity.title,
            since=now,
            is_counting=_is_counting(reading, record.identity),
            frame=record.identity.frame,
            figures=record.identity.figures,
        )
    is_of_the_clock = _is_just_now(record.item.published, now)
    is_day_alone = record.identity.words in known
    is_back = content in known or content in reading.abandoned
    is_restless = is_back or _is_restless(reading, is_retitled=is_retitled)
    is_settled = reading.since is not None and now - reading.since >= SETTLED
    if (is_restless or (is_day_alone and is_of_the_clock)) and not is_settled:
        return replace(reading, is_waiting=True)
    if not may_change:
        return reading
    record.status = "changed"
    record.keeps_day = is_of_the_clock and not is_settled
    changes = reading.changes + 1
    return replace(reading, recorded=content, other=None, is_waiting=False, changes=changes)


def _is_restless(reading: ItemReading, *, is_retitled: bool) -> bool:
    """Return whether an item has changed so often that a change must stay to count."""
    many = len(reading.abandoned) >= ABANDONED and not is_retitled
    return many or reading.is_counting or reading.changes >= CHANGES


def _is_counting(reading: ItemReading, identity: ItemIdentity) -> bool:
    """Return whether an item has changed again, by 1 in its figures alone: the day of a calendar,
    the days that are left."""
    before, after = reading.figures, identity.figures
    if identity.frame != reading.frame or before == after or len(before) != len(after):
        return False
    pairs = zip(before, after, strict=True)
    return all(abs(now - was) <= 1 or (was in LAST_DAYS and now == 1) for was, now in pairs)


def _abandon(reading: ItemReading) -> ItemReading:
    """Return the reading of an item that does not read as at the last poll any more."""
    if reading.other is None:
        return reading
    others = (*(each for each in reading.abandoned if each != reading.other), reading.other)
    return replace(reading, other=None, title=None, is_waiting=False, abandoned=others[-ABANDONED:])


def _is_just_now(published: dt.date | None, now: dt.datetime) -> bool:
    """Return whether the day of an item may be the one on which it was fetched."""
    if published is None:
        return False
    if not isinstance(published, dt.datetime) or published.time() == dt.time():
        return abs((written_day(published) - now.date()).days) <= 1
    moment = published if published.tzinfo else published.replace(tzinfo=now.tzinfo)
    return abs(now - moment) <= JUST_NOW


def is_due(readings: Iterable[ItemReading], now: dt.datetime) -> bool:
    """Return whether the next document must be read whole, to confirm what the last has shown."""
    return any(
        reading.other is not None
        and reading.since is not None
        and (not reading.is_waiting or now - reading.since >= SETTLED)
        for reading in readings
    )


def remember(
    before: Iterable[ItemReading], after: Sequence[ItemReading], now: dt.datetime
) -> tuple[ItemReading, ...]:
    """Return what to remember after a poll: of the items that it has read, and of those that it has
    not."""
    again = {key for reading in after for key in reading.keys}
    every = (*(reading for reading in before if again.isdisjoint(reading.keys)), *after)
    return tuple(each for each in every if each.since and now - each.since < REMEMBERED)[-MOST:]
