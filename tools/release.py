"""Make a release: version, changelog, commit, tag, wheel and, with --image, the image.

python -m tools.release 0.2.0            # all of it, here; nothing is pushed
python -m tools.release 0.2.0 --dry-run  # says what it would do
"""

import argparse
import datetime as dt
import io
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
VERSION = re.compile(r'^__version__ = "(.+)"$', re.MULTILINE)
"""Where the version stands, in `bot/__init__.py`: pyproject.toml and the program read it there."""
UNRELEASED = re.compile(r"^## (?:[\d.]+ – )?unreleased$", re.MULTILINE | re.IGNORECASE)
"""The heading of the changelog that becomes the version's."""


def main(arguments: list[str] | None = None, root: Path = ROOT) -> str | None:
    """Make the release; return what stands against it, or None."""
    parser = argparse.ArgumentParser(prog="python -m tools.release", description=__doc__)
    parser.add_argument("version", help="of three numbers: 0.2.0")
    parser.add_argument("--image", action="store_true", help="also build the image, by docker")
    parser.add_argument("--dry-run", action="store_true", help="change nothing")
    asked = parser.parse_args(arguments)
    if problem := find_problem(root, asked.version):
        return problem
    today = dt.datetime.now(tz=dt.UTC).date()
    if asked.dry_run:
        print(f"would release {asked.version} as of {today}")
        return None
    commit_version(root, asked.version, today)
    build_wheel(root, root / "dist")
    if asked.image:
        build_image(root, asked.version)
    git(root, "tag", "--annotate", "--message", f"Release {asked.version}", f"v{asked.version}")
    print(f"released {asked.version}; publish it by: git push --follow-tags")
    return None


def find_problem(root: Path, version: str) -> str | None:
    """Return what stands against the release of a version, with what to do; None: nothing."""
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        return f"{version} is no version: write three numbers, as in 0.2.0"
    if numbers(version) < numbers(current := current_version(root)):
        return f"{version} is older than {current}, which bot/__init__.py has"
    if git(root, "tag", "--list", f"v{version}"):
        return f"v{version} is released already: choose the next version"
    if git(root, "status", "--porcelain"):
        return "there are changes that are not committed: commit them, or put them away"
    if len(UNRELEASED.findall((root / "CHANGELOG.md").read_text(encoding="utf-8"))) != 1:
        return "CHANGELOG.md has not one heading `## Unreleased`: write what is new under it"
    return None


def commit_version(root: Path, version: str, day: dt.date) -> None:
    """Write the version, and the day into the changelog; commit both."""
    replace_once(root / "bot" / "__init__.py", VERSION, f'__version__ = "{version}"')
    replace_once(root / "CHANGELOG.md", UNRELEASED, f"## {version} – {day}")
    git(root, "commit", "--quiet", "--all", "--message", f"Release {version}")


def build_wheel(root: Path, folder: Path) -> None:
    """Build the wheel of what is committed, and of nothing that lies beside it."""
    archive = subprocess.run(
        ["git", "archive", "HEAD"], cwd=root, check=True, stdout=subprocess.PIPE
    ).stdout
    with tempfile.TemporaryDirectory() as source:
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            files.extractall(source, filter="data")
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet"]
        subprocess.run([*pip, "--no-deps", "--wheel-dir", folder, source], check=True)


def build_image(root: Path, version: str) -> None:
    """Build the image for this machine's architecture, as policy-herald:VERSION."""
    facts = {"VERSION": version, "REVISION": git(root, "rev-parse", "HEAD")}
    told = [f"--build-arg={name}={value}" for name, value in facts.items()]
    subprocess.run(
        ["docker", "build", "--tag", f"policy-herald:{version}", *told, "."], cwd=root, check=True
    )


def current_version(root: Path) -> str:
    """Return the version that the program has."""
    found = VERSION.search((root / "bot" / "__init__.py").read_text(encoding="utf-8"))
    assert found
    return found[1]


def numbers(version: str) -> tuple[int, ...]:
    """Return the numbers of a version, which are compared as such."""
    return tuple(map(int, version.split(".")))


def replace_once(path: Path, pattern: re.Pattern[str], new: str) -> None:
    """Replace the one place of a file that a pattern finds."""
    path.write_text(pattern.sub(new, path.read_text(encoding="utf-8"), count=1), encoding="utf-8")


def git(root: Path, *arguments: str) -> str:
    """Run git; return what it prints. Raises CalledProcessError."""
    done = subprocess.run(
        ["git", *arguments], cwd=root, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
