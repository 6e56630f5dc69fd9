"""`policy-herald backup`: a copy of everything, also while the bot runs."""

import argparse
from pathlib import Path

from bot.config import Config
from bot.errors import ConfigError
from bot.store.backup import back_up


def main(arguments: argparse.Namespace, config: Config) -> int:
    """Writes FILE. Raises ConfigError and StoreError."""
    copy = Path(arguments.file)
    if copy.exists():
        raise ConfigError(arguments.file, "a file", "a name that is not taken")
    back_up(config.storage.url.place(), copy)
    print(f"{copy}: {copy.stat().st_size / 1024:.0f} KiB")
    return 0
