"""What Prometheus reads of one process."""

import asyncio
import shutil
import subprocess

import pytest
from msgspec.structs import replace

from bot.models.sources import PollCommit, SourceState
from bot.monitoring.http import LoopLag, Metrics
from bot.pipeline.rules import RULES
from bot.store import open_store
from tests.samples import NOW, source

ANSWERED = SourceState(id="", url="http://mv.example/rss", polled=NOW)
STATES = {
    "answered": ANSWERED,
    "broken": replace(ANSWERED, failures=3, error="HTTP 503"),
    "hides": replace(ANSWERED, stuck=NOW),
    "gone": replace(ANSWERED, stopped=True, error="HTTP 410"),
    "resting": ANSWERED,
}


async def exposed() -> str:
    sources = [source(id=name) for name in (*STATES, "new")]
    async with open_store(":memory:", RULES) as store:
        for name, state in STATES.items():
            await store.commit(PollCommit(state=replace(state, id=name), at=NOW), lambda *_: ())
        await store.switch_source("resting", is_on=False)
        metrics = Metrics(store, sources, lambda: NOW, LoopLag(), lambda: 2, lambda: 18000)
        return (await metrics.exposition()).decode()


async def test_sources_are_counted_by_their_state() -> None:
    rows = dict(row.rsplit(" ", 1) for row in (await exposed()).splitlines() if row[0] != "#")
    states = ("well", "failing", "stuck", "stopped", "unread", "off")
    assert {rows[f'herald_sources{{state="{state}"}}'] for state in states} == {"1.0"}
    assert rows["herald_floods_total"] == "2.0"
    assert rows["herald_backup_age_seconds"] == "18000.0"


async def test_counters_begin_at_zero() -> None:
    """Else Prometheus would see no increase when the first is counted."""
    rows = (await exposed()).splitlines()
    assert 'herald_polls_total{result="nothing_new"} 0.0' in rows
    assert 'herald_deliveries_total{outcome="unknown"} 0.0' in rows


@pytest.mark.skipif(not shutil.which("promtool"), reason="promtool is not installed")
def test_promtool_finds_nothing_wrong_with_them() -> None:
    command, text = ["promtool", "check", "metrics"], asyncio.run(exposed())
    checked = subprocess.run(command, check=False, input=text, capture_output=True, text=True)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")
