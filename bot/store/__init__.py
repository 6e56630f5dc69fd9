"""Where everything is kept: the Store protocol on TinyDB, its rows in SQLite."""

from bot.store.lock import alone
from bot.store.tinydb import TinyStore, open_store

__all__ = ["TinyStore", "alone", "open_store"]
