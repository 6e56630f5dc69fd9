"""How the repository is kept: forms of issues, the workflow, updates, hooks, the image's labels."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
FORMS = sorted(ROOT.glob(".github/ISSUE_TEMPLATE/*.yml"))
FIELDS = {"markdown", "input", "textarea", "dropdown", "checkboxes"}
ACTION = re.compile(r"[\w.-]+/[\w./-]+@v\d[\w.]*")
"""An action at a version, of GitHub's marketplace."""
HOST = re.compile(r"\b(?:[a-z0-9-]+\.)+(?:io|org|com|dev|net)\b", re.IGNORECASE)


def parsed(path: Path) -> dict[Any, Any]:
    file: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return file


WORKFLOW = parsed(ROOT / ".github/workflows/ci.yml")
STEPS = [(name, step) for name, job in WORKFLOW["jobs"].items() for step in job["steps"]]


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_is_one_that_github_takes(path: Path) -> None:
    form = parsed(path)
    if path.stem == "config":
        assert form.keys() <= {"blank_issues_enabled", "contact_links"}
        return
    assert form.keys() >= {"name", "description", "body"}
    assert form.keys() <= {"name", "description", "body", "title", "labels", "assignees"}
    asked = [field for field in form["body"] if field["type"] != "markdown"]
    ids = [field["id"] for field in asked]
    labels = [field["attributes"]["label"] for field in asked]
    assert len({*ids}) == len(ids)
    assert len({*labels}) == len(labels)
    for field in form["body"]:
        assert field["type"] in FIELDS
        assert field.keys() <= {"type", "id", "attributes", "validations"}
        assert field.get("validations", {"required": True}) == {"required": True}
        if field["type"] == "dropdown":
            options = field["attributes"]["options"]
            assert len({*options}) == len(options) > 1
            assert all(isinstance(each, str) for each in options)


def test_there_is_a_form_for_a_label_a_source_and_a_bug() -> None:
    assert {path.stem for path in FORMS} == {"wrong_label", "dead_source", "bug", "config"}
    record = next(f for f in parsed(FORMS[-1])["body"] if f.get("id") == "record")
    assert record["validations"]["required"]


def test_the_workflow_checks_builds_scans_and_signs() -> None:
    assert (ROOT / ".ci" / "run").exists()
    assert ("check", {"run": ".ci/run"}) in STEPS
    assert set(WORKFLOW[True]) >= {"push", "pull_request"}  # YAML reads `on` as true
    assert WORKFLOW["permissions"] == {"contents": "read"}
    jobs = WORKFLOW["jobs"]
    assert (jobs["image"]["needs"], jobs["publish"]["needs"]) == ("check", "image")
    platforms = [one["platform"] for one in jobs["image"]["strategy"]["matrix"]["include"]]
    assert platforms == ["linux/amd64", "linux/arm64"]
    named = {step.get("name"): step for name, step in STEPS if name != "check"}
    assert named["Scan"]["with"]["exit-code"] == "1"
    pushed = named["Build and push"]["with"]
    assert pushed["platforms"].split(",") == platforms
    assert pushed["sbom"] is True
    assert "meta.outputs.labels" in pushed["labels"]
    assert named["Sign"]["run"].startswith("cosign sign --yes")
    assert jobs["publish"]["permissions"]["id-token"] == "write"


def test_actions_are_pinned_and_no_text_from_outside_becomes_a_command() -> None:
    assert all(ACTION.fullmatch(step["uses"]) for _, step in STEPS if "uses" in step)
    assert not [step for _, step in STEPS if "${{" in step.get("run", "")]
    assert all("timeout-minutes" in job for job in WORKFLOW["jobs"].values())


def test_no_address_of_a_registry_is_written_down() -> None:
    kept = [*ROOT.glob(".github/**/*.yml"), ROOT / ".pre-commit-config.yaml"]
    kept += [ROOT / "tools" / "release.py", ROOT / "Dockerfile"]
    assert len(kept) > 6
    assert not [
        (path.name, found) for path in kept for found in HOST.findall(path.read_text("utf-8"))
    ]


def test_all_that_is_depended_upon_is_kept_up_to_date() -> None:
    file = parsed(ROOT / ".github/dependabot.yml")
    assert file["version"] == 2
    kinds = {update["package-ecosystem"] for update in file["updates"]}
    assert kinds == {"pip", "docker", "docker-compose", "github-actions"}
    assert {update["directory"] for update in file["updates"]} == {"/"}
    assert all(update["schedule"] == {"interval": "weekly"} for update in file["updates"])


def test_the_hooks_are_the_checks_of_make() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    checks = re.findall(r"^\t@\$\(BIN\)/((?:ruff|mypy|lint-imports)[^>\n]*)", makefile, re.M)
    (local,) = parsed(ROOT / ".pre-commit-config.yaml")["repos"]
    hooks = local["hooks"]
    assert local["repo"] == "local"
    assert {hook["entry"] for hook in hooks} == {f".venv/bin/{each.strip()}" for each in checks}
    assert all(hook["language"] == "system" and not hook["pass_filenames"] for hook in hooks)


def test_the_image_tells_what_it_is() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    labels = set(re.findall(r"org\.opencontainers\.image\.(\w+)=", dockerfile))
    assert labels == {"title", "description", "licenses", "version", "revision"}
