"""What is looked at with each change, and what at a release, which has the time for more."""

import os
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

IS_RELEASE = bool(os.environ.get("HERALD_RELEASE"))


def some_of(all_: Sequence[T], one_in: int) -> Sequence[T]:
    """Return every so manieth of what may be looked at; at a release, all."""
    return all_ if IS_RELEASE else all_[::one_in]


def examples(count: int) -> int:
    """Return of how many examples a property is tried; at a release, ten times as many."""
    return 10 * count if IS_RELEASE else count
