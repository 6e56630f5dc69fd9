"""Read the files of the package's own data (`bot/data`)."""

import tomllib
from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


def read_data(name: str, kind: type[T], decode: Callable[[type, Any], Any] | None = None) -> T:
    """Read a file, by its name without `.toml`, as a type; `decode` makes what msgspec cannot."""
    return msgspec.convert(tomllib.loads(read_text(f"{name}.toml")), kind, dec_hook=decode)


def read_text(name: str) -> str:
    """Read a file as it is, by its name."""
    return files("bot").joinpath(f"data/{name}").read_text(encoding="utf-8")


@lru_cache(maxsize=16)
def languages_of(folder: str) -> frozenset[str]:
    """Return the languages (ISO 639-1) of a folder that has a file for each."""
    entries = files("bot").joinpath(f"data/{folder}").iterdir()
    return frozenset(entry.name.removesuffix(".toml") for entry in entries)
