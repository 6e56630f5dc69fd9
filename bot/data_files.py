"""Read the files of the package's own data (`bot/data`)."""

import re
import tomllib
from collections.abc import Callable, Container
from functools import lru_cache
from importlib.resources import as_file, files
from mmap import ACCESS_READ, mmap
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_LIST = re.compile(r'^"?(.+?)"? = \[[^\]]*\]\n', re.MULTILINE)
"""A key of TOML with a list of texts."""


def read_data(name: str, kind: type[T], decode: Callable[[type, Any], Any] | None = None) -> T:
    """Read a file, by its name without `.toml`, as a type; `decode` makes what msgspec cannot."""
    return msgspec.convert(tomllib.loads(read_text(f"{name}.toml")), kind, dec_hook=decode)


def read_lists(name: str, kind: type[T], keys: Container[str]) -> T:
    """Read a file without its lists under other keys, which are in small letters here: to parse all
    of a glossary takes ten times as long."""
    written = _LIST.sub(
        lambda found: found[0] if found[1].lower() in keys else "", read_text(f"{name}.toml")
    )
    return msgspec.convert(tomllib.loads(written), kind)


def read_text(name: str) -> str:
    """Read a file as it is, by its name."""
    return files("bot").joinpath(f"data/{name}").read_text(encoding="utf-8")


def map_data(name: str, kind: type[T]) -> T:
    """Read a file of MessagePack, by its name without `.msgpack`, as a type; its views of memory
    are of the file, which all processes share."""
    with as_file(files("bot") / f"data/{name}.msgpack") as path, path.open("rb") as file:
        return msgspec.msgpack.decode(mmap(file.fileno(), 0, access=ACCESS_READ), type=kind)


@lru_cache(maxsize=16)
def languages_of(folder: str) -> frozenset[str]:
    """Return the languages (ISO 639-1) of a folder that has a file for each."""
    entries = files("bot").joinpath(f"data/{folder}").iterdir()
    return frozenset(entry.name.removesuffix(".toml") for entry in entries)
