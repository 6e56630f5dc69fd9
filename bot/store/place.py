"""Where a store is: a file, `:memory:`, or a server's database by its `postgresql://` address."""

import re
from pathlib import Path


def is_server(place: str) -> bool:
    """Whether it is a database of a server, which several processes may share."""
    return place.startswith(("postgresql://", "postgres://"))


def shown(place: str) -> str:
    """A place as it may be told: without user, password and options."""
    return re.sub(r"(?<=://)[^@/]*@", "", place).partition("?")[0]


def exists(place: str) -> bool:
    """Whether there may be a store."""
    return is_server(place) or Path(place).exists()
