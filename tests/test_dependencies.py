"""docs/DEPENDENCIES.md tells of all that is installed, as it is."""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, metadata
from itertools import chain
from pathlib import Path

import pytest

from tests.test_licences import licence

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
TABLES = (ROOT / "docs" / "DEPENDENCIES.md").read_text()
LOCK = (ROOT / "requirements.lock").read_text()


def rows() -> dict[str, list[str]]:
    """The cells of each package's row; packages that share one have it each."""
    lines = (line.strip("| ").split(" | ") for line in TABLES.splitlines() if line[:2] == "| ")
    named = ((name, cells) for cells in lines for name in cells[0].split(", "))
    return {name: cells for name, cells in named if name not in ("package", "---")}


def asked_for() -> set[str]:
    """The packages that the project names."""
    extras = chain.from_iterable(PROJECT["optional-dependencies"].values())
    named = (re.match(r"[\w.-]+", each) for each in (*PROJECT["dependencies"], *extras))
    return {found[0] for found in named if found} - {PROJECT["name"]}


def test_each_package_has_its_row() -> None:
    assert rows().keys() == asked_for()


@pytest.mark.parametrize("name", sorted(name for name, cells in rows().items() if len(cells) > 3))
def test_a_row_is_true(name: str) -> None:
    cells = rows()[name]
    version, _, _ = cells[4].partition(",")
    if version != "–":
        locked = re.search(rf"^{re.escape(name.replace('.', '-'))}==(\S+)", LOCK, re.M | re.I)
        assert locked, name
        assert version == locked[1], f"{name}: the lock has {locked[1]}"
    try:
        told = licence(metadata(name))
    except PackageNotFoundError:  # of an extra
        return
    short = re.match(r"\w+", cells[3])
    assert short, cells
    spelt = {"PSF": r"PSF|Python Software Foundation"}
    assert re.search(spelt.get(short[0], short[0]), told, re.I), told
