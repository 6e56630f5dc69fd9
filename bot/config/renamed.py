"""Keys of the configuration under their old names, which are read for a while, with a word."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from bot.errors import ConfigError


class Renamed(NamedTuple):
    """A key that has another name now, in the file and in the environment."""

    table: str
    """Or a list of tables, such as `sources`."""
    old: str
    new: str
    gone: str
    """The version of the program that does not read the old name any more."""


RENAMED: tuple[Renamed, ...] = ()
"""Such as `Renamed("polling", "every", "interval", gone="0.3.0")`."""

Warn = Callable[[str], None]
_HEADER = re.compile(r"\s*\[+\s*([\w-]+)\s*\]")
_KEY = re.compile(r"\s*([\w.-]+)\s*=")


def rename_keys(
    config: dict[str, Any], text: str, path: str, renamed: Sequence[Renamed], warn: Warn
) -> None:
    """Give old keys their new names. `text`: the TOML that they were read from, in which their line
    is looked for. Raises ConfigError where a key has both."""
    for name, old, new, gone in renamed:
        found = config.get(name)
        given = found if isinstance(found, list) else [found]  # what it must be is checked later
        tables = [each for each in given if isinstance(each, dict) and old in each]
        for table in tables:
            if new in table:
                expected = f"{new} alone, which is its name now"
                raise ConfigError(f"{path}: {name}.{old}", "a key under two names", expected)
            table[new] = table.pop(old)
        if tables:
            line = _line_of(text, name, old)
            place = f"{path}, line {line}" if line else path
            warn(f"{place}: {_said(f'{name}.{old}', f'{name}.{new}', gone)}")


def rename_variables(
    environ: Mapping[str, str], renamed: Sequence[Renamed], warn: Warn
) -> Mapping[str, str]:
    """Return the environment with old variables under their new names; where both are set, as while
    versions change, the new one counts."""
    for table, old, new, gone in renamed:
        before, after = variable_of(table, old), variable_of(table, new)
        if before in environ:
            if after not in environ:
                warn(f"environment: {_said(before, after, gone)}")
            others = {name: value for name, value in environ.items() if name != before}
            environ = {after: environ[before], **others}
    return environ


def variable_of(table: str, key: str) -> str:
    """Return the variable of the environment that a key may come from."""
    return f"HERALD_{table}_{key}".upper()


def _said(old: str, new: str, gone: str) -> str:
    return f"{old} is called {new} now; version {gone} will not read the old name any more"


def _line_of(text: str, table: str, key: str) -> int | None:
    """Return the number of the first line that sets a key; None: it is written otherwise, as in an
    inline table."""
    header = ""
    for number, line in enumerate(text.splitlines(), 1):
        if found := _HEADER.match(line):
            header = found[1]
        elif (found := _KEY.match(line)) and f"{table}.{key}" in (found[1], f"{header}.{found[1]}"):
            return number
    return None
