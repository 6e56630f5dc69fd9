"""`policy-herald site DIR`: the archive as files, for any web server."""

import argparse
from pathlib import Path

from bot import dates
from bot.cli.store import open_required
from bot.config import Config
from bot.errors import ConfigError
from bot.i18n import LANGUAGES, locale_for
from bot.web.site import Site
from bot.web.site_folder import write_folder


async def site(arguments: argparse.Namespace, config: Config) -> int:
    """Write the archive as files into a folder. Raises ConfigError, StoreError and OSError."""
    if arguments.language not in LANGUAGES:
        expected = f"one of {', '.join(LANGUAGES)}"
        raise ConfigError("--language", f'"{arguments.language}"', expected)
    sources = {source.id: source for source in config.all_sources()}
    folder = Path(arguments.folder)
    async with open_required(config) as store:
        url = arguments.url or config.web.public_url
        written = Site(store, sources, dates.now(), locale_for(arguments.language), url)
        count = await write_folder(folder, written.files())
    print(f"{folder}: {count} files; begin with {folder / 'index.html'}")
    if not url:
        print("Its feeds do not say where they lie: give the address with --url.")
    return 0
