"""One bot a store: two that run on the same file would both send what it owes."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import StoreError


@contextmanager
def alone(path: str) -> Iterator[None]:
    """Holds a store's lock, which the system lets go of however the process ends.

    Raises StoreError where another process holds it.
    """
    try:
        with Path(f"{path}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
    except BlockingIOError:
        raise StoreError(
            f"{path}: another bot runs on this store; stop it, or set another storage.url"
        ) from None
    except PermissionError as error:
        raise StoreError(f"{path}: cannot be written beside ({error.strerror})") from None
