"""What is asked for without reading all rows, and what there is only one of."""

from bot.store.engine import Engine

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
