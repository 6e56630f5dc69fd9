"""Hours in which everything goes wrong, each by a seed of its own: kills, stops, pauses, full
disks, jumps of the clock, torn logs, updates that cannot be read, floods, cut connections, outages.

    python -m benchmarks.chaos [HOURS [SEED]]

A line for each hour; one that is not in order can be replayed:
`HERALD_CHAOS_SEED=… pytest tests/end_to_end/test_chaos.py`.
"""

import logging
import random
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import measured
from tests.end_to_end.chaos_run import Chaos
from tests.end_to_end.simulated import in_simulated_time


async def live(folder: Path, seed: int) -> str:
    """One hour: what came of it."""
    chaos = Chaos(folder, seed, hours=1)
    problems = await chaos.run()
    news, troubles = len(chaos.ministries.published), len(chaos.troubles)
    said = "; ".join(problems[:3]) or "all accounted for, nothing twice"
    return f"{chaos.lives:6}{troubles:10}{news:6}{chaos.uncertain:11}  {said}"


def main(hours: int = 24, seed: int | None = None) -> None:
    """Prints the table."""
    first = random.randrange(10**8) if seed is None else seed
    logging.disable()  # each trouble is logged at length
    print(measured.machine())
    print(f"{'seed':>10}{'lives':>6}{'troubles':>10}{'news':>6}{'uncertain':>11}")
    for number in range(first, first + hours):
        begun = time.monotonic()
        with tempfile.TemporaryDirectory() as name:
            line = in_simulated_time(live(Path(name), number))
        print(f"{number:10}{line} ({time.monotonic() - begun:.1f} s)", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
