"""`policy-herald backup`, `restore` and `migrate`: copies of the whole store."""

import argparse
from pathlib import Path

from bot.cli import console
from bot.config import Config
from bot.errors import ConfigError
from bot.store import backup as copies
from bot.store import is_server, shown


def backup(arguments: argparse.Namespace, config: Config) -> int:
    """Copy the store to a file, also while the bot runs."""
    copy = Path(arguments.file)
    if copy.exists():
        raise ConfigError(arguments.file, "a file", "a name that is not taken")
    copies.back_up(config.storage.url.address(), copy)
    print(f"{copy}: {copy.stat().st_size / 1024:.0f} KiB")
    return 0


def restore(arguments: argparse.Namespace, config: Config) -> int:
    """Make a backup the store, where there is none or an empty one."""
    url, copy = config.storage.url.address(), Path(arguments.file)
    if not copy.is_file():
        raise ConfigError(arguments.file, "no such file", "a backup")
    copies.restore(copy, url)
    print(
        f"{shown(url)}: restored from {arguments.file}. With another bot's token, every chat must"
    )
    print("press Start there again before it hears anything; its filters and history are kept.")
    return 0


def migrate(arguments: argparse.Namespace, config: Config) -> int:
    """Copy a TinyDB store into the PostgreSQL database of storage.url, and print the counts."""
    file, url = Path(arguments.file.removeprefix("tinydb:")), config.storage.url.address()
    if not is_server(url):
        raise ConfigError(
            "storage.url", f'"{config.storage.url}"', "a postgresql:// address to copy into"
        )
    if not file.is_file():
        raise ConfigError("FILE", str(file), "the file of a TinyDB store")
    copied = copies.migrate(file, url)
    console.print_table(f"{file} to {shown(url)}", ("table", "documents"), copied.items())
    print("Every document was read back and is the same. The file stays as it is.")
    return 0
