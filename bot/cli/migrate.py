"""`policy-herald migrate`: a TinyDB store into the PostgreSQL database of storage.url."""

import argparse
from pathlib import Path

from bot.cli import console
from bot.config import Config
from bot.errors import ConfigError
from bot.store import is_server, shown
from bot.store.backup import migrate


def main(arguments: argparse.Namespace, config: Config) -> int:
    """Prints how many documents of each table were copied. Raises ConfigError and StoreError."""
    file, place = Path(arguments.file.removeprefix("tinydb:")), config.storage.url.place()
    if not is_server(place):
        raise ConfigError(
            "storage.url", f'"{config.storage.url}"', "a postgresql:// address to copy into"
        )
    if not file.is_file():
        raise ConfigError("FILE", str(file), "the file of a TinyDB store")
    copied = migrate(file, place)
    table = console.table(f"{file} to {shown(place)}", "table", "documents")
    for name, count in copied.items():
        console.row(table, name, count)
    console.console().print(table)
    print("Every document was read back and is the same. The file stays as it is.")
    return 0
