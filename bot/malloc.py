"""Have the C library give freed memory back to the system."""

import contextlib
from collections.abc import Mapping

_SETTINGS: Mapping[int, int] = {
    -8: 1,  # M_ARENA_MAX: Python's lock lets one thread allocate at a time
    -3: 64 * 1024,  # M_MMAP_THRESHOLD: a document is given back as soon as it is freed
    -1: 128 * 1024,  # M_TRIM_THRESHOLD
}
"""What `mallopt(3)` is told, by the numbers of `malloc.h`."""


def set_up_malloc() -> None:
    """Have glibc return what is freed from now on; do nothing where the C library is another."""
    # Documents come by the dozen and lie between what stays: left to itself, glibc raises the
    # threshold with the first one, and keeps the room of all of them, 6 MB after 60 feeds.
    with contextlib.suppress(ImportError, MemoryError, OSError, AttributeError):
        import ctypes  # a hardened system may refuse it

        mallopt = ctypes.CDLL(None).mallopt
        for parameter, value in _SETTINGS.items():
            mallopt(parameter, value)
