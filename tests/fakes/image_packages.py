"""Imports all that the bot imports, and draws and reads, with the packages of the image alone.

Run in a process of its own: python -m tests.fakes.image_packages
"""

import datetime as dt
import importlib
import pkgutil
import re
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.metadata import packages_distributions
from pathlib import Path
from types import ModuleType

import bot
from tools import slim

ROOT = Path(bot.__file__).parents[1]
LATE_IMPORT = re.compile(r"^ +(?:from|import) ([\w.]+)(?: import .+| as .+|  #.+)?$", re.MULTILINE)


class ImagePackages(MetaPathFinder):
    """Finds no module that the image has not got."""

    def __init__(self) -> None:
        kept = kept_distributions()
        installed = packages_distributions().items()
        self._lacking = {top for top, names in installed if not kept & {*map(plain, names)}}
        self._taken = {*slim.unread()}

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Raise ModuleNotFoundError for what the image lacks; find nothing else."""
        spec = PathFinder.find_spec(name, path)
        file = Path(spec.origin) if spec and spec.origin else Path()
        top, _, _ = name.partition(".")
        if top in self._lacking or self._taken & {file, *file.parents}:
            raise ModuleNotFoundError(f"the image has no {name}", name=name)
        return None


def kept_distributions() -> set[str]:
    """What the lock installs and the Dockerfile keeps, and the bot."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    uninstalled = re.search(r"uninstall --yes((?:\s|\\\n|[\w-]+)+?)\\\n\s*&&", dockerfile)
    assert uninstalled
    taken = {*re.findall(r"[\w-]+", uninstalled[1])}
    locked = {*re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)}
    assert taken < locked
    return {"policy-herald", *locked - taken}


def plain(name: str) -> str:
    """Return the name of a distribution as locks write it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def late_imports() -> set[str]:
    """What the bot's sources import within functions, or for types alone."""
    sources = (file.read_text(encoding="utf-8") for file in Path(bot.__file__).parent.rglob("*.py"))
    return {name for source in sources for name in LATE_IMPORT.findall(source)}


def main() -> None:
    """Import it all, draw a picture, and open what an owner has locked."""
    sys.meta_path.insert(0, ImagePackages())
    for module in pkgutil.walk_packages(bot.__path__, "bot."):
        importlib.import_module(module.name)
    for name in late_imports() - {"backports", "compression"}:  # each Python has one of them
        importlib.import_module(name)

    from bot.parse.pdf import parse_pdf
    from bot.render import chart
    from tests.fakes.pdf import make_pdf
    from tests.samples import development

    today = dt.date(2025, 1, 16)
    assert chart.png([development(date=today)], today)
    assert parse_pdf(make_pdf([["A law."]], password="", owner="secret")).text == "A law."


if __name__ == "__main__":
    main()
