"""Where everything is kept: the Store protocol on TinyDB, its rows in SQLite or PostgreSQL."""

from bot.store.lock import alone
from bot.store.opening import open_store
from bot.store.verbs import RowStore

__all__ = ["RowStore", "alone", "open_store"]
