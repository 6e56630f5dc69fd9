"""What a store of an earlier version needs to be one of this version. Each step is one
transaction; a store of a later version is refused."""

from collections.abc import Callable

from tinydb import where

from bot.store.engine import Engine
from bot.store.tinydb_rows import RowDB

VERSION = 4
"""Of the schema that this program writes."""


def _kinds_of_deliveries(db: RowDB) -> None:
    """1 -> 2: a development may be owed to a chat as news, as an edit, and as corrections."""
    db.engine.drop_index("deliveries", "development", "chat")
    db.rows("deliveries").update({"kind": "news", "revision": 0, "change": None})


def _homes_of_sources(db: RowDB) -> None:
    """1 -> 2: where a source has moved for good is told from where it may be moving."""
    sources = db.rows("sources")
    for row in sources.search(where("moves") >= 3):
        home = {"home": row["moved"], "moved": None, "moves": 0}
        sources.update(home, doc_ids=[row.doc_id])


def _waiting_of_chats(db: RowDB) -> None:
    """2 -> 3: what waits in a chat is found without what it was sent."""
    db.engine.drop_index("deliveries", "chat")


STEPS: dict[int, tuple[Callable[[RowDB], None], ...]] = {
    1: (_kinds_of_deliveries, _homes_of_sources),
    2: (_waiting_of_chats,),
    3: (),  # `waves`, which a program of version 3 would leave unsent
}
"""What leads from a version to the next."""


def migrate(db: RowDB, version: int) -> None:
    """Leads a store from an earlier version to this one."""
    for before in range(version, VERSION):
        for step in STEPS[before]:
            step(db)
    db.rows("meta").update({"version": VERSION}, where("name") == "schema")


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


def make_all(engine: Engine) -> None:
    """Makes those that there are not yet."""
    for table, *fields in UNIQUE:
        engine.make_index(table, *fields, unique=True)
    for table, *fields in OTHERS:
        engine.make_index(table, *fields)
