"""A release is made in a repository of its own, which pushes nothing."""

import datetime as dt
import re
import subprocess
from pathlib import Path

import pytest

from bot import __version__
from tools import release

ROOT = Path(__file__).parents[1]
CHANGELOG = "# Changelog\n\n## Unreleased\n\n- Something new.\n\n## 0.1.0 – 2025-01-16\n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot" / "__init__.py").write_text('"""A bot."""\n\n__version__ = "0.1.0"\n')
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG)
    release.git(tmp_path, "init", "--quiet")
    release.git(tmp_path, "config", "user.name", "Maintainers")
    release.git(tmp_path, "config", "user.email", "maintainers@herald.example")
    release.git(tmp_path, "add", ".")
    release.git(tmp_path, "commit", "--quiet", "--message", "Begin")
    return tmp_path


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Where wheels were to be built; building one asks for packages."""
    folders: list[Path] = []
    monkeypatch.setattr(release, "build_wheel", lambda _root, folder: folders.append(folder))
    return folders


def test_a_release_has_version_changelog_commit_tag_and_wheel(
    repository: Path, built: list[Path]
) -> None:
    assert release.main(["0.2.0"], repository) is None
    assert release.current_version(repository) == "0.2.0"
    today = dt.datetime.now(tz=dt.UTC).date()
    changelog = (repository / "CHANGELOG.md").read_text(encoding="utf-8")
    assert changelog == CHANGELOG.replace("Unreleased", f"0.2.0 – {today}")
    assert release.git(repository, "log", "--format=%s") == "Release 0.2.0\nBegin"
    assert release.git(repository, "describe") == "v0.2.0"
    assert release.git(repository, "status", "--porcelain") == ""
    assert built == [repository / "dist"]


def test_a_dry_run_changes_nothing(repository: Path, built: list[Path]) -> None:
    assert release.main(["0.2.0", "--dry-run"], repository) is None
    assert release.git(repository, "status", "--porcelain") == ""
    assert release.git(repository, "log", "--format=%s") == "Begin"
    assert not built


def test_what_stands_against_a_release_is_told(repository: Path) -> None:
    def problem(version: str) -> str:
        return str(release.main([version, "--dry-run"], repository))

    assert "three numbers" in problem("2")
    assert "older than 0.1.0" in problem("0.0.9")
    release.git(repository, "tag", "v0.1.0")
    assert "released already" in problem("0.1.0")
    (repository / "CHANGELOG.md").write_text("# Changelog\n")
    assert "not committed" in problem("0.2.0")
    release.git(repository, "commit", "--quiet", "--all", "--message", "Empty it")
    assert "Unreleased" in problem("0.2.0")


def test_a_release_whose_wheel_fails_is_not_tagged(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_root: Path, _folder: Path) -> None:
        raise subprocess.CalledProcessError(1, "pip")

    monkeypatch.setattr(release, "build_wheel", fails)
    with pytest.raises(subprocess.CalledProcessError):
        release.main(["0.2.0"], repository)
    assert release.git(repository, "tag") == ""


def test_the_version_stands_in_one_place() -> None:
    assert release.current_version(ROOT) == __version__
    assert re.search(r'^dynamic = \["version"\]$', (ROOT / "pyproject.toml").read_text(), re.M)
