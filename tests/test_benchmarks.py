"""Every benchmark runs alone with what the tests have installed, and is described."""

import importlib
import re
from pathlib import Path

import pytest

from benchmarks import measured

FOLDER = Path(measured.__file__).parent
HELPERS = {"measured", "peers", "publisher"}
NAMES = sorted(path.stem for path in FOLDER.glob("*.py"))


@pytest.mark.parametrize("name", NAMES)
def test_a_benchmark_needs_no_more_than_the_tests(name: str) -> None:
    module = importlib.import_module(f"benchmarks.{name}")
    assert hasattr(module, "main") or name in HELPERS


def test_each_has_a_row_that_tells_what_it_measures() -> None:
    rows = re.findall(r"^\| `(\w+)", (FOLDER / "README.md").read_text(), re.MULTILINE)
    assert sorted(rows) == sorted({*NAMES} - HELPERS)


def test_data_that_is_not_there_is_told_in_a_line() -> None:
    with pytest.raises(SystemExit, match=r"none\.jsonl, which is not part of the project"):
        measured.data("none.jsonl")


async def test_what_never_comes_ends_a_benchmark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measured, "LONGEST", 0.01)
    with pytest.raises(TimeoutError):
        await measured.until(lambda: False)
