"""An hour in which everything goes wrong: whatever was matched is told once, or accounted for.

    HERALD_CHAOS_SEED=123 pytest tests/end_to_end/test_chaos.py

replays the hour of a seed; `python -m benchmarks.chaos` lives through more of them.
"""

import gc
import os
from pathlib import Path

import pytest

from tests.end_to_end.chaos_run import KINDS, Chaos, schedule
from tests.end_to_end.simulated import in_simulated_time

SEED = int(os.environ.get("HERALD_CHAOS_SEED", "20250116"))


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # what is killed closes nothing
def test_an_hour_of_trouble_loses_nothing_and_repeats_nothing(tmp_path: Path) -> None:
    print(f"HERALD_CHAOS_SEED={SEED}")  # pytest shows it where the test fails

    async def scene() -> tuple[list[str], int]:
        chaos = Chaos(tmp_path, SEED, hours=1)
        return await chaos.run(), chaos.lives

    problems, lives = in_simulated_time(scene())
    gc.collect()
    assert not problems
    assert lives > 1


def test_a_seed_decides_what_goes_wrong() -> None:
    assert schedule(SEED, 1) == schedule(SEED, 1) != schedule(SEED + 1, 1)
    assert {trouble.kind for trouble in schedule(SEED, 1)} == KINDS.keys()
