"""Alert rules and dashboard: they use figures that there are, and fire when they should."""

import asyncio
import functools
import json
import re
import shutil
import subprocess
from itertools import combinations
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from bot.models.deliveries import Outcome
from bot.models.sources import PollResult
from bot.monitoring.source_health import CONDITIONS
from tests.monitoring.test_metrics import exposed

DEPLOY = Path(__file__).parents[2] / "deploy"
ALERTS = DEPLOY / "alerts.yaml"
CASES = Path(__file__).with_name("alerts_test.yaml")
RULES = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"][0]["rules"]
DASHBOARD: dict[str, Any] = json.loads((DEPLOY / "grafana.json").read_text(encoding="utf-8"))
PANELS = DASHBOARD["panels"]

RULE_TEXTS = [rule["expr"] for rule in RULES]
PANEL_TEXTS = [target["expr"] for panel in PANELS for target in panel["targets"]]
LABELS = {
    "state": {*CONDITIONS},
    "result": {result.replace(" ", "_") for result in get_args(PollResult)},
    "outcome": {outcome.__name__.lower() for outcome in get_args(Outcome)},
}

needs_promtool = pytest.mark.skipif(
    not shutil.which("promtool"), reason="promtool is not installed"
)


@functools.cache
def metrics() -> frozenset[str]:
    """The names that /metrics exposes, but for when counters began."""
    names = re.findall(r"^# TYPE (\S+)", asyncio.run(exposed()), re.M)
    return frozenset(name for name in names if not name.endswith("_created"))


def named(texts: list[str]) -> set[str]:
    return set(re.findall(r"\bherald_\w+", " ".join(texts)))


def test_they_use_figures_that_there_are() -> None:
    assert named(RULE_TEXTS) <= metrics()
    assert named(PANEL_TEXTS) == metrics()


@pytest.mark.parametrize("text", [*RULE_TEXTS, *PANEL_TEXTS, CASES.read_text(encoding="utf-8")])
def test_they_use_labels_that_there_are(text: str) -> None:
    for label, values in re.findall(r'\b(state|result|outcome)[=!]~?"([^"]+)"', text):
        assert {*values.split("|")} <= LABELS[label]


def test_every_alert_says_what_it_means_and_what_to_do() -> None:
    for rule in RULES:
        assert rule["labels"]["severity"] in {"critical", "warning"}
        assert rule["annotations"].keys() == {"summary", "description"}


def test_every_alert_is_tried() -> None:
    cases = CASES.read_text(encoding="utf-8")
    assert all(f'alertname="{rule["alert"]}"' in cases for rule in RULES)


@needs_promtool
def test_alerts_fire_when_they_should(tmp_path: Path) -> None:
    shutil.copy(ALERTS, tmp_path)
    shutil.copy(CASES, tmp_path)
    assert promtool("test", "rules", tmp_path / CASES.name) == 0


@needs_promtool
def test_prometheus_reads_every_expression(tmp_path: Path) -> None:
    recorded = [
        {"record": f"panel:{number}", "expr": text.replace("$__rate_interval", "5m")}
        for number, text in enumerate(PANEL_TEXTS)
    ]
    panels = tmp_path / "panels.yaml"
    panels.write_text(json.dumps({"groups": [{"name": "panels", "rules": recorded}]}))
    assert promtool("check", "rules", ALERTS, panels) == 0


def promtool(*arguments: str | Path) -> int:
    done = subprocess.run(["promtool", *arguments], check=False, capture_output=True, text=True)
    print(done.stdout, done.stderr)
    return done.returncode


def test_the_panels_of_the_dashboard_stand_beside_one_another() -> None:
    assert DASHBOARD.keys() >= {"uid", "title", "schemaVersion", "panels", "templating", "time"}
    assert len({panel["id"] for panel in PANELS}) == len(PANELS)
    assert all(panel["datasource"]["uid"] == "${datasource}" for panel in PANELS)
    places = [panel["gridPos"] for panel in PANELS]
    assert all(place["x"] + place["w"] <= 24 for place in places)
    assert not [pair for pair in combinations(places, 2) if overlap(*pair)]


def overlap(one: dict[str, int], other: dict[str, int]) -> bool:
    return all(
        one[at] < other[at] + other[size] and other[at] < one[at] + one[size]
        for at, size in (("x", "w"), ("y", "h"))
    )
