"""Where everything is kept: the Store protocol on TinyDB, its rows in SQLite or PostgreSQL."""

from bot.store.cluster.leader import LeaderElection, open_leader_election
from bot.store.lock import alone
from bot.store.open import open_store
from bot.store.place import exists, is_server, shown
from bot.store.store import RowStore

__all__ = [
    "LeaderElection",
    "RowStore",
    "alone",
    "exists",
    "is_server",
    "open_leader_election",
    "open_store",
    "shown",
]
