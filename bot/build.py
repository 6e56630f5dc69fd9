"""Tell which program this process and the other replicas run: its version, commit and Python."""

import functools
import importlib.metadata
import json
import os
import platform
import subprocess
from pathlib import Path

from msgspec import Struct

from bot import __version__

VARIABLE = "HERALD_REVISION"
"""The environment variable in which the Docker image names its commit."""
ROOT = Path(__file__).parents[1]
UNKNOWN = "unknown"
"""What stands there in an image that was built without one."""
LENGTH = 12
"""Characters of a commit that are shown."""


class Build(Struct, frozen=True, kw_only=True):
    """The version of the program that a process runs."""

    version: str
    revision: str | None
    """The commit that it was built of; None: it is not known."""
    schema: int
    """The version of the schema that it writes."""
    python: str

    def __str__(self) -> str:
        revision = f"revision {self.revision}, " if self.revision else ""
        return f"{self.version} ({revision}schema {self.schema}, Python {self.python})"


class Replica(Struct, frozen=True, kw_only=True):
    """A process that runs the service."""

    number: int
    """Among those that share a server's database; 0: it is alone."""
    leads: bool
    build: Build | None
    """None: it is of a version that does not say, or says it in other words."""


def this_build(schema: int) -> Build:
    """Return what runs. `schema`: the version of the store's schema that it writes."""
    return Build(
        version=__version__,
        revision=revision(),
        schema=schema,
        python=platform.python_version(),
    )


@functools.cache
def revision() -> str | None:
    """Return the commit that the program was built of: of the image, of what pip has installed from
    a repository, or of the checkout it lies in; None: nothing says."""
    named = os.environ.get(VARIABLE, UNKNOWN)
    found = named if named != UNKNOWN else _installed_commit() or _checked_out_commit()
    return found[:LENGTH] if found else None


def _installed_commit() -> str | None:
    """Return the commit that pip notes (PEP 610)."""
    try:
        noted = importlib.metadata.distribution("policy-herald").read_text("direct_url.json")
    except importlib.metadata.PackageNotFoundError:
        return None
    commit = json.loads(noted or "{}").get("vcs_info", {}).get("commit_id")
    return str(commit) if commit else None


def _checked_out_commit() -> str | None:
    if not (ROOT / ".git").exists():
        return None
    ask = ("git", "-C", str(ROOT), "rev-parse", "HEAD")
    try:
        said = subprocess.run(ask, capture_output=True, text=True, check=True, timeout=5)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return None
    return said.stdout.strip()
