"""Every benchmark, one after another, the longest of them smaller than alone; at the end, how long
each took, and which was not measured."""

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks import measured

HELPERS = frozenset({"__main__", "measured", "peers", "publisher"})
NAMES = sorted({path.stem for path in Path(__file__).parent.glob("*.py")} - HELPERS)
SMALLER = {
    "chaos": ("2",),
    "cycle": ("50",),
    "lag": ("200",),
    "plot": ("10", "50", "200"),
    "search": ("--developments", "20000"),
    "soak": ("28",),
    "unchanged": ("200",),
}
"""The arguments of those that would take longest."""
OUTCOMES = {0: "measured", measured.LACKS: "not measured: lacks what it names above"}


class Run(NamedTuple):
    """A benchmark that was run: its command, the seconds that it took, its exit status."""

    command: str
    seconds: float
    status: int


def run(name: str) -> Run:
    """Run a benchmark."""
    arguments = SMALLER.get(name, ())
    command = " ".join((name, *arguments))
    print(f"== {command}", flush=True)
    begun = time.monotonic()
    module = [sys.executable, "-u", "-m", f"benchmarks.{name}"]
    ended = subprocess.run([*module, *arguments], check=False)
    print(flush=True)
    return Run(command, time.monotonic() - begun, ended.returncode)


def summary(runs: Sequence[Run]) -> str:
    """Return a line for each run, and the minutes of all."""
    lines = [
        f"{command:30}{seconds:6.0f} s  {OUTCOMES.get(status, f'failed: exit status {status}')}"
        for command, seconds, status in runs
    ]
    minutes = sum(each.seconds for each in runs) / 60
    return "\n".join(["== summary", *lines, f"{'all':30}{minutes:6.1f} min"])


def main() -> bool:
    """Run them all, print the summary, and return whether any failed."""
    runs = [run(name) for name in NAMES]
    print(summary(runs))
    return any(each.status not in OUTCOMES for each in runs)


if __name__ == "__main__":
    sys.exit(main())
