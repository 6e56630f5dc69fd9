"""The schema of a store: its tables and indexes, and the steps from earlier versions.

A store of an earlier version is brought to this one in one transaction; a later one is refused.
"""

from collections.abc import Callable
from typing import Any

from tinydb import where

from bot.store.database import Database
from bot.store.tinydb_rows import RowDB

VERSION = 5
"""Of the schema that this program writes."""
TABLES = (
    "meta", "sources", "switched_off", "subscriptions", "seen", "developments", "counters",
    "corrections", "pages", "untranslated", "translations", "chats", "touched", "updates",
    "invitations", "deliveries", "notices", "alarms",
)  # fmt: skip
UNIQUE = (
    ("sources", "id"),
    ("seen", "key"),
    ("developments", "id"),
    ("counters", "name"),
    ("chats", "id"),
    ("deliveries", "development", "chat", "kind", "revision"),
    ("untranslated", "development"),
    ("translations", "key"),
    ("alarms", "name"),
    ("updates", "update"),
    ("subscriptions", "source"),
)
"""Tables, each with the fields whose values together no two documents share."""
OTHERS = (
    ("developments", "day"),
    ("pages", "source"),
    ("pages", "url"),
    ("deliveries", "state"),
    ("deliveries", "chat", "state"),
    ("chats", "digest_due"),
)


def version(db: RowDB) -> int | None:
    """Return the version of a stored schema; None: the store is new."""
    if not db.engine.has_table("meta"):
        return None
    row = db.rows("meta").get(where("name") == "schema")
    return int(row["version"]) if row else None


def prepare(db: RowDB) -> None:
    """Bring a new store, or one of an earlier version, to this version; once, whoever else begins
    meanwhile."""
    for table in TABLES:
        db.engine.make_table(table)
    before = version(db)  # only now: see `PostgresDatabase.make_table`
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


STEPS: dict[int, tuple[Callable[[RowDB], Any], ...]] = {
    1: (_kinds_of_deliveries, _homes_of_sources),
    2: (_waiting_of_chats,),
    3: (),
    4: (_deliveries_of_waves,),
}
"""What leads from a version to the next."""
