"""Where everything is kept: the Store protocol on TinyDB, its rows in SQLite or PostgreSQL."""

from bot.store.cluster.leader import Crew, open_crew
from bot.store.lock import alone
from bot.store.open import open_store
from bot.store.place import exists, is_server, shown
from bot.store.store import RowStore

__all__ = [
    "Crew",
    "RowStore",
    "alone",
    "exists",
    "is_server",
    "open_crew",
    "open_store",
    "shown",
]
