"""Cost against size, measured and drawn into cost.svg: a durable insert by the documents that
are there, an item by the chats that there are, a cycle by the sources. matplotlib draws, in the
environment of the peers."""

import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from benchmarks import cycle, fanout, peers, store
from benchmarks.publisher import publishing

DRAWING = """
import json, sys
import matplotlib
matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "herald"
from matplotlib import pyplot

panels = json.load(sys.stdin)
figure, axes = pyplot.subplots(1, len(panels), figsize=(11, 4.2), layout="constrained")
for axis, (title, x, y, lines) in zip(axes, panels):
    for name, points in lines.items():
        axis.plot(*zip(*points), marker="o", label=name)
    axis.set(title=title, xlabel=x, ylabel=y, xscale="log", yscale="log")
    sizes = [size for size, _ in points]
    axis.set_xticks(sizes, labels=[f"{size:,}" for size in sizes])
    axis.minorticks_off()
    axis.yaxis.set_major_formatter("{x:,g}")
    axis.grid(which="major", alpha=.3)
    axis.legend(frameon=False, loc="upper center", bbox_to_anchor=(.5, -.2))
figure.savefig(sys.argv[1], metadata={"Date": None})
"""
DRAWN = Path("cost.svg")

Lines = dict[str, list[tuple[int, float]]]


def inserts(folder: Path) -> Lines:
    """Milliseconds by documents."""
    sizes = (1_000, 10_000, 100_000)
    ways = {"ours": store.rows, "TinyDB's JSON file": store.json_file, "sqlite3": store.raw}
    return {name: [(size, way(folder, size)[0]) for size in sizes] for name, way in ways.items()}


def items(folder: Path) -> Lines:
    """Milliseconds by chats."""
    sizes = (1_000, 10_000, 100_000)
    found = [(size, asyncio.run(fanout.fan_out(folder, size))) for size in sizes]
    return {
        "matched and enqueued": [(size, cost.committed) for size, cost in found],
        "the same at worst": [(size, cost.worst) for size, cost in found],
        "a command waited at most": [(size, cost.waited) for size, cost in found],
    }


def cycles(sizes: Iterable[int]) -> Lines:
    """Seconds of CPU by sources."""
    lines: Lines = {}
    for size in sizes:
        with publishing(size) as publisher, tempfile.TemporaryDirectory() as name:
            cycle.prepare(Path(name), publisher)
            with cycle.ours(Path(name)) as work:
                *before, news = cycle.CYCLES
                costs = [work(each) for each in before]
                publisher.publish()
                costs.append(work(news))
        for kind, cost in zip(cycle.CYCLES, costs, strict=True):
            lines.setdefault(kind, []).append((size, cost.cpu))
    return lines


def main(*sources: int) -> None:
    """Measures, and draws."""
    with tempfile.TemporaryDirectory() as name:
        panels = [
            ("A durable insert", "documents", "ms", inserts(Path(name))),
            ("An item", "chats", "ms", items(Path(name))),
            ("A cycle", "sources", "s of CPU", cycles(sources or (50, 200, 800))),
        ]
    subprocess.run(
        [peers.python(), "-c", DRAWING, str(DRAWN)], input=json.dumps(panels), text=True, check=True
    )
    print(f"drawn: {DRAWN}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
