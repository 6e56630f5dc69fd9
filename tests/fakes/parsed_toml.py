"""Long files of TOML, parsed once for all processes and runs of the suite."""

import hashlib
import os
import pickle
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

LONG = 2000
"""Characters from which a text is kept; a configuration of a test is parsed as fast."""


class ParsedToml:
    """`tomllib.loads` that keeps in a folder what it has parsed, by the hash of the text."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._parse = folder, tomllib.loads

    def loads(self, text: str, /, *, parse_float: Callable[[str], Any] = float) -> dict[str, Any]:
        if len(text) < LONG or parse_float is not float:
            return self._parse(text, parse_float=parse_float)
        path = self._folder / hashlib.sha256(text.encode()).hexdigest()
        try:
            return pickle.loads(path.read_bytes())  # type: ignore[no-any-return]
        except FileNotFoundError:
            parsed = self._parse(text)
        written = path.with_suffix(f".{os.getpid()}")  # so that nobody reads half of it
        written.write_bytes(pickle.dumps(parsed))
        written.replace(path)
        return parsed
