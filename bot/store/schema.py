"""The schema of a store: its tables and indexes, the steps from earlier versions, and copies of all
of it into another store, whatever their databases are.

A store of an earlier version is brought to this one in one transaction; a later one is refused.
"""

import base64
import re
import zlib
from collections.abc import Callable, Iterator, MutableMapping
from itertools import islice, zip_longest
from typing import Any

import msgspec
from tinydb import where

from bot.data_files import read_data
from bot.errors import DamageError, StoreError
from bot.evidence import text_hash
from bot.models.readings import Reading
from bot.store.database import REPLACE, Access, Database, quoted
from bot.store.readings import Readings
from bot.store.texts import rebuild_index
from bot.store.tinydb_rows import RowDB

VERSION = 10
"""Of the schema that this program writes."""
OWNED = ("seen", "developments", "chats", "deliveries", "notices", "source_edits")
"""Tables of which a row is something that may not be lost."""
TOGETHER = 500
"""Documents that are written at a time."""
TABLES = (
    "meta", "sources", "switched_off", "subscriptions", "seen", "developments", "counters",
    "corrections", "pages", "untranslated", "translations", "chats", "touched", "updates",
    "invitations", "deliveries", "notices", "alarms", "readings", "joins", "reviews", "revised",
    "source_edits", "source_proposals", "stages", "matter_numbers", "feeds", "history",
)  # fmt: skip
WORDS = "words"
"""The table of the index of words."""
UNIQUE = (
    ("sources", "id"),
    ("seen", "key"),
    ("developments", "id"),
    ("counters", "name"),
    ("chats", "id"),
    ("deliveries", "development", "chat", "kind", "revision"),
    ("untranslated", "development", "target"),
    ("translations", "key"),
    ("alarms", "name"),
    ("updates", "update"),
    ("subscriptions", "source"),
    ("feeds", "token"),
    ("feeds", "chat", "filter"),
    ("readings", "development"),
)
"""Tables, each with the fields whose values together no two documents share."""
OTHERS = (
    ("developments", "day"),
    ("developments", "ahead_until"),
    ("joins", "development"),
    ("reviews", "development"),
    ("stages", "development"),
    ("stages", "matter"),
    ("stages", "country"),
    ("matter_numbers", "number"),
    ("matter_numbers", "matter"),
    ("pages", "source"),
    ("pages", "url"),
    ("deliveries", "state"),
    ("deliveries", "chat", "state"),
    ("chats", "digest_due"),
    ("chats", "paused_until"),
    ("chats", "keeper"),
)


def version(engine: Database) -> int | None:
    """Return the version of a stored schema; None: there is no store."""
    if not engine.has_table("meta"):
        return None
    chosen = f"SELECT {engine.field('version')} FROM meta WHERE {engine.field('name')} = 'schema'"
    rows = engine.execute(chosen)
    if not rows:
        return None
    try:
        return int(rows[0][0])
    except (TypeError, ValueError):
        raise DamageError(f"the store says that its version is {rows[0][0]!r}; {REPLACE}") from None


def require_tables(engine: Database) -> None:
    """Raise DamageError where a table is missing of a store of this version."""
    if missing := [table for table in (*TABLES, WORDS) if not engine.has_table(table)]:
        raise DamageError(f"the store has no table {', '.join(missing)}; {REPLACE}")


def require_this_version(version: int | None, name: str) -> None:
    """Raises StoreError unless this program can read a store of a version."""
    if version is None:
        raise StoreError(f"{name}: holds no store")
    if version > VERSION:
        raise StoreError(
            f"{name}: was written by a later version of the program (schema {version}, this one "
            f"reads {VERSION}); run that one, or restore a backup from before it"
        )


def prepare(db: RowDB) -> None:
    """Bring a new store, or one of an earlier version, to this version; once, whoever else begins
    meanwhile."""
    for table in TABLES:
        db.engine.make_table(table)
    db.engine.word_index.make()
    before = version(db.engine)  # only now: see `Database.make_table`
    if before is None:
        db.rows("meta").insert({"name": "schema", "version": VERSION})
    elif before < VERSION:
        _migrate(db, before)
    _make_indexes(db.engine)


def _make_indexes(engine: Database) -> None:
    for table, *fields in UNIQUE:
        engine.make_index(table, *fields, unique=True)
    for table, *fields in OTHERS:
        engine.make_index(table, *fields)


def _migrate(db: RowDB, before: int) -> None:
    db.engine.end_leases()  # of replicas that know the earlier version alone
    for earlier in range(before, VERSION):
        for step in STEPS[earlier]:
            step(db)
    db.rows("meta").update({"version": VERSION}, where("name") == "schema")


def _kinds_of_deliveries(db: RowDB) -> None:
    """1 -> 2: a chat may have several deliveries of a development: news, edit, corrections."""
    db.engine.drop_index("deliveries", "development", "chat")
    db.rows("deliveries").update({"kind": "news", "revision": 0, "change": None})


def _homes_of_sources(db: RowDB) -> None:
    """1 -> 2: keep the URL that a source has moved to for good apart from one not yet confirmed."""
    sources = db.rows("sources")
    for row in sources.search(where("moves") >= 3):
        home = {"home": row["moved"], "moved": None, "moves": 0}
        sources.update(home, doc_ids=[row.doc_id])


def _waiting_of_chats(db: RowDB) -> None:
    """2 -> 3: replace the index by chat with one by chat and state."""
    db.engine.drop_index("deliveries", "chat")


def _deliveries_of_waves(db: RowDB) -> None:
    """4 -> 5: deliveries that differ in the chat alone were kept in one row until they were due."""
    if not db.engine.has_table("waves"):
        return
    for wave in db.rows("waves"):
        db.rows("deliveries").insert_new(
            {**wave["like"], "chat": chat, "filters": filters, "state": state}
            for chat, filters, state in wave["chats"]
        )
    db.drop_table("waves")


def _learn_anew(db: RowDB) -> None:
    """5 -> 6: items and pages are read by other rules: what reads otherwise now has not changed."""
    unread = {"etag": None, "modified": None, "digest": None}
    db.rows("sources").update({**unread, "pieces": "", "learns_anew": True})
    db.rows("pages").update({**unread, "reading": None, "other": None})


def _targets_of_translations(db: RowDB) -> None:
    """6 -> 7: a development may wait for translations into several languages."""
    db.engine.drop_index("untranslated", "development")
    db.rows("untranslated").update({"target": "en"})
    db.rows("deliveries").update({"target": "en"}, where("state") == "pending")


def _paces_of_filters(db: RowDB) -> None:
    """7 -> 8: each filter may have a pace of its own, so a chat may have several digests."""
    db.rows("chats").update(_with_pace)


def _with_pace(chat: MutableMapping[Any, Any]) -> None:
    timetable, due = chat.pop("timetable", None), chat.get("digest_due")
    chat["urgent"] = [f"type:{each}" for each in chat.get("urgent", ())]
    if timetable is None:
        return
    kind = {"day": "daily", "week": "weekly"}[timetable["every"]]
    pace = {"kind": kind, "minute": timetable["minute"], "weekday": timetable["weekday"]}
    topics = dict.fromkeys(each.get("thread") for each in chat["filters"])
    since = chat.pop("digested", None) or due
    chat["pace"] = pace
    chat["digests"] = [
        {"pace": pace, "thread": topic, "since": since, "due": due} for topic in topics if due
    ]


def _readings_of_texts(db: RowDB) -> None:
    """8 -> 9: of each source, the last text was kept alone, and not when and where it was read."""
    if not db.engine.has_table("texts"):
        return
    db.engine.make_index("readings", "development", unique=True)  # they are looked up by it
    readings = Readings(db)
    for row in db.rows("texts"):
        text = zlib.decompress(base64.b64decode(row["packed"])).decode()
        reading = Reading(
            source=row["source"],
            url=row["url"],
            language=row["language"],
            text=text,
            sha256=text_hash("", text),
        )
        readings.add(row["development"], [reading])
    db.drop_table("texts")
    db.rows("meta").remove(where("name") == "retention")  # how far texts had been removed


def _names_of_acts(db: RowDB) -> None:
    """8 -> 9: acts and cases of the EU are named by their numbers, and no more by EUR-Lex's."""
    db.rows("chats").update(_with_names_of_acts)
    _change_developments(db, _with_names_of_acts)


_CELEX = re.compile(r"CELEX (3|5|6)(\d{4})(R|L|D|PC|DC|[CT][JOA])(\d{4})")


def _with_names_of_acts(row: MutableMapping[Any, Any]) -> None:
    for key, value in row.items():
        if key in ("references", "own_references"):
            row[key] = [_CELEX.sub(_name_of_act, name) for name in value]
        else:
            for part in value if isinstance(value, list) else [value]:
                if isinstance(part, MutableMapping):
                    _with_names_of_acts(part)


def _name_of_act(celex: re.Match[str]) -> str:
    sector, year, kind, number = celex[1], celex[2], celex[3], int(celex[4])
    if sector == "5":
        return f"COM({year}) {number}"
    if sector == "6":
        return f"{kind[0]}-{number}/{year[2:]}"
    return f"EU {number}/{year}" if kind == "R" and year < "2015" else f"EU {year}/{number}"


def _types_of_citations(db: RowDB) -> None:
    """8 -> 9: a development says what type of source each citation is of, and is found by it."""
    listed = read_data("catalogue", dict[str, Any])["sources"]
    types = {each["id"]: each["type"] for each in listed}

    def with_types(development: MutableMapping[Any, Any]) -> None:
        for cited in development["sources"]:
            if known := types.get(cited.get("source")):
                cited["source_type"] = known

    _change_developments(db, with_types)
    rebuild_index(db)


def _dates_ahead(db: RowDB) -> None:
    """8 -> 9: developments are found by the last date ahead that they tell."""

    def with_last(development: MutableMapping[Any, Any]) -> None:
        days = (date["day"] for date in development.get("ahead", ()) if date.get("day"))
        development["ahead_until"] = max(days, default="")

    _change_developments(db, with_last)


def _change_developments(db: RowDB, change: Callable[[MutableMapping[Any, Any]], None]) -> None:
    developments = db.rows("developments")
    for first in range(0, developments.last_id(), TOGETHER):
        developments.update(change, doc_ids=range(first + 1, first + TOGETHER + 1))


STEPS: dict[int, tuple[Callable[[RowDB], Any], ...]] = {
    1: (_kinds_of_deliveries, _homes_of_sources),
    2: (_waiting_of_chats,),
    3: (),
    4: (_deliveries_of_waves,),
    5: (rebuild_index, _learn_anew),
    6: (_targets_of_translations,),
    7: (_paces_of_filters,),
    8: (_readings_of_texts, _names_of_acts, _types_of_citations, _dates_ahead),
    9: (),
}
"""What leads from a version to the next."""


# ---------------------------------------------------------------- copies


def transfer(source: Database, target: Database, *, to: str) -> dict[str, int]:
    """Copy a whole store into an empty one, under the same ids; return the number of documents of
    each table. `to`: the name of the other one, for error messages.

    Raises StoreError: it holds something, or what stands there afterwards is not the same. Then
    nothing was changed.
    """
    try:
        with source.transaction(Access.READS), target.transaction(Access.WRITES):
            if holds_anything(target):
                raise StoreError(f"{to}: holds something; a store is copied into an empty one")
            counts = {table: _copied(source, target, table) for table in sorted(source.tables())}
            _make_indexes(target)
            rebuild_index(RowDB(target))
            return counts
    except source.errors as error:
        raise source.store_error(error) from None
    except target.errors as error:
        raise target.store_error(error) from None


def holds_anything(engine: Database) -> bool:
    """Return whether a store holds something that must not be lost."""
    return any(
        engine.has_table(table) and engine.execute(f"SELECT 1 FROM {quoted(table)} LIMIT 1")
        for table in OWNED
    )


def _copied(source: Database, target: Database, table: str) -> int:
    target.make_table(table)
    target.clear(table)
    count, rows = 0, _rows(source, table)
    while chunk := list(islice(rows, TOGETHER)):
        target.put(table, chunk)
        count += len(chunk)
    target.continue_ids(table, source.last_id(table))
    for wanted, found in zip_longest(_rows(source, table), _rows(target, table)):
        if wanted != found:
            raise StoreError(f"{table}: the copy is not the same: {found} instead of {wanted}")
    return count


def _rows(engine: Database, table: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, doc in engine.stream(f"SELECT id, doc FROM {quoted(table)} ORDER BY id"):
        yield number, msgspec.json.decode(doc)
