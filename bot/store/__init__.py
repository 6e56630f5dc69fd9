"""The store: `bot.ports.store.Store` on TinyDB, its rows in SQLite or PostgreSQL."""

from bot.store.cluster import LeaderElection
from bot.store.database import is_server, shown
from bot.store.open import examine, lock, open_leader_election, open_store, stored_version
from bot.store.store import RowStore
from bot.store.store_file import exists

__all__ = [
    "LeaderElection",
    "RowStore",
    "examine",
    "exists",
    "is_server",
    "lock",
    "open_leader_election",
    "open_store",
    "shown",
    "stored_version",
]
