"""Every benchmark runs alone with what the tests have installed, and is described."""

import importlib
import re
from pathlib import Path

import pytest

from benchmarks import __main__ as every
from benchmarks import measured

README = Path(measured.__file__).with_name("README.md")


@pytest.mark.parametrize("name", every.NAMES)
def test_a_benchmark_needs_no_more_than_the_tests(name: str) -> None:
    assert callable(importlib.import_module(f"benchmarks.{name}").main)


def test_each_has_a_row_that_tells_what_it_measures() -> None:
    rows = re.findall(r"^\| `(\w+)", README.read_text(), re.MULTILINE)
    assert sorted(rows) == every.NAMES


def test_those_that_are_smaller_are_told_so() -> None:
    told = re.findall(r"\| `(\w+) ([^`]+)`, [^|]+\|$", README.read_text(), re.MULTILINE)
    assert dict(told) == {name: " ".join(said) for name, said in every.SMALLER.items()}


def test_the_end_tells_what_was_measured_what_lacks_something_and_what_failed() -> None:
    runs = [every.Run("cycle 50", 59.7, 0), every.Run("labels", 0.3, 77), every.Run("lag", 1, -9)]
    assert every.summary(runs).splitlines() == [
        "== summary",
        "cycle 50                          60 s  measured",
        "labels                             0 s  not measured: lacks what it names above",
        "lag                                1 s  failed: exit status -9",
        "all                              1.0 min",
    ]


@pytest.mark.parametrize(("status", "is_failure"), [(0, False), (measured.LACKS, False), (1, True)])
def test_only_a_failure_is_one_of_all(
    status: int, is_failure: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(every, "run", lambda name: every.Run(name, 0, status))
    assert every.main() == is_failure


def test_data_that_is_not_there_is_told_in_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        measured.data("none.jsonl")
    assert ended.value.code == measured.LACKS
    assert "none.jsonl, which is not part of the project" in capsys.readouterr().err


async def test_what_never_comes_ends_a_benchmark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measured, "LONGEST", 0.01)
    with pytest.raises(TimeoutError):
        await measured.until(lambda: False)
