"""`policy-herald restore`: a backup becomes the store, where there is none or an empty one."""

import argparse
from pathlib import Path

from bot.config import Config
from bot.errors import ConfigError
from bot.store import shown
from bot.store.backup import restore


def main(arguments: argparse.Namespace, config: Config) -> int:
    """Reads FILE. Raises ConfigError and StoreError."""
    place, copy = config.storage.url.place(), Path(arguments.file)
    if not copy.is_file():
        raise ConfigError(arguments.file, "no such file", "a backup")
    restore(copy, place)
    print(
        f"{shown(place)}: restored from {arguments.file}. With another bot's token, every chat must"
    )
    print("press Start there again before it hears anything; its filters and history are kept.")
    return 0
